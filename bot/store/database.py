"""One engine per process, and transactions that either happen whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

SQLITE_BUSY_SECONDS = 15
WRITE_OPTION = "aftercare_write"


class Database:
    """The engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        """`url` names an async driver: `sqlite+aiosqlite` or `postgresql+asyncpg`."""
        self.sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_pre_ping": True} if not self.sqlite else {}
        self.engine: AsyncEngine = create_async_engine(url, **options)
        if self.sqlite:
            _prepare_sqlite(self.engine)
        self._writers = async_sessionmaker(
            self.engine.execution_options(**{WRITE_OPTION: True}), expire_on_commit=False
        )
        self._ending: set[asyncio.Future[None]] = set()
        self._readers = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A writing transaction: committed at the end of the block, rolled back when it raises."""
        session = self._writers()
        try:
            yield session
        except BaseException:
            await self._to_the_end(session.close())
            raise
        await self._to_the_end(_commit(session))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A reading transaction; what is changed in it is dropped."""
        session = self._readers()
        try:
            yield session
        finally:
            await self._to_the_end(session.close())

    async def close(self) -> None:
        """Return all connections, when what is being ended has ended."""
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self.engine.dispose()

    async def _to_the_end(self, ending: Coroutine[Any, Any, None]) -> None:
        """End a session though its task is cancelled meanwhile.

        Whoever stops the process awaits it in `close`: a connection that is cancelled again while it is being
        closed waits for its thread for ever.
        """
        task = asyncio.ensure_future(ending)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        await asyncio.shield(task)


async def _commit(session: AsyncSession) -> None:
    async with session:
        await session.commit()


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Make SQLite keep foreign keys, let readers and one writer work together, and queue writers.

    The driver would begin transactions late and upgrade a read to a write, which fails at once when another
    process has written; so we begin them ourselves, and writers take the lock at the start.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={SQLITE_BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get(WRITE_OPTION)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
