"""Cancelling an order: listed, confirmed, asked of the shop once."""

from pathlib import Path

from sqlalchemy import select, update

from bot.services.order_cancel import look_at_cancelling, request_cancelling
from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests, settle_by_imports, settle_request
from bot.shop.requests import RequestStatus
from bot.store.handoff import AuditEntry
from bot.store.orders import Order
from bot.store.shop_requests import ShopRequest
from tests.actions.dialogue import Answer, Dialogue
from tests.actions.shop import AINO, DELIVERED, LATE, PENDING, fill, sign_in
from tests.fakes import FakeClock


async def requests(runtime: Runtime) -> list[ShopRequest]:
    """All that the shop is asked to do."""
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(ShopRequest)))


async def at_summary(dialogue: Dialogue, runtime: Runtime, folder: Path) -> Answer:
    """Lead a signed-in customer to the list."""
    await fill(runtime, folder, PENDING, DELIVERED)
    await sign_in(runtime, dialogue.dialogue_id)
    answer = await dialogue.say("please cancel my order", "cancel_order")
    assert answer.names == ["utter_orders_cancel_summary"]
    return answer


async def test_cancelling_is_listed_confirmed_and_requested(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_summary(dialogue, actions_runtime, tmp_path)
    assert "10521" in summary.texts[0]
    assert "2 × Blender" in summary.texts[0]
    assert "€179.80" in summary.texts[0]
    assert await requests(actions_runtime) == []

    done = await dialogue.press(summary.payload("Yes, cancel it"))

    assert done.names == ["utter_orders_cancel_requested"]
    assert "requested" in done.texts[0]
    (request,) = await requests(actions_runtime)
    assert (request.kind, request.subject, request.status) == ("cancel_order", "order:10521", "requested")
    assert request.payload["refund"] == {"amount": "179.80", "currency": "EUR"}
    assert request.payload["rule_id"] == "orders.cancel"
    status = await dialogue.say("where is my order 10521", "ask_order_status", order_number="10521")
    assert "has not confirmed it yet" in status.texts[0]


async def test_second_yes_and_second_tab_write_nothing(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_summary(dialogue, actions_runtime, tmp_path)
    yes = summary.payload("Yes, cancel it")
    slots, events = dict(dialogue.slots), list(dialogue.events)
    await dialogue.press(yes)
    assert (await dialogue.press(yes)).names == ["utter_orders_already_done"]
    dialogue.slots, dialogue.events, dialogue.form = slots, events, "cancel_order_form"
    assert (await dialogue.say("yes", "affirm")).names == ["utter_orders_cancel_already"]
    assert len(await requests(actions_runtime)) == 1


async def test_old_yes_lists_again(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, clock: FakeClock
) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    clock.advance(minutes=31)
    again = await dialogue.say("yes", "affirm")
    assert again.names == ["utter_orders_look_again", "utter_orders_cancel_summary"]
    assert (await dialogue.press('/affirm{"summary": "0000"}')).names[0] == "utter_orders_look_again"
    assert await requests(actions_runtime) == []


async def test_rules_are_asked_again_in_the_write(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    async with actions_runtime.database.transaction() as session:
        await session.execute(update(Order).where(Order.number == "10521").values(status="processed"))
    answer = await dialogue.say("yes", "affirm")
    assert answer.names == ["utter_orders_cancel_withdraw"]
    assert await requests(actions_runtime) == []


async def test_no_keeps_the_order(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    assert (await dialogue.say("no", "deny")).names == ["utter_orders_cancel_kept"]
    assert await requests(actions_runtime) == []


async def test_stop_leaves_the_list(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    assert (await dialogue.say("never mind", "cancel_flow")).names == ["utter_smalltalk_stopped"]
    assert dialogue.form is None
    assert (await dialogue.say("yes", "affirm")).names == ["utter_smalltalk_yes"]
    assert await requests(actions_runtime) == []


async def test_other_question_is_answered_and_the_list_comes_back(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    aside = await dialogue.say("how long is shipping to Sweden?", "ask_shipping_policy")
    assert aside.names[-1] == "utter_orders_cancel_summary"
    assert (await dialogue.say("yes", "affirm")).names == ["utter_orders_cancel_requested"]


async def test_another_number_at_the_list_is_looked_at_instead(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say("sorry, 10482", "inform", order_number="10482")
    assert answer.names == ["utter_orders_cancel_return"]
    assert "10482" in answer.texts[0]
    assert await requests(actions_runtime) == []


async def test_another_task_waits_for_the_list_to_be_taken_up_again(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_summary(dialogue, actions_runtime, tmp_path)
    asked = await dialogue.say("where is order 77777", "ask_order_status", order_number="77777")
    assert asked.names == ["utter_orders_ask_proof"]
    stopped = await dialogue.say("forget it", "cancel_flow")
    assert stopped.names == ["utter_smalltalk_stopped", "utter_tasks_resume"]
    resumed = await dialogue.press(stopped.payload("Yes, go on"))
    assert resumed.names == ["utter_orders_cancel_summary"]
    assert (await dialogue.say("yes", "affirm")).names == ["utter_orders_cancel_requested"]


async def test_order_that_is_packed_is_refused_with_the_next_best_way(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    answer = await dialogue.say(f"cancel 10515 {AINO}", "cancel_order", order_number="10515", email=AINO)
    assert answer.names == ["utter_orders_cancel_withdraw"]
    assert await requests(actions_runtime) == []


async def test_stranger_cannot_write_and_leaves_a_trace(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, PENDING)
    await sign_in(actions_runtime, dialogue.dialogue_id, "c-2")
    dialogue.slots.update(
        cancel_order_number="10521",
        cancel_order_confirmed="yes",
        cancel_order_shown="x 2026-05-05T09:00:00+00:00",
    )
    dialogue.message = {"text": "yes", "intent": {"name": "affirm", "confidence": 1.0}, "entities": []}
    answer = Answer()
    await dialogue.run("action_submit_cancel_order", answer)
    assert answer.names == ["utter_smalltalk_sorry"]
    assert await requests(actions_runtime) == []
    async with actions_runtime.database.reading() as session:
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.actor == "customer"))).one()
    assert (entry.action, entry.subject, entry.outcome) == ("cancel_order", "order", "refused")


async def test_import_of_the_order_settles_the_request(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_summary(dialogue, actions_runtime, tmp_path)
    await dialogue.press(summary.payload("Yes, cancel it"))
    await fill(actions_runtime, tmp_path, PENDING | {"status": "cancelled"})
    await settle_by_imports(actions_runtime)
    (settled,) = await list_requests(actions_runtime)
    assert (settled.status, settled.settled_at) == (RequestStatus.DONE, actions_runtime.clock())
    status = await dialogue.say("where is 10521", "ask_order_status", order_number="10521")
    assert "is cancelled" in status.texts[0]


async def test_after_a_rejection_it_can_be_asked_again(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, PENDING)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    offer = await look_at_cancelling(actions_runtime, dialogue.dialogue_id, "10521", "en")
    for _ in range(2):
        assert await request_cancelling(actions_runtime, dialogue.dialogue_id, "10521", offer.shown)
        newest = (await list_requests(actions_runtime, RequestStatus.REQUESTED))[0]
        await settle_request(actions_runtime, newest.id, RequestStatus.REJECTED)
    assert len(await requests(actions_runtime)) == 2
