"""Whatever dies between any two steps of a task, what was confirmed is written exactly once."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from bot.shop.content import Content
from tests.system.chat import Chat, Turn
from tests.system.people import People, Person
from tests.system.running import START_SECONDS, System, eventually, trained_model

Step = Callable[[Chat], int]


@dataclass(frozen=True)
class Task:
    """What a customer says to get something written, and the rows that were written for them."""

    who: str
    steps: tuple[Step, ...]
    written: Callable[[System, Person], list[dict[str, Any]]]


def says(text: str) -> Step:
    return lambda chat: chat.send(text)


def presses(title: str) -> Step:
    return lambda chat: chat.send(choice=chat.choice(title))


def coupons(system: System, person: Person) -> list[dict[str, Any]]:
    spent = [row for row in system.rows("ledger_entries") if row["customer_id"] == person.id]
    redeemed = [row for row in spent if row["idempotency_key"].startswith("aftercare:redeem")]
    made = [row for row in system.rows("coupons") if row["customer_id"] == person.id]
    granted = [row for row in made if row["grant_key"].startswith("redeem:")]
    assert len(granted) == len(redeemed), "points and coupon go together"
    return granted


TASKS = {
    "redemption": Task("c-1003", (says("use 500 points"), presses("Yes, make the coupon")), coupons),
}
CASES = [
    pytest.param(name, step, program, id=f"{name}-{program}-dies-at-step-{step}")
    for name, task in TASKS.items()
    for step in range(len(task.steps))
    for program in ("actions", "gateway")
]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system of its own: its parts are killed again and again."""
    started = System(tmp_path_factory.mktemp("kills") / "data", trained_model())
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def people(system: System, shop_content: Content, tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(system, shop_content, tmp_path_factory.mktemp("people"))


def works(system: System) -> bool:
    """Whether a question reaches Rasa, an action and the database, and is answered."""
    with suppress(ConnectionError):
        return "Norway" in Chat(system.url).ask("how much is shipping to Norway?").text
    return False


def killed_during(system: System, chat: Chat, step: Step, program: str) -> Turn:
    """Send the step's message and kill the program at once; the turn as it ends when all is up again."""
    seq = step(chat)
    system.kill(program)
    assert eventually(lambda: works(system), START_SECONDS), system.logs()
    return chat.answer_to(seq)


def finish(chat: Chat, task: Task, written: Callable[[], int]) -> None:
    """Go on as a customer would who got an apology: the last step again, else from the beginning."""
    for steps in (task.steps[-1:], task.steps, task.steps):
        if written():
            return
        for step in steps:
            with suppress(AssertionError):  # the button may be gone with the form
                chat.answer_to(step(chat))


@pytest.mark.parametrize(("name", "at", "program"), CASES)
def test_written_exactly_once_whatever_dies_when(
    system: System, people: People, name: str, at: int, program: str
) -> None:
    task = TASKS[name]
    person = people.clone(task.who)
    chat = Chat(system.url, identity_token=people.token(person))
    assert eventually(lambda: any(row["customer_id"] == person.id for row in system.rows("reward_accounts")))
    for number, step in enumerate(task.steps):
        if number == at:
            killed_during(system, chat, step, program)
        else:
            with suppress(AssertionError):
                chat.answer_to(step(chat))
    finish(chat, task, lambda: len(task.written(system, person)))
    assert len(task.written(system, person)) == 1
    # Nothing that was said before writes it again.
    chat.ask("yes")
    assert len(task.written(system, person)) == 1
