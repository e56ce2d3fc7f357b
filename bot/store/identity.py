"""What a conversation may see of orders, the codes that were sent, and how often somebody tried."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, new_id


class Proof(StrEnum):
    """How an order was opened to a conversation."""

    POSTCODE = "postcode"
    EMAIL = "email"
    CODE = "code"


class OrderGrant(Base):
    """One order opened to one conversation, for a time."""

    __tablename__ = "order_grants"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    order_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    proof: Mapped[str] = mapped_column(String(10))
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class OneTimeCode(Base):
    """A code sent by e-mail, as a hash; it opens one order, or the account when `order_number` is empty."""

    __tablename__ = "one_time_codes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    order_number: Mapped[str | None] = mapped_column(String(32))
    customer_id: Mapped[str | None] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """A try to open an order or an account, counted by conversation, address and order."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_attempts_key_at", "key", "at"),)
