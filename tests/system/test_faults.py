"""What customers see while parts hang or die, on a system of its own; the last test stops it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.shop.content import Content
from tests.system.chat import Chat, Turn
from tests.system.conftest import Rules
from tests.system.running import START_SECONDS, System, eventually, lives, trained_model
from tests.system.worker import running_worker

NORWAY = "how much is shipping to Norway?"
PATIENCE_SECONDS = 5


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """It waits for Rasa only a short time."""
    started = System(
        tmp_path_factory.mktemp("faults") / "data", trained_model(), rasa_timeout_seconds=PATIENCE_SECONDS
    )
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture
def norway(rules: Rules) -> str:
    """The figure in the answer to NORWAY."""
    return f"{rules.delivery('NO').cost:.2f}"


@pytest.fixture
def apology(shop_content: Content) -> str:
    """What is said when the assistant cannot answer."""
    return shop_content.messages.messages["apology"].text.en


@contextmanager
def gone(system: System, program: str) -> Iterator[None]:
    """It is dead and not started again meanwhile; afterwards it is, and answers."""
    try:
        with system.frozen("supervisord"):
            system.kill(program)
            yield
    finally:
        assert eventually(lambda: answers(system), START_SECONDS), system.logs()


def answers(system: System) -> bool:
    """Whether a customer's question reaches Rasa, an action and the database, and is answered."""
    try:
        return "Norway" in Chat(system.url).ask(NORWAY).text
    except ConnectionError:
        return False


def sorry(turn: Turn, apology: str) -> bool:
    return turn.text == apology and turn.buttons == ["Pass it on to staff"]


def test_slow_rasa_is_excused_and_the_next_answer_belongs_to_the_next_question(
    system: System, chat: Chat, apology: str, norway: str
) -> None:
    chat.ask("hello")
    with system.frozen("rasa"):
        assert sorry(chat.ask("do you price match?"), apology)
    answer = chat.ask(NORWAY)
    assert norway in answer.text
    assert len(chat.done()) == 3


def test_dead_rasa_is_excused_started_again_and_goes_on_with_what_was_begun(
    system: System, chat: Chat, apology: str, norway: str
) -> None:
    begun = Chat(system.url)
    begun.ask("let me talk to a human")
    begun.press("Leave a message for staff")
    assert "Answer here in the chat" in begun.ask("my lamp came broken").buttons
    with gone(system, "rasa"):
        assert sorry(chat.ask(NORWAY), apology)
        assert chat.press("Pass it on to staff").text != apology
    assert norway in chat.ask(NORWAY).text
    assert NORWAY in left(system, chat)["text"]
    assert "my lamp came broken" in begun.press("Answer here in the chat").text
    begun.press("Yes, leave it")
    assert left(system, begun)["text"] == "my lamp came broken"


def left(system: System, chat: Chat) -> dict[str, Any]:
    """The one message that staff find of this conversation."""
    [row] = [row for row in system.rows("staff_messages") if row["conversation_id"] == chat.conversation_id]
    return row


def test_dead_actions_are_excused_in_words(system: System, chat: Chat, apology: str, norway: str) -> None:
    with gone(system, "actions"):
        assert sorry(chat.ask(NORWAY), apology)
    assert norway in chat.ask(NORWAY).text


def test_messages_that_waited_while_the_gateway_died_are_answered_once(
    system: System, chat: Chat, rules: Rules
) -> None:
    countries = {"NO": "Norway", "SE": "Sweden", "DE": "Germany"}
    chat.ask("hello")
    with system.frozen("rasa"):
        seqs = [chat.send(f"how much is shipping to {country}?") for country in countries.values()]
        system.kill("gateway")
    assert eventually(lambda: answers(system), START_SECONDS)
    for seq, code in zip(seqs, countries, strict=True):
        turn = chat.answer_to(seq)
        assert len(turn.messages) == 1
        assert f"{rules.delivery(code).cost:.2f}" in turn.text
    assert chat.done()[-3:] == seqs


def test_idle_conversation_closes_after_a_day_and_the_next_message_reopens_it(
    system: System, chat: Chat, norway: str
) -> None:
    chat.ask(NORWAY)
    tomorrow = datetime.now(UTC) + timedelta(hours=25)
    with running_worker(system, now=tomorrow.isoformat()):
        chat.wait_for("owner", owner="closed")
    chat.wait_for("feedback_request")
    assert chat.call("POST", "/feedback", {"score": 5}) == {}
    assert norway in chat.ask(NORWAY).text
    assert chat.events[-1]["type"] == "turn_done"
    [row] = [row for row in system.rows("conversations") if row["id"] == chat.conversation_id]
    assert row["owner"] == "with_bot"


def test_terminal_says_where_the_shop_is_and_what_was_started_again(system: System) -> None:
    assert system.said(f"{system.url}/")
    assert system.said("/readyz")
    assert system.said("rasa had stopped and was started again")


def test_ctrl_c_ends_every_process(system: System) -> None:
    pids = system.descendants()
    assert len(pids) >= 4
    assert system.process is not None
    system.process.send_signal(signal.SIGINT)
    assert system.process.wait(timeout=60) == 0
    assert eventually(lambda: not any(lives(pid) for pid in pids), 10)
    assert system.said("Stopped.")
