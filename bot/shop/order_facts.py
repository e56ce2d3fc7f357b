"""What rules need to know of an order, whoever looked it up."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from bot.shop.orders import OrderStatus


@dataclass(frozen=True)
class LineFacts:
    """What was bought. `returned` counts what came back or is on its way in an open return."""

    id: str
    sku: str
    category: str
    quantity: int
    unit_price: Decimal
    final_sale: bool = False
    hygiene: bool = False
    warranty_months: int | None = None
    returned: int = 0


@dataclass(frozen=True)
class ShipmentFacts:
    """A parcel with the lines it carries."""

    id: str
    line_ids: tuple[str, ...]
    shipped_at: datetime | None = None
    expected_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class PaymentFacts:
    """What was paid in one way."""

    id: str
    method: str
    amount: Decimal


@dataclass(frozen=True)
class OrderFacts:
    """An order. `zone` is the customer's, `tier` the reward tier held when the order was placed.

    `refunded` is what has gone back of the payments so far.
    `tier_known` is false while the customer is not identified: then a tier may still lengthen what is said.
    """

    number: str
    placed_at: datetime
    status: OrderStatus
    currency: str
    country: str
    zone: tzinfo
    lines: tuple[LineFacts, ...]
    shipments: tuple[ShipmentFacts, ...] = ()
    payments: tuple[PaymentFacts, ...] = ()
    shipping_fee: Decimal = Decimal(0)
    discounts: tuple[Decimal, ...] = ()
    refunded: Decimal = Decimal(0)
    postcode: str | None = None
    tier: str | None = None
    tier_known: bool = True

    def line(self, line_id: str) -> LineFacts:
        """The line of that id."""
        return next(line for line in self.lines if line.id == line_id)

    def shipments_of(self, line: LineFacts) -> tuple[ShipmentFacts, ...]:
        """The parcels that carry a line."""
        return tuple(item for item in self.shipments if line.id in item.line_ids)

    def delivered_at(self, line: LineFacts) -> datetime | None:
        """When all of a line was there; an order reported delivered answers for lines named in no parcel."""
        parcels = self.shipments_of(line)
        if not parcels and self.status == OrderStatus.DELIVERED:
            parcels = self.shipments
        return _all_delivered(parcels)

    def complete_at(self) -> datetime | None:
        """When the last line was there; None while something is missing."""
        moments = [self.delivered_at(line) for line in self.lines]
        return max((moment for moment in moments if moment), default=None) if all(moments) else None


def _all_delivered(parcels: tuple[ShipmentFacts, ...]) -> datetime | None:
    moments = [parcel.delivered_at for parcel in parcels]
    if not moments or None in moments:
        return None
    return max(moment.astimezone(UTC) for moment in moments if moment)
