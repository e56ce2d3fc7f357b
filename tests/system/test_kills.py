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
    # The steps at which the programs die.
    deadly: tuple[int, ...] = (-1,)


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


def of_orders(system: System, table: str, person: Person) -> list[dict[str, Any]]:
    return [row for row in system.rows(table) if row["order_number"] in person.numbers.values()]


def returns(system: System, person: Person) -> list[dict[str, Any]]:
    asked = of_orders(system, "returns", person)
    for row in asked:
        [refund] = [one for one in system.rows("refunds") if one["number"] == row["number"]]
        assert refund["amount"] == row["amount"]
        assert_told(system, f"return:{row['number']}")
    return asked


def claims(system: System, person: Person) -> list[dict[str, Any]]:
    opened = of_orders(system, "claims", person)
    for row in opened:
        assert_told(system, f"claim:{row['number']}")
    return opened


def assert_told(system: System, subject: str) -> None:
    """The shop is asked once for what was written once."""
    assert len([row for row in system.rows("shop_requests") if row["subject"] == subject]) == 1


TASKS = {
    "redemption": Task(
        "c-1003", (says("use 500 points"), presses("Yes, make the coupon")), coupons, deadly=(0, -1)
    ),
    "return": Task(
        "c-1001",
        (
            says("I want to return the blender, it is faulty, money back"),
            presses("by post with our return label"),
            presses("Yes, ask for it"),
        ),
        returns,
    ),
    "claim": Task(
        "c-1005",
        (
            says("I dropped my espresso machine yesterday and it no longer turns on"),
            presses("Replacement first, then send the old one"),
            presses("Yes, I agree"),
            presses("Yes, open the claim"),
        ),
        claims,
    ),
}
CASES = [
    pytest.param(name, step % len(task.steps), program, id=f"{name}-{program}-dies-at-step-{step}")
    for name, task in TASKS.items()
    for step in task.deadly
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
