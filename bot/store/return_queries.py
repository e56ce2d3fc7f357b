"""Reading returns and the pieces they hold."""

from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.shop.requests import DeliveryCaseStatus
from bot.shop.return_status import RefundStatus, ReturnStatus
from bot.shop.shipping_rules import DeliveryRemedy
from bot.store.delivery_cases import DeliveryCase
from bot.store.orders import Order, OrderLine, Shipment
from bot.store.plans import ReturnEvent
from bot.store.returns import Refund, Return, ReturnPiece

COUNTED_REFUNDS = (RefundStatus.REQUESTED, RefundStatus.PAID)
REFUNDED_PARCELS = (DeliveryCaseStatus.REQUESTED, DeliveryCaseStatus.SETTLED)


async def lock_order(session: AsyncSession, number: str) -> None:
    """Let nobody else change what comes back of this order until the transaction ends."""
    await session.execute(select(Order.number).where(Order.number == number).with_for_update())


async def returned_pieces(session: AsyncSession, number: str) -> dict[str, int]:
    """How many pieces of each line came back, are on their way, or were refunded with their parcel."""
    returned = Counter(line_id for line_id, _ in await held_pieces(session, number))
    for line_id, quantity in await _lines_refunded_by_parcel(session, number):
        returned[line_id] = quantity
    return dict(returned)


async def held_pieces(session: AsyncSession, number: str) -> Sequence[tuple[str, int]]:
    """The lines of an order and the numbers of their pieces that returns hold."""
    rows = await session.execute(
        select(ReturnPiece.line_id, ReturnPiece.held).where(
            ReturnPiece.order_number == number, ReturnPiece.held.is_not(None)
        )
    )
    return [(line_id, held) for line_id, held in rows if held is not None]


async def _lines_refunded_by_parcel(session: AsyncSession, number: str) -> Sequence[tuple[str, int]]:
    parcels = await session.scalars(
        select(Shipment.line_ids)
        .join(
            DeliveryCase,
            (DeliveryCase.order_number == Shipment.order_number) & (DeliveryCase.shipment_id == Shipment.id),
        )
        .where(
            DeliveryCase.order_number == number,
            DeliveryCase.remedy == DeliveryRemedy.REFUND,
            DeliveryCase.status.in_(REFUNDED_PARCELS),
        )
    )
    refunded = {line_id for line_ids in parcels for line_id in line_ids}
    if not refunded:
        return []
    rows = await session.execute(
        select(OrderLine.id, OrderLine.quantity).where(
            OrderLine.order_number == number, OrderLine.id.in_(refunded)
        )
    )
    return [(line_id, quantity) for line_id, quantity in rows]


async def given_back(session: AsyncSession, number: str) -> Decimal:
    """What of an order's payments goes back, or has gone back, with returns."""
    parts = await session.scalars(
        select(Refund.from_payments).where(Refund.order_number == number, Refund.status.in_(COUNTED_REFUNDS))
    )
    return sum(parts, Decimal(0))


async def promised_stock(session: AsyncSession, sku: str) -> int:
    """Pieces of a variant asked for in exchanges that the shop has not taken up yet, so not off its stock."""
    rows = await session.scalars(
        select(Return.lines).where(Return.exchange_sku == sku, Return.status == ReturnStatus.REQUESTED)
    )
    return sum(int(line["quantity"]) for lines in rows for line in lines)


async def find_return(session: AsyncSession, number: str) -> Return | None:
    """The return of that number, however its letters and dashes are written."""
    return await session.get(Return, number.strip().upper())


async def returns_of_orders(session: AsyncSession, numbers: Collection[str]) -> list[Return]:
    """All returns of these orders, the newest first."""
    found = await session.scalars(
        select(Return)
        .where(Return.order_number.in_(numbers))
        .order_by(Return.requested_at.desc(), Return.number.desc())
    )
    return list(found)


async def events_of(session: AsyncSession, number: str) -> list[ReturnEvent]:
    """What happened to a return, the oldest first."""
    found = await session.scalars(
        select(ReturnEvent).where(ReturnEvent.number == number).order_by(ReturnEvent.at, ReturnEvent.id)
    )
    return list(found)
