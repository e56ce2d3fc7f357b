"""A gateway that stops or dies, and several at once: each message is answered exactly once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from bot.gateway import events
from bot.gateway.app import public_app
from bot.services import turns
from bot.services.runtime import Runtime
from bot.store.conversations import Conversation
from bot.store.database import Database
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.marks import both_databases
from tests.gateway.visit import Client, Event, Visit, said_to

REDIS = "redis://127.0.0.1:6379/9"


@asynccontextmanager
async def gateway(runtime: Runtime) -> AsyncIterator[Client]:
    """A gateway that is stopped at the block's end, whatever it is doing."""
    client: Client = TestClient(TestServer(public_app(runtime)))
    await client.start_server()
    try:
        yield client
    finally:
        await client.close()


def same_visit(visit: Visit, client: Client) -> Visit:
    """The browser, with the same token, at another gateway."""
    return replace(visit, client=client)


def answered_once(events_: list[Event], seq: int, text: str) -> None:
    assert [event["text"] for event in said_to(events_, seq)] == [text]
    assert [e["in_reply_to"] for e in events_ if e["type"] == "turn_done"].count(seq) == 1


@both_databases
@pytest.mark.parametrize("asked", [1, 2], ids=["the tracker holds the answer", "the tracker does not"])
async def test_a_gateway_stopped_during_a_slow_answer_answers_once_after_its_start(
    runtime: Runtime, rasa: FakeRasa, asked: int
) -> None:
    rasa.gate.clear()
    rasa.finishes_alone = asked == 1
    async with gateway(runtime) as client:
        visit = await Visit.open(client)
        seq = await visit.send("hello")
        await rasa.until_called()
    rasa.gate.set()
    await asyncio.sleep(0.1)
    async with gateway(runtime) as client:
        log = await same_visit(visit, client).until_done(seq)
        answered_once(log, seq, "You said: hello")
    assert rasa.texts == ["hello"] * asked


@both_databases
async def test_a_lease_of_a_dead_gateway_lapses(
    runtime: Runtime, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = datetime.now(UTC) + timedelta(seconds=2)
    async with runtime.database.transaction() as session:
        await session.execute(update(Conversation).values(leased_by="a dead gateway", leased_until=held))
    seq = await visit.send("hello")
    await asyncio.sleep(0.3)
    assert [event["type"] for event in await visit.log(after=seq)] == []
    answered_once(await visit.until_done(seq), seq, "You said: hello")
    assert datetime.now(UTC) >= held


@both_databases
async def test_two_gateways_ask_rasa_one_message_of_a_conversation_at_a_time(
    runtime: Runtime, rasa: FakeRasa
) -> None:
    rasa.delay = 0.02
    other_database = Database(runtime.settings.database)
    other = replace(runtime, database=other_database)
    async with gateway(runtime) as one, gateway(other) as two:
        visit = await Visit.open(one)
        tabs = [visit, same_visit(visit, two)]
        seqs = await asyncio.gather(*(tabs[number % 2].send(f"question {number}") for number in range(12)))
        log = await visit.until_done(*seqs, seconds=30)
    await other_database.close()
    assert rasa.overlaps == 0
    asked = [event["text"] for event in log if event.get("author") == "customer"]
    assert rasa.texts == asked
    for seq in seqs:
        assert len(said_to(log, seq)) == 1


async def test_a_long_turn_keeps_its_lease(
    runtime: Runtime, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LEASE", timedelta(seconds=1.5))
    monkeypatch.setattr("bot.gateway.dispatcher.PROLONG_SECONDS", 0.2)
    rasa.delay = 3.5
    async with gateway(runtime) as one, gateway(runtime):
        visit = await Visit.open(one)
        seq = await visit.send("hello")
        answered_once(await visit.until_done(seq), seq, "You said: hello")
    assert rasa.texts == ["hello"]


@both_databases
async def test_an_answer_that_comes_after_a_person_took_over_is_dropped(
    runtime: Runtime, visit: Visit, rasa: FakeRasa
) -> None:
    rasa.gate.clear()
    seq = await visit.send("hello")
    await rasa.until_called()
    async with runtime.database.transaction() as session:
        await session.execute(update(Conversation).values(owner="with_agent", epoch=Conversation.epoch + 1))
    rasa.gate.set()
    log = await visit.until_done(seq)
    assert said_to(log, seq) == []
    assert await visit.ask("are you there?") == []
    assert rasa.texts == ["hello"]


async def test_a_message_that_comes_as_a_turn_ends_is_not_forgotten(
    runtime: Runtime, visit: Visit, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.dispatcher.SWEEP_SECONDS", 60)
    for number in range(15):
        first = await visit.send(f"first {number}")
        await visit.until_done(first)
        second = await visit.send(f"second {number}")
        await visit.until_done(second, seconds=5)


async def test_stopping_gives_up_the_lease_at_once(runtime: Runtime, rasa: FakeRasa) -> None:
    rasa.gate.clear()
    async with gateway(runtime) as client:
        visit = await Visit.open(client)
        await visit.send("hello")
        await rasa.until_called()
    async with runtime.database.reading() as session:
        assert (await session.get_one(Conversation, visit.conversation_id)).leased_by is None


@pytest.mark.redis
@both_databases
async def test_redis_wakes_readers_at_another_gateway(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, rasa: FakeRasa
) -> None:
    monkeypatch.setattr(events, "LOOK_SECONDS", 30.0)
    connected = replace(runtime, settings=runtime.settings.model_copy(update={"redis_url": REDIS}))
    async with gateway(connected) as one, gateway(connected) as two:
        visit = await Visit.open(one)
        elsewhere = same_visit(visit, two)
        await asyncio.sleep(0.3)
        poll = asyncio.create_task(elsewhere.page(after=1, wait=20))
        async with two.ws_connect("/api/chat/ws") as socket:
            await socket.send_json({"token": visit.token, "after": 1})
            await asyncio.sleep(0.2)
            rasa.gate.clear()
            await visit.send("hello")
            assert (await asyncio.wait_for(poll, 5))["events"][0]["text"] == "hello"
            assert (await socket.receive_json(timeout=5))["text"] == "hello"
            assert await socket.receive_json(timeout=5) == {"type": "typing"}
            rasa.gate.set()
            assert (await socket.receive_json(timeout=5))["text"] == "You said: hello"


async def test_a_redis_that_is_gone_costs_only_time(runtime: Runtime, unused_tcp_port: int) -> None:
    gone = runtime.settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{unused_tcp_port}"})
    async with gateway(replace(runtime, settings=gone)) as client:
        visit = await Visit.open(client)
        assert (await visit.ask("hello"))[0]["text"] == "You said: hello"
