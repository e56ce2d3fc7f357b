"""Parcels that are late, missing, damaged or wrong: waiting, then a remedy, written once."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests, settle_request
from bot.shop.requests import RequestStatus
from bot.store.delivery_cases import DeliveryCase
from tests.actions.dialogue import Dialogue
from tests.actions.shop import AINO, DELIVERED, LATE, LOST, TWO_PARCELS, fill, sign_in
from tests.actions.test_cancel_order import requests
from tests.actions.test_order_access import type_code
from tests.fakes import FakeClock

PROBLEM = "report_delivery_problem"


async def cases(runtime: Runtime) -> list[DeliveryCase]:
    """All delivery cases."""
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(DeliveryCase)))


async def test_late_parcel_is_waited_for_and_can_be_watched(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("my grill is late, it still has not come", PROBLEM)
    assert answer.names == ["utter_orders_problem_late_wait"]
    assert "8 May 2026" in answer.texts[0]
    assert await cases(actions_runtime) == []

    listed = await dialogue.press(answer.payload("Keep an eye on it"))
    assert listed.names == ["utter_orders_remedy_summary_watch"]
    assert (await dialogue.press(listed.payload("Yes, do that"))).names == [
        "utter_orders_remedy_requested_watch"
    ]

    (case,) = await cases(actions_runtime)
    assert (case.kind, case.status, case.remedy, case.days) == ("late", "watching", None, 2)
    assert await requests(actions_runtime) == []
    status = await dialogue.say("where is my grill", "ask_order_status")
    assert "we keep an eye on the parcel until 8 May 2026" in status.texts[0]


async def test_lost_parcel_is_sent_again_after_address_and_yes(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LOST)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("my grill never arrived at all", PROBLEM)
    assert asked.names == ["utter_orders_remedy_ask"]
    listed = await dialogue.press(asked.payload("Send it again"))
    assert listed.names == ["utter_orders_remedy_summary_reship"]
    assert "Koivukuja 7, 02210 Espoo" in listed.texts[0]
    yes = listed.payload("Yes, do that")
    assert (await dialogue.press(yes)).names == ["utter_orders_remedy_requested_reship"]
    assert (await dialogue.press(yes)).names == ["utter_orders_already_done"]

    (case,), (request,) = await cases(actions_runtime), await requests(actions_runtime)
    assert (case.kind, case.remedy, case.status, case.request_id) == (
        "missing",
        "reship",
        "requested",
        request.id,
    )
    assert (request.kind, request.payload["shipment_id"]) == ("reship_parcel", "s1")
    again = await dialogue.say("my grill never arrived at all", PROBLEM)
    assert again.names == ["utter_orders_problem_is_requested"]
    await settle_request(actions_runtime, request.id, RequestStatus.DONE)
    status = await dialogue.say("where is order 10499", "ask_order_status", order_number="10499")
    assert "the shop has done it" in status.texts[0]
    assert [case.status for case in await cases(actions_runtime)] == ["settled"]


async def test_wrong_address_leads_to_the_other_choice(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LOST)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("my grill never arrived at all", PROBLEM)
    await dialogue.press(asked.payload("Send it again"))
    corrected = await dialogue.say("the address is wrong", "inform", form_field="email")
    assert corrected.names == ["utter_orders_remedy_address_wrong", "utter_orders_remedy_ask"]
    listed = await dialogue.say("then I want my money back", "inform")
    assert listed.names == ["utter_orders_remedy_summary_refund"]
    assert "€199.00" in listed.texts[0]
    assert (await dialogue.say("yes", "affirm")).names == ["utter_orders_remedy_requested_refund"]
    (request,) = await requests(actions_runtime)
    assert request.payload["refund"] == {"amount": "199.00", "currency": "EUR"}


async def test_button_beside_a_late_parcel_says_what_is_wrong(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    report = await dialogue.say("where is my grill", "ask_order_status")
    answer = await dialogue.press(report.payload("It has not come"))
    assert answer.names == ["utter_orders_problem_late_wait"]


async def test_choice_in_words_that_sound_like_a_return_is_a_choice(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LOST)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("my grill never arrived at all", PROBLEM)
    await dialogue.press(asked.payload("Send it again"))
    listed = await dialogue.say("no, I want my money back instead", "start_return")
    assert listed.names == ["utter_orders_remedy_summary_refund"]


async def test_damage_is_told_once_and_confirmed_by_a_code(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    text = f"my order 10482 came with a broken jar, {AINO}"
    asked = await dialogue.say(text, PROBLEM, order_number="10482", email=AINO)
    assert asked.names == ["utter_orders_ask_code"]
    choice = await type_code(actions_runtime, dialogue)
    assert choice.names == ["utter_orders_remedy_ask"]
    await dialogue.say("send it again please", "inform")
    assert (await dialogue.say("yes", "affirm")).names == ["utter_orders_remedy_requested_reship"]
    (case,) = await cases(actions_runtime)
    assert (case.kind, case.text, case.days) == ("damaged", text, 1)


async def test_damaged_parcel_of_two_is_the_one_that_came(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, TWO_PARCELS)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("it arrived damaged", PROBLEM)
    assert answer.names == ["utter_orders_problem_ask_text"]
    assert (await dialogue.say("the glass jar has a long crack", "inform")).names == [
        "utter_orders_remedy_ask"
    ]


async def test_kind_and_parcel_are_asked_where_nothing_tells_them(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, TWO_PARCELS)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    which = await dialogue.press("/report_delivery_problem")
    assert which.names == ["utter_orders_problem_ask_parcel"]
    kind = await dialogue.say("the one with the lamp", "inform")
    assert kind.names == ["utter_orders_problem_ask_kind"]
    assert (await dialogue.press(kind.payload("It has not come"))).names == ["utter_orders_problem_on_time"]


async def test_parcel_said_to_be_delivered_is_looked_for_first(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, clock: FakeClock
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    first = await dialogue.say("it says delivered but nothing is here", PROBLEM)
    assert first.names == ["utter_orders_problem_search_nearby"]
    clock.advance(days=3)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    later = await dialogue.say("it says delivered but nothing is here", PROBLEM)
    assert later.names == ["utter_orders_remedy_ask"]


async def test_damage_reported_too_late_names_the_other_ways(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, clock: FakeClock
) -> None:
    await fill(actions_runtime, tmp_path, DELIVERED)
    clock.advance(days=30)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("the blender from you came damaged", PROBLEM)
    assert answer.names == ["utter_orders_problem_reported_late"]
    assert await cases(actions_runtime) == []


async def test_what_is_sold_out_is_paid_back(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    row = LOST | {"lines": [LOST["lines"][0] | {"sku": "lamp"}]}
    await fill(actions_runtime, tmp_path, row)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("my lamp never arrived at all", PROBLEM)
    assert answer.names == ["utter_orders_remedy_summary_refund"]


@pytest.mark.parametrize(("text", "intent"), [("never mind", "cancel_flow"), ("no", "deny")])
async def test_nothing_is_written_without_a_yes(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, text: str, intent: str
) -> None:
    await fill(actions_runtime, tmp_path, LOST)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("my grill never arrived at all", PROBLEM)
    await dialogue.press(asked.payload("Pay it back"))
    await dialogue.say(text, intent)
    assert dialogue.form is None
    assert await cases(actions_runtime) == []
    assert await list_requests(actions_runtime) == []
