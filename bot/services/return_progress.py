"""What moves a return on: the shop's reports and the shop's answers to what was asked of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.shop.requests import RequestKind, RequestStatus
from bot.shop.return_status import (
    OF_REQUEST,
    WITH_CUSTOMER,
    RefundStatus,
    ReturnStatus,
    WithdrawalStatus,
    refund_status,
    status_after,
)
from bot.store.plans import ReturnEvent
from bot.store.return_queries import events_of
from bot.store.returns import Refund, Return, ReturnPiece, Withdrawal
from bot.store.reward_queries import make_due
from bot.store.shop_requests import ShopRequest

OPENING = frozenset({RequestKind.START_RETURN, RequestKind.EXCHANGE})
SHOP = "shop"
AT_ONCE = 500


async def apply_events(session: AsyncSession, numbers: Collection[str]) -> None:
    """Bring these returns in line with all that was reported of them; again, it changes nothing."""
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows = await session.scalars(select(Return).where(Return.number.in_(part)).with_for_update())
        for row in rows.all():
            events = await events_of(session, row.number)
            status = status_after(ReturnStatus(row.status), [event.kind for event in events])
            if status != row.status:
                await move(session, row, status, max(event.at for event in events))


async def move(session: AsyncSession, row: Return, status: ReturnStatus, at: datetime) -> None:
    """Set the status of a return that is locked, with its refund and the pieces it holds."""
    row.status = status
    settled = refund_status(status)
    row.settled_at = None if settled == RefundStatus.REQUESTED else at
    refund = await session.get(Refund, row.number)
    if refund is not None and refund.status != settled:
        refund.status, refund.settled_at = settled, row.settled_at
    if status in WITH_CUSTOMER:
        await session.execute(
            update(ReturnPiece).where(ReturnPiece.return_number == row.number).values(held=None)
        )
    if row.customer_id:
        # The account's worker takes the points back, or gives them back, by what is held now.
        await make_due(session, [row.customer_id])


async def settled_by_shop(
    session: AsyncSession, request: ShopRequest, status: RequestStatus, at: datetime
) -> None:
    """What the shop's answer to a request means for the return or the declaration it was about."""
    kind, number = RequestKind(request.kind), request.subject.partition(":")[2]
    if kind == RequestKind.WITHDRAWAL:
        await _settle_withdrawal(session, number, status)
    elif kind in OPENING and status in OF_REQUEST:
        row = await session.get(Return, number, with_for_update=True, populate_existing=True)
        current = ReturnStatus(row.status) if row else ReturnStatus.CANCELLED
        if row is not None and OF_REQUEST[status] == status_after(current, [OF_REQUEST[status]]):
            await _note(session, row, OF_REQUEST[status], at)


async def _note(session: AsyncSession, row: Return, status: ReturnStatus, at: datetime) -> None:
    if row.status != status:
        await add_event(session, row.number, status, at, SHOP)
        await move(session, row, status, at)


async def _settle_withdrawal(session: AsyncSession, number: str, status: RequestStatus) -> None:
    row = await session.get(Withdrawal, number)
    if row is not None and status not in (RequestStatus.REQUESTED,):
        rejected = status == RequestStatus.REJECTED
        row.status = WithdrawalStatus.REJECTED if rejected else WithdrawalStatus.ACCEPTED


async def add_event(session: AsyncSession, number: str, kind: str, at: datetime, actor: str) -> None:
    """Add a step to a return's history; each kind of ours stands there once."""
    key = f"aftercare:{number}:{kind}"
    if await session.get(ReturnEvent, key) is None:
        session.add(ReturnEvent(id=key, number=number, kind=kind, at=at, actor=actor))
