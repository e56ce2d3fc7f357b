"""Orders with their lines, payments and shipments, from the shop's systems."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.base import Base


class Order(Base):
    """An order; a guest's has no `customer_id`. The `..._key` columns are the forms compared at look-up."""

    __tablename__ = "orders"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    number_key: Mapped[str] = mapped_column(String(32), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(64), index=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    postcode_key: Mapped[str] = mapped_column(String(20))
    placed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    ship_to: Mapped[dict[str, Any]]
    payments: Mapped[list[Any]] = mapped_column(default=list)
    shipping_fee: Mapped[Decimal | None]
    discounts: Mapped[list[Any]] = mapped_column(default=list)
    lines: Mapped[list["OrderLine"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="OrderLine.position"
    )
    shipments: Mapped[list["Shipment"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Shipment.position"
    )


class OrderLine(Base):
    """What was bought: one product in some quantity."""

    __tablename__ = "order_lines"

    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(String(64), index=True)
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]


class Shipment(Base):
    """A parcel with the lines it carries."""

    __tablename__ = "shipments"

    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    carrier: Mapped[str] = mapped_column(String(80))
    tracking: Mapped[str] = mapped_column(String(120))
    shipped_at: Mapped[datetime | None]
    expected_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    line_ids: Mapped[list[Any]]
