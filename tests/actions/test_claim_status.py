"""How far a claim is, and what its customer may still change, in words and by buttons."""

from pathlib import Path

import pytest

from bot.services import outbox
from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests
from bot.shop.requests import RequestKind
from tests.actions.claim_shop import BOOKCASE, BROKE, HOME_PLAN, OLD, OLD_PLAN, at_claim_summary, claims, fill
from tests.actions.dialogue import Dialogue
from tests.actions.shop import AINO, sign_in
from tests.store.conftest import importer

STATUS = "check_claim_status"
NUMBER = "CLM-2026-000001"


async def with_claim(dialogue: Dialogue, runtime: Runtime, folder: Path) -> None:
    """A replacement in advance is requested."""
    summary = await at_claim_summary(dialogue, runtime, folder)
    await dialogue.press(summary.payload("Yes, open the claim"))


async def with_visit(dialogue: Dialogue, runtime: Runtime, folder: Path) -> None:
    """A visit at home is requested."""
    await fill(runtime, folder, [BOOKCASE], [HOME_PLAN])
    await sign_in(runtime, dialogue.dialogue_id)
    asked = await dialogue.say("I spilled paint over my bookcase yesterday", BROKE)
    summary = await dialogue.press(asked.buttons[0]["payload"])
    await dialogue.press(summary.payload("Yes, open the claim"))


@pytest.mark.parametrize("text", ["any news on my repair?", "CLM-2026-000001?", "clm 2026 1"])
async def test_status_is_told_with_its_history(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, text: str
) -> None:
    await with_claim(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say(text, STATUS)
    assert answer.names == ["utter_claims_status"]
    assert f"{NUMBER}, Kuura espresso machine: requested, not confirmed yet" in answer.texts[0]
    assert "- 5 May 2026: asked for" in answer.texts[0]


async def test_bare_number_is_a_question_for_the_status(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await with_claim(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say(NUMBER, "inform", claim_number=NUMBER)
    assert answer.names == ["utter_claims_status"]


async def test_progress_that_was_reported_is_told(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await with_claim(dialogue, actions_runtime, tmp_path)
    sent = {"id": "d1", "number": NUMBER, "kind": "dispatched", "at": "2026-05-06T10:00:00Z"}
    await importer(actions_runtime, tmp_path / "more")(claim_events=[sent])
    answer = await dialogue.say("how is my claim", STATUS)
    assert "sent to you" in answer.texts[0]
    assert "send the old item back by 19 May 2026" in answer.texts[0]
    assert [button["title"] for button in answer.buttons] == ["I have sent it"]
    assert (await dialogue.press(answer.buttons[0]["payload"])).names == ["utter_claims_sent_noted"]
    assert (await dialogue.say("i sent the old one back", STATUS)).names == [
        "utter_claims_cannot_sent",
        "utter_claims_status",
    ]


@pytest.mark.parametrize("intent", [STATUS, "cancel_order"])
async def test_claim_is_called_off_after_one_yes(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, intent: str
) -> None:
    await with_claim(dialogue, actions_runtime, tmp_path)
    summary = await dialogue.say("please cancel my claim", intent)
    assert summary.names == ["utter_claims_cancel_summary"]
    yes = summary.payload("Yes")
    assert (await dialogue.press(yes)).names == ["utter_claims_cancelled"]
    assert (await dialogue.press(yes)).names == ["utter_orders_already_done"]
    (claim,) = await claims(actions_runtime)
    assert claim.status == "cancelled"
    kinds = [request.kind for request in await list_requests(actions_runtime)]
    assert kinds.count(RequestKind.CANCEL_CLAIM) == 1
    assert len(await outbox.mailbox(actions_runtime)) == 2


async def test_a_no_leaves_the_claim(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> None:
    await with_claim(dialogue, actions_runtime, tmp_path)
    await dialogue.say("cancel my claim", STATUS)
    assert (await dialogue.say("no", "deny")).names == ["utter_claims_unchanged"]
    assert [claim.status for claim in await claims(actions_runtime)] == ["requested"]


async def test_visit_is_moved_and_the_time_corrected_at_the_summary(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await with_visit(dialogue, actions_runtime, tmp_path)
    (before,) = await claims(actions_runtime)
    asked = await dialogue.say("can the visit be at another time?", STATUS)
    assert asked.names == ["utter_claims_ask_new_slot"]
    first, second, *_ = asked.buttons
    summary = await dialogue.press(first["payload"])
    assert first["title"] in summary.texts[0]
    again = await dialogue.press(second["payload"])
    assert second["title"] in again.texts[0]
    assert (await dialogue.press(summary.payload("Yes"))).names[0] == "utter_claims_look_again"
    assert (await dialogue.press(again.payload("Yes"))).names == ["utter_claims_moved"]
    (claim,) = await claims(actions_runtime)
    assert claim.slot is not None
    assert claim.slot != before.slot
    assert claim.slot.isoformat() not in first["payload"]


async def test_address_is_changed_by_staff(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await with_visit(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say("please change the address of my claim", STATUS)
    assert answer.names == ["utter_claims_address_by_staff"]


async def test_several_claims_become_buttons(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD, BOOKCASE], [OLD_PLAN, HOME_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("I spilled paint over my bookcase yesterday", BROKE)
    summary = await dialogue.press(asked.buttons[0]["payload"])
    await dialogue.press(summary.payload("Yes, open the claim"))
    await dialogue.say("I dropped my espresso machine yesterday", BROKE)
    summary = await dialogue.press('/inform{"claim_option": "carry_in"}')
    await dialogue.press(summary.payload("Yes, open the claim"))
    listed = await dialogue.say("cancel my claim", STATUS)
    assert listed.names == ["utter_claims_which"]
    chosen = await dialogue.press(listed.buttons[1]["payload"])
    assert chosen.names == ["utter_claims_cancel_summary"]
    assert "bookcase" in chosen.texts[0]
    await dialogue.say("stop", "cancel_flow")
    named = await dialogue.say("how is the espresso machine?", STATUS)
    assert "CLM-2026-000002" in named.texts[0]


async def test_nobody_elses_claim_is_confirmed_to_exist(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await with_claim(dialogue, actions_runtime, tmp_path)
    await sign_in(actions_runtime, dialogue.dialogue_id, "c-2")
    for number in (NUMBER, "CLM-2026-000999"):
        answer = await dialogue.say(f"how is {number}", STATUS, claim_number=number)
        assert "utter_claims_status" not in answer.names
        assert "espresso" not in " ".join(answer.texts)


async def test_unknown_visitor_shows_order_and_mail_first(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    assert (await dialogue.say("how is my claim", STATUS)).names == ["utter_orders_ask_number"]
    answer = await dialogue.say(f"10217, {AINO}", "inform", order_number="10217", email=AINO)
    assert answer.names == ["utter_claims_none"]
