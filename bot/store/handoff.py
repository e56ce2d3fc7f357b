"""What staff get: messages left for them, and the record of who did what."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, new_id


class StaffMessage(Base):
    """A message a customer left for staff, with where the answer goes and by when it was promised."""

    __tablename__ = "staff_messages"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    promised_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did or tried what, and how it ended; append-only. Ids only, never texts or addresses."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    at: Mapped[datetime]
