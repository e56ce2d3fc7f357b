"""Orders as rules see them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.shop.contact import Address


class OrderStatus(StrEnum):
    """How far an order has come."""

    PENDING = "pending"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class OrderLine:
    """One product in some quantity."""

    id: str
    sku: str
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True)
class Shipment:
    """A parcel with the lines it carries."""

    id: str
    carrier: str
    tracking: str
    shipped_at: datetime | None
    expected_at: datetime | None
    delivered_at: datetime | None
    line_ids: tuple[str, ...]


@dataclass(frozen=True)
class Payment:
    """Money paid for an order."""

    id: str
    method: str
    last4: str | None
    amount: Decimal


@dataclass(frozen=True)
class Discount:
    """What a code took off an order's price."""

    code: str
    amount: Decimal


@dataclass(frozen=True)
class Order:
    """An order; a guest's has no `customer_id`. Every amount is in `currency`."""

    number: str
    customer_id: str | None
    email: str
    placed_at: datetime
    status: OrderStatus
    currency: str
    ship_to: Address
    payments: tuple[Payment, ...]
    shipping_fee: Decimal | None
    discounts: tuple[Discount, ...]
    lines: tuple[OrderLine, ...]
    shipments: tuple[Shipment, ...]

    def line(self, line_id: str) -> OrderLine | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == line_id), None)

    def delivered_at(self, line_id: str) -> datetime | None:
        """When the last parcel that carries this line arrived; None while one is still on its way."""
        carrying = [shipment for shipment in self.shipments if line_id in shipment.line_ids]
        times = [shipment.delivered_at for shipment in carrying if shipment.delivered_at is not None]
        return max(times) if times and len(times) == len(carrying) else None
