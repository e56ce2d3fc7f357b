"""What is held of a person: told whole, and erased everywhere."""

import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.attachments import path_of
from bot.services.audit import record
from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.shop.keys import email_key
from bot.store.claims import Claim
from bot.store.contact import Customer
from bot.store.conversations import Attachment, Conversation
from bot.store.database import Database
from bot.store.handoff import AuditEntry
from bot.store.identity import OneTimeCode, OrderGrant
from bot.store.orders import Order
from bot.store.personal import HOLDINGS, Erasure, Person, personal_tables, rows_of
from bot.store.plans import PlanContract
from bot.store.returns import Return, Withdrawal
from bot.store.tracker import purge_tracker, tracker_events


@asynccontextmanager
async def tracker_of(runtime: Runtime) -> AsyncIterator[Database]:
    """Rasa's tracker store, for the length of the block."""
    tracker = Database(runtime.settings.rasa_tracker)
    try:
        yield tracker
    finally:
        await tracker.close()


async def held_of(runtime: Runtime, customer_id: str) -> dict[str, Any]:
    """All that is held of a customer, by table; uploads as paths. Raises NotFound."""
    async with runtime.database.transaction() as session:
        person = await _person(session, customer_id)
        held: dict[str, Any] = {
            table.name: await _rows(session, table, person) for table in reversed(personal_tables())
        }
        dialogues = await _dialogues(session, person)
        files = await _files(runtime, session, person)
        record(runtime, session, "cli", "access", f"customer:{customer_id}", "done")
    async with tracker_of(runtime) as tracker:
        held["rasa_tracker"] = await tracker_events(tracker, dialogues)
    return held | {"uploads": [str(path) for path in files]}


async def forget(runtime: Runtime, customer_id: str) -> str:
    """Erase a customer everywhere; append-only rows keep the pseudonym that is given back. Raises NotFound.

    The database first, in one transaction; then files and tracker. After a crash in between, the retention
    loop removes what no row points to any more.
    """
    pseudonym = f"erased-{secrets.token_hex(8)}"
    async with runtime.database.transaction() as session:
        person = await _person(session, customer_id)
        dialogues = await _dialogues(session, person)
        files = await _files(runtime, session, person)
        for table in personal_tables():
            await _erase(session, table, person, pseudonym)
        await session.execute(
            update(AuditEntry)
            .where(AuditEntry.subject == f"customer:{customer_id}")
            .values(subject=f"customer:{pseudonym}")
        )
        record(runtime, session, "cli", "forget", f"customer:{pseudonym}", "done")
    async with tracker_of(runtime) as tracker:
        await purge_tracker(tracker, dialogues)
    for path in files:
        path.unlink(missing_ok=True)
    return pseudonym


async def _person(session: AsyncSession, customer_id: str) -> Person:
    """A guest's orders under the account's address are the person's too, and so are talks about them."""
    customer = await session.get(Customer, customer_id)
    mails = {customer.email_key} if customer else set()
    orders = list(
        await session.scalars(
            select(Order).where((Order.customer_id == customer_id) | Order.email_key.in_(sorted(mails)))
        )
    )
    mails |= {order.email_key for order in orders}
    mails |= {
        email_key(email)
        for email in await session.scalars(
            select(PlanContract.email).where(PlanContract.customer_id == customer_id)
        )
    }
    numbers = frozenset(order.number for order in orders)
    talks = await _conversations(session, customer_id, mails, numbers)
    if customer is None and not orders and not talks:
        raise NotFound(f"nothing is held of a customer {customer_id!r}")
    subjects = await _subjects(session, mails, numbers)
    return Person(customer_id, frozenset(mails), numbers, frozenset(talks), subjects)


async def _subjects(
    session: AsyncSession, mails: Collection[str], numbers: Collection[str]
) -> frozenset[str]:
    """What requests to the shop about this person are about."""
    orders = sorted(numbers)
    withdrawn = select(Withdrawal.number).where(Withdrawal.email_key.in_(sorted(mails)))
    queries = {
        "return": select(Return.number).where(Return.order_number.in_(orders)),
        "claim": select(Claim.number).where(Claim.order_number.in_(orders)),
        "withdrawal": withdrawn,
    }
    found = {f"order:{number}" for number in orders}
    for kind, query in queries.items():
        found |= {f"{kind}:{number}" for number in await session.scalars(query)}
    return frozenset(found)


async def _conversations(
    session: AsyncSession, customer_id: str, mails: Collection[str], numbers: Collection[str]
) -> set[str]:
    own = select(Conversation.id).where(Conversation.customer_id == customer_id)
    opened = select(OrderGrant.conversation_id).where(OrderGrant.order_number.in_(sorted(numbers)))
    coded = select(OneTimeCode.conversation_id).where(
        OneTimeCode.email_key.in_(sorted(mails)), OneTimeCode.used_at.is_not(None)
    )
    found: set[str] = set()
    for query in (own, opened, coded):
        found |= set(await session.scalars(query))
    return found


async def _dialogues(session: AsyncSession, person: Person) -> list[str]:
    found = await session.scalars(
        select(Conversation.dialogue_id).where(Conversation.id.in_(sorted(person.conversation_ids)))
    )
    return list(found)


async def _files(runtime: Runtime, session: AsyncSession, person: Person) -> list[Path]:
    found = await session.scalars(
        select(Attachment.id).where(Attachment.conversation_id.in_(sorted(person.conversation_ids)))
    )
    return [path_of(runtime, file_id) for file_id in found]


async def _rows(session: AsyncSession, table: Table, person: Person) -> list[dict[str, Any]]:
    found = await session.execute(select(table).where(_of(table, person)))
    return [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _of(table: Table, person: Person) -> Any:
    """Conversations that are a guest's are found by their id: no customer is written in them."""
    if table.name == Conversation.__tablename__:
        return table.c.id.in_(sorted(person.conversation_ids))
    return rows_of(table, person)


async def _erase(session: AsyncSession, table: Table, person: Person, pseudonym: str) -> None:
    if HOLDINGS[table.name].erasure is Erasure.PSEUDONYM:
        values: dict[str, str | None] = {"customer_id": pseudonym}
        if "order_number" in table.c:
            values["order_number"] = None
        await session.execute(update(table).where(table.c.customer_id == person.customer_id).values(values))
    else:
        await session.execute(delete(table).where(_of(table, person)))
