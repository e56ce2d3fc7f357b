"""What customers send: kept whole in one transaction before anybody is told that it arrived."""

from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.codes import take_typed_code
from bot.services.runtime import Runtime
from bot.shop.errors import InvalidInput
from bot.store.conversations import Attachment, Choice, Conversation, InboxEvent, Message
from bot.store.log import NewEntry, append
from bot.support.conversation import Author, Channel, EntryType, Owner


class UnknownChoice(InvalidInput):
    """The button was never offered in this conversation."""


class UnknownAttachment(InvalidInput):
    """The file is not of this conversation or was sent already."""


@dataclass(frozen=True)
class CustomerInput:
    """What the website sent: a text, a chosen button, files. `client_id` is the sender's own id of it."""

    client_id: str
    text: str = ""
    choice_id: str | None = None
    attachment_ids: tuple[str, ...] = ()


async def accept_message(runtime: Runtime, conversation_id: str, sent: CustomerInput) -> int:
    """Keep the raw event and its log entry; gives the entry's number, for a repeat the first one's.

    Raises UnknownChoice and UnknownAttachment; then nothing is kept.
    """
    try:
        async with runtime.database.transaction() as session:
            return await _accept(runtime, session, conversation_id, sent)
    except IntegrityError:
        # The same client_id won a race a moment ago: its entry is there now.
        async with runtime.database.reading() as session:
            known = await _known(session, conversation_id, sent.client_id)
        if known is None:
            raise
        return known


async def _accept(runtime: Runtime, session: AsyncSession, conversation_id: str, sent: CustomerInput) -> int:
    # Locked from the start: a close under way is seen here, and a file goes with one message only.
    await session.get_one(Conversation, conversation_id, with_for_update=True)
    known = await _known(session, conversation_id, sent.client_id)
    if known is not None:
        return known
    now = runtime.clock()
    code = await take_typed_code(runtime, session, conversation_id, sent.text)
    if code is not None:
        sent = replace(sent, text=code.redacted)
    session.add(
        InboxEvent(
            channel=Channel.WEBSITE,
            external_id=f"{conversation_id}:{sent.client_id}",
            payload={"text": sent.text, "choice": sent.choice_id, "attachments": list(sent.attachment_ids)},
            received_at=now,
        )
    )
    await _reopen_if_closed(runtime, session, conversation_id)
    entry = await _entry(session, conversation_id, sent)
    if code is not None:
        entry.parts["code"] = code.result
    seq = await append(session, conversation_id, entry, now)
    await _claim_attachments(session, conversation_id, sent.attachment_ids, seq)
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(asked_seq=seq, last_activity_at=now, feedback_due=True)
    )
    return seq


async def _known(session: AsyncSession, conversation_id: str, client_id: str) -> int | None:
    known = select(Message.seq).where(
        Message.conversation_id == conversation_id, Message.client_id == client_id
    )
    return await session.scalar(known)


async def _reopen_if_closed(runtime: Runtime, session: AsyncSession, conversation_id: str) -> None:
    """A message to a closed conversation gives it back to the bot."""
    reopened = (
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.owner == Owner.CLOSED)
        .values(owner=Owner.WITH_BOT, epoch=Conversation.epoch + 1, closed_at=None, tracker_purged_at=None)
        .returning(Conversation.id)
        .execution_options(synchronize_session=False)
    )
    if (await session.execute(reopened)).scalar_one_or_none() is not None:
        entry = NewEntry(author=Author.SYSTEM, type=EntryType.OWNER, parts={"owner": Owner.WITH_BOT})
        await append(session, conversation_id, entry, runtime.clock())


async def _entry(session: AsyncSession, conversation_id: str, sent: CustomerInput) -> NewEntry:
    parts: dict[str, object] = {}
    text = sent.text
    if sent.choice_id is not None:
        choice = await session.get(Choice, sent.choice_id)
        if choice is None or choice.conversation_id != conversation_id:
            raise UnknownChoice("no such choice in this conversation")
        text, parts["choice"] = choice.title, choice.id
    if sent.attachment_ids:
        parts["attachments"] = await _attachments(session, conversation_id, sent.attachment_ids)
    return NewEntry(author=Author.CUSTOMER, text=text, parts=parts, client_id=sent.client_id)


async def _attachments(
    session: AsyncSession, conversation_id: str, ids: tuple[str, ...]
) -> list[dict[str, object]]:
    found = await session.scalars(
        select(Attachment).where(
            Attachment.id.in_(ids), Attachment.conversation_id == conversation_id, Attachment.seq.is_(None)
        )
    )
    files = {file.id: file for file in found}
    if set(files) != set(ids):
        raise UnknownAttachment("an attachment is not of this conversation, or was sent already")
    return [
        {
            "id": files[key].id,
            "name": files[key].name,
            "content_type": files[key].content_type,
            "size": files[key].size,
        }
        for key in dict.fromkeys(ids)
    ]


async def _claim_attachments(
    session: AsyncSession, conversation_id: str, ids: tuple[str, ...], seq: int
) -> None:
    if ids:
        await session.execute(
            update(Attachment)
            .where(Attachment.id.in_(ids), Attachment.conversation_id == conversation_id)
            .values(seq=seq)
        )
