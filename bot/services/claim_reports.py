"""Claims under way: how far each has come, and what the customer may still change."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.claim_notices import tell_of_change
from bot.services.claim_progress import add_claim_event, events_of
from bot.services.claim_views import IN_ADVANCE, VISIT, claim_slots
from bot.services.claims import CUSTOMER, claim_subject
from bot.services.conversations import conversation_of
from bot.services.fingerprints import fingerprint
from bot.services.order_access import open_orders
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, ProofNeeded, read_order, refuse_write
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.shop.claim_status import CHANGEABLE, ENDED, ClaimStatus, OwnEvent
from bot.shop.content.base import Language, LocalText
from bot.shop.deadlines import local_day
from bot.shop.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestKind
from bot.store.claims import Claim

SENDABLE = frozenset({ClaimStatus.REQUESTED, ClaimStatus.ACKNOWLEDGED, ClaimStatus.DISPATCHED})


@dataclass(frozen=True)
class ClaimStep:
    """One step of a claim's history."""

    kind: str
    day: date


@dataclass(frozen=True)
class ClaimReport:
    """A claim as its customer is told of it; `shown` is the fingerprint of what a yes would cancel."""

    number: str
    order_number: str
    item: str
    option: str
    status: ClaimStatus
    opened: date
    slot: datetime | None
    return_by: date | None
    provider: LocalText | None
    provider_due_at: datetime | None
    provider_late: bool
    steps: tuple[ClaimStep, ...]
    slots: tuple[datetime, ...]
    cancellable: bool
    sendable: bool
    shown: str

    @property
    def ended(self) -> bool:
        """Whether nothing follows any more."""
        return self.status in ENDED


async def claims_of_conversation(runtime: Runtime, dialogue_id: str, language: Language) -> list[ClaimReport]:
    """Every claim on the orders that are open to the conversation, the newest first."""
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
        numbers = await open_orders(runtime, session, conversation)
        query = select(Claim).where(Claim.order_number.in_(numbers)).order_by(Claim.number.desc())
        reports = []
        for claim in (await session.scalars(query)).all():
            try:
                opened = await read_order(runtime, session, dialogue_id, claim.order_number, Need.READ)
            except ProofNeeded:
                continue
            reports.append(await _report(runtime, session, opened.case, claim, language))
    return reports


async def claim_report(runtime: Runtime, dialogue_id: str, number: str, language: Language) -> ClaimReport:
    """One claim by its number. Raises NotFound unless its order is open to the conversation."""
    async with runtime.database.reading() as session:
        claim = await session.get(Claim, number)
        if claim is None:
            raise NotFound("no such claim for this conversation")
        opened = await read_order(runtime, session, dialogue_id, claim.order_number, Need.READ)
        return await _report(runtime, session, opened.case, claim, language)


async def name_claim(runtime: Runtime, dialogue_id: str) -> None:
    """Keep in the audit log that a customer named a claim that is not open to them."""
    await refuse_write(runtime, dialogue_id, "name_claim")


async def _report(
    runtime: Runtime, session: AsyncSession, case: OrderCase, claim: Claim, language: Language
) -> ClaimReport:
    status, zone = ClaimStatus(claim.status), case.facts.zone
    events = await events_of(session, claim.number)
    told_sent = any(event.kind == OwnEvent.SENT_BACK for event in events)
    place = ZoneInfo(getattr(zone, "key", runtime.content.shop.time_zone))
    movable = claim.option == VISIT and status in CHANGEABLE
    providers = runtime.content.plans.providers
    return ClaimReport(
        number=claim.number,
        order_number=claim.order_number,
        item=case.name_of(claim.line_id, language),
        option=claim.option,
        status=status,
        opened=local_day(claim.opened_at, zone),
        slot=claim.slot.astimezone(place) if claim.slot else None,
        return_by=claim.return_by,
        provider=next((one.name for one in providers if one.id == claim.provider_id), None),
        provider_due_at=claim.provider_due_at,
        provider_late=claim.provider_missed_at is not None and claim.provider_acknowledged_at is None,
        steps=tuple(ClaimStep(event.kind, local_day(event.at, zone)) for event in events),
        slots=tuple(slot for slot in claim_slots(runtime, place) if slot != claim.slot) if movable else (),
        cancellable=status in CHANGEABLE,
        sendable=claim.option in (IN_ADVANCE, "mail_in") and status in SENDABLE and not told_sent,
        shown=_shown(claim),
    )


def _shown(claim: Claim) -> str:
    return fingerprint("cancel_claim", claim.number, claim.option, claim.slot)


async def _locked(
    runtime: Runtime, session: AsyncSession, dialogue_id: str, number: str
) -> tuple[Claim, OpenedOrder]:
    claim = await session.get(Claim, number, with_for_update=True, populate_existing=True)
    if claim is None:
        raise NotFound("no such claim for this conversation")
    return claim, await read_order(runtime, session, dialogue_id, claim.order_number, Need.WRITE)


async def cancel_claim(
    runtime: Runtime, dialogue_id: str, number: str, shown: str, language: Language
) -> bool:
    """Call a claim off before anything was sent or done; gives whether this was the first time.

    Raises NotFound and ProofNeeded, and Conflict when it has gone too far or is not what was shown.
    """
    try:
        async with runtime.database.transaction() as session:
            claim, opened = await _locked(runtime, session, dialogue_id, number)
            if claim.status == ClaimStatus.CANCELLED:
                return False
            if ClaimStatus(claim.status) not in CHANGEABLE or shown != _shown(claim):
                raise Conflict("the claim is no longer what was shown")
            await add_claim_event(session, claim, CaseEventKind.CANCELLED, runtime.clock(), CUSTOMER)
            await write_request(
                runtime,
                session,
                RequestKind.CANCEL_CLAIM,
                subject=claim_subject(number),
                payload={"claim_number": number, "order_number": claim.order_number},
                key=f"{RequestKind.CANCEL_CLAIM}:{number}",
                conversation_id=opened.conversation.id,
            )
            await tell_of_change(runtime, session, claim, opened.case, "cancelled", language)
            return True
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.CANCEL_CLAIM)
        raise


async def change_slot(
    runtime: Runtime, dialogue_id: str, number: str, slot: datetime, language: Language
) -> bool:
    """Ask for another time of a visit; gives whether that changed anything.

    Raises NotFound and ProofNeeded, InvalidInput for a time not offered, Conflict when it is too late.
    """
    try:
        async with runtime.database.transaction() as session:
            claim, opened = await _locked(runtime, session, dialogue_id, number)
            before = claim.slot
            if before == slot:
                return False
            if claim.option != VISIT or before is None or ClaimStatus(claim.status) not in CHANGEABLE:
                raise Conflict("the visit can no longer be moved")
            zone = ZoneInfo(getattr(opened.case.facts.zone, "key", runtime.content.shop.time_zone))
            if slot not in claim_slots(runtime, zone):
                raise InvalidInput("this time is not offered")
            await _move(runtime, session, opened, claim, before, slot, language)
            return True
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.CHANGE_CLAIM)
        raise


async def _move(
    runtime: Runtime,
    session: AsyncSession,
    opened: OpenedOrder,
    claim: Claim,
    before: datetime,
    slot: datetime,
    language: Language,
) -> None:
    step = f":{runtime.clock().isoformat()}"
    claim.slot = slot
    await add_claim_event(session, claim, OwnEvent.SLOT_CHANGED, runtime.clock(), CUSTOMER, step=step)
    await write_request(
        runtime,
        session,
        RequestKind.CHANGE_CLAIM,
        subject=claim_subject(claim.number),
        payload={
            "claim_number": claim.number,
            "slot": slot.isoformat(),
            "slot_before": before.isoformat(),
        },
        key=f"{RequestKind.CHANGE_CLAIM}:{claim.number}{step}",
        conversation_id=opened.conversation.id,
    )
    await tell_of_change(runtime, session, claim, opened.case, "moved", language)


async def note_sent_back(runtime: Runtime, dialogue_id: str, number: str) -> bool:
    """Keep that the customer has sent the item off; gives whether this was the first time."""
    async with runtime.database.transaction() as session:
        claim, _ = await _locked(runtime, session, dialogue_id, number)
        if ClaimStatus(claim.status) not in SENDABLE:
            raise Conflict("nothing is waited for")
        return await add_claim_event(session, claim, OwnEvent.SENT_BACK, runtime.clock(), CUSTOMER)
