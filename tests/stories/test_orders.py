"""Talks about orders with Rasa itself: its forms, its rules, and the actions on a real database."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.settings import ROOT, Settings
from bot.store import content
from bot.store.database import Database
from tests.actions.shop import AINO, DELIVERED, LATE, PENDING, PRODUCTS, sign_in
from tests.store.conftest import Heard
from tests.store.shop_rows import customer_row, write_folder
from tests.stories.conftest import Customer, Programs

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="session")
def shop_runtime(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """The runtime on the programs' database, filled with a small shop."""
    settings = Settings(database_url=f"sqlite:///{programs.database}")
    runtime = Runtime(
        settings=settings,
        content=content.load(ROOT / "content"),
        database=Database(settings.database),
        clock=settings.current_time,
    )
    rows = {
        "customers.jsonl": [customer_row()],
        "products.jsonl": PRODUCTS,
        "orders.jsonl": [PENDING, LATE, DELIVERED],
    }
    folder = write_folder(tmp_path_factory.mktemp("shop") / "rows", rows)
    asyncio.run(_fill(runtime, folder))
    return runtime


async def _fill(runtime: Runtime, folder: Path) -> None:
    await import_folder(runtime, folder, Heard())
    await runtime.database.close()


async def _sign_in(runtime: Runtime, dialogue_id: str) -> None:
    await sign_in(runtime, dialogue_id)
    await runtime.database.close()


def requested(programs: Programs) -> list[tuple[Any, ...]]:
    """What the shop is asked to do."""
    with sqlite3.connect(programs.database) as connection:
        return list(connection.execute("SELECT kind, subject, status FROM shop_requests"))


def test_order_is_opened_by_number_then_mail(customer: Customer, shop_runtime: Runtime) -> None:
    assert "Which order is it?" in customer.says("where is my parcel?").texts[0]
    assert "the e-mail it was placed with" in customer.says("10515").texts[0]
    answer = customer.says(AINO).texts[0]
    assert "Order 10515" in answer
    assert "Hiillos grill" in answer


def test_digression_and_stop_while_the_order_is_opened(customer: Customer, shop_runtime: Runtime) -> None:
    customer.says("where is my parcel?")
    aside = customer.says("what is your return policy")
    assert "Which order is it?" in aside.texts[-1]
    customer.says("10515")
    assert "stopped" in customer.says("never mind").texts[0]
    assert "Order 10515" not in " ".join(customer.says(AINO).texts)


def test_mismatch_then_corrected_number(customer: Customer, shop_runtime: Runtime) -> None:
    first = customer.says(f"where is order 10516? my e-mail is {AINO}")
    assert "I find no order with that number" in first.texts[0]
    assert "Order 10515" in customer.says("sorry, 10515").texts[0]


def test_order_is_cancelled_once_after_a_digression(
    customer: Customer, programs: Programs, shop_runtime: Runtime
) -> None:
    asyncio.run(_sign_in(shop_runtime, customer.dialogue_id))
    listed = customer.says("please cancel order 10521")
    assert "This would cancel order 10521 as a whole" in listed.texts[0]
    yes = listed.buttons["Yes, cancel it"]
    assert "This would cancel" in customer.says("how long does shipping take?").texts[-1]
    assert "is requested" in customer.says("yes").texts[0]
    assert "requested already" in customer.says(yes, None).texts[0]
    assert requested(programs) == [("cancel_order", "order:10521", "requested")]


def test_late_parcel_and_return_of_something_bought(customer: Customer, shop_runtime: Runtime) -> None:
    asyncio.run(_sign_in(shop_runtime, customer.dialogue_id))
    problem = customer.says("my grill should have been here long ago, nothing has arrived")
    assert any(word in problem.texts[0] for word in ("send it again", "late", "sorry"))
    customer.says("never mind")
    verdict = customer.says("can I still send back the blender from 10482?")
    assert "Blender from order 10482" in verdict.texts[0]


def test_payloads_of_buttons_are_json(customer: Customer, shop_runtime: Runtime) -> None:
    asyncio.run(_sign_in(shop_runtime, customer.dialogue_id))
    choice = customer.says("where is my order?")
    payloads = [payload.partition("{") for payload in choice.buttons.values()]
    assert all(json.loads(brace + rest)["order_number"] for _, brace, rest in payloads if brace)
