"""Policy questions through the real actions."""

from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.words import filled, variant
from tests.actions.dialogue import Dialogue, load_domain


async def _turn(
    executor: ActionExecutor, dialogue: Dialogue, action: str, message: dict[str, Any]
) -> dict[str, Any]:
    tracker = {
        "sender_id": dialogue.dialogue_id,
        "slots": dialogue.slots,
        "latest_message": message,
        "events": [],
        "paused": False,
        "active_loop": {},
        "followup_action": None,
        "latest_action_name": None,
        "latest_input_channel": "rest",
    }
    result = await executor.run(
        {
            "next_action": action,
            "sender_id": dialogue.dialogue_id,
            "tracker": tracker,
            "domain": load_domain(),
        }
    )
    assert result is not None
    answer: dict[str, Any] = result.model_dump()
    for event in answer["events"]:
        if event["event"] == "slot":
            dialogue.slots[event["name"]] = event["value"]
    return answer


def _typed(text: str, intent: str = "ask_shipping_policy", **entities: object) -> dict[str, Any]:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return {"text": text, "intent": {"name": intent, "confidence": 0.95}, "entities": found}


def _text(dialogue: Dialogue, response: dict[str, Any]) -> str:
    found = variant(load_domain(), response["response"], dialogue.slots)
    return filled(str(found["text"]), response)


async def test_a_short_answer_comes_with_next_steps_and_a_link(dialogue: Dialogue) -> None:
    answer = await dialogue.say("how much is shipping to Norway", "ask_shipping_policy")
    assert answer.names == ["utter_shipping_cost_free_from"]
    assert answer.texts == [
        "Standard delivery to Norway costs €14.90, and is free on orders of €149.00 or more."
    ]
    assert 1 <= len(answer.buttons) <= 4


async def test_two_aspects_get_two_answers(dialogue: Dialogue) -> None:
    answer = await dialogue.say("how much to Norway and are there customs fees", "ask_shipping_policy")
    assert [name.split("_")[2] for name in answer.names] == ["customs", "cost"]


async def test_cost_and_time_fit_into_one_answer(dialogue: Dialogue) -> None:
    answer = await dialogue.say("how much and how long to Norway", "ask_shipping_policy")
    assert answer.names == ["utter_shipping_overview_free_from"]


async def test_a_bare_answer_goes_on_with_the_last_question(dialogue: Dialogue) -> None:
    await dialogue.say("how long to Norway", "ask_shipping_policy")
    assert dialogue.slots["policy_aspect"] == "time"
    answer = await dialogue.say("and to Sweden?", "inform")
    assert answer.texts[0].startswith("Standard delivery to Sweden takes 2–5 business days")


async def test_a_button_narrows_the_answer_down(dialogue: Dialogue) -> None:
    general = await dialogue.say("what does delivery cost", "ask_shipping_policy")
    assert general.names == ["utter_shipping_cost_all"]
    exact = await dialogue.press(general.payload("Sweden"))
    assert exact.names == ["utter_shipping_cost_free_from"]
    assert "Sweden" in exact.texts[0]


@pytest.mark.parametrize("value", [{"a": 1}, ["SE"], 7, None, "Nowhere", "se", "x" * 500])
async def test_a_payload_may_hold_anything(
    executor: ActionExecutor, dialogue: Dialogue, value: object
) -> None:
    message = _typed(
        "/ask_return_policy", "ask_return_policy", country=value, category=value, policy_aspect=value
    )
    answer = await _turn(executor, dialogue, "action_ask_return_policy", message)
    assert answer["responses"][0]["response"] == "utter_returns_window_all"


async def test_a_country_that_is_not_served_is_not_remembered(
    executor: ActionExecutor, dialogue: Dialogue
) -> None:
    answer = await _turn(executor, dialogue, "action_ask_shipping_policy", _typed("do you ship to Brazil"))
    assert answer["responses"][0]["response"] == "utter_shipping_not_served"
    assert dialogue.slots["country"] is None


@pytest.mark.parametrize(
    ("action", "text", "path"),
    [
        ("action_ask_shipping_policy", "what do you charge", "shipping"),
        ("action_ask_return_policy", "how long can I return", "returns"),
        ("action_ask_warranty_policy", "how long is it", "warranty"),
        ("action_ask_sales_policy", "do you price match", "sales"),
    ],
)
async def test_the_full_policy_is_linked(
    executor: ActionExecutor, dialogue: Dialogue, action: str, text: str, path: str
) -> None:
    answer = await _turn(executor, dialogue, action, _typed(text))
    (card,) = answer["responses"][-1]["custom"]["cards"]
    assert card["url"].endswith(f"/policies/{path}")
    assert card["title"]
