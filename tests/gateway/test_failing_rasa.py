"""Rasa slow, dead, broken or silent: the customer gets an apology and a way to staff, never silence."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, update

from bot.gateway.dispatcher import MAX_ATTEMPTS
from bot.services.runtime import Runtime
from bot.store.conversations import Conversation, Message
from bot.store.handoff import StaffMessage
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.marks import both_databases
from tests.gateway.visit import Client, Event, Visit

WithSettings = Callable[..., Awaitable[Client]]


async def kept_for_staff(runtime: Runtime) -> list[StaffMessage]:
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(StaffMessage)))


def offers_staff(said: list[Event]) -> str:
    """The id of the button under the apology, which is all that was said."""
    (apology,) = said
    assert apology["text"].startswith("Sorry, I could not answer that")
    (choice,) = apology["choices"]
    assert choice["title"] == "Pass it on to staff"
    button: str = choice["id"]
    return button


GARBAGE = [
    b"[]",
    b"{}",
    b"null",
    b"[null, 1, []]",
    b'[{"recipient_id": "x"}]',
    b"<html>",
    b"\xff\xfe",
    b"",
    b'[{"text": ' + b"[" * 100_000,
    b'[{"buttons": 5, "custom": "no"}]',
]


async def test_an_answer_that_says_nothing_becomes_an_apology(visit: Visit, rasa: FakeRasa) -> None:
    for garbage in GARBAGE:
        rasa.garbage = garbage
        offers_staff(await visit.ask("where is my parcel?"))


async def test_an_error_of_rasa_becomes_an_apology(visit: Visit, rasa: FakeRasa) -> None:
    for status in (204, 404, 409, 500, 503):
        rasa.status = status
        offers_staff(await visit.ask("where is my parcel?"))
    rasa.status = 200
    assert (await visit.ask("and now?"))[0]["text"] == "You said: and now?"


async def test_a_slow_rasa_becomes_an_apology_and_its_form_is_cleared_before_the_next_message(
    with_settings: WithSettings, rasa: FakeRasa
) -> None:
    visit = await Visit.open(await with_settings(rasa_timeout_seconds=0.2))
    rasa.gate.clear()
    offers_staff(await visit.ask("where is my parcel?"))
    rasa.gate.set()
    assert (await visit.ask("and now?"))[0]["text"] == "You said: and now?"
    (cleared,) = rasa.pushed
    assert cleared["events"][0] == {"event": "active_loop", "name": None}
    await visit.ask("still there?")
    assert len(rasa.pushed) == 1


async def test_a_dead_rasa_becomes_an_apology_in_the_customers_language(
    with_settings: WithSettings, unused_tcp_port: int
) -> None:
    visit = await Visit.open(await with_settings(rasa_url=f"http://127.0.0.1:{unused_tcp_port}"))
    (apology,) = await visit.ask("Missä pakettini on?")
    assert apology["text"].startswith("Pahoittelut")


@both_databases
async def test_what_is_passed_on_is_kept_once_however_often_it_is_pressed(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    rasa.garbage = b"[]"
    button = offers_staff(await visit.ask("my lamp hums"))
    for _ in range(2):
        (said,) = await visit.ask(choice=button)
        assert said["text"].startswith("Done: our staff have your message.")
    (kept,) = await kept_for_staff(runtime)
    assert (kept.text, kept.conversation_id, kept.reply_to) == ("my lamp hums", visit.conversation_id, "chat")
    assert rasa.texts == ["my lamp hums"]


async def test_the_typed_title_of_the_button_passes_on_too(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    rasa.garbage = b"[]"
    await visit.ask("my lamp hums")
    await visit.ask("pass it on to staff")
    assert [kept.text for kept in await kept_for_staff(runtime)] == ["my lamp hums"]


async def test_each_button_passes_on_the_message_it_stands_under(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    rasa.garbage, rasa.delay = b"[]", 0.1
    first, second = await visit.send("first"), await visit.send("second")
    events = await visit.until_done(first, second)
    buttons = [event["choices"][0]["id"] for event in events if "choices" in event and event["seq"] > 1]
    for button in buttons:
        await visit.ask(choice=button)
    assert [kept.text for kept in await kept_for_staff(runtime)] == ["first", "second"]


async def test_the_typed_name_of_a_command_of_the_gateway_is_only_a_text(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    await visit.ask("aftercare:pass_on")
    assert rasa.texts == ["aftercare:pass_on"]
    assert await kept_for_staff(runtime) == []


async def test_a_message_whose_turn_never_ends_is_given_up_with_an_apology(
    visit: Visit, rasa: FakeRasa, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_arguments: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr("bot.gateway.rasa.RasaClient.answer", broken)
    seq = await visit.send("hello")
    events = await visit.until_done(seq)
    assert events[-2]["text"].startswith("Sorry, I could not answer that")
    async with runtime.database.reading() as session:
        assert (await session.get_one(Message, (visit.conversation_id, seq))).attempts == MAX_ATTEMPTS + 1


async def test_a_long_session_is_ended_at_rasa_but_not_in_the_middle_of_a_form(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    await visit.ask("one")
    async with runtime.database.transaction() as session:
        await session.execute(update(Conversation).values(rasa_turns=runtime.settings.rasa_session_turns))
    dialogue_id = rasa.calls[0]["sender"]
    rasa.open_forms.add(dialogue_id)
    await visit.ask("two")
    rasa.open_forms.clear()
    await visit.ask("three")
    await visit.ask("four")
    told = [call["message"] for call in rasa.calls]
    assert told == ["one", "two", "/session_start", "three", "four"]
