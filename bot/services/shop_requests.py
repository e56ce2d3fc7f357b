"""Requests to the shop's systems: written with what was decided, carried there, settled by what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.audit import record
from bot.services.claim_progress import claim_settled_by_shop
from bot.services.return_progress import settled_by_shop
from bot.services.runtime import Runtime
from bot.shop.errors import Conflict, NotFound
from bot.shop.orders import OrderStatus
from bot.shop.requests import (
    NEXT_STATUSES,
    OPEN_STATUSES,
    DeliveryCaseStatus,
    RequestKind,
    RequestStatus,
)
from bot.store.delivery_cases import DeliveryCase
from bot.store.orders import Order
from bot.store.shop_requests import ShopRequest

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
CASE_STATUS = {
    RequestStatus.DONE: DeliveryCaseStatus.SETTLED,
    RequestStatus.REJECTED: DeliveryCaseStatus.REJECTED,
}


@dataclass(frozen=True)
class OpenRequest:
    """A request as it is told and listed."""

    id: str
    kind: RequestKind
    subject: str
    payload: dict[str, Any]
    status: RequestStatus
    requested_at: datetime
    settled_at: datetime | None
    note: str | None
    delivered_at: datetime | None


def order_subject(number: str) -> str:
    """What a request about an order is about."""
    return f"order:{number}"


async def write_request(
    runtime: Runtime,
    session: AsyncSession,
    kind: RequestKind,
    *,
    subject: str,
    payload: dict[str, Any],
    key: str,
    conversation_id: str | None,
) -> tuple[ShopRequest, bool]:
    """Write a request in the caller's transaction; the same `key` again finds the first.

    Gives the row and whether it is new. Two writers at once: the loser's transaction fails whole on the
    unique key, so the caller decides with `session.begin_nested` or lets it be tried again.
    """
    written = await session.scalar(select(ShopRequest).where(ShopRequest.idempotency_key == key))
    if written is not None:
        return written, False
    row = ShopRequest(
        idempotency_key=key,
        kind=kind,
        subject=subject,
        payload=payload,
        status=RequestStatus.REQUESTED,
        conversation_id=conversation_id,
        requested_at=runtime.clock(),
        due_at=datetime.now(UTC),
    )
    session.add(row)
    await session.flush()
    record(runtime, session, "customer", kind, subject, "requested", conversation_id)
    return row, True


async def requests_on(session: AsyncSession, subject: str) -> list[OpenRequest]:
    """All requests on one thing, the newest first."""
    return await _listed(session, select(ShopRequest).where(ShopRequest.subject == subject))


async def list_requests(runtime: Runtime, status: RequestStatus | None = None) -> list[OpenRequest]:
    """The requests, or those of one status, the newest first."""
    query = select(ShopRequest)
    if status is not None:
        query = query.where(ShopRequest.status == status)
    async with runtime.database.reading() as session:
        return await _listed(session, query)


async def _listed(session: AsyncSession, query: Select[ShopRequest]) -> list[OpenRequest]:
    rows = await session.scalars(query.order_by(ShopRequest.requested_at.desc(), ShopRequest.id))
    return [_told(row) for row in rows]


def _told(row: ShopRequest) -> OpenRequest:
    return OpenRequest(
        id=row.id,
        kind=RequestKind(row.kind),
        subject=row.subject,
        payload=row.payload,
        status=RequestStatus(row.status),
        requested_at=row.requested_at,
        settled_at=row.settled_at,
        note=row.note,
        delivered_at=row.delivered_at,
    )


async def settle_request(
    runtime: Runtime, request_id: str, status: RequestStatus, *, note: str | None = None, actor: str = "cli"
) -> OpenRequest:
    """Keep what the shop said of a request; the same again changes nothing.

    Raises NotFound, and Conflict when the request was settled otherwise.
    """
    async with runtime.database.transaction() as session:
        row = await session.get(ShopRequest, request_id, with_for_update=True)
        if row is None:
            raise NotFound("no such request")
        if row.status != status:
            await _settle(runtime, session, row, status, actor)
            row.note = note
        return _told(row)


async def _settle(
    runtime: Runtime, session: AsyncSession, row: ShopRequest, status: RequestStatus, actor: str
) -> None:
    if status not in NEXT_STATUSES[RequestStatus(row.status)]:
        raise Conflict(f"the request is {row.status} and cannot become {status}")
    row.status = status
    row.settled_at = None if status in OPEN_STATUSES else runtime.clock()
    if status in CASE_STATUS:
        for case in await session.scalars(select(DeliveryCase).where(DeliveryCase.request_id == row.id)):
            case.status = CASE_STATUS[status]
    await settled_by_shop(session, row, status, runtime.clock())
    await claim_settled_by_shop(session, row, status, runtime.clock())
    record(runtime, session, actor, "settle_request", f"request:{row.id}", status, row.conversation_id)


async def settle_by_imports(runtime: Runtime) -> None:
    """Settle what the shop answered by importing the order: cancelled as asked, or sent all the same."""
    answers = {
        OrderStatus.CANCELLED: RequestStatus.DONE,
        OrderStatus.SHIPPED: RequestStatus.REJECTED,
        OrderStatus.DELIVERED: RequestStatus.REJECTED,
    }
    query = (
        select(ShopRequest, Order.status)
        .join(Order, ShopRequest.subject == "order:" + Order.number)
        .where(ShopRequest.kind == RequestKind.CANCEL_ORDER, ShopRequest.status.in_(OPEN_STATUSES))
        .where(Order.status.in_(answers))
    )
    async with runtime.database.reading() as session:
        answered = (await session.execute(query.limit(1))).first() is not None
    if not answered:
        return
    async with runtime.database.transaction() as session:
        for row, status in await session.execute(query):
            await _settle(runtime, session, row, answers[OrderStatus(status)], "import")


@dataclass(frozen=True)
class DueRequest:
    """A request to carry to the shop now."""

    id: str
    kind: str
    subject: str
    payload: dict[str, Any]
    requested_at: datetime

    def body(self) -> dict[str, Any]:
        """As the shop reads it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "subject": self.subject,
            "payload": self.payload,
            "requested_at": self.requested_at.isoformat(),
        }


async def take_due_request(runtime: Runtime) -> DueRequest | None:
    """The next request the shop has not got, kept from other workers for two minutes, if one is due."""
    now = datetime.now(UTC)
    query = _undelivered().where(ShopRequest.due_at <= now).order_by(ShopRequest.due_at).limit(1)
    async with runtime.database.reading() as session:
        if (await session.scalars(query)).one_or_none() is None:
            return None
    async with runtime.database.transaction() as session:
        row = (await session.scalars(query.with_for_update(skip_locked=True))).one_or_none()
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now + LEASE
        return DueRequest(row.id, row.kind, row.subject, row.payload, row.requested_at)


def _undelivered() -> Select[ShopRequest]:
    return select(ShopRequest).where(
        ShopRequest.status == RequestStatus.REQUESTED, ShopRequest.delivered_at.is_(None)
    )


async def mark_delivered(runtime: Runtime, request_id: str) -> None:
    """The shop has it."""
    async with runtime.database.transaction() as session:
        row = await session.get_one(ShopRequest, request_id)
        row.delivered_at, row.error = datetime.now(UTC), None


async def mark_undelivered(runtime: Runtime, request_id: str, error: str) -> None:
    """The shop did not take it: later again, with pauses that grow to an hour, until it is settled."""
    async with runtime.database.transaction() as session:
        row = await session.get_one(ShopRequest, request_id)
        row.error = error[:200]
        pause = FIRST_PAUSE * 2 ** min(row.attempts - 1, 20)
        row.due_at = datetime.now(UTC) + min(pause, LONGEST_PAUSE)


async def open_requests_by_order(session: AsyncSession, numbers: Sequence[str]) -> dict[str, list[str]]:
    """The kinds of the requests open on each of these orders."""
    subjects = {order_subject(number): number for number in numbers}
    rows = await session.execute(
        select(ShopRequest.subject, ShopRequest.kind)
        .where(ShopRequest.subject.in_(subjects), ShopRequest.status.in_(OPEN_STATUSES))
        .order_by(ShopRequest.requested_at)
    )
    found: dict[str, list[str]] = {}
    for subject, kind in rows:
        found.setdefault(subjects[subject], []).append(kind)
    return found
