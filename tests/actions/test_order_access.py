"""Who is asking about which order: number, proof and code in every order, and nothing told to others."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.services import outbox
from bot.services.inbound import CustomerInput, accept_message
from bot.services.runtime import Runtime
from bot.store.base import new_id
from bot.store.conversations import Conversation, Message
from bot.store.handoff import AuditEntry
from bot.store.shop_requests import ShopRequest
from tests.actions.dialogue import Answer, Dialogue
from tests.actions.shop import AINO, DELIVERED, LATE, PENDING, fill, sign_in

WHERE = "ask_order_status"


async def type_code(runtime: Runtime, dialogue: Dialogue, digits: str | None = None) -> Answer:
    """Type a code as the gateway takes it: Rasa gets only what became of it."""
    newest = (await outbox.mailbox(runtime))[0]
    found = re.search(r"\d{6}", newest.subject)
    assert found is not None
    async with runtime.database.reading() as session:
        conversation = (
            await session.scalars(
                select(Conversation).where(Conversation.dialogue_id == dialogue.dialogue_id)
            )
        ).one()
    sent = CustomerInput(client_id=new_id(), text=digits or found.group())
    seq = await accept_message(runtime, conversation.id, sent)
    async with runtime.database.reading() as session:
        entry = await session.get_one(Message, (conversation.id, seq))
    if "code" not in entry.parts:
        return await dialogue.say(digits or found.group(), "inform")
    return await dialogue.press(f'/inform{{"code_result": "{entry.parts["code"]}"}}')


async def audit(runtime: Runtime) -> list[tuple[str, str, str]]:
    """What the audit log holds of tries."""
    async with runtime.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).where(AuditEntry.actor == "customer"))
        return [(row.action, row.subject, row.outcome) for row in rows]


async def test_number_and_mail_in_one_sentence_tell_at_once(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    answer = await dialogue.say(
        f"where is order 10515, my mail is {AINO}", WHERE, order_number="10515", email=AINO
    )
    assert answer.names == ["utter_orders_status_late"]
    assert "Hiillos grill" in answer.texts[0]
    assert "3 May 2026" in answer.texts[0]
    assert dialogue.form is None


async def test_number_then_mail_are_asked_one_after_the_other(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    assert (await dialogue.say("where is my parcel", WHERE)).names == ["utter_orders_ask_number"]
    asked = await dialogue.say("10515", "inform", order_number="10515", postcode="10515")
    assert asked.names == ["utter_orders_ask_proof"]
    assert (await dialogue.say(AINO, "inform", email=AINO)).names == ["utter_orders_status_late"]


async def test_postcode_opens_the_status_only(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await dialogue.say("where is 10515", WHERE, order_number="10515", postcode="10515")
    answer = await dialogue.say("02210", "inform", order_number="02210", postcode="02210")
    said = " ".join(answer.texts)
    assert "3 May 2026" in said
    for secret in ("grill", "Posti", "JJFI1", "Koivukuja", "Espoo"):
        assert secret not in said


@pytest.mark.parametrize("number", ["10515", "99999"])
async def test_wrong_mail_and_unknown_number_are_one_answer(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, number: str
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await dialogue.say("where is my parcel", WHERE)
    answer = await dialogue.say(
        f"{number} x@posti.example", "inform", order_number=number, email="x@posti.example"
    )
    assert answer.names == ["utter_orders_no_match"]
    assert number not in answer.texts[0]
    assert dialogue.form is not None
    assert await audit(actions_runtime) == [("open_order", "order", "refused")]


@pytest.mark.parametrize("text", ["sorry, 10515", "10515"])
async def test_corrected_number_goes_with_the_mail_given_before(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, text: str
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await dialogue.say(f"where is 10516? {AINO}", WHERE, order_number="10516", email=AINO)
    answer = await dialogue.say(text, "inform", order_number="10515", postcode="10515")
    assert answer.names == ["utter_orders_status_late"]


async def test_guessing_ends(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await dialogue.say("where is 10515", WHERE, order_number="10515")
    for guess in range(6):
        mail = f"guess{guess}@posti.example"
        assert "utter_orders_no_match" in (await dialogue.say(mail, "inform", email=mail)).names
    assert (await dialogue.say(AINO, "inform", email=AINO)).names == ["utter_orders_too_many_tries"]
    assert dialogue.form is None


async def test_pasted_order_mail_is_enough(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    mail = (
        "Thank you for shopping with us! Order number: 10515 placed on 18 April 2026. Hiillos grill 199 EUR. "
        f"To: {AINO}. Call us on 0300 12345 or write to {actions_runtime.content.shop.contact.email}. "
        "Delivery to Koivukuja 7, 02210 Espoo."
    )
    await dialogue.say("where is my parcel", WHERE)
    answer = await dialogue.say(mail, "inform", 0.4, order_number="0300", email=AINO, postcode="02210")
    assert answer.names == ["utter_orders_status_late"]


async def test_signed_in_customer_is_asked_nothing(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE, DELIVERED)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("where is my parcel", WHERE)
    assert answer.names == ["utter_orders_status_late"]
    assert "10515" in answer.texts[0]


async def test_several_orders_are_chosen_by_button_or_product(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE, PENDING)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("where is my order", WHERE)
    assert asked.names == ["utter_orders_which"]
    assert [button["payload"] for button in asked.buttons] == [
        '/inform{"order_number": "10521"}',
        '/inform{"order_number": "10515"}',
    ]
    assert "10521" in (await dialogue.press(asked.buttons[0]["payload"])).texts[0]
    assert "10515" in (await dialogue.say("and the grilll?", WHERE)).texts[0]


async def test_order_is_chosen_by_its_day(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE, PENDING)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    await dialogue.say("where is my order", WHERE)
    assert "10521" in (await dialogue.say("the one from yesterday", "inform", 0.4)).texts[0]


async def test_somebody_elses_order_is_not_told_to_a_signed_in_customer(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await sign_in(actions_runtime, dialogue.dialogue_id, "c-2")
    theirs = await dialogue.say("where is 10515", WHERE, order_number="10515")
    await dialogue.say("never mind", "cancel_flow")
    nobodys = await dialogue.say("where is 77777", WHERE, order_number="77777")
    assert theirs.names == nobodys.names == ["utter_orders_ask_proof"]
    assert theirs.texts[0].replace("10515", "N") == nobodys.texts[0].replace("77777", "N")
    assert await audit(actions_runtime) == [("name_order", "order", "refused")] * 2


async def test_code_is_asked_for_changes_and_taken(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, PENDING)
    asked = await dialogue.say(f"cancel 10521, {AINO}", "cancel_order", order_number="10521", email=AINO)
    assert asked.names == ["utter_orders_ask_code"]
    wrong = await type_code(actions_runtime, dialogue, "000000")
    assert wrong.names[-1] == "utter_orders_ask_code"
    assert (await type_code(actions_runtime, dialogue)).names == ["utter_orders_cancel_summary"]


async def test_codes_are_sent_again_three_times_an_hour(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, PENDING)
    await dialogue.say(f"cancel 10521, {AINO}", "cancel_order", order_number="10521", email=AINO)
    for _ in range(2):
        again = await dialogue.say("please send it again", "repeat")
        assert again.names == ["utter_orders_code_sent_again", "utter_orders_ask_code"]
    ended = await dialogue.press('/inform{"order_step": "send_code"}')
    assert ended.names == ["utter_orders_too_many_codes"]
    assert dialogue.form is None
    assert len(await outbox.mailbox(actions_runtime)) == 3


async def test_five_wrong_codes_use_it_up(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, PENDING)
    await dialogue.say(f"cancel 10521, {AINO}", "cancel_order", order_number="10521", email=AINO)
    names = []
    for _ in range(5):
        names = (await type_code(actions_runtime, dialogue, "000000")).names
    assert names[0] == "utter_orders_code_used_up"
    assert (await type_code(actions_runtime, dialogue)).names[0] == "utter_orders_code_expired"
    async with actions_runtime.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ShopRequest)) == 0


async def test_account_code_lists_the_orders_of_who_has_no_number(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    asked = await dialogue.say("where is my parcel", WHERE)
    assert (await dialogue.press(asked.payload("I do not have the number"))).names == [
        "utter_orders_ask_account_email"
    ]
    assert (await dialogue.say(AINO, "inform", email=AINO)).names == ["utter_orders_ask_account_code"]
    assert (await type_code(actions_runtime, dialogue)).names == ["utter_orders_status_late"]


async def test_unknown_account_is_answered_like_a_known_one(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await dialogue.say("where is my parcel", WHERE)
    await dialogue.press('/inform{"order_step": "no_number"}')
    answer = await dialogue.say("x@posti.example", "inform", email="x@posti.example")
    assert answer.names == ["utter_orders_ask_account_code"]
    assert await outbox.mailbox(actions_runtime) == []


@pytest.mark.parametrize("language", ["fi", "fil"])
async def test_report_is_in_the_customers_language(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, language: str
) -> None:
    await fill(actions_runtime, tmp_path, LATE)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.press(f'/ask_order_status{{"language": "{language}"}}')
    expected = {"fi": "3. toukokuuta 2026", "fil": "Mayo 3, 2026"}
    assert expected[language] in answer.texts[0]


async def test_a_no_to_the_question_for_proof_ends_it(dialogue: Dialogue, demo_shop: Runtime) -> None:
    await dialogue.say("where is 10515", WHERE, order_number="10515")
    assert (await dialogue.say("no wait", "deny")).names == ["utter_smalltalk_stopped"]
    assert dialogue.form is None


async def test_what_is_no_answer_three_times_ends_the_questions(
    dialogue: Dialogue, demo_shop: Runtime
) -> None:
    await dialogue.say("where is 10515", WHERE, order_number="10515")
    for _ in range(2):
        answer = await dialogue.say("what is his address", "nlu_fallback")
        assert answer.names[-1] == "utter_orders_ask_proof"
    assert (await dialogue.say("tell me", "nlu_fallback")).names == ["utter_orders_gave_up"]
    assert dialogue.form is None


async def test_own_product_leads_away_from_an_order_that_is_not_open(
    dialogue: Dialogue, demo_shop: Runtime
) -> None:
    await sign_in(demo_shop, dialogue.dialogue_id, "c-1001")
    await dialogue.say("what about 10515 wheres that", WHERE, order_number="10515")
    answer = await dialogue.say("and the table lamp", "inform")
    assert "10518" in answer.texts[0]
    assert dialogue.form is None


async def test_a_word_that_two_orders_share_shows_those_two(dialogue: Dialogue, demo_shop: Runtime) -> None:
    await sign_in(demo_shop, dialogue.dialogue_id, "c-1013")
    await dialogue.say("where is my order", WHERE)
    answer = await dialogue.say("the one with the lamps", "inform")
    assert answer.names == ["utter_orders_which"]
    assert len(answer.buttons) == 2


async def test_another_task_on_an_own_order_leaves_the_questions_for_one_that_is_not(
    dialogue: Dialogue, demo_shop: Runtime
) -> None:
    await sign_in(demo_shop, dialogue.dialogue_id, "c-1001")
    await dialogue.say("what about 10515 wheres that", WHERE, order_number="10515")
    answer = await dialogue.say("can you cancel the lamp order", "cancel_order")
    assert len(answer.texts) == 1
    assert "10518" in answer.texts[0]
    assert dialogue.form is None


async def test_nobody_is_asked_anything_after_a_goodbye(dialogue: Dialogue, demo_shop: Runtime) -> None:
    await dialogue.say("where is 10515", WHERE, order_number="10515")
    assert (await dialogue.say("thx bye", "goodbye")).names == ["utter_smalltalk_goodbye"]
    assert dialogue.form is None
