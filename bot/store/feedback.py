"""What customers thought of a conversation."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, new_id


class Feedback(Base):
    """A score from 1 to 5 and words; one for each time the question was asked (`asked_seq`)."""

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    asked_seq: Mapped[int]
    score: Mapped[int]
    words: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
