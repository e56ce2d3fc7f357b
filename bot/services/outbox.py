"""The outbox: what is due is leased, sent by a worker, and marked; a crash leaves it due again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.store.outbox import Delivery, OutboxMessage

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class DueMessage:
    """A message to send now."""

    id: str
    recipient: str
    subject: str
    body: str


async def take_due(runtime: Runtime) -> DueMessage | None:
    """The next due message, kept from other workers for two minutes; None when none is due."""
    now = datetime.now(UTC)
    async with runtime.database.transaction() as session:
        found = await session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.state == Delivery.PENDING, OutboxMessage.due_at <= now)
            .order_by(OutboxMessage.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        message = found.one_or_none()
        if message is None:
            return None
        message.attempts += 1
        message.due_at = now + LEASE
        return DueMessage(message.id, message.recipient, message.subject, message.body)


async def mark_sent(runtime: Runtime, message_id: str) -> None:
    """It left."""
    async with runtime.database.transaction() as session:
        message = await session.get_one(OutboxMessage, message_id)
        message.state, message.sent_at, message.error = Delivery.SENT, datetime.now(UTC), None


async def mark_failed(runtime: Runtime, message_id: str, error: str, *, permanent: bool) -> None:
    """It did not leave: later again with growing pauses, or never when it cannot work."""
    async with runtime.database.transaction() as session:
        message = await session.get_one(OutboxMessage, message_id)
        message.error = error[:200]
        if permanent or message.attempts >= MAX_ATTEMPTS:
            message.state = Delivery.FAILED
        else:
            message.due_at = datetime.now(UTC) + FIRST_PAUSE * 2 ** (message.attempts - 1)


@dataclass(frozen=True)
class MailboxEntry:
    """A message as the demo's mailbox page shows it."""

    recipient: str
    subject: str
    body: str
    at: datetime


async def mailbox(runtime: Runtime, limit: int = 50) -> list[MailboxEntry]:
    """The newest e-mails, for the demo's mailbox page."""
    async with runtime.database.reading() as session:
        found = await session.scalars(
            select(OutboxMessage).order_by(OutboxMessage.created_at.desc()).limit(limit)
        )
        return [MailboxEntry(row.recipient, row.subject, row.body, row.created_at) for row in found]
