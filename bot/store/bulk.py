"""Writing many records at once, alike on SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.store.base import Base

Record = Mapping[str, Any]


async def upsert(
    session: AsyncSession, table: type[Base], records: Sequence[Record], *, key: Sequence[str] = ()
) -> None:
    """Insert the records; one whose key is taken replaces what is there. `key` is by default the primary key.

    All records have the same columns, and no two the same key.
    """
    if not records:
        return
    core = _core(table)
    connection = await session.connection()
    key = key or [column.name for column in core.primary_key]
    await connection.execute(_upsert_statement(connection, core, key, records[0]), list(records))


async def replace_children(
    session: AsyncSession,
    table: type[Base],
    parent_column: str,
    parents: Collection[str],
    records: Sequence[Record],
) -> None:
    """Give these parents these children and no others."""
    core = _core(table)
    connection = await session.connection()
    await connection.execute(delete(core).where(core.c[parent_column].in_(parents)))
    if records:
        await connection.execute(insert(core), list(records))


async def differ(session: AsyncSession, table: type[Base], records: Sequence[Record]) -> bool:
    """Whether any of the records is new or not as it is kept. The table has one key column."""
    core = _core(table)
    (key,) = core.primary_key.columns
    columns = [core.c[name] for name in records[0]]
    rows = await session.execute(select(*columns).where(key.in_([record[key.name] for record in records])))
    kept = {row[key.name]: dict(row) for row in rows.mappings()}
    return any(kept.get(record[key.name]) != dict(record) for record in records)


async def existing(
    session: AsyncSession, column: InstrumentedAttribute[str], values: Collection[str]
) -> set[str]:
    """Those of the values that the column holds."""
    return set(await session.scalars(select(column).where(column.in_(values)))) if values else set()


def is_the_records_fault(error: DBAPIError) -> bool:
    """Whether the database refused a record and would take others; not when it is locked, full or gone."""
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return str(code).startswith(("22", "23"))  # data exception, integrity constraint violation
    return isinstance(error, DataError | IntegrityError | InterfaceError) and not error.connection_invalidated


def _core(table: type[Base]) -> Table:
    core = table.__table__
    if not isinstance(core, Table):
        raise TypeError(f"{table.__name__} is no plain table")
    return core


def _upsert_statement(
    connection: AsyncConnection, table: Table, key: Sequence[str], record: Record
) -> Insert:
    changed = [name for name in record if name not in key]
    if connection.dialect.name == "postgresql":
        for_postgresql = postgresql.insert(table)
        return for_postgresql.on_conflict_do_update(
            index_elements=list(key), set_={name: for_postgresql.excluded[name] for name in changed}
        )
    for_sqlite = sqlite.insert(table)
    return for_sqlite.on_conflict_do_update(
        index_elements=list(key), set_={name: for_sqlite.excluded[name] for name in changed}
    )
