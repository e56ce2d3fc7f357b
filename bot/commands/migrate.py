"""`python -m bot migrate`."""

import asyncio
from collections.abc import Sequence

from bot import settings
from bot.store.database import Database
from bot.store.migrate import migrate


def command(_arguments: Sequence[str]) -> int:
    """Migrate the database of the settings; the data directory is made if missing."""
    asyncio.run(_migrate())
    return 0


async def _migrate() -> None:
    configured = settings.load()
    configured.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(configured.database)
    try:
        await migrate(database)
    finally:
        await database.close()
