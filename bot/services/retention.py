"""How long each kind of data is kept, and removing what is older; docs/privacy.md tells the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from bot.services.attachments import path_of
from bot.services.privacy import tracker_of
from bot.services.runtime import Runtime
from bot.store.conversations import (
    Attachment,
    ChatSession,
    Choice,
    Conversation,
    InboxEvent,
    Message,
)
from bot.store.feedback import Feedback
from bot.store.handoff import AuditEntry, StaffMessage
from bot.store.identity import OneTimeCode, OrderGrant
from bot.store.outbox import Delivery, OutboxMessage
from bot.store.products import FittingOffer
from bot.store.tracker import purge_tracker
from bot.support.conversation import Owner

# Days by table. A conversation goes with everything that belongs to it.
KEPT_DAYS: dict[str, int] = {
    "rasa_tracker": 1,
    "inbox": 30,
    "chat_sessions": 30,
    "one_time_codes": 30,
    "order_grants": 30,
    "outbox": 90,
    "conversations": 730,
    "audit": 1095,
}
AT_ONCE = 200
OF_CONVERSATION = (
    FittingOffer,
    Choice,
    Attachment,
    StaffMessage,
    Feedback,
    OneTimeCode,
    OrderGrant,
    ChatSession,
    Message,
)


async def remove_old(runtime: Runtime) -> None:
    """Remove what is older than it may be, a few hundred conversations at a time."""
    now = runtime.clock()
    for table, column, extra in _dated():
        before = now - timedelta(days=KEPT_DAYS[table.__tablename__])
        async with runtime.database.transaction() as session:
            await session.execute(delete(table).where(column < before, *extra))
    await _remove_conversations(runtime, now - timedelta(days=KEPT_DAYS["conversations"]))
    await _purge_trackers(runtime, now - timedelta(days=KEPT_DAYS["rasa_tracker"]))


def _dated() -> list[tuple[Any, Any, tuple[ColumnElement[bool], ...]]]:
    return [
        (InboxEvent, InboxEvent.received_at, ()),
        (ChatSession, ChatSession.expires_at, ()),
        (OneTimeCode, OneTimeCode.expires_at, ()),
        (OrderGrant, OrderGrant.expires_at, ()),
        (OutboxMessage, OutboxMessage.created_at, (OutboxMessage.state != Delivery.PENDING,)),
        (AuditEntry, AuditEntry.at, ()),
    ]


async def _remove_conversations(runtime: Runtime, before: datetime) -> None:
    async with runtime.database.transaction() as session:
        old = list(
            await session.scalars(
                select(Conversation.id).where(Conversation.last_activity_at < before).limit(AT_ONCE)
            )
        )
        if not old:
            return
        files = list(await session.scalars(select(Attachment.id).where(Attachment.conversation_id.in_(old))))
        for table in OF_CONVERSATION:
            await session.execute(delete(table).where(table.conversation_id.in_(old)))
        await session.execute(delete(Conversation).where(Conversation.id.in_(old)))
    for file_id in files:
        path_of(runtime, file_id).unlink(missing_ok=True)


async def _purge_trackers(runtime: Runtime, before: datetime) -> None:
    """What Rasa remembers of conversations that closed a day ago."""
    async with runtime.database.transaction() as session:
        found = list(
            await session.scalars(
                select(Conversation)
                .where(
                    Conversation.owner == Owner.CLOSED,
                    Conversation.closed_at < before,
                    Conversation.tracker_purged_at.is_(None),
                )
                .limit(AT_ONCE)
            )
        )
        if not found:
            return
        async with tracker_of(runtime) as tracker:
            await purge_tracker(tracker, [conversation.dialogue_id for conversation in found])
        for conversation in found:
            conversation.tracker_purged_at = datetime.now(UTC)
