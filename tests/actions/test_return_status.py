"""Returns under way: told with their history, called off once, and nobody else's."""

from pathlib import Path

import pytest

from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from tests.actions.dialogue import Dialogue
from tests.actions.returning import CHAIR, THEIRS, TWO, fill, kept, to_summary
from tests.actions.shop import sign_in
from tests.store.conftest import Heard
from tests.store.shop_rows import write_folder

NUMBER = "RET-2026-000001"


@pytest.fixture
async def returning(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> Dialogue:
    """A customer with one return under way."""
    await fill(actions_runtime, tmp_path, TWO, CHAIR, THEIRS)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    summary = await to_summary(dialogue, "I want to return the lamp from order 20001")
    await dialogue.press(summary.payload("Yes, ask for it"))
    return dialogue


async def _report(runtime: Runtime, folder: Path, kind: str) -> None:
    row = {"id": f"e-{kind}", "number": NUMBER, "kind": kind, "at": "2026-05-05T08:00:00Z"}
    await import_folder(runtime, write_folder(folder / kind, {"return_events.jsonl": [row]}), Heard())


async def test_status_is_told_with_history_and_refund(
    returning: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    asked = await returning.say("where is my refund?", "check_return_status")
    assert asked.names == ["utter_return_status"]
    assert "is requested" in asked.texts[0]
    assert "€46.85" in asked.texts[0]
    await _report(actions_runtime, tmp_path, "received")
    await _report(actions_runtime, tmp_path, "refunded")
    told = await returning.say(f"what about {NUMBER}", "check_return_status")
    assert "was paid back the way you paid on 5 May 2026" in told.texts[0]
    assert not any("cancel_return" in str(button["payload"]) for button in told.buttons)


async def test_return_is_called_off_after_a_yes(returning: Dialogue, actions_runtime: Runtime) -> None:
    status = await returning.say("where is my refund?", "check_return_status")
    listed = await returning.press(status.payload(f"Call off {NUMBER}"))
    assert listed.names == ["utter_return_ask_cancel"]
    yes = listed.payload("Yes, call it off")
    assert (await returning.press(yes)).names == ["utter_return_cancelled"]
    assert [row.status for row in await kept(actions_runtime)] == ["cancelled"]
    assert (await returning.press(yes)).names == ["utter_orders_already_done"]


async def test_no_keeps_the_return(returning: Dialogue, actions_runtime: Runtime) -> None:
    status = await returning.say("where is my refund?", "check_return_status")
    listed = await returning.press(status.payload(f"Call off {NUMBER}"))
    assert (await returning.press(listed.payload("No, keep it"))).names == ["utter_return_kept"]
    assert [row.status for row in await kept(actions_runtime)] == ["requested"]


async def test_goods_that_came_before_the_yes_are_not_called_off(
    returning: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    status = await returning.say("where is my refund?", "check_return_status")
    listed = await returning.press(status.payload(f"Call off {NUMBER}"))
    await _report(actions_runtime, tmp_path, "received")
    answer = await returning.press(listed.payload("Yes, call it off"))
    assert answer.names == ["utter_return_too_late_to_cancel"]
    assert [row.status for row in await kept(actions_runtime)] == ["received"]


async def test_return_of_somebody_else_is_not_told(returning: Dialogue, actions_runtime: Runtime) -> None:
    await sign_in(actions_runtime, returning.dialogue_id, "c-2")
    answer = await returning.say(f"where is {NUMBER}", "check_return_status")
    assert NUMBER not in "".join(answer.texts)
    pressed = await returning.press(f'/cancel_return{{"return_number": "{NUMBER}"}}')
    assert "utter_return_ask_cancel" not in pressed.names
    assert [row.status for row in await kept(actions_runtime)] == ["requested"]


@pytest.mark.parametrize("intent", ["cancel_order", "cancel_flow", "start_return", "check_return_status"])
@pytest.mark.parametrize("text", ["cancel that return", f"please cancel {NUMBER}", "call off my return"])
async def test_return_is_called_off_in_plain_words(returning: Dialogue, text: str, intent: str) -> None:
    assert (await returning.say(text, intent)).names == ["utter_return_ask_cancel"]


async def test_it_means_the_return_that_was_just_told(returning: Dialogue) -> None:
    await returning.say("where is my refund?", "check_return_status")
    assert (await returning.say("cancel it", "cancel_order")).names == ["utter_return_ask_cancel"]


async def test_cancelling_an_order_stays_about_the_order(returning: Dialogue) -> None:
    await returning.say("where is my refund?", "check_return_status")
    answer = await returning.say("cancel my order 20001", "cancel_order", order_number="20001")
    assert "utter_return_ask_cancel" not in answer.names
