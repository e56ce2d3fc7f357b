"""Alembic's entry: migrates the database the settings name, or the connection a caller hands over."""

import asyncio
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection

from bot import settings
from bot.store.base import Amount, UtcDateTime
from bot.store.database import Database
from bot.store.tables import METADATA


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Name our own column types in a generated migration; the rest as Alembic does."""
    if kind == "type" and isinstance(item, UtcDateTime | Amount):
        return f"{type(item).__name__}()"
    if kind == "type" and isinstance(item, JSON):
        return "Json"
    return False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_configured() -> None:
    database = Database(settings.load().database)
    async with database.engine.begin() as connection:
        await connection.run_sync(_migrate)
    await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    asyncio.run(_migrate_configured())
