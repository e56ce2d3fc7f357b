"""Claims: a broken item is looked at by the rules, and one request is written for the best way there is."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.claim_notices import tell_customer, tell_provider
from bot.services.fingerprints import fingerprint
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, read_order, refuse_write
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.shop.claim_options import OptionVerdict, Place, claim_options, deductible, provider_due, return_by
from bot.shop.claim_status import ENDED, ClaimBasis, ClaimStatus
from bot.shop.claims import BrokenItem, ContractFacts
from bot.shop.content.base import Language, Money
from bot.shop.content.plans import ClaimOption, ServicePlan
from bot.shop.coverage import Coverage, coverage_of
from bot.shop.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.shop.faults import Fault, FaultCause
from bot.shop.order_facts import LineFacts
from bot.shop.requests import RequestKind
from bot.shop.verdicts import RouteKind
from bot.shop.visit_slots import visit_slots
from bot.store.claims import Claim
from bot.store.counters import next_number
from bot.store.plans import ClaimEvent
from bot.store.products import Product

CLAIM_ROUTES = {
    RouteKind.LIABILITY: ClaimBasis.LIABILITY,
    RouteKind.WARRANTY: ClaimBasis.WARRANTY,
    RouteKind.PLAN: ClaimBasis.PLAN,
}
# Without a plan the shop puts the item right itself, from where it is sent or brought.
WITHOUT_PLAN: tuple[ClaimOption, ...] = ("mail_in", "carry_in")
VISIT: ClaimOption = "on_site"
IN_ADVANCE: ClaimOption = "advance_replacement"


@dataclass(frozen=True)
class ClaimDraft:
    """What the customer has said so far. `option` and `slot` are empty until they are chosen."""

    order_number: str
    line_id: str
    cause: FaultCause = FaultCause.DEFECT
    symptom: str = ""
    occurred_on: date | None = None
    option: ClaimOption | None = None
    slot: datetime | None = None
    hold_consent: bool = False
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimItem:
    """A line of an order that may be broken."""

    line_id: str
    sku: str
    name: str


@dataclass(frozen=True)
class ClaimView:
    """What the rules say of a draft. `basis` is empty where a return is better, or nothing covers it.

    `shown` is the fingerprint of all a yes would confirm. `open_number` is a claim that is open already.
    """

    number: str
    item: ClaimItem
    coverage: Coverage
    basis: ClaimBasis | None
    plan: ServicePlan | None
    options: tuple[OptionVerdict, ...]
    slots: tuple[datetime, ...]
    deductible: Money | None
    hold: Money
    return_by: date | None
    address: str
    open_number: str | None
    shown: str

    @property
    def offered(self) -> tuple[ClaimOption, ...]:
        """The options that can be chosen."""
        return tuple(option.option for option in self.options if option.verdict.allowed)


async def claim_items(runtime: Runtime, dialogue_id: str, number: str, language: Language) -> list[ClaimItem]:
    """The lines of an order, to choose the broken one. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
    return [_item(opened.case, line, language) for line in opened.case.facts.lines]


async def look_at_claim(
    runtime: Runtime, dialogue_id: str, draft: ClaimDraft, language: Language
) -> ClaimView:
    """What the rules say of a draft now. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, draft.order_number, Need.READ)
        return await _view(runtime, session, opened, draft, language)


async def open_claim(
    runtime: Runtime, dialogue_id: str, draft: ClaimDraft, *, shown: str, key: str, language: Language
) -> str:
    """Write the claim the customer said yes to; gives its number, for a repeated `key` the first one's.

    Claim, history, request to the shop, notices to provider and customer are one transaction. Raises NotFound
    and ProofNeeded, InvalidInput for what is not offered, Conflict when the case is not what was shown.
    """
    try:
        async with runtime.database.transaction() as session:
            opened = await read_order(runtime, session, dialogue_id, draft.order_number, Need.WRITE)
            earlier = await session.scalar(select(Claim).where(Claim.idempotency_key == key))
            if earlier is not None:
                return earlier.number
            view = await _view(runtime, session, opened, draft, language)
            _check(view, draft, shown)
            return await _write(runtime, session, opened, view, draft, key, language)
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.OPEN_CLAIM)
        raise
    except IntegrityError as error:
        async with runtime.database.reading() as session:
            first = await session.scalar(select(Claim).where(Claim.idempotency_key == key))
        if first is not None:
            return first.number
        raise Conflict("a claim for this item is open already") from error


def _item(case: OrderCase, line: LineFacts, language: Language) -> ClaimItem:
    return ClaimItem(line.id, line.sku, case.name_of(line.id, language))


async def _view(
    runtime: Runtime, session: AsyncSession, opened: OpenedOrder, draft: ClaimDraft, language: Language
) -> ClaimView:
    case = opened.case
    line = next((line for line in case.facts.lines if line.id == draft.line_id), None)
    if line is None:
        raise NotFound("the order has no such line")
    fault = Fault(cause=draft.cause, occurred_on=draft.occurred_on)
    coverage = coverage_of(
        runtime.content, BrokenItem(case.facts, line, fault, case.contracts), runtime.clock()
    )
    basis = CLAIM_ROUTES.get(coverage.best) if coverage.best else None
    contract = _contract(case, coverage)
    plan = runtime.content.plans.plan(contract.plan_id) if contract else None
    options = await _options(runtime, session, case, line, plan) if basis else ()
    visits = runtime.content.plans.terms(VISIT).visits
    zone = cast("ZoneInfo", case.facts.zone)
    slots = visit_slots(visits, zone, runtime.content.shop.is_business_day, runtime.clock()) if visits else []
    fee = deductible(plan) if plan else None
    last_day = None
    if draft.option is not None:
        last_day = return_by(runtime.content.plans.terms(draft.option), case.facts, runtime.clock())
    address = _address(case) if opened.access.level >= Need.WRITE else ""
    return ClaimView(
        number=case.order.number,
        item=_item(case, line, language),
        coverage=coverage,
        basis=basis,
        plan=plan,
        options=options,
        slots=tuple(slots),
        deductible=fee,
        hold=Money(amount=line.unit_price, currency=case.order.currency),
        return_by=last_day,
        address=address,
        open_number=await _open_number(session, case.order.number, line.id),
        shown=fingerprint(
            "claim", draft, basis, coverage.detail, coverage.verdict.rule_id, fee, last_day, _address(case)
        ),
    )


def _contract(case: OrderCase, coverage: Coverage) -> ContractFacts | None:
    if coverage.best != RouteKind.PLAN:
        return None
    return next((contract for contract in case.contracts if contract.id == coverage.detail), None)


async def _options(
    runtime: Runtime, session: AsyncSession, case: OrderCase, line: LineFacts, plan: ServicePlan | None
) -> tuple[OptionVerdict, ...]:
    """Those of the plan; without one, those by which the shop repairs or replaces under law and warranty."""
    to = case.order.ship_to
    stock = await session.scalar(select(Product.stock).where(Product.sku == line.sku)) or 0
    terms_of = plan or _shops_own(runtime)
    found = claim_options(runtime.content, terms_of, case.facts, line, Place(to.country, to.postcode), stock)
    return tuple(option for option in found if option.option in terms_of.options)


def _shops_own(runtime: Runtime) -> ServicePlan:
    """The ways the shop itself offers under law and warranty, in the form of a plan without price or fee."""
    return runtime.content.plans.plans[0].model_copy(
        update={"id": "shop", "options": WITHOUT_PLAN, "provider": None, "deductible": _nothing(runtime)}
    )


def _nothing(runtime: Runtime) -> Money:
    return Money(amount=Decimal(0), currency=runtime.content.shop.currencies[0])


def _check(view: ClaimView, draft: ClaimDraft, shown: str) -> None:
    if view.open_number is not None:
        raise Conflict("a claim for this item is open already")
    if view.basis is None or shown != view.shown:
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
    now, case = runtime.clock(), opened.case
    option = cast("ClaimOption", draft.option)
    contract = _contract(case, view.coverage)
    provider = runtime.content.plans.provider_of(view.plan) if view.plan else None
    number = await next_number(session, "CLM", now.astimezone(ZoneInfo(runtime.content.shop.time_zone)).year)
    claim = Claim(
        number=number,
        idempotency_key=key,
        customer_id=case.order.customer_id,
        contract_id=contract.id if contract else None,
        order_number=view.number,
        line_id=draft.line_id,
        sku=view.item.sku,
        cause=draft.cause,
        symptom=draft.symptom,
        occurred_on=cast("date", draft.occurred_on),
        option=option,
        status=ClaimStatus.REQUESTED,
        rule_id=view.coverage.verdict.rule_id,
        address=_address_of(case) if option in (IN_ADVANCE, VISIT) else None,
        slot=draft.slot if option == VISIT else None,
        return_by=view.return_by,
        deductible=view.deductible.amount if view.deductible else None,
        currency=case.order.currency,
        hold_consent_at=now if option == IN_ADVANCE else None,
        provider_id=provider.id if provider else None,
        provider_due_at=provider_due(runtime.content, view.plan, now) if view.plan else None,
        attachments=list(draft.attachments),
        conversation_id=opened.conversation.id,
        opened_at=now,
    )
    session.add(claim)
    session.add(
        ClaimEvent(id=f"aftercare:{number}:opened", number=number, kind="opened", at=now, actor="customer")
    )
    await session.flush()
    await write_request(
        runtime,
        session,
        RequestKind.OPEN_CLAIM,
        subject=f"claim:{number}",
        payload=_payload(claim, view),
        key=f"open_claim:{number}",
        conversation_id=opened.conversation.id,
    )
    if provider is not None:
        await tell_provider(runtime, session, claim, view.item.name, provider)
    await tell_customer(runtime, session, claim, view.item.name, case.order.email, language)
    return number


def _payload(claim: Claim, view: ClaimView) -> dict[str, Any]:
    return {
        "claim_number": claim.number,
        "order_number": claim.order_number,
        "line_id": claim.line_id,
        "sku": claim.sku,
        "contract_id": claim.contract_id,
        "basis": view.basis,
        "option": claim.option,
        "symptom": claim.symptom,
        "occurred_on": claim.occurred_on.isoformat(),
        "slot": claim.slot.isoformat() if claim.slot else None,
        "return_by": claim.return_by.isoformat() if claim.return_by else None,
        "rule_id": claim.rule_id,
    }


async def _open_number(session: AsyncSession, order_number: str, line_id: str) -> str | None:
    return await session.scalar(
        select(Claim.number).where(
            Claim.order_number == order_number, Claim.line_id == line_id, Claim.status.not_in(ENDED)
        )
    )


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


def _address(case: OrderCase) -> str:
    to = case.order.ship_to
    parts = (to.line1, to.line2, f"{to.postcode} {to.city}".strip(), to.region, to.country)
    return ", ".join(part for part in parts if part)
