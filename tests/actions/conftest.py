"""Fixtures of the action tests: dialogues on a real store."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from actions import server
from bot import bootstrap
from bot.demo.shop import write_demo_shop
from bot.services.conversations import conversation_of
from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.store.conversations import Conversation
from tests.actions.dialogue import Dialogue
from tests.store.conftest import Heard
from tests.store.shop_rows import product_row, write_folder


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    """All actions, registered as the server does it."""
    return server.executor()


@pytest.fixture
def actions_runtime(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """The runtime that actions find."""
    monkeypatch.setattr(bootstrap, "runtime", lambda: sqlite_runtime)
    return sqlite_runtime


@pytest.fixture
async def dialogue(executor: ActionExecutor, actions_runtime: Runtime) -> Dialogue:
    """A dialogue whose conversation is in the database."""
    now = actions_runtime.clock()
    conversation = Conversation(channel="website", language="en", created_at=now, last_activity_at=now)
    async with actions_runtime.database.transaction() as session:
        session.add(conversation)
        await session.flush()
        dialogue_id = conversation.dialogue_id
    return Dialogue(executor, dialogue_id)


Begin = Callable[[str], Awaitable[None]]


@pytest.fixture
def at_summary(dialogue: Dialogue) -> Begin:
    """Leads a dialogue to the summary of a message for staff, whose text is given."""

    async def begin(text: str) -> None:
        await dialogue.press('/leave_message{"topic": "orders"}')
        await dialogue.say(text, "inform")
        await dialogue.press('/inform{"reply_to": "chat"}')

    return begin


SignIn = Callable[[Dialogue, str], Awaitable[None]]
ImportProducts = Callable[..., Awaitable[None]]


@pytest.fixture
async def demo_shop(actions_runtime: Runtime) -> Runtime:
    """The demo shop's customers, orders and products, taken in by the import."""
    folder = write_demo_shop(actions_runtime.settings, "Europe/Helsinki")
    await import_folder(actions_runtime, folder, Heard())
    return actions_runtime


@pytest.fixture
def sign_in(actions_runtime: Runtime) -> SignIn:
    """Makes the visitor of a dialogue a customer whom the shop has signed in."""

    async def sign_in(dialogue: Dialogue, customer_id: str) -> None:
        async with actions_runtime.database.transaction() as session:
            conversation = await conversation_of(session, dialogue.dialogue_id)
            conversation.customer_id = customer_id
            conversation.identity_level = 2
            conversation.identity_expires_at = actions_runtime.clock() + timedelta(hours=1)

    return sign_in


@pytest.fixture
def import_products(actions_runtime: Runtime, tmp_path: Path) -> ImportProducts:
    """Takes in one more product, with these fields."""
    calls = 0

    async def import_products(**fields: Any) -> None:
        nonlocal calls
        calls += 1
        rows = {"products.jsonl": [product_row(**fields)]}
        await import_folder(actions_runtime, write_folder(tmp_path / f"more-{calls}", rows), Heard())

    return import_products
