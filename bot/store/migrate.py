"""Bring a database to the newest tables."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.settings import ROOT
from bot.store.database import Database

MIGRATION_LOCK = 0x41465443


async def migrate(database: Database) -> None:
    """Run the migrations that are missing; several processes may call it at once, one works."""
    async with database.engine.execution_options(aftercare_write=True).begin() as connection:
        if not database.sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
