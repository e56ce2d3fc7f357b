"""The conversation log: entries get the next number of their conversation, readers go on from a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.conversations import Choice, Conversation, Message
from bot.support.conversation import Author, EntryType


@dataclass(frozen=True)
class NewEntry:
    """What is to be logged. `choices` are (title, payload) pairs; `parts` is what a channel renders."""

    author: Author
    text: str = ""
    type: EntryType = EntryType.MESSAGE
    parts: dict[str, Any] = field(default_factory=dict)
    choices: Sequence[tuple[str, str]] = ()
    client_id: str | None = None
    external_id: str | None = None


async def append(session: AsyncSession, conversation_id: str, entry: NewEntry, at: datetime) -> int:
    """Log one entry and give its number.

    The counter's row is locked until the transaction ends, so that a reader never sees a number before a
    smaller one.
    """
    seq = await _next_seq(session, conversation_id)
    session.add(
        Message(
            conversation_id=conversation_id,
            seq=seq,
            type=entry.type,
            author=entry.author,
            text=entry.text,
            parts=entry.parts,
            client_id=entry.client_id,
            external_id=entry.external_id,
            at=at,
        )
    )
    await session.flush()
    session.add_all(
        Choice(conversation_id=conversation_id, seq=seq, position=position, title=title, payload=payload)
        for position, (title, payload) in enumerate(entry.choices)
    )
    return seq


async def _next_seq(session: AsyncSession, conversation_id: str) -> int:
    raised = (
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_seq=Conversation.last_seq + 1)
        .returning(Conversation.last_seq)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(raised)).scalar_one()


async def entries_after(
    session: AsyncSession, conversation_id: str, after: int, limit: int
) -> list[tuple[Message, list[Choice]]]:
    """The entries above `after`, oldest first, each with its choices."""
    found = await session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after)
        .order_by(Message.seq)
        .limit(limit)
    )
    messages = list(found)
    if not messages:
        return []
    choices = await choices_between(session, conversation_id, after, messages[-1].seq + 1)
    return [(found, [choice for choice in choices if choice.seq == found.seq]) for found in messages]


async def choices_between(
    session: AsyncSession, conversation_id: str, after: int, before: int
) -> list[Choice]:
    """The choices offered in entries strictly between two numbers, in the order they were shown."""
    found = await session.scalars(
        select(Choice)
        .where(Choice.conversation_id == conversation_id, Choice.seq > after, Choice.seq < before)
        .order_by(Choice.seq, Choice.position)
    )
    return list(found)
