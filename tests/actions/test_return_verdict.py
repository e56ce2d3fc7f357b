"""Whether something bought can still be sent back, and by which other ways."""

from pathlib import Path

from bot.services.runtime import Runtime
from tests.actions.dialogue import Dialogue
from tests.actions.shop import AINO, DELIVERED, LATE, TWO_PARCELS, fill, sign_in
from tests.fakes import FakeClock

RETURNS = "ask_return_policy"


async def test_named_order_and_product_get_their_verdict(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    text = f"can I still send back the blender from 10482? {AINO}"
    answer = await dialogue.say(text, RETURNS, order_number="10482", email=AINO)
    assert answer.names == ["utter_returns_verdict_yes"]
    assert answer.texts[0].startswith("Yes. Blender from order 10482 can be sent back until ")
    assert "3 June 2026" in answer.texts[0]
    assert "warranty until" in answer.texts[0]


async def test_question_waits_while_the_order_is_opened(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    asked = await dialogue.say("can I still send back the blender from 10482?", RETURNS, order_number="10482")
    assert asked.names == ["utter_orders_ask_proof"]
    assert (await dialogue.say(AINO, "inform", email=AINO)).names == ["utter_returns_verdict_yes"]


async def test_owned_product_is_enough_for_who_is_signed_in(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, clock: FakeClock
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED, LATE)
    clock.advance(days=60)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("can I still return my blender", RETURNS)
    assert answer.names == ["utter_returns_verdict_no"]
    assert "can no longer be sent back" in answer.texts[0]
    assert "the warranty until" in answer.texts[0]


async def test_general_question_stays_the_policys(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("what is the return time for a blender", RETURNS)
    assert not any(name.startswith("utter_returns_verdict") for name in answer.names)


async def test_several_lines_are_each_told(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, TWO_PARCELS)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("can I return 10507", RETURNS, order_number="10507")
    assert answer.names == ["utter_returns_verdict_several"]
    assert "Blender from order 10507 can be sent back" in answer.texts[0]
    assert "Hohde lamp from order 10507 has not been delivered yet" in answer.texts[0]


async def test_somebody_elses_order_has_no_verdict(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    await sign_in(actions_runtime, dialogue.dialogue_id, "c-2")
    answer = await dialogue.say("can I return 10482", RETURNS, order_number="10482")
    assert answer.names == ["utter_orders_ask_proof"]
    assert "lender" not in " ".join(answer.texts)
