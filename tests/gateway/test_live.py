"""Live events: WebSocket and long-poll give the same log, from a cursor, with nothing lost or doubled."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from bot.gateway import events
from bot.services.runtime import Runtime
from bot.store.log import NewEntry, append
from bot.support.conversation import Author
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.schema import hold_to
from tests.gateway.visit import Client, Event, Visit, refused


@asynccontextmanager
async def socket(visit: Visit, after: int = 0, **frame: Any) -> AsyncIterator[ClientWebSocketResponse]:
    async with visit.client.ws_connect("/api/chat/ws") as connected:
        await connected.send_json({"token": visit.token, "after": after, **frame})
        yield connected


async def received(connected: ClientWebSocketResponse) -> Event:
    event: Event = await connected.receive_json(timeout=10)
    hold_to("Event", event)
    return event


async def until_seq(connected: ClientWebSocketResponse, seq: int) -> list[Event]:
    found: list[Event] = []
    while not found or found[-1].get("seq", 0) < seq:
        found.append(await received(connected))
    return found


async def test_the_socket_gives_the_log_then_typing_then_the_answer(visit: Visit, rasa: FakeRasa) -> None:
    async with socket(visit) as connected:
        assert (await received(connected))["seq"] == 1
        rasa.gate.clear()
        seq = await visit.send("hello")
        assert (await received(connected))["seq"] == seq
        assert await received(connected) == {"type": "typing"}
        rasa.gate.set()
        rest = await until_seq(connected, seq + 2)
    assert [event["type"] for event in rest] == ["message", "turn_done"]


async def test_socket_and_poll_give_the_same_events(visit: Visit) -> None:
    seqs = [await visit.send(f"question {number}") for number in range(5)]
    log = await visit.until_done(*seqs)
    async with socket(visit, after=3) as connected:
        assert await until_seq(connected, log[-1]["seq"]) == log[3:]


async def test_two_tabs_get_everything_in_the_same_order(visit: Visit) -> None:
    async with socket(visit) as one, socket(visit) as two:
        seqs = [await visit.send(f"question {number}") for number in range(5)]
        log = await visit.until_done(*seqs)
        for tab in (one, two):
            got = await until_seq(tab, log[-1]["seq"])
            assert [event for event in got if "seq" in event] == log


FIRST_FRAMES: list[str | bytes] = [
    "",
    "{}",
    "null",
    "nothing",
    json.dumps({"token": "unknown"}),
    json.dumps({"token": 5}),
    json.dumps({"token": "x", "after": -1}),
    json.dumps({"token": "x", "after": 10**12}),
    json.dumps({"token": "x" * 5000}),
    '{"token": "\\ud800"}',
    "[" * 8000,
    b"binary",
]


async def test_a_first_frame_without_a_known_token_closes_the_socket(visit: Visit) -> None:
    for frame in FIRST_FRAMES:
        async with visit.client.ws_connect("/api/chat/ws") as connected:
            await (connected.send_bytes(frame) if isinstance(frame, bytes) else connected.send_str(frame))
            message = await connected.receive(timeout=5)
            assert (message.type, message.data) == (WSMsgType.CLOSE, 4401), frame


async def test_a_socket_that_says_nothing_is_closed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "FIRST_FRAME_SECONDS", 0.1)
    async with visit.client.ws_connect("/api/chat/ws") as connected:
        assert (await connected.receive(timeout=5)).data == 4401


async def test_a_token_in_the_address_or_a_header_opens_nothing(visit: Visit) -> None:
    address = f"/api/chat/ws?token={visit.token}&after=0"
    async with visit.client.ws_connect(address, headers=visit.headers) as connected:
        await connected.send_json({"after": 0})
        assert (await connected.receive(timeout=5)).data == 4401


async def test_a_foreign_page_may_not_connect(visit: Visit) -> None:
    own = str(visit.client.make_url("")).rstrip("/")
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for origin in ("https://evil.example", "null", "", own + ".evil.example", own.replace("http", "https")):
        response = await visit.client.get("/api/chat/ws", headers={**upgrade, "Origin": origin})
        await refused(response, 403, "wrong-origin")
    async with visit.client.ws_connect("/api/chat/ws", origin=own) as connected:
        await connected.send_json({"token": visit.token})
        assert (await received(connected))["seq"] == 1


async def test_a_request_that_is_no_websocket_is_refused(visit: Visit) -> None:
    await refused(await visit.client.get("/api/chat/ws"), 400, "invalid-request")


async def test_logout_closes_every_socket_and_ends_every_poll(visit: Visit) -> None:
    async with socket(visit, after=1) as one, socket(visit, after=1) as two:
        poll = asyncio.create_task(
            visit.client.get("/api/chat/events?after=1&wait=20", headers=visit.headers)
        )
        await asyncio.sleep(0.2)
        await visit.client.delete("/api/chat/sessions", headers=visit.headers)
        for tab in (one, two):
            message = await tab.receive(timeout=3)
            assert (message.type, message.data) == (WSMsgType.CLOSE, 4401)
        await refused(await asyncio.wait_for(poll, 3), 401, "not-signed-in")


async def test_a_socket_whose_reads_fail_is_closed_so_that_the_client_comes_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with socket(visit, after=1) as connected:
        await asyncio.sleep(0.1)

        async def broken(*_arguments: object) -> None:
            raise RuntimeError("the database is gone")

        monkeypatch.setattr(events, "events_after", broken)
        await visit.client.app[events.HUB].tell(visit.conversation_id)  # type: ignore[attr-defined]
        assert (await connected.receive(timeout=5)).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


async def test_further_frames_of_the_client_change_nothing(visit: Visit) -> None:
    async with socket(visit, after=1) as connected:
        for frame in ("x", '{"token": "other"}', '{"text": "/restart"}'):
            await connected.send_str(frame)
        seq = await visit.send("hello")
        assert (await until_seq(connected, seq))[-1]["text"] == "hello"


async def test_a_poll_is_woken_by_news(visit: Visit) -> None:
    poll = asyncio.create_task(visit.page(after=1, wait=20))
    await asyncio.sleep(0.2)
    assert not poll.done()
    await visit.send("hello")
    page = await asyncio.wait_for(poll, 3)
    assert page["events"][0]["text"] == "hello"
    assert page["cursor"] == page["events"][-1]["seq"]


async def test_a_poll_shows_typing_without_moving_the_cursor(visit: Visit, rasa: FakeRasa) -> None:
    rasa.gate.clear()
    seq = await visit.send("hello")
    poll = asyncio.create_task(visit.page(after=seq, wait=20))
    await rasa.until_called()
    page = await asyncio.wait_for(poll, 3)
    assert page == {"events": [{"type": "typing"}], "cursor": seq}


async def test_a_poll_without_news_is_empty_and_keeps_its_cursor(visit: Visit) -> None:
    assert await visit.page(after=1, wait=0.2) == {"events": [], "cursor": 1}
    assert await visit.page(after=77) == {"events": [], "cursor": 77}


async def test_a_lost_wake_up_costs_only_time(
    visit: Visit, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.2)
    async with socket(visit, after=1) as connected:
        poll = asyncio.create_task(visit.page(after=1, wait=20))
        await asyncio.sleep(0.1)
        async with runtime.database.transaction() as session:
            entry = NewEntry(Author.AGENT, "somebody in another process wrote this")
            await append(session, visit.conversation_id, entry, runtime.clock())
        assert (await received(connected))["author"] == "agent"
        assert (await poll)["events"][0]["author"] == "agent"


async def test_a_long_log_comes_in_pages_and_whole(visit: Visit, runtime: Runtime) -> None:
    async with runtime.database.transaction() as session:
        for number in range(450):
            await append(session, visit.conversation_id, NewEntry(Author.AGENT, str(number)), runtime.clock())
    assert len((await visit.page())["events"]) == 200
    assert [event["seq"] for event in await visit.log()] == list(range(1, 452))
    async with socket(visit) as connected:
        assert len(await until_seq(connected, 451)) == 451


async def _cut_and_come_again(visit: Visit, last: int, chance: random.Random) -> list[int]:
    """Read over connections that break at random points, each going on from the cursor."""
    seen: list[int] = []
    while not seen or seen[-1] < last:
        after = seen[-1] if seen else 0
        if chance.random() < 0.5:
            page = await visit.page(after=after)
            # What was cut off on the way was never seen: the client's cursor is its own.
            kept = page["events"][: chance.randint(0, len(page["events"]))]
            seen += [event["seq"] for event in kept if "seq" in event]
        else:
            async with socket(visit, after=after) as connected:
                for _ in range(chance.randint(0, 6)):
                    if seen and seen[-1] >= last:
                        break
                    event = await received(connected)
                    seen += [event["seq"]] if "seq" in event else []
    return seen


async def _converse(client: Client, number: int) -> None:
    """A conversation whose reader is cut off while messages come and answers go."""
    chance = random.Random(number)  # noqa: S311 -- the same cuts each time
    visit = await Visit.open(client)
    count = chance.randint(1, 2)
    last = 1 + 3 * count
    reading = asyncio.create_task(_cut_and_come_again(visit, last, chance))
    for question in range(count):
        await visit.send(f"question {question}")
    assert await asyncio.wait_for(reading, 60) == list(range(1, last + 1))


async def test_cut_connections_lose_and_double_nothing(client: Client) -> None:
    for start in range(0, 30, 6):
        await asyncio.gather(*(_converse(client, start + number) for number in range(6)))


async def test_a_thousand_cuts_of_one_log_give_the_same_set_in_the_same_order(
    visit: Visit, runtime: Runtime
) -> None:
    async with runtime.database.transaction() as session:
        for number in range(9):
            await append(session, visit.conversation_id, NewEntry(Author.AGENT, str(number)), runtime.clock())
    cuts = 0
    chance = random.Random(5)  # noqa: S311 -- the same cuts each time
    while cuts < 1000:
        seen: list[int] = []
        while not seen or seen[-1] < 10:
            page = await visit.page(after=seen[-1] if seen else 0)
            seen += [event["seq"] for event in page["events"][: chance.randint(0, 4)]]
            cuts += 1
        assert seen == list(range(1, 11))
