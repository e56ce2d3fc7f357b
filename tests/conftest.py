"""Fixtures that tests of several folders share.

`database` runs a test once on SQLite and once on PostgreSQL, each migrated and empty; `runtime` is a whole
Runtime on it, with the shop's own content. `sqlite_database` and `sqlite_runtime` are for tests that do not
depend on the kind.
"""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import hypothesis
import pytest
from sqlalchemy import delete, text

from bot.services.runtime import Runtime
from bot.settings import ROOT, Settings
from bot.store import content
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.tables import METADATA
from tests.fakes import FakeClock

POSTGRESQL = "AFTERCARE_TEST_DATABASE_URL"
LOCAL_POSTGRESQL = "postgresql://root@127.0.0.1:5432/test"
# Few rows are deleted much sooner than dozens of tables are truncated.
EMPTIED = "; ".join(
    [
        *(str(delete(table)) for table in reversed(METADATA.sorted_tables)),
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences",
    ]
)

# On a busy machine one example may take long. CI tries the same examples each time: what it says is about
# the change; the search for new examples is for developers' own runs.
hypothesis.settings.register_profile(
    "busy machine",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis.settings.load_profile("busy machine")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in list(os.environ):
        if name.startswith("AFTERCARE_") and not name.startswith("AFTERCARE_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file: copying it is quicker than migrating each time."""
    path = tmp_path_factory.mktemp("template") / "aftercare.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated database of this test run; skipped only where no server is and this is not CI."""
    server = os.environ.get(POSTGRESQL, LOCAL_POSTGRESQL)
    name = f"aftercare_test_{secrets.token_hex(6)}"
    try:
        asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
    except OSError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL server at {urlsplit(server).hostname}: {error}")
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    asyncio.run(_migrate(url.replace("postgresql://", "postgresql+asyncpg://", 1)))
    yield url
    asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The plain URL of an empty database, for a test that makes its own settings."""
    fixture = "sqlite_url" if request.param == "sqlite" else "empty_postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite database."""
    path = tmp_path / "aftercare.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> Iterator[str]:
    """The test run's PostgreSQL database, emptied when the test is over."""
    yield postgres_url
    asyncio.run(_execute(postgres_url, EMPTIED))


@pytest.fixture
def settings(database_url: str, tmp_path: Path, clock: FakeClock) -> Settings:
    """Settings whose data directory is the test's own."""
    return Settings(data_dir=tmp_path, database_url=database_url, now=clock.now)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A migrated, empty database."""
    database = Database(settings.database)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated, empty SQLite database."""
    database = Database(sqlite_url.replace("sqlite://", "sqlite+aiosqlite://", 1))
    yield database
    await database.close()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def shop_content() -> content.Content:
    """The content of the demo shop."""
    return content.load(ROOT / "content")


@pytest.fixture
def runtime(
    settings: Settings, database: Database, shop_content: content.Content, clock: FakeClock
) -> Runtime:
    """What use cases need, on both kinds of database."""
    return Runtime(settings=settings, content=shop_content, database=database, clock=clock)


@pytest.fixture
def sqlite_runtime(
    sqlite_url: str,
    sqlite_database: Database,
    shop_content: content.Content,
    clock: FakeClock,
    tmp_path: Path,
) -> Runtime:
    """What use cases need, for tests that do not depend on the kind of database."""
    configured = Settings(data_dir=tmp_path, database_url=sqlite_url, now=clock.now)
    return Runtime(settings=configured, content=shop_content, database=sqlite_database, clock=clock)


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    if database.sqlite:
        async with database.engine.connect() as connection:
            await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    await database.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
