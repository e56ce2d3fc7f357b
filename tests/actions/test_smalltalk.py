"""Talk about the talk itself, and what is not possible yet."""

from typing import Any

import pytest

from actions.handoff import OFFERS
from bot import bootstrap
from bot.shop.errors import NotAllowed
from tests.actions.dialogue import Dialogue


@pytest.mark.parametrize(
    ("intent", "response"),
    [
        ("greet", "utter_smalltalk_greeting"),
        ("goodbye", "utter_smalltalk_goodbye"),
        ("thank", "utter_smalltalk_thanks"),
        ("affirm", "utter_smalltalk_yes"),
        ("deny", "utter_smalltalk_no"),
        ("ask_capabilities", "utter_smalltalk_capabilities"),
        ("ask_if_bot", "utter_smalltalk_automated"),
        ("change_language", "utter_smalltalk_language"),
        ("cancel_flow", "utter_smalltalk_nothing_to_stop"),
        ("repeat", "utter_smalltalk_nothing_to_repeat"),
        ("complain", "utter_handoff_complaint"),
        ("request_human", "utter_handoff_human"),
        ("out_of_scope", "utter_smalltalk_out_of_scope"),
        ("inform", "utter_smalltalk_bare_answer"),
    ],
)
async def test_smalltalk_is_answered(dialogue: Dialogue, intent: str, response: str) -> None:
    assert (await dialogue.say("some words", intent)).names == [response]


@pytest.mark.parametrize("intent", sorted(OFFERS))
async def test_what_is_not_possible_yet_is_said_and_offered_to_staff(dialogue: Dialogue, intent: str) -> None:
    answer = await dialogue.say("some words", intent)
    assert answer.names == [OFFERS[intent]]
    assert "{" not in answer.texts[0]
    assert answer.buttons[0]["payload"].startswith("/leave_message")


async def test_request_for_a_person_is_told_when_staff_answer(dialogue: Dialogue) -> None:
    answer = await dialogue.say("a human please", "request_human")
    assert "Wednesday 6 May" in answer.texts[0]


async def test_last_answer_is_repeated_with_its_buttons(dialogue: Dialogue) -> None:
    said = await dialogue.say("hello", "greet")
    for _ in range(2):
        again = await dialogue.say("say that again", "repeat")
        assert (again.texts, again.buttons) == (said.texts, said.buttons)


async def test_misses_lead_to_choices_and_then_to_staff(dialogue: Dialogue) -> None:
    answers = [await dialogue.say("asdf", "nlu_fallback", 0.35) for _ in range(4)]
    assert [answer.names for answer in answers] == [
        ["utter_smalltalk_not_understood"],
        ["utter_smalltalk_choices"],
        ["utter_handoff_after_misses"],
        ["utter_handoff_after_misses"],
    ]


async def test_nonsense_taken_for_out_of_scope_counts_as_a_miss(dialogue: Dialogue) -> None:
    await dialogue.say("asdf", "out_of_scope")
    assert (await dialogue.say("qwer", "nlu_fallback")).names == ["utter_smalltalk_choices"]
    assert (await dialogue.say("zxcv", "out_of_scope")).names == ["utter_handoff_after_misses"]


async def test_understood_message_ends_the_misses(dialogue: Dialogue) -> None:
    await dialogue.say("asdf", "nlu_fallback")
    await dialogue.say("hello", "greet")
    assert (await dialogue.say("asdf", "nlu_fallback")).names == ["utter_smalltalk_not_understood"]


async def test_guesses_are_offered_only_among_what_the_shop_can_be_asked(dialogue: Dialogue) -> None:
    ranked = [("nlu_fallback", 0.35), ("thank", 0.3), ("ask_order_status", 0.28), ("start_return", 0.01)]
    ranking = [{"name": name, "confidence": confidence} for name, confidence in ranked]
    message = {"text": "er, the thing", "intent": ranking[0], "entities": [], "intent_ranking": ranking}
    answer = await dialogue.hear(message)
    assert answer.names == ["utter_smalltalk_did_you_mean"]
    assert answer.buttons == [{"title": "Where an order is", "payload": "/ask_order_status"}]


async def test_bare_number_is_taken_for_an_orders(dialogue: Dialogue) -> None:
    answer = await dialogue.say("10482", "inform", order_number="10482", postcode="10482")
    assert answer.names == ["utter_orders_ask_proof"]
    assert dialogue.slots["order_number"] == "10482"


async def test_bare_answer_goes_on_with_the_last_policy_question(dialogue: Dialogue) -> None:
    first = await dialogue.say("how much is shipping to Finland", "ask_shipping_policy")
    second = await dialogue.say("and to Sweden", "inform")
    assert second.names != ["utter_smalltalk_bare_answer"]
    assert second.texts != first.texts
    assert dialogue.slots["country"] == "SE"


@pytest.mark.parametrize("intent", ["ask_order_status", "ask_shipping_policy", "complain", "nlu_fallback"])
@pytest.mark.parametrize(("language", "start"), [("fi", "Toistaiseksi"), ("fil", "Sa ngayon po")])
async def test_text_in_another_language_is_answered_in_it_whatever_the_intent(
    dialogue: Dialogue, intent: str, language: str, start: str
) -> None:
    answer = await dialogue.say("jotain muuta", intent, 0.99, language=language)
    assert answer.names == ["utter_handoff_other_language"]
    assert answer.texts[0].startswith(start)
    assert answer.buttons[0]["payload"].startswith("/leave_message")


async def test_sure_greeting_in_finnish_is_answered_in_finnish(dialogue: Dialogue) -> None:
    assert (await dialogue.say("Hei", "greet", 0.9, language="fi")).texts[0].startswith("Hei!")
    assert (await dialogue.say("Heippa siellä", "greet", 0.4, language="fi")).names == [
        "utter_handoff_other_language"
    ]


async def test_buttons_work_in_another_language(dialogue: Dialogue) -> None:
    await dialogue.say("missä paketti", "nlu_fallback", language="fi")
    answer = await dialogue.press("/ask_order_status")
    assert answer.texts[0].startswith("Mistä tilauksesta on kyse?")


async def test_asked_language_is_spoken_at_once(dialogue: Dialogue) -> None:
    answer = await dialogue.say("can we speak Finnish", "change_language", asked_language="fi")
    assert answer.texts[0].startswith("Vastaan kysymyksiin")
    assert (await dialogue.press('/change_language{"language": "en"}')).texts[0].startswith("I answer")


async def test_refusal_by_the_shops_rules_is_one_apology(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Any:
        raise NotAllowed("not for you")

    monkeypatch.setattr(bootstrap, "runtime", refuse)
    assert (await dialogue.say("a human", "request_human")).names == ["utter_smalltalk_sorry"]
