"""Parcels that are missing, late, damaged or wrong: judged by the rules, reported once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.fingerprints import fingerprint
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, read_order, refuse_write
from bot.services.order_status import line_names
from bot.services.runtime import Runtime
from bot.services.shop_requests import order_subject, write_request
from bot.shop.content.base import Language, Money
from bot.shop.deadlines import local_day
from bot.shop.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.shop.order_facts import ShipmentFacts
from bot.shop.reasons import Reason
from bot.shop.refunds import RefundCase, refund_for
from bot.shop.requests import DeliveryCaseStatus, RequestKind
from bot.shop.shipping_rules import (
    DeliveryCaseKind,
    DeliveryRemedy,
    delivery_remedies,
    expected_day,
    may_remedy_damage,
    may_remedy_missing,
)
from bot.shop.verdicts import Verdict
from bot.store.conversations import Attachment
from bot.store.delivery_cases import DeliveryCase

NOT_HERE = frozenset({DeliveryCaseKind.MISSING, DeliveryCaseKind.LATE})
REQUESTS = {
    DeliveryRemedy.RESHIP: RequestKind.RESHIP_PARCEL,
    DeliveryRemedy.REFUND: RequestKind.REFUND_PARCEL,
}
PHOTO_AGE = timedelta(hours=24)
# Verdicts after which waiting can be kept an eye on.
WATCHED = frozenset({Reason.LATE_WAIT, Reason.SEARCH_NEARBY})


@dataclass(frozen=True)
class Parcel:
    """A parcel as a customer may tell it from others."""

    id: str
    carrier: str
    items: tuple[str, ...]
    delivered: date | None


@dataclass(frozen=True)
class ProblemView:
    """What the rules say of a problem with a parcel. `kind` is what the facts make of what was said.

    `watch_until` is the last day of waiting when waiting can be kept an eye on. `address` is empty unless the
    order is open for changes. `reported` is the case that is there already.
    """

    number: str
    parcel: Parcel
    kind: DeliveryCaseKind
    verdict: Verdict
    expected: date
    days: int
    watch_until: date | None
    remedies: tuple[DeliveryRemedy, ...]
    refund: Money
    address: str
    reported: DeliveryCaseStatus | None
    shown: str


@dataclass(frozen=True)
class ProblemReport:
    """What the customer said yes to, as it was `shown`. Without a remedy the parcel is watched."""

    number: str
    parcel_id: str
    said: DeliveryCaseKind
    remedy: DeliveryRemedy | None
    shown: str
    text: str | None = None


async def parcels_of(runtime: Runtime, dialogue_id: str, number: str, language: Language) -> list[Parcel]:
    """The parcels of an order, as they were sent. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
    return [_parcel(opened.case, facts, language) for facts in opened.case.facts.shipments]


async def look_at_problem(
    runtime: Runtime,
    dialogue_id: str,
    number: str,
    parcel_id: str,
    said: DeliveryCaseKind,
    language: Language,
) -> ProblemView:
    """What the rules say now. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
        return await _view(runtime, session, opened, parcel_id, said, language)


async def _view(
    runtime: Runtime,
    session: AsyncSession,
    opened: OpenedOrder,
    parcel_id: str,
    said: DeliveryCaseKind,
    language: Language,
) -> ProblemView:
    case = opened.case
    facts = next((item for item in case.facts.shipments if item.id == parcel_id), None)
    if facts is None:
        raise NotFound("the order has no such parcel")
    verdict, kind = _judge(runtime, case, facts, said)
    products = {sku: product.stock for sku, product in case.products.items()}
    remedies = delivery_remedies(case.facts, facts, products) if verdict.allowed else ()
    refund = _refund(case, facts)
    address = _address(case) if opened.access.level >= Need.WRITE else ""
    return ProblemView(
        number=case.order.number,
        parcel=_parcel(case, facts, language),
        kind=kind,
        verdict=verdict,
        expected=expected_day(runtime.content, case.facts, facts),
        days=_days(runtime, case, facts),
        watch_until=verdict.last_day if verdict.reason in WATCHED else None,
        remedies=remedies,
        refund=refund,
        address=address,
        reported=await _reported(session, case.order.number, parcel_id, kind),
        shown=fingerprint(case.order.number, parcel_id, kind, verdict.rule_id, refund.amount, _address(case)),
    )


def _judge(
    runtime: Runtime, case: OrderCase, parcel: ShipmentFacts, said: DeliveryCaseKind
) -> tuple[Verdict, DeliveryCaseKind]:
    now = runtime.clock()
    if said not in NOT_HERE:
        return may_remedy_damage(runtime.content, case.facts, parcel, now), said
    verdict = may_remedy_missing(runtime.content, case.facts, parcel, now)
    waiting = verdict.reason in (Reason.ON_TIME, Reason.LATE_WAIT)
    return verdict, DeliveryCaseKind.LATE if waiting else DeliveryCaseKind.MISSING


async def report_problem(runtime: Runtime, dialogue_id: str, report: ProblemReport) -> bool:
    """Keep the problem and ask the shop for the remedy; gives whether this was the first time.

    Raises NotFound and ProofNeeded, InvalidInput for a remedy that is not offered, and Conflict when things
    are no longer as they were shown.
    """
    try:
        async with runtime.database.transaction() as session:
            opened = await read_order(runtime, session, dialogue_id, report.number, Need.WRITE)
            view = await _view(runtime, session, opened, report.parcel_id, report.said, "en")
            watched_now = view.reported == DeliveryCaseStatus.WATCHING and report.remedy is not None
            if view.reported is not None and not watched_now:
                return False
            _check(view, report)
            await _write(runtime, session, opened, view, report)
            return True
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, "report_delivery_problem")
        raise


def _check(view: ProblemView, report: ProblemReport) -> None:
    if report.shown != view.shown:
        raise Conflict("the case is no longer what was shown")
    if report.remedy is None and view.watch_until is None:
        raise Conflict("there is nothing to wait for any more")
    if report.remedy is not None and report.remedy not in view.remedies:
        raise InvalidInput("this remedy is not offered")


async def _write(
    runtime: Runtime,
    session: AsyncSession,
    opened: OpenedOrder,
    view: ProblemView,
    report: ProblemReport,
) -> None:
    photos = await _photos(runtime, session, opened, view)
    case = await session.scalar(_row(view.number, view.parcel.id, view.kind))
    if case is None:
        await _close_watch(session, view)
        case = DeliveryCase(
            order_number=view.number,
            shipment_id=view.parcel.id,
            kind=view.kind,
            conversation_id=opened.conversation.id,
            opened_at=runtime.clock(),
        )
        session.add(case)
    case.days, case.rule_id = view.days, view.verdict.rule_id
    case.remedy, case.watch_until = report.remedy, view.watch_until
    case.text, case.attachments = report.text, photos
    case.status = DeliveryCaseStatus.REQUESTED if report.remedy else DeliveryCaseStatus.WATCHING
    if report.remedy is not None:
        case.request_id = await _ask_shop(runtime, session, opened, view, report.remedy)


async def _photos(
    runtime: Runtime, session: AsyncSession, opened: OpenedOrder, view: ProblemView
) -> list[str]:
    """The files this conversation sent lately, where goods are not as they should be."""
    if view.kind in NOT_HERE:
        return []
    sent = select(Attachment.id).where(
        Attachment.conversation_id == opened.conversation.id,
        Attachment.seq.is_not(None),
        Attachment.at > runtime.clock() - PHOTO_AGE,
    )
    return list(await session.scalars(sent.order_by(Attachment.at)))


async def _ask_shop(
    runtime: Runtime, session: AsyncSession, opened: OpenedOrder, view: ProblemView, remedy: DeliveryRemedy
) -> str:
    parcel = next(item for item in opened.case.facts.shipments if item.id == view.parcel.id)
    lines = [line for line in opened.case.facts.lines if line.id in parcel.line_ids]
    payload: dict[str, Any] = {
        "order_number": view.number,
        "shipment_id": parcel.id,
        "kind": view.kind,
        "lines": [{"line_id": line.id, "sku": line.sku, "quantity": line.quantity} for line in lines],
        "rule_id": view.verdict.rule_id,
    }
    if remedy == DeliveryRemedy.REFUND:
        payload["refund"] = {"amount": str(view.refund.amount), "currency": view.refund.currency}
    row, _ = await write_request(
        runtime,
        session,
        REQUESTS[remedy],
        subject=order_subject(view.number),
        payload=payload,
        key=f"delivery:{view.number}:{parcel.id}:{view.kind}",
        conversation_id=opened.conversation.id,
    )
    return row.id


async def _close_watch(session: AsyncSession, view: ProblemView) -> None:
    """A parcel that was watched as late and is now lost is told of once, as missing."""
    for kind in NOT_HERE - {view.kind} if view.kind in NOT_HERE else ():
        watched = await session.scalar(_row(view.number, view.parcel.id, kind))
        if watched is not None and watched.status == DeliveryCaseStatus.WATCHING:
            watched.status = DeliveryCaseStatus.CLOSED


def _row(number: str, parcel_id: str, kind: DeliveryCaseKind) -> Any:
    return select(DeliveryCase).where(
        DeliveryCase.order_number == number,
        DeliveryCase.shipment_id == parcel_id,
        DeliveryCase.kind == kind,
    )


async def _reported(
    session: AsyncSession, number: str, parcel_id: str, kind: DeliveryCaseKind
) -> DeliveryCaseStatus | None:
    case = await session.scalar(_row(number, parcel_id, kind))
    return DeliveryCaseStatus(case.status) if case else None


def _parcel(case: OrderCase, facts: ShipmentFacts, language: Language) -> Parcel:
    shipment = next(item for item in case.order.shipments if item.id == facts.id)
    lines = [line for line in case.facts.lines if line.id in facts.line_ids]
    delivered = local_day(facts.delivered_at, case.facts.zone) if facts.delivered_at else None
    return Parcel(facts.id, shipment.carrier, line_names(case, lines, language), delivered)


def _days(runtime: Runtime, case: OrderCase, parcel: ShipmentFacts) -> int:
    """How many days it is late, or how many ago it is said to have come."""
    since = (
        local_day(parcel.delivered_at, case.facts.zone)
        if parcel.delivered_at
        else expected_day(runtime.content, case.facts, parcel)
    )
    return max((local_day(runtime.clock(), case.facts.zone) - since).days, 0)


def _refund(case: OrderCase, parcel: ShipmentFacts) -> Money:
    pieces = {line.id: line.quantity for line in case.facts.lines if line.id in parcel.line_ids}
    amount = refund_for(case.facts, RefundCase(pieces, shipping_refunded=True)).total
    return Money(amount=amount, currency=case.order.currency)


def _address(case: OrderCase) -> str:
    to = case.order.ship_to
    parts = (to.line1, to.line2, f"{to.postcode} {to.city}".strip(), to.region, to.country)
    return ", ".join(part for part in parts if part)
