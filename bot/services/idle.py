"""Closing conversations nobody writes in any more."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.store.conversations import Conversation
from bot.store.log import NewEntry, append
from bot.support.conversation import Author, EntryType, Owner

AT_ONCE = 100


async def close_idle(runtime: Runtime) -> list[str]:
    """Close what was with the bot and idle for the set time; gives their ids.

    A conversation in which the customer wrote something since the last close is asked how it was, once.
    """
    before = runtime.clock() - timedelta(hours=runtime.settings.idle_close_hours)
    async with runtime.database.transaction() as session:
        found = await session.scalars(
            select(Conversation)
            .where(
                Conversation.owner == Owner.WITH_BOT,
                Conversation.last_activity_at < before,
                Conversation.asked_seq <= Conversation.answered_seq,
            )
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        idle = list(found)
        for conversation in idle:
            await _close(runtime, session, conversation)
    return [conversation.id for conversation in idle]


async def _close(runtime: Runtime, session: AsyncSession, conversation: Conversation) -> None:
    now = runtime.clock()
    ask = conversation.feedback_due
    conversation.owner = Owner.CLOSED
    conversation.epoch += 1
    conversation.closed_at = now
    conversation.feedback_due = False
    conversation.rasa_session_over = True
    await session.flush()
    closed = NewEntry(Author.SYSTEM, type=EntryType.OWNER, parts={"owner": Owner.CLOSED})
    await append(session, conversation.id, closed, now)
    if ask:
        await append(session, conversation.id, NewEntry(Author.SYSTEM, type=EntryType.FEEDBACK_REQUEST), now)
