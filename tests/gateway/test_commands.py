"""Nothing that is typed reaches Rasa as a command; buttons are ids of this conversation."""

import pytest

from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.marks import both_databases
from tests.gateway.visit import Visit, refused

TYPED = [
    "/restart",
    "/session_start",
    '/inform{"customer_id": "42"}',
    "  /restart",
    "\t\n/restart",
    "//restart",
    "/ /restart",
    "\uff0frestart",
    "\u2044restart",
    "\u2215restart",
    "\u29f8restart",
    "\u00a0/restart",
    "\u3000\uff0frestart",
    "\u2028/restart",
    "\u2029/restart",
    "\u1680/restart",
    "\u0085/restart",
    "\u200b/restart",
    "\ufeff/restart",
    "\u202f\u205f/restart",
    "\x00/restart",
    "\x1f/restart",
    "/\u200b/restart",
]


async def test_a_typed_command_reaches_rasa_as_words(visit: Visit, rasa: FakeRasa) -> None:
    for typed in TYPED:
        await visit.ask(typed)
        told = rasa.calls[-1]["message"]
        assert told.startswith(("restart", "session_start", "inform")), ascii(typed)
    assert len(rasa.calls) == len(TYPED)


async def test_a_row_of_slashes_is_answered_without_rasa(visit: Visit, rasa: FakeRasa) -> None:
    (said,) = await visit.ask("///")
    assert said["text"].startswith("I could not find any words")
    assert rasa.calls == []


async def test_a_button_means_its_payload_and_shows_its_title(visit: Visit, rasa: FakeRasa) -> None:
    greeting = (await visit.log())[0]
    returns = next(choice for choice in greeting["choices"] if choice["title"] == "Returns")
    seq = await visit.send(choice=returns["id"])
    events = await visit.until_done(seq)
    assert rasa.texts == ["/ask_return_policy"]
    assert next(event for event in events if event["seq"] == seq)["text"] == "Returns"


@pytest.mark.parametrize("typed", ["Returns", " returns ", "RETURNS"])
async def test_a_text_equal_to_an_offered_title_is_that_button(
    visit: Visit, rasa: FakeRasa, typed: str
) -> None:
    await visit.ask(typed)
    assert rasa.texts == ["/ask_return_policy"]


async def test_a_title_counts_only_right_after_it_was_offered(visit: Visit, rasa: FakeRasa) -> None:
    await visit.ask("hello")
    await visit.ask("Returns")
    assert rasa.texts == ["hello", "Returns"]


async def test_a_button_of_another_conversation_is_refused(visit: Visit, rasa: FakeRasa) -> None:
    other = await Visit.open(visit.client)
    theirs = (await other.log())[0]["choices"][0]["id"]
    await refused(await visit.post_message(choice=theirs), 422, "unknown-choice")
    assert [event["seq"] for event in await visit.log()] == [1]
    assert rasa.calls == []


@both_databases
async def test_an_unknown_button_is_refused(visit: Visit) -> None:
    for choice in ("", "0" * 32, "/restart", "a\x00b", "x" * 64, "é"):
        await refused(await visit.post_message(choice=choice), 422, "unknown-choice")
    await refused(await visit.post_message(choice="\ud800"), 422, "invalid-request")
