"""What was decided here and has to happen in the shop's systems."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, new_id


class ShopRequest(Base):
    """One thing the shop is asked to do; `idempotency_key` makes a repeat find the first.

    `subject` is `kind:id`, such as `order:10482`. `due_at` is when the webhook is tried next (true time).
    """

    __tablename__ = "shop_requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    idempotency_key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(12))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(400))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (Index("ix_shop_requests_due", "status", "delivered_at", "due_at"),)
