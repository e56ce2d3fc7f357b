"""Where an order is: its parcels, what is late and what happens then, and what is under way on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, read_order
from bot.services.runtime import Runtime
from bot.services.shop_requests import OpenRequest, order_subject, requests_on
from bot.shop.content.base import Language
from bot.shop.deadlines import local_day
from bot.shop.order_facts import LineFacts, ShipmentFacts
from bot.shop.orders import OrderStatus
from bot.shop.reasons import Reason
from bot.shop.requests import DeliveryCaseStatus
from bot.shop.shipping_rules import (
    DeliveryCaseKind,
    DeliveryRemedy,
    expected_day,
    lost_day,
    may_remedy_missing,
)
from bot.store.delivery_cases import DeliveryCase


class ParcelState(StrEnum):
    """Where a parcel is, as a customer asks for it."""

    EXPECTED = "expected"
    LATE = "late"
    LOST = "lost"
    DELIVERED = "delivered"


STATES = {
    Reason.ON_TIME: ParcelState.EXPECTED,
    Reason.LATE_WAIT: ParcelState.LATE,
    Reason.COUNTS_AS_LOST: ParcelState.LOST,
}


@dataclass(frozen=True)
class ParcelReport:
    """One parcel; what a postcode does not open is empty."""

    id: str
    state: ParcelState
    items: tuple[str, ...]
    carrier: str
    tracking: str
    expected: date
    lost_after: date
    delivered: date | None


@dataclass(frozen=True)
class CaseReport:
    """A delivery problem that was reported, and how far it has come."""

    kind: DeliveryCaseKind
    remedy: DeliveryRemedy | None
    status: DeliveryCaseStatus
    watch_until: date | None


@dataclass(frozen=True)
class StatusReport:
    """All that is told of an order; `expected` is for one that has not been sent yet."""

    number: str
    status: OrderStatus
    status_only: bool
    placed: date
    items: tuple[str, ...]
    unsent: tuple[str, ...]
    expected: date | None
    parcels: tuple[ParcelReport, ...]
    requests: tuple[OpenRequest, ...]
    cases: tuple[CaseReport, ...]


async def order_status(runtime: Runtime, dialogue_id: str, number: str, language: Language) -> StatusReport:
    """The report of an order that is open to the conversation. Raises NotFound for any other."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.STATUS)
        case, told = opened.case, not opened.access.status_only
        requests = await requests_on(session, order_subject(case.order.number)) if told else []
        cases = await _cases(session, case.order.number) if told else ()
    return _report(runtime, case, language, told=told, requests=requests, cases=cases)


def _report(
    runtime: Runtime,
    case: OrderCase,
    language: Language,
    *,
    told: bool,
    requests: list[OpenRequest],
    cases: tuple[CaseReport, ...],
) -> StatusReport:
    order = case.order
    unsent = _unsent(case)
    return StatusReport(
        number=order.number,
        status=order.status,
        status_only=not told,
        placed=local_day(order.placed_at, case.facts.zone),
        items=line_names(case, case.facts.lines, language) if told else (),
        unsent=line_names(case, unsent, language) if told and order.shipments else (),
        expected=_expected(runtime, case, unsent),
        parcels=tuple(parcel_reports(runtime, case, language, told=told)),
        requests=tuple(requests),
        cases=cases,
    )


def parcel_reports(
    runtime: Runtime, case: OrderCase, language: Language, *, told: bool = True
) -> Iterable[ParcelReport]:
    """Every parcel of an order."""
    zone = case.facts.zone
    for parcel, facts in zip(case.order.shipments, case.facts.shipments, strict=True):
        lines = [line for line in case.facts.lines if line.id in facts.line_ids]
        yield ParcelReport(
            id=parcel.id,
            state=parcel_state(runtime, case, facts),
            items=line_names(case, lines, language) if told else (),
            carrier=parcel.carrier if told else "",
            tracking=parcel.tracking if told else "",
            expected=expected_day(runtime.content, case.facts, facts),
            lost_after=lost_day(runtime.content, case.facts, facts),
            delivered=local_day(parcel.delivered_at, zone) if parcel.delivered_at else None,
        )


def parcel_state(runtime: Runtime, case: OrderCase, parcel: ShipmentFacts) -> ParcelState:
    """Where it is, by the same rule that decides what the customer gets for it."""
    if parcel.delivered_at:
        return ParcelState.DELIVERED
    verdict = may_remedy_missing(runtime.content, case.facts, parcel, runtime.clock())
    return STATES.get(verdict.reason, ParcelState.EXPECTED)


def line_names(case: OrderCase, lines: Iterable[LineFacts], language: Language) -> tuple[str, ...]:
    """What customers call these lines, with how many where it is more than one."""
    return tuple(
        f"{line.quantity} × {case.name_of(line.id, language)}"
        if line.quantity > 1
        else case.name_of(line.id, language)
        for line in lines
    )


def _unsent(case: OrderCase) -> list[LineFacts]:
    if case.order.status in (OrderStatus.CANCELLED, OrderStatus.DELIVERED):
        return []
    sent = {line_id for parcel in case.order.shipments for line_id in parcel.line_ids}
    return [line for line in case.facts.lines if line.id not in sent]


def _expected(runtime: Runtime, case: OrderCase, unsent: list[LineFacts]) -> date | None:
    if not unsent:
        return None
    parcel = ShipmentFacts(id="", line_ids=tuple(line.id for line in unsent))
    return expected_day(runtime.content, case.facts, parcel)


async def _cases(session: AsyncSession, number: str) -> tuple[CaseReport, ...]:
    rows = await session.scalars(
        select(DeliveryCase)
        .where(DeliveryCase.order_number == number, DeliveryCase.status != DeliveryCaseStatus.CLOSED)
        .order_by(DeliveryCase.opened_at)
    )
    return tuple(
        CaseReport(
            kind=DeliveryCaseKind(row.kind),
            remedy=DeliveryRemedy(row.remedy) if row.remedy else None,
            status=DeliveryCaseStatus(row.status),
            watch_until=row.watch_until,
        )
        for row in rows
    )
