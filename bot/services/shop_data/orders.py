"""orders.jsonl."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.shop_data.fields import (
    AddressRow,
    Email,
    Id,
    Moment,
    Money,
    Number,
    Part,
    Reference,
    Row,
    limited,
)
from bot.shop.keys import email_key, number_key, postcode_key
from bot.shop.orders import OrderStatus
from bot.store.bulk import replace_children, upsert
from bot.store.orders import Order, OrderLine, Shipment
from bot.store.reward_queries import make_due


class PaymentRow(Part):
    """Money paid for an order."""

    id: Id
    method: Annotated[str, limited(40)]
    last4: Annotated[str, limited(4)] | None = None
    amount: Money

    def record(self) -> dict[str, Any]:
        """As it is kept with the order."""
        return {"id": self.id, "method": self.method, "last4": self.last4, "amount": self.amount.record()}


class DiscountRow(Part):
    """What a code took off."""

    code: Annotated[str, limited(64)]
    amount: Money

    def record(self) -> dict[str, Any]:
        """As it is kept with the order."""
        return {"code": self.code, "amount": self.amount.record()}


class OrderLineRow(Part):
    """One product in some quantity."""

    id: Id
    sku: Id
    quantity: Annotated[int, Field(ge=1, lt=2**31)]
    unit_price: Money


class ShipmentRow(Part):
    """A parcel; `line_ids` are lines of its order."""

    id: Id
    carrier: Annotated[str, limited(80)]
    tracking: Annotated[str, limited(120, empty=True)]
    shipped_at: Moment | None = None
    expected_at: Moment | None = None
    delivered_at: Moment | None = None
    line_ids: list[Id]


class OrderRow(Row):
    """An order with its lines and shipments: one unit that goes in whole or not at all."""

    key_field = "number"

    number: Number
    customer_id: Id | None = None
    email: Email
    placed_at: Moment
    status: OrderStatus
    ship_to: AddressRow
    payments: list[PaymentRow]
    shipping_fee: Money | None = None
    discounts: list[DiscountRow] | None = None
    lines: Annotated[list[OrderLineRow], Field(min_length=1)]
    shipments: list[ShipmentRow]

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if not number_key(self.number):
            raise ValueError("number: has neither a letter nor a digit")
        _refuse_doubles("lines", [line.id for line in self.lines])
        _refuse_doubles("shipments", [shipment.id for shipment in self.shipments])
        ids = {line.id for line in self.lines}
        for place, shipment in enumerate(self.shipments):
            if strange := sorted(set(shipment.line_ids) - ids):
                raise ValueError(f"shipments.{place}.line_ids: the order has no line {', '.join(strange)}")
        for field, money in self._amounts():
            if money.currency != self.currency:
                raise ValueError(f"{field}: is in {money.currency}, but the first line is in {self.currency}")
        return self

    @property
    def currency(self) -> str:
        """The one currency of the order."""
        return self.lines[0].unit_price.currency

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        if self.shipping_fee:
            yield "shipping_fee", self.shipping_fee
        for place, line in enumerate(self.lines):
            yield f"lines.{place}.unit_price", line.unit_price
        for place, payment in enumerate(self.payments):
            yield f"payments.{place}.amount", payment.amount
        for place, discount in enumerate(self.discounts or ()):
            yield f"discounts.{place}.amount", discount.amount

    def references(self) -> Iterator[Reference]:
        """The customer and the products."""
        if self.customer_id:
            yield Reference("customer_id", "customer", self.customer_id)
        for line in self.lines:
            yield Reference("lines.sku", "product", line.sku)

    def record(self) -> dict[str, Any]:
        """The columns of the order itself."""
        return {
            "number": self.number,
            "number_key": number_key(self.number),
            "customer_id": self.customer_id,
            "email": self.email,
            "email_key": email_key(self.email),
            "postcode_key": postcode_key(self.ship_to.postcode),
            "placed_at": self.placed_at,
            "status": self.status.value,
            "currency": self.currency,
            "ship_to": self.ship_to.record(),
            "payments": [payment.record() for payment in self.payments],
            "shipping_fee": self.shipping_fee.amount if self.shipping_fee else None,
            "discounts": [discount.record() for discount in self.discounts or ()],
        }

    def line_records(self) -> Iterable[dict[str, Any]]:
        """The columns of its lines."""
        for position, line in enumerate(self.lines):
            yield {
                "order_number": self.number,
                "id": line.id,
                "position": position,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price": line.unit_price.amount,
            }

    def shipment_records(self) -> Iterable[dict[str, Any]]:
        """The columns of its shipments."""
        for position, shipment in enumerate(self.shipments):
            given = {name: getattr(shipment, name) for name in ShipmentRow.model_fields}
            yield given | {"order_number": self.number, "position": position}


async def write_orders(session: AsyncSession, rows: Sequence[OrderRow]) -> None:
    """Orders with their lines and shipments as given now."""
    numbers = [row.number for row in rows]
    await upsert(session, Order, [row.record() for row in rows])
    lines = [record for row in rows for record in row.line_records()]
    await replace_children(session, OrderLine, "order_number", numbers, lines)
    shipments = [record for row in rows for record in row.shipment_records()]
    await replace_children(session, Shipment, "order_number", numbers, shipments)
    await make_due(session, [row.customer_id for row in rows if row.customer_id])


def _refuse_doubles(field: str, ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError(f"{field}: two have the same id")
