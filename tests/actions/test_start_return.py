"""Sending goods back: asked for once, corrected, refused with other ways, left."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.store.handoff import AuditEntry
from bot.store.outbox import OutboxMessage
from bot.store.returns import Refund, ReturnPiece
from bot.store.shop_requests import ShopRequest
from tests.actions.dialogue import Dialogue
from tests.actions.returning import (
    CHAIR,
    OLD,
    PRODUCTS,
    THEIRS,
    TOWELS,
    TWO,
    fill,
    kept,
    to_summary,
)
from tests.actions.shop import parcel, sign_in
from tests.fakes import FakeClock

BOTH = "I want to return order 20001"
YES = "Yes, ask for it"


@pytest.fixture
async def known(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> Dialogue:
    """A dialogue of the customer who made most of the orders."""
    await fill(actions_runtime, tmp_path, TWO, CHAIR, OLD, TOWELS, THEIRS)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    return dialogue


async def test_return_is_asked_of_the_shop_after_one_yes(known: Dialogue, actions_runtime: Runtime) -> None:
    items = await known.say(BOTH, "start_return")
    assert [button["title"] for button in items.buttons] == ["Blender", "Hohde lamp", "All of it"]
    reason = await known.press(items.payload("Hohde lamp"))
    assert reason.names == ["utter_return_ask_reason"]
    outcome = await known.press(reason.payload("Changed my mind"))
    assert outcome.names == ["utter_return_ask_outcome"]
    way = await known.press(outcome.payload("Money back, the way I paid"))
    summary = await known.press(way.payload("by post with our return label"))
    assert "Hohde lamp" in summary.texts[-1]
    assert "€46.85" in summary.texts[-1]
    assert await kept(actions_runtime) == []

    done = await known.press(summary.payload(YES))

    assert done.names[0] == "utter_return_requested"
    (row,) = await kept(actions_runtime)
    assert (row.number, row.order_number, row.status) == ("RET-2026-000001", "20001", "requested")
    assert row.lines == [{"line_id": "l2", "sku": "lamp", "quantity": 1}]
    async with actions_runtime.database.reading() as session:
        refund = await session.get_one(Refund, row.number)
        request = (await session.scalars(select(ShopRequest))).one()
        mail = (await session.scalars(select(OutboxMessage))).one()
    assert (str(refund.amount), refund.target, refund.status) == ("46.85", "original", "requested")
    assert (request.kind, request.subject, request.status) == (
        "start_return",
        f"return:{row.number}",
        "requested",
    )
    assert mail.recipient == "aino@posti.example"
    assert f"/labels/{row.number}?" in mail.body


async def test_second_yes_writes_nothing(known: Dialogue, actions_runtime: Runtime) -> None:
    summary = await to_summary(known, "I want to return the lamp from order 20001")
    await known.press(summary.payload(YES))
    assert (await known.press(summary.payload(YES))).names == ["utter_orders_already_done"]
    assert len(await kept(actions_runtime)) == 1


async def test_repeated_submission_of_one_form_writes_once(known: Dialogue, actions_runtime: Runtime) -> None:
    """Rasa forgets a turn whose caller hung up, though the action had committed."""
    summary = await to_summary(known, "I want to return the lamp from order 20001")
    slots, events = dict(known.slots), list(known.events)
    await known.press(summary.payload(YES))
    known.slots, known.events, known.form = slots, events, "start_return_form"
    again = await known.press(summary.payload(YES))
    assert len(await kept(actions_runtime)) == 1
    assert again.names != ["utter_smalltalk_sorry"]


async def test_several_facts_in_one_sentence_are_not_asked_again(known: Dialogue) -> None:
    answer = await known.say(
        "I want my money back for the blender and the lamp of order 20001, they are broken", "start_return"
    )
    assert known.form == "start_return_form"
    assert known.slots["return_reason"] == "faulty"
    assert known.slots["return_items"] == '{"l1": 1, "l2": 1}'
    assert known.slots["return_outcome"] == "original"
    assert answer.names == ["utter_return_ask_method"]


async def test_one_answer_is_corrected_at_the_summary(known: Dialogue, actions_runtime: Runtime) -> None:
    summary = await to_summary(known, "I want to return the lamp from order 20001")
    old_yes = summary.payload(YES)
    again = await known.say("no, it is faulty", "deny")
    assert again.names == ["utter_return_summary"]
    assert "Faulty" in again.texts[-1]
    assert "€51.75" in again.texts[-1]
    assert (await known.press(old_yes)).names == ["utter_return_look_again", "utter_return_summary"]
    await known.press(again.payload(YES))
    assert [row.reason for row in await kept(actions_runtime)] == ["faulty"]


async def test_no_to_the_summary_asks_what_to_change(known: Dialogue) -> None:
    await to_summary(known, "I want to return the lamp from order 20001")
    change = await known.say("no", "deny")
    assert change.names == ["utter_return_what_to_change"]
    assert (await known.press(change.payload("The reason"))).names == ["utter_return_ask_reason"]


async def test_question_in_the_middle_is_answered_and_the_form_goes_on(known: Dialogue) -> None:
    await known.say("I want to return the lamp from order 20001", "start_return")
    answer = await known.say("how long is shipping?", "ask_shipping_policy")
    assert answer.names[-1] == "utter_return_ask_reason"
    assert len(answer.texts) > 1
    assert known.slots["return_items"] == '{"l2": 1}'


async def test_return_can_be_left(known: Dialogue, actions_runtime: Runtime) -> None:
    await to_summary(known, "I want to return the lamp from order 20001")
    await known.say("never mind", "cancel_flow")
    assert known.form is None
    assert await kept(actions_runtime) == []


async def test_wrong_kind_of_answer_twice_brings_help(known: Dialogue) -> None:
    await known.say(BOTH, "start_return")
    assert (await known.say("purple", "inform")).names[0] == "utter_return_items_wrong"
    assert (await known.say("purple", "inform")).names[0] == "utter_return_help"


async def test_old_order_is_refused_with_its_rule_and_staff(
    known: Dialogue, actions_runtime: Runtime
) -> None:
    answer = await known.say("I want to return order 20003", "start_return")
    assert answer.names == ["utter_returns_verdict_no"]
    assert known.form is None
    assert any("leave_message" in str(button["payload"]) for button in answer.buttons)
    assert await kept(actions_runtime) == []


async def test_opened_hygiene_goods_are_refused_at_the_answer(
    known: Dialogue, actions_runtime: Runtime
) -> None:
    await known.say("I want to return 2 of the towels of order 20004", "start_return")
    opened = await known.say("I changed my mind", "cancel_flow")
    assert opened.names == ["utter_return_ask_opened"]
    refused = await known.press(opened.payload("Opened"))
    assert refused.names == ["utter_returns_verdict_no"]
    assert known.form is None
    assert await kept(actions_runtime) == []


async def test_some_pieces_of_a_line_come_back(known: Dialogue, actions_runtime: Runtime) -> None:
    summary = await to_summary(known, "I want to return 2 of the towels of order 20004", "faulty")
    await known.press(summary.payload(YES))
    async with actions_runtime.database.reading() as session:
        held = [piece.held for piece in await session.scalars(select(ReturnPiece))]
    assert sorted(piece or 0 for piece in held) == [1, 2]


async def test_exchange_names_the_difference_and_keeps_the_variant(
    known: Dialogue, actions_runtime: Runtime
) -> None:
    await known.say("I want to exchange the chair of order 20002, it is too small", "start_return")
    assert known.slots["return_outcome"] == "exchange"
    way = await known.say("the blue one", "ask_product_info")
    summary = await known.press(str(way.buttons[0]["payload"]))
    assert "Kaisla chair, blue (€15.00 more)" in summary.texts[-1]
    await known.press(summary.payload(YES))
    (row,) = await kept(actions_runtime)
    assert (row.kind, row.exchange_sku, str(row.price_difference)) == ("exchange", "chair-blue", "15.00")
    assert str(row.amount) == "0.00"


async def test_variant_that_sells_out_before_the_yes_is_not_promised(
    known: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await known.say("I want to exchange the chair of order 20002, it is too small", "start_return")
    way = await known.say("the blue one", "ask_product_info")
    summary = await known.press(str(way.buttons[0]["payload"]))
    gone = [row | {"stock": 0} if row["sku"] == "chair-blue" else row for row in PRODUCTS]
    await fill(actions_runtime, tmp_path, products=gone)
    answer = await known.press(summary.payload(YES))
    assert "utter_return_requested" not in answer.names
    assert await kept(actions_runtime) == []


async def test_yes_after_half_an_hour_shows_the_summary_again(
    known: Dialogue, actions_runtime: Runtime, clock: FakeClock
) -> None:
    summary = await to_summary(known, "I want to return the lamp from order 20001")
    clock.advance(minutes=31)
    assert (await known.press(summary.payload(YES))).names == [
        "utter_return_look_again",
        "utter_return_summary",
    ]
    assert await kept(actions_runtime) == []


async def test_somebody_elses_order_is_not_opened(known: Dialogue, actions_runtime: Runtime) -> None:
    await known.say("I want to return order 30001", "start_return")
    assert known.form == "order_access_form"
    assert await kept(actions_runtime) == []
    async with actions_runtime.database.reading() as session:
        outcomes = [entry.outcome for entry in await session.scalars(select(AuditEntry))]
    assert "refused" in outcomes


async def test_goods_that_cannot_come_back_are_explained_beside_those_that_can(
    known: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    parcels = [parcel("s1", ("l1",), delivered_at="2026-05-03T12:00:00Z"), parcel("s2", ("l2",))]
    late = TWO | {"number": "20005", "status": "shipped", "shipments": parcels}
    await fill(actions_runtime, tmp_path, late)
    answer = await known.say("I want to return the blender and the lamp of order 20005", "start_return")
    assert answer.names == ["utter_returns_verdict_no", "utter_return_ask_reason"]
    assert "Hohde lamp from order 20005 has not been delivered yet" in answer.texts[0]
    assert known.slots["return_items"] == '{"l1": 1}'


async def test_only_the_named_goods_are_refused(
    known: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, TWO | {"number": "20006", "shipments": []})
    answer = await known.say("I want to return the lamp of order 20006", "start_return")
    assert answer.names == ["utter_returns_verdict_no"]
    assert "Hohde lamp" in answer.texts[0]


@pytest.mark.parametrize(
    ("said", "items"), [("and the blender", '{"l1": 1, "l2": 1}'), ("no, the blender", '{"l1": 1}')]
)
async def test_other_goods_named_instead_of_a_reason_are_no_reason(
    known: Dialogue, said: str, items: str
) -> None:
    await known.say("I want to return the lamp from order 20001", "start_return")
    answer = await known.say(said, "inform")
    assert answer.names == ["utter_return_ask_reason"]
    assert known.slots["return_items"] == items


async def test_fact_told_at_another_question_is_noted(known: Dialogue) -> None:
    await known.say(
        "I want to return the towels of order 20004, changed my mind, never opened", "start_return"
    )
    answer = await known.say("it is only 1 of them and it came damaged", "inform")
    assert answer.names[0] == "utter_return_noted"
    assert (known.slots["return_items"], known.slots["return_reason"]) == ('{"l1": 1}', "damaged")


async def test_exchange_that_there_is_not_is_said(known: Dialogue) -> None:
    answer = await known.say("I want to exchange the lamp of order 20001, changed my mind", "start_return")
    assert answer.names == ["utter_return_no_exchange", "utter_return_ask_outcome"]


async def test_unopened_goods_have_their_packaging(
    known: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    packed = [row | {"category": "electronics"} if row["sku"] == "lamp" else row for row in PRODUCTS]
    await fill(actions_runtime, tmp_path, products=packed)
    asked = await known.say("I want to return the lamp of order 20001, changed my mind", "start_return")
    assert asked.names == ["utter_return_ask_packaging"]
    assert (await known.say("it is still sealed", "inform")).names[-1] == "utter_return_ask_outcome"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("the reason is wrong", "utter_return_ask_reason"),
        ("the way it goes back is wrong", "utter_return_ask_method"),
        ("the things are wrong", "utter_return_ask_items"),
    ],
)
async def test_part_of_the_summary_called_wrong_is_asked_again(
    known: Dialogue, said: str, asked: str
) -> None:
    await to_summary(known, "I want to return the lamp from order 20001")
    assert (await known.say(said, "deny")).names == [asked]


async def test_thats_all_does_not_mean_all_goods(known: Dialogue) -> None:
    await known.say(BOTH, "start_return")
    await known.say("the lamp, that's all", "inform")
    assert known.slots["return_items"] == '{"l2": 1}'


async def test_fewer_pieces_told_with_the_reason_are_kept(known: Dialogue) -> None:
    await known.say("I want to return the towels of order 20004", "start_return")
    await known.say("2 of them are cracked", "inform")
    assert (known.slots["return_items"], known.slots["return_reason"]) == ('{"l1": 2}', "damaged")


async def test_both_of_one_product_is_not_the_whole_order(known: Dialogue) -> None:
    await known.say("I want to return order 20001", "start_return")
    await known.say("all of the lamp", "inform")
    assert known.slots["return_items"] == '{"l2": 1}'
