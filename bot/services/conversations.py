"""Conversations: opened, read, recognised again, and what is known of the customer in them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.identity import TokenClaims, accept_once
from bot.services.runtime import Runtime
from bot.services.words import message
from bot.shop.content.base import LANGUAGES, Language
from bot.shop.errors import Conflict, UnknownDialogue
from bot.store.base import new_id
from bot.store.conversations import ChatSession, Choice, Conversation, Message
from bot.store.log import append, entries_after
from bot.support.conversation import Channel, Owner

EVENTS_AT_ONCE = 200
PROBE_ID = "readiness"
PROBE_CHANNEL = "probe"


@dataclass(frozen=True)
class OpenedChat:
    """A new conversation on the website: the only time its token is seen. Events begin after `cursor`."""

    token: str
    conversation_id: str
    cursor: int


@dataclass(frozen=True)
class Visitor:
    """Whom a chat token belongs to."""

    conversation_id: str
    language: Language
    token_hash: str


@dataclass(frozen=True)
class Case:
    """What an action may know of the customer it answers; from the database, never from Rasa."""

    conversation_id: str
    channel: str
    customer_id: str | None
    identity_level: int
    language: Language
    country: str | None


@dataclass(frozen=True)
class LogEvent:
    """One entry of the log as a channel shows it; choices without what they mean."""

    seq: int
    type: str
    author: str
    text: str
    parts: dict[str, Any]
    at: datetime
    client_id: str | None
    choices: tuple[tuple[str, str], ...]


def language_for(locale: str | None) -> Language:
    """Our language for a browser's locale such as `fi-FI`, `tl` or `en`; English where we have none."""
    code = (locale or "").replace("_", "-").split("-")[0].casefold()
    code = {"tl": "fil"}.get(code, code)
    return code if code in LANGUAGES else "en"


async def open_chat(
    runtime: Runtime, *, locale: str | None, claims: TokenClaims | None, address: str = ""
) -> OpenedChat:
    """Open a conversation on the website and greet. `claims` are of an identity token that was just verified.

    Raises NotAllowed when the identity token was used before.
    """
    now = runtime.clock()
    language = language_for(locale)
    token = secrets.token_urlsafe(32)
    conversation = Conversation(
        channel=Channel.WEBSITE,
        language=language,
        created_at=now,
        last_activity_at=now,
        address_key=_address_key(runtime, address),
    )
    async with runtime.database.transaction() as session:
        if claims is not None:
            await accept_once(session, claims)
            _identify(conversation, claims, runtime)
        session.add(conversation)
        await session.flush()
        session.add(_chat_session(runtime, token, conversation))
        await append(session, conversation.id, message(runtime, "greeting", language), now)
    return OpenedChat(token=token, conversation_id=conversation.id, cursor=0)


def _chat_session(runtime: Runtime, token: str, conversation: Conversation) -> ChatSession:
    return ChatSession(
        token_hash=hash_token(token),
        conversation_id=conversation.id,
        created_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) + timedelta(days=runtime.settings.anonymous_session_days),
    )


def _address_key(runtime: Runtime, address: str) -> str | None:
    """The visitor's address as a key to count tries by; the address itself is not kept."""
    secret = runtime.settings.files_secret.get_secret_value().encode()
    return hmac.new(secret, address.encode(), hashlib.sha256).hexdigest() if address else None


def _identify(conversation: Conversation, claims: TokenClaims, runtime: Runtime) -> None:
    conversation.customer_id = claims.customer_id
    conversation.identity_level = 2
    conversation.identity_expires_at = runtime.clock() + timedelta(hours=runtime.settings.identified_hours)


def hash_token(token: str) -> str:
    """What is kept of a token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


async def visitor_of(runtime: Runtime, token: str) -> Visitor | None:
    """Whom the token belongs to, or None when it is unknown, revoked or expired."""
    async with runtime.database.reading() as session:
        found = await session.execute(
            select(ChatSession.conversation_id, Conversation.language)
            .join(Conversation, Conversation.id == ChatSession.conversation_id)
            .where(
                ChatSession.token_hash == hash_token(token),
                ChatSession.revoked_at.is_(None),
                ChatSession.expires_at > datetime.now(UTC),
            )
        )
        row = found.one_or_none()
    if row is None:
        return None
    return Visitor(row.conversation_id, cast("Language", row.language), hash_token(token))


async def identify(runtime: Runtime, visitor: Visitor, claims: TokenClaims) -> None:
    """Let the shop's token say who the visitor is.

    Raises NotAllowed for a token used before, and Conflict when the conversation is another customer's: what
    was said in it is not this one's to read.
    """
    async with runtime.database.transaction() as session:
        await accept_once(session, claims)
        conversation = await session.get_one(Conversation, visitor.conversation_id, with_for_update=True)
        if conversation.customer_id not in (None, claims.customer_id):
            raise Conflict("the conversation belongs to another customer")
        _identify(conversation, claims, runtime)


async def end_session(runtime: Runtime, visitor: Visitor) -> None:
    """Log out: the conversation's tokens are worth nothing from now on, in every tab."""
    async with runtime.database.transaction() as session:
        await session.execute(
            update(ChatSession)
            .where(ChatSession.conversation_id == visitor.conversation_id, ChatSession.revoked_at.is_(None))
            .values(revoked_at=datetime.now(UTC))
        )
        await session.execute(
            update(Conversation)
            .where(Conversation.id == visitor.conversation_id)
            .values(identity_level=0, identity_expires_at=None)
        )


async def events_after(runtime: Runtime, conversation_id: str, after: int) -> list[LogEvent]:
    """The log above a cursor, oldest first, at most 200 entries at once."""
    async with runtime.database.reading() as session:
        found = await entries_after(session, conversation_id, after, EVENTS_AT_ONCE)
    return [_log_event(entry, choices) for entry, choices in found]


def _log_event(entry: Message, choices: list[Choice]) -> LogEvent:
    return LogEvent(
        seq=entry.seq,
        type=entry.type,
        author=entry.author,
        text=entry.text,
        parts=entry.parts,
        at=entry.at,
        client_id=entry.client_id,
        choices=tuple((choice.id, choice.title) for choice in choices),
    )


async def case_of(runtime: Runtime, dialogue_id: str) -> Case:
    """What is known of the customer of a dialogue. Raises UnknownDialogue."""
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
    return _case(conversation, runtime.clock())


async def conversation_of(session: AsyncSession, dialogue_id: str) -> Conversation:
    """The conversation of a dialogue. Raises UnknownDialogue."""
    found = await session.scalars(select(Conversation).where(Conversation.dialogue_id == dialogue_id))
    conversation = found.one_or_none()
    if conversation is None:
        raise UnknownDialogue("no conversation has this dialogue")
    return conversation


def current_level(conversation: Conversation, now: datetime) -> int:
    """How well the customer is known now: levels expire."""
    expires = conversation.identity_expires_at
    return conversation.identity_level if expires is not None and now < expires else 0


def _case(conversation: Conversation, now: datetime) -> Case:
    level = current_level(conversation, now)
    return Case(
        conversation_id=conversation.id,
        channel=conversation.channel,
        customer_id=conversation.customer_id if level else None,
        identity_level=level,
        language=cast("Language", conversation.language),
        country=conversation.country,
    )


async def probe_dialogue(runtime: Runtime) -> str:
    """A dialogue to try the system with: a conversation nobody reads, with a new name at Rasa each time."""
    now = runtime.clock()
    dialogue_id = new_id()
    async with runtime.database.transaction() as session:
        probe = await session.get(Conversation, PROBE_ID)
        if probe is None:
            probe = Conversation(
                id=PROBE_ID, channel=PROBE_CHANNEL, owner=Owner.CLOSED, created_at=now, last_activity_at=now
            )
            session.add(probe)
        probe.dialogue_id = dialogue_id
    return dialogue_id
