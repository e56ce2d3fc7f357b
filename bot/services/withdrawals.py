"""Withdrawal from a contract: a declaration is taken from anybody, once, and acknowledged at once by mail.

Nothing here tells whether there is such an order: the declaration counts by law from when it is sent, and the
shop checks what it is about.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.attempts import check_attempts, count_attempt
from bot.services.audit import record
from bot.services.conversations import conversation_of
from bot.services.emails import queue_email
from bot.services.order_facts import order_case
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.services.words import moment_in_words
from bot.shop.content.base import Language
from bot.shop.errors import InvalidInput
from bot.shop.keys import email_key, number_key
from bot.shop.orders import Order
from bot.shop.requests import RequestKind
from bot.shop.return_status import WithdrawalStatus
from bot.shop.returns import ReturnCase
from bot.shop.withdrawal_rules import may_withdraw
from bot.store.counters import next_number
from bot.store.order_queries import find_order
from bot.store.returns import Withdrawal

NUMBER_KIND = "WDR"
NAME_LENGTH, NUMBER_LENGTH, MAIL_LENGTH = 200, 32, 254
# How many different declarations an hour may be sent to one mail address, and from one visitor.
PER_RECIPIENT = 5
PER_SOURCE = 20

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class Declaration:
    """What the law asks for: who, which contract, and where the receipt goes."""

    name: str
    order_number: str
    email: str

    def problems(self) -> list[str]:
        """The fields that cannot be taken."""
        checks = {
            "name": 0 < len(self.name) <= NAME_LENGTH,
            "order_number": bool(number_key(self.order_number)) and len(self.order_number) <= NUMBER_LENGTH,
            "email": bool(_MAIL.fullmatch(self.email)) and len(self.email) <= MAIL_LENGTH,
        }
        return [field for field, good in checks.items() if not good]

    @property
    def fingerprint(self) -> str:
        """Alike for the same declaration, however it is typed."""
        parts = (" ".join(self.name.casefold().split()), number_key(self.order_number), email_key(self.email))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """When the declaration was received, under which number; `new` is false for a repeat."""

    number: str
    received_at: datetime
    new: bool


def declaration(name: str, order_number: str, email: str) -> Declaration:
    """A declaration of what was typed, without what stands around it."""
    return Declaration(" ".join(name.split()), order_number.strip().lstrip("#").strip(), email.strip())


async def declare_withdrawal(
    runtime: Runtime,
    made: Declaration,
    language: Language,
    *,
    source: str = "",
    conversation_id: str | None = None,
) -> Receipt:
    """Take the declaration and send its receipt. Raises InvalidInput, and TooManyAttempts to stop floods."""
    if problems := made.problems():
        raise InvalidInput(f"cannot be taken: {', '.join(problems)}")
    async with runtime.database.transaction() as session:
        await _one_at_a_time(runtime, session, made)
        known = await session.scalar(select(Withdrawal).where(Withdrawal.fingerprint == made.fingerprint))
        if known is not None:
            return Receipt(known.number, known.received_at, new=False)
        limits = _limits(made, source)
        await check_attempts(session, limits)
        count_attempt(session, [key for key, _ in limits])
        row = await _write(runtime, session, made, language, conversation_id)
        return Receipt(row.number, row.received_at, new=True)


async def declare_in_chat(
    runtime: Runtime, dialogue_id: str, made: Declaration, language: Language
) -> Receipt:
    """The same from a conversation, whoever has it."""
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
    conversation_id, source = conversation.id, conversation.address_key or conversation.id
    return await declare_withdrawal(runtime, made, language, source=source, conversation_id=conversation_id)


async def _one_at_a_time(runtime: Runtime, session: AsyncSession, made: Declaration) -> None:
    """The same declaration twice at once: the second waits for the first. SQLite has one writer anyway."""
    if not runtime.database.sqlite:
        key = int(made.fingerprint[:15], 16)
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _limits(made: Declaration, source: str) -> list[tuple[str, int]]:
    recipient = hashlib.sha256(email_key(made.email).encode()).hexdigest()[:32]
    limits = [(f"withdraw-to:{recipient}", PER_RECIPIENT)]
    return [*limits, (f"withdraw-from:{source[:64]}", PER_SOURCE)] if source else limits


async def _write(
    runtime: Runtime,
    session: AsyncSession,
    made: Declaration,
    language: Language,
    conversation_id: str | None,
) -> Withdrawal:
    now = runtime.clock()
    row = Withdrawal(
        number=await next_number(session, NUMBER_KIND, now.year),
        fingerprint=made.fingerprint,
        name=made.name,
        order_number=made.order_number,
        email=made.email,
        email_key=email_key(made.email),
        language=language,
        conversation_id=conversation_id,
        status=WithdrawalStatus.RECEIVED,
        received_at=now,
    )
    session.add(row)
    await session.flush()
    await write_request(
        runtime,
        session,
        RequestKind.WITHDRAWAL,
        subject=f"withdrawal:{row.number}",
        payload=await _payload(runtime, session, row),
        key=f"{RequestKind.WITHDRAWAL}:{row.number}",
        conversation_id=conversation_id,
    )
    await _send_receipt(runtime, session, row, language)
    record(runtime, session, "customer", "withdraw", f"withdrawal:{row.number}", "received", conversation_id)
    return row


async def _send_receipt(runtime: Runtime, session: AsyncSession, row: Withdrawal, language: Language) -> None:
    await queue_email(
        runtime,
        session,
        "withdrawal_received",
        to=row.email,
        language=language,
        key=f"withdrawal_received:{row.number}",
        conversation_id=row.conversation_id,
        number=row.number,
        declared_by=row.name,
        order=row.order_number,
        at=moment_in_words(row.received_at, language, runtime.content.shop.time_zone),
    )


async def _payload(runtime: Runtime, session: AsyncSession, row: Withdrawal) -> dict[str, Any]:
    """The declaration, and for the shop's check what the rules say of the order if there is one."""
    order = await find_order(session, row.order_number)
    return {
        "number": row.number,
        "name": row.name,
        "order_number": row.order_number,
        "email": row.email,
        "received_at": row.received_at.isoformat(),
        "order_found": order is not None,
        "email_matches": order is not None and email_key(order.email) == row.email_key,
        "lines": await _line_verdicts(runtime, session, order) if order else [],
    }


async def _line_verdicts(runtime: Runtime, session: AsyncSession, order: Order) -> list[dict[str, Any]]:
    case = await order_case(runtime, session, order, account_known=False)
    told: list[dict[str, Any]] = []
    for line in case.facts.lines:
        left = line.quantity - line.returned
        verdict = may_withdraw(runtime.content, ReturnCase(case.facts, line, max(left, 1)), runtime.clock())
        told.append(
            {
                "line_id": line.id,
                "sku": line.sku,
                "quantity": left,
                "allowed": verdict.allowed,
                "rule_id": verdict.rule_id,
                "reason": verdict.reason,
                "last_day": verdict.last_day.isoformat() if verdict.last_day else None,
            }
        )
    return told
