"""Many customers at once at one gateway: each message is acknowledged soon and answered once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.app import public_app
from bot.services.runtime import Runtime
from bot.settings import Settings
from bot.store.content import Content
from bot.store.database import Database
from tests.fakes import FakeClock
from tests.gateway.fake_rasa import FakeRasa, serving
from tests.gateway.visit import Client, Visit, said_to

CUSTOMERS = 40
MESSAGES = 3
# Far above what is measured: it is for a gateway that stands still, not for a busy machine.
SLOWEST_SECONDS = 10.0


@pytest.mark.timeout(180)
async def test_forty_customers_at_once_are_each_answered_once(
    database_url: str,
    tmp_path: Path,
    shop_content: Content,
    clock: FakeClock,
    aiohttp_client: Callable[[Any], Awaitable[Client]],
) -> None:
    rasa = FakeRasa(delay=0.01)
    async with serving(rasa) as rasa_url:
        settings = Settings(
            data_dir=tmp_path, database_url=database_url, rasa_url=rasa_url, sessions_per_minute=6000
        )
        database = Database(settings.database)
        client = await aiohttp_client(public_app(Runtime(settings, shop_content, database, clock)))
        waits: list[float] = []

        async def customer() -> None:
            visit = await Visit.open(client)
            seqs = []
            for number in range(MESSAGES):
                begun = time.monotonic()
                seqs.append(await visit.send(f"question {number}"))
                waits.append(time.monotonic() - begun)
            log = await visit.until_done(*seqs, seconds=120)
            for number, seq in enumerate(seqs):
                assert [event["text"] for event in said_to(log, seq)] == [f"You said: question {number}"]

        await asyncio.gather(*(customer() for _ in range(CUSTOMERS)))
        await client.close()
        await database.close()
    assert len(rasa.texts) == CUSTOMERS * MESSAGES
    assert rasa.overlaps == 0
    assert max(waits) < SLOWEST_SECONDS
