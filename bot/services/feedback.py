"""Asking once how it was, and keeping the answer."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.store.conversations import Conversation, Message
from bot.store.feedback import Feedback
from bot.support.conversation import EntryType


async def give(runtime: Runtime, conversation_id: str, *, score: int, words: str | None) -> None:
    """Keep a score (1 to 5) for the last time the question was asked; a later answer replaces an earlier.

    Raises NotFound when it was never asked.
    """
    async with runtime.database.transaction() as session:
        # Locked: two answers at once must not become two rows.
        await session.get_one(Conversation, conversation_id, with_for_update=True)
        asked = await _last_asked(session, conversation_id)
        if asked is None:
            raise NotFound("feedback was not asked for")
        found = await session.scalars(
            select(Feedback).where(Feedback.conversation_id == conversation_id, Feedback.asked_seq == asked)
        )
        row = found.one_or_none()
        if row is None:
            row = Feedback(conversation_id=conversation_id, asked_seq=asked, score=score, at=runtime.clock())
            session.add(row)
        row.score, row.words, row.at = score, words, runtime.clock()


async def _last_asked(session: AsyncSession, conversation_id: str) -> int | None:
    return await session.scalar(
        select(Message.seq)
        .where(Message.conversation_id == conversation_id, Message.type == EntryType.FEEDBACK_REQUEST)
        .order_by(Message.seq.desc())
        .limit(1)
    )
