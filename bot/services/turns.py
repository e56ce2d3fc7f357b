"""Turns: one customer message is taken up, answered by the bot, and its answer logged with `turn_done`.

One dispatcher has a conversation at a time (a lease); messages are taken in the order of the log. Lease times
are true ones: a frozen shop clock must not freeze them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.website import for_rasa
from bot.services.language import language_of
from bot.services.runtime import Runtime
from bot.services.staff_messages import REPLY_IN_CHAT, keep_message
from bot.services.words import message
from bot.shop.content.base import Language
from bot.store.conversations import WAITING, Attachment, Choice, Conversation, Message
from bot.store.log import NewEntry, append, choices_between
from bot.support.conversation import Author, EntryType, Owner

# How long a message waits when the process that had it was killed; prolonged every few seconds.
LEASE = timedelta(seconds=20)
RASA_TEXT_LIMIT = 1000
PASS_ON = "aftercare:pass_on"  # noqa: S105 -- what a button means


@dataclass(frozen=True)
class Turn:
    """A customer message whose turn it is. `for_bot` is what Rasa gets: safe text or a button's meaning.

    It is empty when nothing is left to understand: a file without words, or a row of slashes.
    """

    conversation_id: str
    dialogue_id: str
    seq: int
    text: str
    for_bot: str
    has_files: bool
    language: Language
    epoch: int
    owner: Owner
    attempts: int
    rasa_turns: int
    rasa_in_doubt: bool
    rasa_session_over: bool = False
    # Whether `for_bot` is a button's meaning: a typed text never is one of the gateway's own commands.
    pressed: bool = False


@dataclass(frozen=True)
class Answer:
    """One message of the bot: text, buttons as (title, meaning), and parts such as cards."""

    text: str
    choices: Sequence[tuple[str, str]] = ()
    parts: dict[str, Any] = field(default_factory=dict)


async def take_lease(runtime: Runtime, conversation_id: str, holder: str) -> bool:
    """Whether `holder` may work on the conversation now; a repeat prolongs the lease."""
    now = datetime.now(UTC)
    async with runtime.database.transaction() as session:
        taken = await session.execute(
            update(Conversation)
            .where(
                Conversation.id == conversation_id,
                or_(
                    Conversation.leased_until.is_(None),
                    Conversation.leased_until < now,
                    Conversation.leased_by == holder,
                ),
            )
            .values(leased_by=holder, leased_until=now + LEASE)
            .returning(Conversation.id)
        )
        return taken.scalar_one_or_none() is not None


async def give_up_lease(runtime: Runtime, conversation_id: str, holder: str) -> None:
    """Let others work on the conversation at once."""
    async with runtime.database.transaction() as session:
        await session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.leased_by == holder)
            .values(leased_by=None, leased_until=None)
        )


async def waiting_conversations(runtime: Runtime) -> list[str]:
    """Conversations with unanswered messages that nobody works on: new ones, and what a crash left."""
    now = datetime.now(UTC)
    async with runtime.database.reading() as session:
        found = await session.scalars(
            select(Conversation.id)
            .where(WAITING, or_(Conversation.leased_until.is_(None), Conversation.leased_until < now))
            .limit(500)
        )
        return list(found)


async def begin_turn(runtime: Runtime, conversation_id: str) -> Turn | None:
    """Take up the oldest unanswered message and count the attempt, or None when all are answered."""
    async with runtime.database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id, with_for_update=True)
        entry = await _next_unanswered(session, conversation)
        if entry is None:
            conversation.asked_seq = conversation.answered_seq
            return None
        entry.attempts += 1
        meaning = await _meaning(session, conversation, entry)
        words = await _with_letters(session, entry)
        if meaning is None:
            conversation.language = language_of(
                entry.text, cast("Language", conversation.language), runtime.content.telltale.telltale
            )
        return Turn(
            conversation_id=conversation.id,
            dialogue_id=conversation.dialogue_id,
            seq=entry.seq,
            text=entry.text,
            for_bot=meaning if meaning is not None else for_rasa(words, RASA_TEXT_LIMIT),
            has_files="attachments" in entry.parts,
            language=cast("Language", conversation.language),
            epoch=conversation.epoch,
            owner=Owner(conversation.owner),
            attempts=entry.attempts,
            rasa_turns=conversation.rasa_turns,
            rasa_in_doubt=conversation.rasa_in_doubt,
            rasa_session_over=conversation.rasa_session_over,
            pressed=meaning is not None,
        )


async def _next_unanswered(session: AsyncSession, conversation: Conversation) -> Message | None:
    found = await session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.seq > conversation.answered_seq,
            Message.author == Author.CUSTOMER,
            Message.type == EntryType.MESSAGE,
        )
        .order_by(Message.seq)
        .limit(1)
    )
    return found.one_or_none()


async def _with_letters(session: AsyncSession, entry: Message) -> str:
    """What was typed, and what the PDFs sent with it say: a forwarded order mail speaks for itself."""
    if "attachments" not in entry.parts:
        return entry.text
    sent = select(Attachment.words).where(
        Attachment.conversation_id == entry.conversation_id, Attachment.seq == entry.seq
    )
    return "\n".join(text for text in (entry.text, *await session.scalars(sent)) if text)


async def _meaning(session: AsyncSession, conversation: Conversation, entry: Message) -> str | None:
    """What a chosen button means; a text equal to the title of a button just offered is that button.

    Of a typed code Rasa learns only what became of it.
    """
    if "code" in entry.parts:
        return f'/inform{{"code_result": "{entry.parts["code"]}"}}'
    chosen = entry.parts.get("choice")
    if chosen is not None:
        return (await session.get_one(Choice, chosen)).payload
    offered = await choices_between(session, conversation.id, conversation.answered_seq, entry.seq)
    typed = entry.text.strip().casefold()
    matching = [choice.payload for choice in offered if choice.title.strip().casefold() == typed]
    return matching[-1] if matching else None


async def finish_turn(
    runtime: Runtime, turn: Turn, answers: Sequence[Answer], *, rasa_answered: bool, in_doubt: bool
) -> None:
    """Log the answers and `turn_done` in one transaction.

    If somebody else took the conversation over meanwhile (its epoch rose), the answers are dropped: the bot
    does not talk over a person. A turn that is already answered is left as it is.
    """
    async with runtime.database.transaction() as session:
        conversation = await session.get_one(Conversation, turn.conversation_id, with_for_update=True)
        if conversation.answered_seq >= turn.seq:
            return
        if conversation.epoch == turn.epoch:
            for answer in answers:
                entry = NewEntry(Author.BOT, answer.text, parts=answer.parts, choices=answer.choices)
                await append(session, conversation.id, entry, runtime.clock())
        await _close_turn(runtime, session, turn)
        conversation.rasa_turns += 1 if rasa_answered else 0
        conversation.rasa_in_doubt = in_doubt


async def _close_turn(runtime: Runtime, session: AsyncSession, turn: Turn) -> None:
    done = NewEntry(Author.SYSTEM, type=EntryType.TURN_DONE, parts={"in_reply_to": turn.seq})
    await append(session, turn.conversation_id, done, runtime.clock())
    await session.execute(
        update(Conversation)
        .where(Conversation.id == turn.conversation_id)
        .values(answered_seq=turn.seq, last_activity_at=runtime.clock())
        .execution_options(synchronize_session=False)
    )


async def pass_on(runtime: Runtime, turn: Turn) -> None:
    """The customer lets staff have the message the bot could not answer: keep it and say so, once."""
    async with runtime.database.transaction() as session:
        conversation = await session.get_one(Conversation, turn.conversation_id, with_for_update=True)
        if conversation.answered_seq >= turn.seq:
            return
        failed = await _failed_message(session, turn)
        left = await keep_message(
            runtime,
            session,
            turn.conversation_id,
            topic="unanswered",
            text=_as_text(failed) if failed else turn.text,
            reply_to=REPLY_IN_CHAT,
            key=f"pass_on:{turn.conversation_id}:{failed.seq if failed else turn.seq}",
        )
        entry = message(runtime, "passed_on", turn.language, promised=left.promised_at)
        await append(session, turn.conversation_id, entry, runtime.clock())
        await _close_turn(runtime, session, turn)


async def _failed_message(session: AsyncSession, turn: Turn) -> Message | None:
    """The customer message whose failure offered this button: the one whose turn the offer closed.

    Not simply the last one before the offer: the customer may have written more while that turn ran.
    """
    done = await session.scalar(
        select(Message)
        .where(
            Message.conversation_id == turn.conversation_id,
            Message.type == EntryType.TURN_DONE,
            Message.seq > await _offered_at(session, turn),
        )
        .order_by(Message.seq)
        .limit(1)
    )
    if done is None:
        return None
    return await session.get(Message, (turn.conversation_id, done.parts["in_reply_to"]))


def _as_text(entry: Message) -> str:
    """What staff read: the words, or the names of files sent without any."""
    return entry.text or ", ".join(str(file["name"]) for file in entry.parts.get("attachments", []))


async def _offered_at(session: AsyncSession, turn: Turn) -> int:
    """Where the pressed button stands in the log; for its title typed, the last such button."""
    entry = await session.get_one(Message, (turn.conversation_id, turn.seq))
    if "choice" in entry.parts:
        return (await session.get_one(Choice, entry.parts["choice"])).seq
    offered = select(func.max(Choice.seq)).where(
        Choice.conversation_id == turn.conversation_id, Choice.seq < turn.seq, Choice.payload == PASS_ON
    )
    return await session.scalar(offered) or turn.seq


async def rasa_session_ended(runtime: Runtime, conversation_id: str) -> None:
    """Rasa began a new session: its turns count from zero."""
    async with runtime.database.transaction() as session:
        await session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(rasa_turns=0, rasa_session_over=False)
        )


def probe_turn(dialogue_id: str, text: str) -> Turn:
    """A turn of no conversation, to see whether Rasa and the actions answer."""
    return Turn(
        conversation_id="",
        dialogue_id=dialogue_id,
        seq=0,
        text=text,
        for_bot=text,
        has_files=False,
        language="en",
        epoch=0,
        owner=Owner.WITH_BOT,
        attempts=1,
        rasa_turns=0,
        rasa_in_doubt=False,
    )
