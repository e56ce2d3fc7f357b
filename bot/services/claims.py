"""Claims: one request is written for a broken item, for the best way there is."""

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.claim_notices import tell_customer, tell_provider
from bot.services.claim_views import IN_ADVANCE, VISIT, ClaimDraft, ClaimView, claim_view
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, read_order, refuse_write
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.shop.claim_options import provider_due
from bot.shop.claim_status import ClaimStatus
from bot.shop.content.base import Language
from bot.shop.content.plans import ClaimOption, Provider
from bot.shop.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestKind
from bot.store.claims import Claim
from bot.store.counters import next_number
from bot.store.plans import ClaimEvent
from bot.store.return_queries import lock_order

CUSTOMER = "customer"


async def open_claim(
    runtime: Runtime, dialogue_id: str, draft: ClaimDraft, *, shown: str, key: str, language: Language
) -> str:
    """Write the claim the customer said yes to; gives its number, for a repeated `key` the first one's.

    Claim, history, request to the shop, notices to provider and customer are one transaction. Raises NotFound
    and ProofNeeded, InvalidInput for what is not offered, Conflict when the case is not what was shown.
    """
    try:
        async with runtime.database.transaction() as session:
            await lock_order(session, draft.order_number)
            opened = await read_order(runtime, session, dialogue_id, draft.order_number, Need.WRITE)
            earlier = await _number_of(session, key)
            if earlier is not None:
                return earlier
            view = await claim_view(runtime, session, opened, draft, language)
            _check(view, draft, shown)
            return await _write(runtime, session, opened, view, draft, key, language)
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.OPEN_CLAIM)
        raise
    except IntegrityError as error:
        async with runtime.database.reading() as session:
            first = await _number_of(session, key)
        if first is not None:
            return first
        raise Conflict("a claim for this item is open already") from error


async def _number_of(session: AsyncSession, key: str) -> str | None:
    return await session.scalar(select(Claim.number).where(Claim.idempotency_key == key))


def _check(view: ClaimView, draft: ClaimDraft, shown: str) -> None:
    if view.open_number is not None:
        raise Conflict("a claim for this item is open already")
    if view.basis is None or view.sent_back or shown != view.shown:
        raise Conflict("the case is no longer what was shown")
    if draft.option not in view.offered:
        raise InvalidInput("this option is not offered")
    if draft.option == IN_ADVANCE and not draft.hold_consent:
        raise InvalidInput("a replacement in advance needs the consent to a hold")
    if draft.option == VISIT and draft.slot not in view.slots:
        raise InvalidInput("this time is not offered")
    if not draft.symptom or draft.occurred_on is None:
        raise InvalidInput("what is wrong, and since when, is not said")


async def _write(
    runtime: Runtime,
    session: AsyncSession,
    opened: OpenedOrder,
    view: ClaimView,
    draft: ClaimDraft,
    key: str,
    language: Language,
) -> str:
    provider = runtime.content.plans.provider_of(view.plan) if view.plan else None
    claim = await _claim(runtime, session, opened, view, draft, provider, key)
    session.add(claim)
    session.add(
        ClaimEvent(
            id=f"aftercare:{claim.number}:{CaseEventKind.OPENED}",
            number=claim.number,
            kind=CaseEventKind.OPENED,
            at=claim.opened_at,
            actor=CUSTOMER,
        )
    )
    await session.flush()
    await write_request(
        runtime,
        session,
        RequestKind.OPEN_CLAIM,
        subject=claim_subject(claim.number),
        payload=_payload(claim, view),
        key=f"{RequestKind.OPEN_CLAIM}:{claim.number}",
        conversation_id=opened.conversation.id,
    )
    if provider is not None:
        await tell_provider(runtime, session, claim, view.item.name, provider)
    await tell_customer(runtime, session, claim, view.item.name, opened.case.order.email, language)
    return claim.number


def claim_subject(number: str) -> str:
    """What a request about a claim is about."""
    return f"claim:{number}"


async def _claim(
    runtime: Runtime,
    session: AsyncSession,
    opened: OpenedOrder,
    view: ClaimView,
    draft: ClaimDraft,
    provider: Provider | None,
    key: str,
) -> Claim:
    now, case = runtime.clock(), opened.case
    option = cast("ClaimOption", draft.option)
    year = now.astimezone(ZoneInfo(runtime.content.shop.time_zone)).year
    return Claim(
        number=await next_number(session, "CLM", year),
        idempotency_key=key,
        customer_id=case.order.customer_id,
        contract_id=view.contract.id if view.contract else None,
        order_number=view.number,
        line_id=draft.line_id,
        sku=view.item.sku,
        cause=draft.cause,
        symptom=draft.symptom,
        occurred_on=cast("date", draft.occurred_on),
        option=option,
        status=ClaimStatus.REQUESTED,
        rule_id=view.ground.rule_id,
        address=_address_of(case) if option in (IN_ADVANCE, VISIT) else None,
        slot=draft.slot if option == VISIT else None,
        return_by=view.return_by,
        deductible=view.deductible.amount if view.deductible else None,
        currency=case.order.currency,
        hold_consent_at=now if option == IN_ADVANCE else None,
        provider_id=provider.id if provider else None,
        provider_due_at=provider_due(runtime.content, view.plan, now) if view.plan else None,
        attachments=list(view.attachments),
        conversation_id=opened.conversation.id,
        opened_at=now,
    )


def _payload(claim: Claim, view: ClaimView) -> dict[str, Any]:
    return {
        "claim_number": claim.number,
        "order_number": claim.order_number,
        "line_id": claim.line_id,
        "sku": claim.sku,
        "contract_id": claim.contract_id,
        "basis": view.basis,
        "option": claim.option,
        "cause": claim.cause,
        "symptom": claim.symptom,
        "occurred_on": claim.occurred_on.isoformat(),
        "address": claim.address,
        "slot": _written(claim.slot),
        "hold": {"amount": str(view.hold.amount), "currency": view.hold.currency}
        if claim.hold_consent_at
        else None,
        "return_by": claim.return_by.isoformat() if claim.return_by else None,
        "deductible": str(claim.deductible) if claim.deductible is not None else None,
        "attachments": claim.attachments,
        "rule_id": claim.rule_id,
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _address_of(case: OrderCase) -> dict[str, Any]:
    to = case.order.ship_to
    return {
        "line1": to.line1,
        "line2": to.line2,
        "city": to.city,
        "region": to.region,
        "postcode": to.postcode,
        "country": to.country,
    }
