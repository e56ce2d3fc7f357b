"""Conversations, their log, and who may read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, new_id
from bot.support.conversation import EntryType, Owner

WAITING = text("asked_seq > answered_seq")


class Conversation(Base):
    """One thread on one channel. `dialogue_id` is its name at Rasa, which no client ever sees."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    dialogue_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(16))
    customer_id: Mapped[str | None] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(String(20), default=Owner.WITH_BOT)
    epoch: Mapped[int] = mapped_column(default=0)
    identity_level: Mapped[int] = mapped_column(default=0)
    identity_expires_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(3), default="en")
    country: Mapped[str | None] = mapped_column(String(2))
    address_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # The log's counter, the customer's newest message, and how far the bot has answered.
    last_seq: Mapped[int] = mapped_column(default=0)
    asked_seq: Mapped[int] = mapped_column(default=0)
    answered_seq: Mapped[int] = mapped_column(default=0)
    # Rasa's side: turns since its session began, whether that is over (the conversation was closed), and
    # whether its state is in doubt after a time-out.
    rasa_turns: Mapped[int] = mapped_column(default=0)
    rasa_session_over: Mapped[bool] = mapped_column(default=False)
    tracker_purged_at: Mapped[datetime | None]
    rasa_in_doubt: Mapped[bool] = mapped_column(default=False)
    # One dispatcher at a time; technical times, true ones even when the shop's clock is frozen.
    leased_by: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]

    # When the question how it was is still to be asked at the next close: once for each time it was used.
    feedback_due: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_conversations_idle", "owner", "last_activity_at"),
        Index("ix_conversations_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )


class Message(Base):
    """One entry of a conversation's log."""

    __tablename__ = "messages"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(20), default=EntryType.MESSAGE)
    author: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client_id: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]
    # How often its turn was begun: above zero, Rasa may already have answered before a crash.
    attempts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        UniqueConstraint("conversation_id", "external_id"),
    )


class Choice(Base):
    """A button that was offered: the client holds the id, the meaning stays here."""

    __tablename__ = "choices"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]),
        Index("ix_choices_message", "conversation_id", "seq"),
    )


class InboxEvent(Base):
    """A raw event as it came in, before anything was made of it; a repeat finds its row taken."""

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("channel", "external_id"),)


class ChatSession(Base):
    """A browser's right to one conversation: only the token's hash is kept."""

    __tablename__ = "chat_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class UsedToken(Base):
    """A `jti` of an identity token that was accepted, kept until the token would have expired."""

    __tablename__ = "used_tokens"

    jti: Mapped[str] = mapped_column(String(128), primary_key=True)
    expires_at: Mapped[datetime]


class Attachment(Base):
    """A file a customer sent, checked and stripped; served from another origin.

    `words` are what a PDF says, such as a forwarded order mail; empty for pictures.
    """

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    seq: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
