"""Fixtures of the action tests: dialogues on a real store."""

from collections.abc import Awaitable, Callable

import pytest
from rasa_sdk.executor import ActionExecutor

from actions import server
from bot import bootstrap
from bot.services.runtime import Runtime
from bot.store.conversations import Conversation
from tests.actions.dialogue import Dialogue


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
