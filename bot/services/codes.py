"""One-time codes by e-mail: six digits that raise a conversation to level 2 for an order or an account.

Whether an address or an order exists is never said: asking for a code is answered alike in both cases.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import cast

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.attempts import TooManyAttempts
from bot.services.audit import record
from bot.services.conversations import conversation_of
from bot.services.emails import queue_email
from bot.services.runtime import Runtime
from bot.shop.content.base import Language
from bot.shop.keys import email_key
from bot.store.contact import Customer
from bot.store.conversations import Conversation
from bot.store.identity import OneTimeCode, OrderGrant, Proof
from bot.store.orders import Order

LIFE = timedelta(minutes=10)
MAX_TRIES = 5
SENDS_AN_HOUR = 3
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
HIDDEN = "••••••"


class CodeResult(StrEnum):
    """What became of a typed code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    USED_UP = "used_up"


@dataclass(frozen=True)
class TypedCode:
    """A message with the code made unreadable, and what became of the code."""

    redacted: str
    result: CodeResult


async def send_order_code(runtime: Runtime, dialogue_id: str, order_number: str) -> None:
    """Send a code to the e-mail of an order the conversation may read already. Raises TooManyAttempts.

    For any other order nothing is sent and nothing is said.
    """
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        granted = await session.get(OrderGrant, (conversation.id, order_number))
        if granted is None or granted.expires_at <= runtime.clock():
            return
        order = await session.get_one(Order, order_number)
        await _send(runtime, session, conversation, order.email, order_number=order_number)


async def send_account_code(runtime: Runtime, dialogue_id: str, email: str) -> None:
    """Send a code to the account's e-mail, if there is such an account. Raises TooManyAttempts."""
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        found = await session.scalars(
            select(Customer).where(Customer.email_key == email_key(email)).order_by(Customer.id).limit(1)
        )
        customer = found.one_or_none()
        if customer is None:
            await _check_sends(session, conversation, email_key(email))
            await _remember_miss(session, conversation, email_key(email))
            return
        await _send(runtime, session, conversation, customer.email, customer_id=customer.id)


async def _send(
    runtime: Runtime,
    session: AsyncSession,
    conversation: Conversation,
    email: str,
    *,
    order_number: str | None = None,
    customer_id: str | None = None,
) -> None:
    await _check_sends(session, conversation, email_key(email))
    digits = f"{secrets.randbelow(1_000_000):06d}"
    await session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.conversation_id == conversation.id, OneTimeCode.used_at.is_(None))
        .values(used_at=datetime.now(UTC))
    )
    code = _new_code(conversation, email_key(email), digits)
    code.order_number, code.customer_id = order_number, customer_id
    session.add(code)
    await session.flush()
    await queue_email(
        runtime,
        session,
        "code",
        to=email,
        language=cast("Language", conversation.language),
        key=f"code:{code.id}",
        conversation_id=conversation.id,
        code=digits,
    )
    record(runtime, session, "customer", "send_code", f"code:{code.id}", "sent", conversation.id)


def _new_code(conversation: Conversation, key: str, digits: str) -> OneTimeCode:
    now = datetime.now(UTC)
    return OneTimeCode(
        conversation_id=conversation.id,
        email_key=key,
        code_hash=_hash(conversation.id, digits),
        sent_at=now,
        expires_at=now + LIFE,
        used_at=None,
    )


async def _remember_miss(session: AsyncSession, conversation: Conversation, key: str) -> None:
    """An unknown address uses up sends like a known one, or the limit would tell them apart."""
    row = _new_code(conversation, key, secrets.token_hex(16))
    session.add(row)


async def _check_sends(session: AsyncSession, conversation: Conversation, key: str) -> None:
    since = datetime.now(UTC) - timedelta(hours=1)
    for column, value in ((OneTimeCode.email_key, key), (OneTimeCode.conversation_id, conversation.id)):
        sent = (
            select(func.count()).select_from(OneTimeCode).where(column == value, OneTimeCode.sent_at > since)
        )
        if (await session.scalar(sent) or 0) >= SENDS_AN_HOUR:
            raise TooManyAttempts("three codes were sent within an hour")


def _hash(conversation_id: str, digits: str) -> str:
    """Bound to the conversation: a code read elsewhere is worth nothing here."""
    return hashlib.sha256(f"{conversation_id}:{digits}".encode()).hexdigest()


async def take_typed_code(
    runtime: Runtime, session: AsyncSession, conversation_id: str, text: str
) -> TypedCode | None:
    """Judge six digits in a message while a code is awaited, in the transaction that logs the message.

    None when no code is awaited or none was typed: then the text stays as it is.
    """
    typed = CODE.findall(text)
    awaited = await _awaited(session, conversation_id) if typed else None
    if awaited is None:
        return None
    awaited.tries += 1
    redacted = CODE.sub(HIDDEN, text)
    if any(hmac.compare_digest(awaited.code_hash, _hash(conversation_id, digits)) for digits in typed[:1]):
        awaited.used_at = datetime.now(UTC)
        await _raise_level(runtime, session, conversation_id, awaited)
        return TypedCode(redacted, CodeResult.ACCEPTED)
    if awaited.tries >= MAX_TRIES:
        awaited.used_at = datetime.now(UTC)
        record(runtime, session, "customer", "type_code", f"code:{awaited.id}", "used_up", conversation_id)
        return TypedCode(redacted, CodeResult.USED_UP)
    return TypedCode(redacted, CodeResult.WRONG)


async def _awaited(session: AsyncSession, conversation_id: str) -> OneTimeCode | None:
    found = await session.scalars(
        select(OneTimeCode)
        .where(
            OneTimeCode.conversation_id == conversation_id,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > datetime.now(UTC),
        )
        .order_by(OneTimeCode.sent_at.desc())
        .limit(1)
        .with_for_update()
    )
    return found.one_or_none()


async def _raise_level(
    runtime: Runtime, session: AsyncSession, conversation_id: str, code: OneTimeCode
) -> None:
    until = runtime.clock() + timedelta(hours=runtime.settings.identified_hours)
    if code.order_number is not None:
        granted = await session.get_one(OrderGrant, (conversation_id, code.order_number))
        granted.proof, granted.granted_at, granted.expires_at = Proof.CODE, runtime.clock(), until
        subject = f"order:{code.order_number}"
    elif code.customer_id is not None:
        conversation = await session.get_one(Conversation, conversation_id)
        conversation.customer_id = code.customer_id
        conversation.identity_level = 2
        conversation.identity_expires_at = until
        subject = f"customer:{code.customer_id}"
    else:
        return
    record(runtime, session, "customer", "type_code", subject, "accepted", conversation_id)
