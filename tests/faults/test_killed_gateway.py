"""`python -m bot gateway` killed in the middle of its work: nothing acknowledged is lost or doubled."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import update

from bot.settings import ROOT
from bot.store.conversations import Conversation
from bot.store.database import Database
from tests.gateway.fake_rasa import FakeRasa, serving
from tests.gateway.visit import new_client_id

START_SECONDS = 60


def free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


class Gateway:
    """A gateway in a process of its own, on ports and a data directory of its own."""

    def __init__(self, data_dir: Path, database_url: str, rasa_url: str) -> None:
        port, ops_port, files_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}/api/chat"
        self._health = f"http://127.0.0.1:{port}/healthz"
        self._log = data_dir / "gateway.log"
        self._environment = {
            **os.environ,
            "AFTERCARE_DATA_DIR": str(data_dir),
            "AFTERCARE_DATABASE_URL": database_url,
            "AFTERCARE_RASA_URL": rasa_url,
            "AFTERCARE_PORT": str(port),
            "AFTERCARE_OPS_PORT": str(ops_port),
            "AFTERCARE_FILES_PORT": str(files_port),
            "AFTERCARE_MESSAGES_PER_MINUTE": "6000",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "gateway",
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            while True:
                assert self._process.returncode is None, self._log.read_text()
                try:
                    async with http.get(self._health) as answer:
                        assert answer.status == 200
                        return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.1)

    async def end(self, number: signal.Signals) -> int:
        """Send the process that signal and wait for its end."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await asyncio.wait_for(self._process.wait(), 20)


@asynccontextmanager
async def running(gateway: Gateway) -> AsyncIterator[Gateway]:
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.end(signal.SIGKILL)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    fixture = "sqlite_url" if request.param == "sqlite" else "empty_postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url


async def lapse_leases(url: str) -> None:
    """As if the time of every lease were over."""
    for plain, driver in (("sqlite://", "sqlite+aiosqlite://"), ("postgresql://", "postgresql+asyncpg://")):
        url = url.replace(plain, driver, 1) if url.startswith(plain) else url
    database = Database(url)
    async with database.transaction() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        held = Conversation.leased_until.is_not(None)
        await session.execute(update(Conversation).where(held).values(leased_until=past))
    await database.close()


class Browser:
    """Opens a chat and sends each message again and again until it is acknowledged."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url, self._headers = http, url, dict[str, str]()

    async def open(self) -> None:
        async with self._http.post(f"{self._url}/sessions", json={}) as answer:
            self._headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}

    async def send(self, text: str) -> int:
        body = {"client_id": new_client_id(), "text": text}
        while True:
            try:
                async with self._http.post(
                    f"{self._url}/messages", json=body, headers=self._headers
                ) as answer:
                    if answer.status == 202:
                        return int((await answer.json())["seq"])
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)

    async def conversation(self, *seqs: int) -> list[tuple[str, str]]:
        """Who said what, once the turns of these messages are done."""
        async with asyncio.timeout(40):
            while True:
                query = f"{self._url}/events?after=0"
                async with self._http.get(query, headers=self._headers) as answer:
                    events = (await answer.json())["events"]
                done = [event["in_reply_to"] for event in events if event["type"] == "turn_done"]
                if set(done) >= set(seqs):
                    assert len(done) == len(set(done))
                    return [(e["author"], e["text"]) for e in events[1:] if e["type"] == "message"]
                await asyncio.sleep(0.1)


def exactly_once(said: list[tuple[str, str]], texts: list[str]) -> None:
    assert [text for author, text in said if author == "customer"] == texts
    assert [text for author, text in said if author == "bot"] == [f"You said: {text}" for text in texts]


async def test_killed_while_rasa_works_it_answers_once_after_its_start(
    database_url: str, tmp_path: Path
) -> None:
    rasa = FakeRasa()
    async with (
        serving(rasa) as rasa_url,
        running(Gateway(tmp_path, database_url, rasa_url)) as gateway,
        aiohttp.ClientSession() as http,
    ):
        known, unknown = Browser(http, gateway.url), Browser(http, gateway.url)
        await known.open()
        await unknown.open()
        rasa.gate.clear()
        first = await known.send("the tracker will hold this")
        await rasa.until_called(1)
        rasa.finishes_alone = False
        second = await unknown.send("the tracker will not hold this")
        await rasa.until_called(2)
        await gateway.end(signal.SIGKILL)
        await asyncio.sleep(0.2)
        rasa.gate.set()
        await lapse_leases(database_url)
        await gateway.start()
        exactly_once(await known.conversation(first), ["the tracker will hold this"])
        exactly_once(await unknown.conversation(second), ["the tracker will not hold this"])
        assert rasa.texts.count("the tracker will hold this") == 1
        assert rasa.texts.count("the tracker will not hold this") == 2


async def test_killed_between_any_steps_it_loses_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    rasa = FakeRasa(delay=0.03)
    async with (
        serving(rasa) as rasa_url,
        running(Gateway(tmp_path, database_url, rasa_url)) as gateway,
        aiohttp.ClientSession() as http,
    ):
        browsers = [Browser(http, gateway.url) for _ in range(6)]
        for browser in browsers:
            await browser.open()
        texts = [f"question {number}" for number in range(6)]

        async def write(browser: Browser) -> list[int]:
            return [await browser.send(text) for text in texts]

        writing = [asyncio.create_task(write(browser)) for browser in browsers]
        await rasa.until_called(4)
        await gateway.end(signal.SIGKILL)
        await lapse_leases(database_url)
        await gateway.start()
        for browser, task in zip(browsers, writing, strict=True):
            exactly_once(await browser.conversation(*await task), texts)


async def test_told_to_stop_it_leaves_no_lease_and_ends_with_zero(sqlite_url: str, tmp_path: Path) -> None:
    rasa = FakeRasa()
    async with (
        serving(rasa) as rasa_url,
        running(Gateway(tmp_path, sqlite_url, rasa_url)) as gateway,
        aiohttp.ClientSession() as http,
    ):
        browser = Browser(http, gateway.url)
        await browser.open()
        rasa.gate.clear()
        seq = await browser.send("hello")
        await rasa.until_called()
        assert await gateway.end(signal.SIGTERM) == 0
        rasa.gate.set()
        await gateway.start()
        exactly_once(await browser.conversation(seq), ["hello"])
