"""What is held of a person is told whole and erased everywhere."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.demo.shop import write_demo_shop
from bot.services.attachments import keep_file, path_of
from bot.services.conversations import open_chat
from bot.services.identity import TokenClaims
from bot.services.imports import import_folder
from bot.services.inbound import CustomerInput, accept_message
from bot.services.privacy import forget, held_of, tracker_of
from bot.services.retention import remove_old
from bot.services.runtime import Runtime
from bot.services.withdrawals import Declaration, declare_withdrawal
from bot.shop.errors import NotFound
from bot.store.base import new_id
from bot.store.conversations import Conversation
from bot.store.rewards import LedgerEntry
from bot.store.tables import METADATA
from bot.support.conversation import Owner
from tests.store.conftest import Heard

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SECRET_WORDS = "the blue vase for my sister"


@pytest.fixture
async def talked(runtime: Runtime) -> str:
    """The demo shop, and a conversation of its first customer: a message, a file, Rasa's memory."""
    folder = write_demo_shop(runtime.settings, runtime.content.shop.time_zone)
    await import_folder(runtime, folder, Heard())
    claims = TokenClaims("c-1001", "jti-1", runtime.clock() + timedelta(minutes=4))
    opened = await open_chat(runtime, locale="en", claims=claims, address="192.0.2.7")
    file_id = await keep_file(runtime, opened.conversation_id, "receipt.pdf", PDF)
    sent = CustomerInput(client_id=new_id(), text=SECRET_WORDS, attachment_ids=(file_id,))
    await accept_message(runtime, opened.conversation_id, sent)
    async with runtime.database.reading() as session:
        conversation = await session.get_one(Conversation, opened.conversation_id)
    await _remember(runtime, conversation.dialogue_id)
    return opened.conversation_id


async def _remember(runtime: Runtime, dialogue_id: str) -> None:
    """What Rasa would write into its tracker."""
    async with tracker_of(runtime) as tracker, tracker.transaction() as session:
        await session.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)"))
        event = {"event": "user", "text": SECRET_WORDS}
        await session.execute(
            text("INSERT INTO events (sender_id, data) VALUES (:id, :data)"),
            {"id": dialogue_id, "data": json.dumps(event)},
        )


def _content(path: str) -> bytes | None:
    return Path(path).read_bytes() if Path(path).exists() else None


async def _everything(runtime: Runtime) -> str:
    """All that is kept, as one text to search in."""
    found = []
    async with runtime.database.reading() as session:
        for table in METADATA.sorted_tables:
            found += [str(row) for row in await session.execute(select(table))]
    async with tracker_of(runtime) as tracker, tracker.reading() as session:
        found += [str(row) for row in await session.execute(text("SELECT * FROM events"))]
    return "\n".join(found)


async def test_all_that_is_held_is_told(runtime: Runtime, talked: str) -> None:
    held = await held_of(runtime, "c-1001")
    assert held["customers"][0]["name"] == "Aino Laaksonen"
    assert held["orders"]
    assert [row["text"] for row in held["messages"] if row["author"] == "customer"] == [SECRET_WORDS]
    assert held["rasa_tracker"][0]["text"] == SECRET_WORDS
    assert _content(held["uploads"][0]) == PDF


async def test_nothing_of_another_customer_is_told(runtime: Runtime, talked: str) -> None:
    assert "Rantanen" not in json.dumps(await held_of(runtime, "c-1001"), default=str)


async def test_forgetting_leaves_no_trace_but_a_pseudonym(runtime: Runtime, talked: str) -> None:
    held = await held_of(runtime, "c-1001")
    numbers = [order["number"] for order in held["orders"]]
    pseudonym = await forget(runtime, "c-1001")
    left = await _everything(runtime)
    for trace in ("c-1001", "Laaksonen", "aino.laaksonen", SECRET_WORDS, "Koivukuja", talked, *numbers):
        assert trace not in left.replace(f"order:{trace}", "")
    assert pseudonym in left
    assert _content(held["uploads"][0]) is None


async def test_a_withdrawal_declared_without_a_conversation_is_told_and_erased(
    runtime: Runtime, talked: str
) -> None:
    made = Declaration("Aino Laaksonen", "10482", "aino.laaksonen@posti.example")
    await declare_withdrawal(runtime, made, "en")
    held = await held_of(runtime, "c-1001")
    assert [len(held[name]) for name in ("withdrawals", "shop_requests")] == [1, 1]
    await forget(runtime, "c-1001")
    assert "Laaksonen" not in await _everything(runtime)


async def test_forgetting_keeps_the_books_of_points(runtime: Runtime, talked: str) -> None:
    entry = LedgerEntry(
        idempotency_key="e-1", customer_id="c-1001", kind="earn", points=50, at=runtime.clock()
    )
    async with runtime.database.transaction() as session:
        session.add(entry)
    pseudonym = await forget(runtime, "c-1001")
    async with runtime.database.reading() as session:
        assert (await session.get_one(LedgerEntry, "e-1")).customer_id == pseudonym


async def test_forgetting_one_customer_leaves_the_others(runtime: Runtime, talked: str) -> None:
    before = await held_of(runtime, "c-1002")
    await forget(runtime, "c-1001")
    after = await held_of(runtime, "c-1002")
    assert before["orders"] == after["orders"]
    assert before["customers"] == after["customers"]


async def test_an_unknown_customer_is_said_to_be_unknown(runtime: Runtime) -> None:
    with pytest.raises(NotFound, match="nothing is held"):
        await forget(runtime, "nobody")


async def test_rasas_memory_goes_a_day_after_the_conversation_closed(runtime: Runtime, talked: str) -> None:
    async with runtime.database.transaction() as session:
        conversation = await session.get_one(Conversation, talked)
        conversation.owner, conversation.closed_at = Owner.CLOSED, runtime.clock()
    now = runtime.clock()
    await remove_old(replace(runtime, clock=lambda: now + timedelta(hours=23)))
    assert len((await held_of(runtime, "c-1001"))["rasa_tracker"]) == 1
    await remove_old(replace(runtime, clock=lambda: now + timedelta(hours=25)))
    assert (await held_of(runtime, "c-1001"))["rasa_tracker"] == []


async def test_a_conversation_goes_whole_when_its_time_is_over(runtime: Runtime, talked: str) -> None:
    path = path_of(runtime, (await held_of(runtime, "c-1001"))["attachments"][0]["id"])
    now = runtime.clock()
    await remove_old(replace(runtime, clock=lambda: now + timedelta(days=729)))
    assert path.exists()
    await remove_old(replace(runtime, clock=lambda: now + timedelta(days=731)))
    assert not path.exists()
    assert (await held_of(runtime, "c-1001"))["messages"] == []
