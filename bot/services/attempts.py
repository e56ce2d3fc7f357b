"""Counting tries at what is protected, so that nobody can guess their way in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.shop.errors import NotAllowed
from bot.store.identity import Attempt

WINDOW = timedelta(hours=1)


class TooManyAttempts(NotAllowed):
    """Too many tries; later again. Says nothing about whether the last one was right."""


async def check_attempts(session: AsyncSession, limits: Iterable[tuple[str, int]]) -> None:
    """Raise TooManyAttempts when a key has used up its tries of the last hour (true time)."""
    since = datetime.now(UTC) - WINDOW
    for key, limit in limits:
        tried = select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > since)
        if (await session.scalar(tried) or 0) >= limit:
            raise TooManyAttempts("too many tries within an hour")


def count_attempt(session: AsyncSession, keys: Iterable[str]) -> None:
    """Count one try for each key, in the caller's transaction."""
    now = datetime.now(UTC)
    session.add_all(Attempt(key=key, at=now) for key in keys)


async def forget_old_attempts(runtime: Runtime) -> None:
    """Drop what no limit looks at any more."""
    async with runtime.database.transaction() as session:
        await session.execute(delete(Attempt).where(Attempt.at < datetime.now(UTC) - WINDOW))
