"""Reading orders: what leaves this module are the frozen orders of `bot.shop`."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from bot.shop.contact import Address
from bot.shop.keys import email_key, number_key
from bot.shop.orders import Discount, OrderLine, OrderStatus, Payment, Shipment
from bot.shop.orders import Order as ShopOrder
from bot.store import orders as tables
from bot.store.orders import Order


async def find_order(session: AsyncSession, number: str) -> ShopOrder | None:
    """The order of that number; written otherwise (`#10-482`) it is found if only one is meant."""
    key = number_key(number)
    rows = (await session.scalars(_orders().where(Order.number_key == key).limit(50))).all() if key else []
    exact = [row for row in rows if row.number == number]
    found = exact or rows
    return _order(found[0]) if len(found) == 1 else None


async def find_orders_of_customer(session: AsyncSession, customer_id: str) -> list[ShopOrder]:
    """A customer's orders, the newest first."""
    return await _all(session, _orders().where(Order.customer_id == customer_id))


async def find_orders_of_email(session: AsyncSession, email: str) -> list[ShopOrder]:
    """The orders made with an address, a guest's too, the newest first."""
    return await _all(session, _orders().where(Order.email_key == email_key(email)))


def _orders() -> Select[Order]:
    return select(Order).options(selectinload(Order.lines), selectinload(Order.shipments))


async def _all(session: AsyncSession, query: Select[Order]) -> list[ShopOrder]:
    rows = await session.scalars(query.order_by(Order.placed_at.desc(), Order.number.desc()))
    return [_order(row) for row in rows]


def _order(row: Order) -> ShopOrder:
    return ShopOrder(
        number=row.number,
        customer_id=row.customer_id,
        email=row.email,
        placed_at=row.placed_at,
        status=OrderStatus(row.status),
        currency=row.currency,
        ship_to=Address(**row.ship_to),
        payments=tuple(_payment(payment) for payment in row.payments),
        shipping_fee=row.shipping_fee,
        discounts=tuple(_discount(discount) for discount in row.discounts),
        lines=tuple(_line(line) for line in row.lines),
        shipments=tuple(_shipment(shipment) for shipment in row.shipments),
    )


def _payment(kept: dict[str, Any]) -> Payment:
    amount = Decimal(kept["amount"]["amount"])
    return Payment(id=kept["id"], method=kept["method"], last4=kept["last4"], amount=amount)


def _discount(kept: dict[str, Any]) -> Discount:
    return Discount(code=kept["code"], amount=Decimal(kept["amount"]["amount"]))


def _line(row: tables.OrderLine) -> OrderLine:
    return OrderLine(id=row.id, sku=row.sku, quantity=row.quantity, unit_price=row.unit_price)


def _shipment(row: tables.Shipment) -> Shipment:
    return Shipment(
        id=row.id,
        carrier=row.carrier,
        tracking=row.tracking,
        shipped_at=row.shipped_at,
        expected_at=row.expected_at,
        delivered_at=row.delivered_at,
        line_ids=tuple(row.line_ids),
    )
