"""The form of the message for staff: filled, left, corrected, interrupted, confirmed once."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.store.handoff import StaffMessage
from tests.actions.conftest import Begin
from tests.actions.dialogue import Dialogue
from tests.fakes import FakeClock

START = '/leave_message{"topic": "orders"}'
IN_CHAT = '/inform{"reply_to": "chat"}'
MESSAGE = "My chair came without screws"


async def left(runtime: Runtime) -> list[StaffMessage]:
    """All messages that staff have."""
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(StaffMessage)))


async def test_message_is_left_after_a_yes(dialogue: Dialogue, actions_runtime: Runtime) -> None:
    assert (await dialogue.press(START)).names == ["utter_handoff_ask_text"]
    assert (await dialogue.say(MESSAGE, "report_delivery_problem")).names == ["utter_handoff_ask_reply_to"]
    summary = await dialogue.say("it's maria@example.com, thanks", "inform", 0.5)
    assert f"“{MESSAGE}”" in summary.texts[0]
    assert "maria@example.com" in summary.texts[0]
    assert await left(actions_runtime) == []

    done = await dialogue.press(summary.payload("Yes, leave it"))

    assert done.names == ["utter_handoff_left_by_mail"]
    assert "Wednesday 6 May" in done.texts[0]
    (kept,) = await left(actions_runtime)
    assert (kept.topic, kept.text, kept.reply_to) == ("orders", MESSAGE, "maria@example.com")
    assert dialogue.form is None


async def test_typed_yes_to_the_summary_counts(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    await at_summary(MESSAGE)
    assert (await dialogue.say("yes please", "affirm")).names == ["utter_handoff_left_in_chat"]
    assert [kept.reply_to for kept in await left(actions_runtime)] == ["chat"]


async def test_second_yes_writes_nothing(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    await at_summary(MESSAGE)
    yes = f'/affirm{{"summary": "{shown_digest(dialogue)}"}}'
    await dialogue.press(yes)
    assert (await dialogue.press(yes)).names == ["utter_handoff_already_left"]
    assert len(await left(actions_runtime)) == 1


async def test_repeated_submission_of_one_form_writes_once(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    """Rasa forgets a turn whose caller hung up, though the action had committed."""
    await at_summary(MESSAGE)
    slots, events = dict(dialogue.slots), list(dialogue.events)
    await dialogue.say("yes", "affirm")
    dialogue.slots, dialogue.events, dialogue.form = slots, events, "staff_message_form"
    assert (await dialogue.say("yes", "affirm")).names == ["utter_handoff_left_in_chat"]
    assert len(await left(actions_runtime)) == 1


async def test_two_messages_in_one_dialogue_are_both_left(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    for text in (MESSAGE, "The table is scratched as well"):
        await at_summary(text)
        await dialogue.say("yes", "affirm")
    assert [kept.text for kept in await left(actions_runtime)] == [MESSAGE, "The table is scratched as well"]


async def test_old_yes_does_not_confirm_a_changed_message(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    await at_summary(MESSAGE)
    old_yes = f'/affirm{{"summary": "{shown_digest(dialogue)}"}}'
    await dialogue.say("use joe@example.org instead", "inform")
    again = await dialogue.press(old_yes)
    assert again.names == ["utter_handoff_look_again", "utter_handoff_summary"]
    assert await left(actions_runtime) == []


async def test_yes_after_half_an_hour_shows_the_summary_again(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime, clock: FakeClock
) -> None:
    await at_summary(MESSAGE)
    clock.advance(minutes=31)
    again = await dialogue.say("yes", "affirm")
    assert again.names == ["utter_handoff_look_again", "utter_handoff_summary"]
    assert await left(actions_runtime) == []
    assert (await dialogue.say("yes", "affirm")).names == ["utter_handoff_left_in_chat"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("never mind", "cancel_flow"), ("cancel", "cancel_order"), ("cancel it", "cancel_order")],
)
@pytest.mark.parametrize("answers", [0, 1, 2])
async def test_form_can_be_left_at_every_question(
    dialogue: Dialogue, actions_runtime: Runtime, text: str, intent: str, answers: int
) -> None:
    await dialogue.press(START)
    for payload in [MESSAGE, IN_CHAT][:answers]:
        await (dialogue.press(payload) if payload[0] == "/" else dialogue.say(payload, "inform"))
    stopped = await dialogue.say(text, intent)
    assert stopped.names == ["utter_smalltalk_stopped"]
    assert dialogue.form is None
    assert dialogue.slots["staff_message_text"] is None
    assert await left(actions_runtime) == []


@pytest.mark.parametrize(
    ("field", "question"),
    [("email", "utter_handoff_ask_reply_to"), ("message", "utter_handoff_ask_text")],
)
async def test_field_called_wrong_is_asked_again(
    dialogue: Dialogue, at_summary: Begin, field: str, question: str
) -> None:
    await at_summary(MESSAGE)
    assert (await dialogue.say(f"the {field} is wrong", "inform", 0.4, form_field=field)).names == [question]


async def test_new_address_at_the_summary_replaces_the_old_one(dialogue: Dialogue, at_summary: Begin) -> None:
    await at_summary(MESSAGE)
    summary = await dialogue.say("the e-mail is wrong, it is joe@example.org", "inform", form_field="email")
    assert summary.names == ["utter_handoff_summary"]
    assert "joe@example.org" in summary.texts[0]


async def test_no_to_the_summary_asks_what_to_change(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    await at_summary(MESSAGE)
    asked = await dialogue.say("no", "deny")
    assert asked.names == ["utter_handoff_what_to_change"]
    assert (await dialogue.press(asked.payload("The message"))).names == ["utter_handoff_ask_text"]
    summary = await dialogue.say("My desk came without screws", "inform")
    assert "My desk came without screws" in summary.texts[0]
    await dialogue.press(summary.payload("Yes, leave it"))
    assert [kept.text for kept in await left(actions_runtime)] == ["My desk came without screws"]


async def test_nothing_to_change_after_all_leaves_it(
    dialogue: Dialogue, at_summary: Begin, actions_runtime: Runtime
) -> None:
    await at_summary(MESSAGE)
    asked = await dialogue.say("no", "deny")
    done = await dialogue.press(asked.payload("Nothing, leave it as it is"))
    assert done.names == ["utter_handoff_left_in_chat"]
    assert len(await left(actions_runtime)) == 1


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("are you a robot", "ask_if_bot", "utter_smalltalk_automated"),
        ("what can you do", "ask_capabilities", "utter_smalltalk_capabilities"),
        ("thanks", "thank", "utter_smalltalk_thanks"),
        ("I want a human", "request_human", "utter_handoff_human_in_form"),
    ],
)
@pytest.mark.parametrize("answers", [0, 1, 2])
async def test_other_question_is_answered_and_the_form_goes_on(
    dialogue: Dialogue, text: str, intent: str, answer: str, answers: int
) -> None:
    asked = await dialogue.press(START)
    for payload in [MESSAGE, IN_CHAT][:answers]:
        asked = await (dialogue.press(payload) if payload[0] == "/" else dialogue.say(payload, "inform"))
    between = await dialogue.say(text, intent)
    expected = dialogue.domain["responses"][answer][0]["text"].split("{")[0]
    assert between.texts[0].startswith(expected)
    assert between.texts[1] == asked.texts[-1]
    assert between.buttons == asked.buttons


@pytest.mark.parametrize("answers", [0, 1, 2])
async def test_repeating_in_the_form_repeats_its_question(dialogue: Dialogue, answers: int) -> None:
    asked = await dialogue.press(START)
    for payload in [MESSAGE, IN_CHAT][:answers]:
        asked = await (dialogue.press(payload) if payload[0] == "/" else dialogue.say(payload, "inform"))
    assert (await dialogue.say("say that again", "repeat")).texts == asked.texts


@pytest.mark.parametrize(
    ("answers", "wrong", "help_response"),
    [
        (0, "?", "utter_handoff_text_help"),
        (1, "in the blue house", "utter_handoff_reply_to_help"),
        (2, "the blue one", "utter_handoff_confirm_help"),
    ],
)
async def test_wrong_kind_of_answer_twice_brings_help(
    dialogue: Dialogue, answers: int, wrong: str, help_response: str
) -> None:
    await dialogue.press(START)
    for payload in [MESSAGE, IN_CHAT][:answers]:
        await (dialogue.press(payload) if payload[0] == "/" else dialogue.say(payload, "inform"))
    first = await dialogue.say(wrong, "nlu_fallback", 0.35)
    second = await dialogue.say(wrong, "nlu_fallback", 0.35)
    assert help_response not in first.names
    assert second.names[0] == help_response
    assert dialogue.form == "staff_message_form"


async def test_two_addresses_are_not_guessed_between(dialogue: Dialogue) -> None:
    await dialogue.press(START)
    await dialogue.say(MESSAGE, "inform")
    asked = await dialogue.say("a@example.com or b@example.com", "inform")
    assert asked.names == ["utter_handoff_reply_to_several", "utter_handoff_ask_reply_to"]


async def test_address_in_the_message_is_not_asked_again(dialogue: Dialogue) -> None:
    await dialogue.press(START)
    summary = await dialogue.say("Please call me or write to eva@example.com", "inform")
    assert summary.names == ["utter_handoff_summary"]
    assert "eva@example.com" in summary.texts[0]


async def test_guessed_intent_does_not_take_the_message_away(dialogue: Dialogue) -> None:
    await dialogue.press(START)
    assert (await dialogue.say("too small for me", "cancel_flow", 0.27)).names == [
        "utter_handoff_ask_reply_to"
    ]


async def test_finnish_text_is_taken_as_the_message(dialogue: Dialogue, actions_runtime: Runtime) -> None:
    offer = await dialogue.say("missä pakettini viipyy", "ask_offers", 0.9, language="fi")
    asked = await dialogue.press(offer.payload("Jätä viesti henkilökunnalle"))
    await dialogue.press(asked.payload("Kirjoitan toisin"))
    asked = await dialogue.say("Tuolista puuttuu ruuveja", "ask_shipping_policy", 0.95, language="fi")
    summary = await dialogue.press(asked.payload("Vastaus tähän keskusteluun"))
    await dialogue.press(summary.payload("Kyllä, jätä viesti"))
    assert [kept.text for kept in await left(actions_runtime)] == ["Tuolista puuttuu ruuveja"]


async def test_what_was_typed_before_the_offer_need_not_be_typed_again(
    dialogue: Dialogue, actions_runtime: Runtime
) -> None:
    offer = await dialogue.say("this is the worst service ever", "complain")
    asked = await dialogue.press(offer.payload("Leave a message for staff"))
    assert asked.names == ["utter_handoff_ask_draft"]
    assert "this is the worst service ever" in asked.texts[0]
    await dialogue.say("yes", "affirm")
    summary = await dialogue.press(IN_CHAT)
    await dialogue.press(summary.payload("Yes, leave it"))
    (kept,) = await left(actions_runtime)
    assert (kept.topic, kept.text) == ("feedback", "this is the worst service ever")


async def test_request_for_a_person_is_no_draft(dialogue: Dialogue) -> None:
    offer = await dialogue.say("let me talk to a human please", "request_human")
    asked = await dialogue.press(offer.payload("Leave a message for staff"))
    assert asked.names == ["utter_handoff_ask_text"]


async def test_typed_yes_to_the_offer_begins_the_message(dialogue: Dialogue) -> None:
    await dialogue.say("I was told lies on the phone", "complain")
    asked = await dialogue.say("yes please", "affirm")
    assert asked.names == ["utter_handoff_ask_draft"]
    assert dialogue.slots["staff_message_topic"] == "feedback"


@pytest.mark.parametrize("topic", ['"gifts"', "42", '["orders"]', '{"a": 1}'])
async def test_topic_of_a_payload_is_checked(dialogue: Dialogue, topic: str) -> None:
    await dialogue.press(f'/leave_message{{"topic": {topic}}}')
    assert dialogue.slots["staff_message_topic"] == "handoff"


async def test_customers_braces_and_brackets_come_back_as_typed(
    dialogue: Dialogue, at_summary: Begin
) -> None:
    text = "Code {name} and list 0[1] {0}"
    await at_summary(text)
    shown = await dialogue.say("again", "repeat")
    assert text in shown.texts[0].replace("\u2060", "")
    assert "0[" not in shown.texts[0]


def shown_digest(dialogue: Dialogue) -> Any:
    """The digest of the summary that was shown last."""
    return dialogue.slots["staff_message_shown"].split()[0]
