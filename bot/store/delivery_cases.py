"""Delivery problems that were reported and what the customer gets for them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, new_id


class DeliveryCase(Base):
    """One problem with one parcel; `days` is how late it is, or how long ago it came.

    `watch_until` is the last day of waiting; `remedy` is empty while nothing is decided.
    """

    __tablename__ = "delivery_cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), index=True)
    shipment_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    days: Mapped[int]
    remedy: Mapped[str | None] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12))
    rule_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str | None] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    watch_until: Mapped[date | None]
    request_id: Mapped[str | None] = mapped_column(ForeignKey("shop_requests.id"))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    opened_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("order_number", "shipment_id", "kind"),)
