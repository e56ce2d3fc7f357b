"""Giving out what is kept, as JSON Lines."""

import json
from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.services.shop_requests import open_requests_by_order
from bot.shop.errors import NotFound
from bot.store.handoff import AuditEntry
from bot.store.orders import Order
from bot.store.tables import METADATA

AT_ONCE = 500


def table_names() -> Sequence[str]:
    """What can be exported."""
    return sorted(METADATA.tables)


async def export_table(runtime: Runtime, name: str) -> AsyncGenerator[str, None]:
    """A table's rows in the order of its key, each as one line of JSON. Raises NotFound for an unknown table.

    The audit log keeps that it was exported, so an export of the audit log ends with itself.
    """
    if name not in METADATA.tables:
        raise NotFound(f"there is no table {name!r}; the tables are {', '.join(table_names())}")
    await _note(runtime, name)
    table = METADATA.tables[name]
    async with runtime.database.reading() as session:
        connection = await session.connection()
        rows = await connection.stream(_query(table), execution_options={"yield_per": AT_ONCE})
        async for batch in rows.mappings().partitions(AT_ONCE):
            for row in await _completed(session, name, [dict(row) for row in batch]):
                yield json.dumps(row, ensure_ascii=False, default=_plain)


async def _completed(session: AsyncSession, name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Orders carry the requests that are open on them."""
    if name != Order.__tablename__:
        return rows
    requests = await open_requests_by_order(session, [row["number"] for row in rows])
    return [row | {"open_requests": requests.get(row["number"], [])} for row in rows]


async def _note(runtime: Runtime, name: str) -> None:
    entry = AuditEntry(actor="cli", action="export", subject=name, outcome="done", at=runtime.clock())
    async with runtime.database.transaction() as session:
        session.add(entry)


def _query(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def _plain(value: Any) -> str:
    """Times with their zone, amounts with their digits."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
