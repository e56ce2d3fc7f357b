"""A gateway with a fake Rasa. On SQLite unless a test is marked `both_databases`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.gateway import dispatcher
from bot.gateway.app import files_app, public_app
from bot.services.runtime import Runtime
from bot.settings import Settings
from tests.gateway.fake_rasa import FakeRasa, serving
from tests.gateway.tokens import SECRET
from tests.gateway.visit import Client, Visit

MakeClient = Callable[[Any], Awaitable[Client]]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, or what the test's `both_databases` names."""
    fixture = "empty_postgres_url" if getattr(request, "param", "") == "postgresql" else "sqlite_url"
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
async def rasa_url(rasa: FakeRasa) -> AsyncIterator[str]:
    """Where the fake Rasa listens."""
    async with serving(rasa) as url:
        yield url


@pytest.fixture
async def rasa() -> FakeRasa:
    """Rasa, as the test wants it."""
    return FakeRasa()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, rasa_url: str) -> Settings:
    """Settings of a gateway whose Rasa is the fake one, with room for many requests."""
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        rasa_url=rasa_url,
        identity_secret=SecretStr(SECRET),
        files_secret=SecretStr("the secret of file links"),
        rasa_timeout_seconds=5,
        messages_per_minute=6000,
        sessions_per_minute=6000,
    )


@pytest.fixture(autouse=True)
def _quick_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a crash left is found at once."""
    monkeypatch.setattr(dispatcher, "SWEEP_SECONDS", 0.1)


@pytest.fixture
async def client(runtime: Runtime, aiohttp_client: MakeClient) -> Client:
    """The public application, served."""
    return await aiohttp_client(public_app(runtime))


@pytest.fixture
async def files_client(runtime: Runtime, aiohttp_client: MakeClient) -> Client:
    """The files' origin, served."""
    return await aiohttp_client(files_app(runtime))


@pytest.fixture
async def visit(client: Client) -> Visit:
    """A chat that was just opened."""
    return await Visit.open(client)


@pytest.fixture
def with_settings(runtime: Runtime, aiohttp_client: MakeClient) -> Callable[..., Awaitable[Client]]:
    """Serve the public application with some settings changed."""

    async def serve(**changed: Any) -> Client:
        settings = runtime.settings.model_copy(update=changed)
        return await aiohttp_client(public_app(replace(runtime, settings=settings)))

    return serve
