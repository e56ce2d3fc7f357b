"""Reading and writing reward accounts: entries leave and enter as the frozen ones of `bot.shop`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.shop.ledger import Entry
from bot.shop.rewards import EntryKind
from bot.store.rewards import Coupon, LedgerEntry, RewardAccount

# Due since ever: looked at as soon as a worker has time.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


async def lock_account(session: AsyncSession, customer_id: str) -> RewardAccount:
    """The account, made if need be, and kept from everybody else until the transaction ends.

    SQLite lets one writer in at a time anyway; PostgreSQL holds the row.
    """
    await _insert_missing(session, [{"customer_id": customer_id, "due_at": AT_ONCE}])
    return await session.get_one(RewardAccount, customer_id, with_for_update=True, populate_existing=True)


async def make_due(session: AsyncSession, customer_ids: Collection[str]) -> None:
    """Have these accounts looked at soon, because something that they depend on has changed."""
    wanted = sorted(set(customer_ids))
    if not wanted:
        return
    await _insert_missing(session, [{"customer_id": one, "due_at": AT_ONCE} for one in wanted])
    await session.execute(
        update(RewardAccount).where(RewardAccount.customer_id.in_(wanted)).values(due_at=AT_ONCE)
    )


async def _insert_missing(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    connection = await session.connection()
    kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    await connection.execute(kind(RewardAccount).on_conflict_do_nothing(), list(rows))


async def take_due_account(session: AsyncSession, now: datetime) -> RewardAccount | None:
    """The account that has been due the longest, if any, kept from other workers."""
    found = await session.scalars(
        select(RewardAccount)
        .where(RewardAccount.due_at <= now)
        .order_by(RewardAccount.due_at, RewardAccount.customer_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return found.one_or_none()


async def find_entries(session: AsyncSession, customer_id: str) -> tuple[Entry, ...]:
    """All entries of an account."""
    rows = await session.scalars(select(LedgerEntry).where(LedgerEntry.customer_id == customer_id))
    return tuple(
        Entry(
            key=row.idempotency_key,
            kind=EntryKind(row.kind),
            points=row.points,
            at=row.at,
            available_at=row.available_at,
            expires_at=row.expires_at,
            order_number=row.order_number,
            reason=row.reason,
        )
        for row in rows
    )


async def add_entries(session: AsyncSession, customer_id: str, entries: Iterable[Entry]) -> None:
    """Append entries; a key that is taken is an error, so nothing counts twice."""
    for entry in entries:
        given = asdict(entry)
        key = given.pop("key")
        given["kind"] = entry.kind.value
        await session.execute(
            insert(LedgerEntry).values(idempotency_key=key, customer_id=customer_id, **given)
        )


async def find_coupons(session: AsyncSession, customer_id: str) -> list[Coupon]:
    """All coupons of a customer, the one that ends first first."""
    query = select(Coupon).where(Coupon.customer_id == customer_id).order_by(Coupon.valid_until, Coupon.code)
    return list(await session.scalars(query))


async def find_granted(session: AsyncSession, customer_id: str, grant_key: str) -> Coupon | None:
    """The coupon that was given for this."""
    query = select(Coupon).where(Coupon.customer_id == customer_id, Coupon.grant_key == grant_key)
    found = await session.scalars(query)
    return found.one_or_none()
