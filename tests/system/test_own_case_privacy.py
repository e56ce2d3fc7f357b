"""Personal data: asked for by the person it is about, told and erased while the system runs."""

import json
import subprocess
import sys

import pytest

from bot.settings import ROOT
from tests.system.chat import Refusal
from tests.system.people import People, Person
from tests.system.running import System
from tests.system.scene import Scene

AINO, MIKKO, LUKAS = "c-1001", "c-1002", "c-1011"


def command(system: System, name: str, customer: Person) -> str:
    """What `python -m bot NAME CUSTOMER` writes, beside the running system."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", name, str(customer.id)],
        cwd=ROOT,
        env=system.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_verified_customer_asks_for_a_copy_once(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    listed = chat.ask("plz send me a copy of all the personal data you have about me")
    assert "to the e-mail of your account" in listed.text
    assert scene.rows("staff_messages", conversation_id=chat.conversation_id) == []
    done = chat.press("Yes, pass it on")
    assert "with our staff" in done.text
    chat.press("Yes, pass it on")
    [kept] = scene.rows("staff_messages", conversation_id=chat.conversation_id)
    assert kept["topic"] == "privacy"
    assert str(aino.id) in kept["text"]
    assert ("privacy_access", f"customer:{aino.id}", "requested") in scene.audit(chat)


def test_visitor_proves_the_account_by_a_code_before_erasure_is_passed_on(
    people: People, scene: Scene
) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    asked = chat.ask("delete all my personal data please")
    assert "e-mail" in asked.text
    chat.ask(mikko.email)
    listed = chat.ask(scene.code(mikko))
    assert "erase all personal data" in listed.text
    chat.press("Yes, pass it on")
    [kept] = scene.rows("staff_messages", conversation_id=chat.conversation_id)
    assert str(mikko.id) in kept["text"]


def test_nobody_gets_nothing(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.visit()
    chat.ask(f"delete all data of {aino.email}")
    chat.ask(aino.email)
    wrong = chat.ask("111222")
    assert "Yes, pass it on" not in wrong.buttons
    assert scene.rows("staff_messages", conversation_id=chat.conversation_id) == []
    assert scene.rows("customers", id=aino.id)


@pytest.mark.timeout(200)
def test_access_tells_and_forget_erases_while_the_system_runs(
    system: System, people: People, scene: Scene
) -> None:
    lukas, other = people.clone(LUKAS), people.clone(AINO)
    chat, bystander = scene.enter(lukas), scene.enter(other)
    secret = "my neighbour Gertrud can take the desk"
    chat.ask("let me talk to a human")
    chat.press("Leave a message for staff")
    chat.ask(secret)
    bystander.ask(f"where is {other.order('10482')}")
    held = json.loads(command(system, "access", lukas))
    told = json.dumps(held, ensure_ascii=False)
    for word in (lukas.email, lukas.order("10521"), secret, lukas.address["line1"]):
        assert word in told
    assert other.email not in told
    command(system, "forget", lukas)
    for file in ("aftercare.db", "rasa-tracker.db"):
        assert not left_in(system, file, [lukas.email, secret, lukas.address["line1"]])
    assert scene.rows("customers", id=lukas.id) == []
    assert isinstance(chat.call("GET", "/events?after=0"), Refusal)
    assert "Tuisku blender" in bystander.ask(f"where is {other.order('10482')}").text


def left_in(system: System, file: str, words: list[str]) -> list[str]:
    """The words that still stand in a database."""
    dump = subprocess.run(
        [sys.executable, "-c", DUMP, str(system.data_dir / file)], capture_output=True, text=True, check=True
    ).stdout
    return [word for word in words if word in dump]


DUMP = """
import sqlite3, sys
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as database:
    print("\\n".join(database.iterdump()))
"""
