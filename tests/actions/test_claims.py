"""A claim, told in words: every answer asked once, summed up, corrected, written by one yes."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services import outbox
from bot.services.runtime import Runtime
from bot.store.shop_requests import ShopRequest
from tests.actions.claim_shop import (
    BOOKCASE,
    BROKE,
    HOME_PLAN,
    OLD,
    OLD_PLAN,
    at_claim_summary,
    claims,
    fill,
)
from tests.actions.dialogue import Dialogue
from tests.actions.shop import AINO, sign_in
from tests.fakes import FakeClock

YES = "Yes, open the claim"


async def test_everything_told_in_one_sentence_is_asked_no_more(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("I dropped my espresso machine yesterday and it no longer turns on", BROKE)
    assert answer.names == ["utter_claims_covered", "utter_claims_ask_option"]
    assert "Havu Care Plus (P-10217)" in answer.texts[0]
    assert "Warranty: accidents are excluded" in answer.texts[0]
    assert "€25.00" in answer.texts[0]
    assert [button["payload"] for button in answer.buttons] == [
        '/inform{"claim_option": "advance_replacement"}',
        '/inform{"claim_option": "mail_in"}',
        '/inform{"claim_option": "carry_in"}',
    ]


async def test_replacement_in_advance_needs_a_yes_to_the_hold_and_writes_one_claim(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_claim_summary(dialogue, actions_runtime, tmp_path)
    assert "Koivukuja 7" in summary.texts[-1]
    assert "€189.00" in summary.texts[-1]
    assert await claims(actions_runtime) == []
    done = await dialogue.press(summary.payload(YES))
    assert done.names == ["utter_claims_requested_advance_replacement"]
    assert "CLM-2026-000001 is requested" in done.texts[0]
    (claim,) = await claims(actions_runtime)
    today = actions_runtime.clock().date()
    assert (claim.contract_id, claim.option, claim.status) == ("P-10217", "advance_replacement", "requested")
    assert claim.occurred_on == today - timedelta(days=1)
    assert claim.return_by == today + timedelta(days=14)
    assert claim.hold_consent_at == actions_runtime.clock()
    assert claim.address is not None
    assert claim.address["postcode"] == "02210"
    assert claim.cause == "accident"
    async with actions_runtime.database.reading() as session:
        (request,) = await session.scalars(select(ShopRequest))
    assert (request.kind, request.subject) == ("open_claim", f"claim:{claim.number}")
    assert request.payload["hold"] == {"amount": "189.00", "currency": "EUR"}
    (mail,) = await outbox.mailbox(actions_runtime)
    assert claim.number in mail.subject + mail.body


async def test_second_yes_writes_nothing(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_claim_summary(dialogue, actions_runtime, tmp_path)
    before = (dict(dialogue.slots), list(dialogue.events), dialogue.form)
    yes = summary.payload(YES)
    await dialogue.press(yes)
    assert (await dialogue.press(yes)).names == ["utter_orders_already_done"]
    # The same yes from a tab that still shows the list.
    dialogue.slots, dialogue.events, dialogue.form = before
    assert (await dialogue.press(yes)).names[0] in (
        "utter_claims_requested_advance_replacement",
        "utter_claims_look_again",
    )
    assert len(await claims(actions_runtime)) == 1


async def test_yes_to_a_list_older_than_half_an_hour_lists_again(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, clock: FakeClock
) -> None:
    summary = await at_claim_summary(dialogue, actions_runtime, tmp_path)
    clock.now += timedelta(minutes=31)
    again = await dialogue.press(summary.payload(YES))
    assert again.names == ["utter_claims_look_again", "utter_claims_summary"]
    assert await claims(actions_runtime) == []
    assert (await dialogue.press(again.payload(YES))).names == ["utter_claims_requested_advance_replacement"]


async def test_symptom_and_day_are_asked_once_each(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [BOOKCASE, OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    assert (await dialogue.say("my espresso machine is broken", BROKE)).names == ["utter_claims_ask_symptom"]
    asked = await dialogue.say("it leaks water from below", BROKE)
    assert asked.names == ["utter_claims_ask_cause"]
    asked = await dialogue.press('/inform{"claim_cause": "defect"}')
    assert asked.names == ["utter_claims_ask_day"]
    answer = await dialogue.say("3 days ago", "inform", 0.4)
    assert answer.names == ["utter_claims_covered", "utter_claims_ask_option"]
    assert dialogue.slots["claim_day"] == "2026-05-02"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", "2026-05-04"),
        ("today", "2026-05-05"),
        ("last Tuesday", "2026-04-28"),
        ("on Friday", "2026-05-01"),
        ("3 days ago", "2026-05-02"),
        ("the day before yesterday", "2026-05-03"),
        ("2026-04-30", "2026-04-30"),
        ("20 April", "2026-04-20"),
        ("April 20th", "2026-04-20"),
    ],
)
async def test_days_are_read_in_words(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, text: str, day: str
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    await dialogue.say("my espresso machine no longer turns on", BROKE)
    await dialogue.say(text, "inform", 0.4)
    assert dialogue.slots["claim_day"] == day


async def test_third_wrong_day_gets_help(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    await dialogue.say("my espresso machine no longer turns on", BROKE)
    assert (await dialogue.say("dunno", "inform", 0.4)).names[0] == "utter_claims_day_wrong"
    assert (await dialogue.say("hm", "inform", 0.4)).names[0] == "utter_claims_day_help"
    assert (await dialogue.say("2027-01-01", "inform", 0.4)).names[0] == "utter_claims_day_help"


async def test_summary_is_corrected_in_words_and_by_button(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_claim_summary(dialogue, actions_runtime, tmp_path)
    friday = await dialogue.say("no, it was on Friday", "deny")
    assert friday.names == ["utter_claims_summary"]
    assert "1 May 2026" in friday.texts[0]
    asked = await dialogue.press(friday.payload("Change something"))
    assert asked.names == ["utter_claims_ask_change"]
    assert (await dialogue.press(asked.payload("What is wrong"))).names == ["utter_claims_ask_symptom"]
    again = await dialogue.say("it fell and the tank leaks", "inform", 0.4)
    assert "tank leaks" in again.texts[-1]
    done = await dialogue.press(again.payload(YES))
    assert done.names == ["utter_claims_requested_advance_replacement"]
    (claim,) = await claims(actions_runtime)
    assert (claim.occurred_on, claim.symptom) == (date(2026, 5, 1), "it fell and the tank leaks")


async def test_yes_to_the_list_before_a_correction_lists_again(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    first = await at_claim_summary(dialogue, actions_runtime, tmp_path)
    await dialogue.say("no, it was on Friday", "deny")
    again = await dialogue.press(first.payload(YES))
    assert again.names == ["utter_claims_look_again", "utter_claims_summary"]
    assert await claims(actions_runtime) == []


async def test_wrong_address_leads_to_staff(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_claim_summary(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say("the address is wrong", "inform", form_field="email")
    assert answer.names == ["utter_claims_address_wrong", "utter_claims_summary"]
    other = await dialogue.press(answer.payload("Choose another way"))
    assert other.names == ["utter_claims_ask_option"]


async def test_question_in_between_comes_back_to_the_form(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_claim_summary(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say("how long is shipping to Italy?", "ask_shipping_policy")
    assert answer.names[-1] == "utter_claims_summary"
    assert len(answer.names) > 1
    assert "utter_claims_confirm_wrong" not in answer.names


async def test_stop_leaves_nothing(dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path) -> None:
    await at_claim_summary(dialogue, actions_runtime, tmp_path)
    assert (await dialogue.say("stop", "cancel_flow")).names == ["utter_smalltalk_stopped"]
    assert dialogue.form is None
    assert await claims(actions_runtime) == []


async def test_another_task_waits_for_its_turn(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_claim_summary(dialogue, actions_runtime, tmp_path)
    await dialogue.press('/leave_message{"topic": "orders"}')
    await dialogue.say("please call me", "inform")
    await dialogue.press('/inform{"reply_to": "chat"}')
    done = await dialogue.say("yes", "affirm")
    assert done.names[-1] == "utter_tasks_resume"
    back = await dialogue.press('/inform{"task_step": "resume"}')
    assert back.names == ["utter_claims_summary"]
    assert (await dialogue.press(back.payload(YES))).names == ["utter_claims_requested_advance_replacement"]


async def test_visit_at_home_offers_times_and_tells_the_provider(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [BOOKCASE], [HOME_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("I spilled paint over my bookcase yesterday", BROKE)
    assert asked.names == ["utter_claims_covered", "utter_claims_ask_slot"]
    assert "Turku" in asked.texts[1]
    assert len(asked.buttons) == 4
    summary = await dialogue.press(asked.buttons[1]["payload"])
    assert summary.names == ["utter_claims_summary"]
    assert asked.buttons[1]["title"] in summary.texts[0]
    other = await dialogue.press('/inform{"claim_field": "slot"}')
    assert other.names == ["utter_claims_ask_slot"]
    summary = await dialogue.press(other.buttons[0]["payload"])
    done = await dialogue.press(summary.payload(YES))
    assert done.names == ["utter_claims_requested_on_site"]
    (claim,) = await claims(actions_runtime)
    assert claim.slot is not None
    assert claim.provider_id == "kotihuolto"
    assert claim.provider_due_at == actions_runtime.clock() + timedelta(hours=24)
    mails = await outbox.mailbox(actions_runtime)
    assert sorted(mail.recipient for mail in mails) == [AINO, "huolto@pohjolan-kotihuolto.example"]
    assert any("Koivukuja 7" in mail.body for mail in mails if mail.recipient != AINO)
