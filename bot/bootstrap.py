"""Wiring, once per process."""

from functools import cache

from bot import settings
from bot.services.runtime import Runtime
from bot.store import content
from bot.store.database import Database


@cache
def runtime() -> Runtime:
    """The process's settings, content, database and clock.

    Raises pydantic.ValidationError for wrong settings and WrongContent for wrong content.
    """
    configured = settings.load()
    configured.data_dir.mkdir(parents=True, exist_ok=True)
    return Runtime(
        settings=configured,
        content=content.load(configured.content_dir),
        database=Database(configured.database),
        clock=configured.current_time,
    )
