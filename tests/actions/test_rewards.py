"""Points: told to their owner only, explained, and turned into a coupon once."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.services.incentives import settle_due_accounts
from bot.services.runtime import Runtime
from bot.shop.ledger import Entry
from bot.shop.rewards import EntryKind
from bot.store.reward_queries import add_entries, find_entries
from bot.store.rewards import Coupon, LedgerEntry
from tests.actions.conftest import SignIn
from tests.actions.dialogue import Answer, Dialogue
from tests.fakes import FakeClock

ELINA = "c-1003"
AINO = "c-1001"
SPENT = EntryKind.REDEEM

Enter = Callable[[str], Awaitable[Dialogue]]


@pytest.fixture
def enter(dialogue: Dialogue, demo_shop: Runtime, sign_in: SignIn) -> Enter:
    """A dialogue with a customer of the demo shop who is signed in."""

    async def enter(customer_id: str) -> Dialogue:
        await settle_due_accounts(demo_shop)
        await sign_in(dialogue, customer_id)
        return dialogue

    return enter


async def redeemed(runtime: Runtime) -> tuple[list[int], list[str]]:
    """The points spent here, and the coupons they were spent on."""
    async with runtime.database.reading() as session:
        own = LedgerEntry.idempotency_key.startswith("aftercare:")
        spent = await session.scalars(
            select(LedgerEntry.points).where(LedgerEntry.kind == SPENT, own).order_by(LedgerEntry.points)
        )
        coupons = await session.scalars(
            select(Coupon.source).where(Coupon.grant_key.startswith("redeem:")).order_by(Coupon.source)
        )
        return list(spent), list(coupons)


async def to_summary(dialogue: Dialogue, text: str = "use 500 points") -> Answer:
    return await dialogue.say(text, "redeem_rewards")


async def test_balance_tells_what_is_available_pending_expiring_and_missing(enter: Enter) -> None:
    dialogue = await enter(AINO)
    (text,) = (await dialogue.say("how many points do i have", "ask_reward_balance")).texts
    assert "You have 60 points to use now." in text
    assert "Pending: 115 points, yours to use from 23 May 2026" in text
    assert "60 points to be used by 24 May 2026" in text
    assert "Your tier is Bronze; 285 points more bring you to Silver" in text
    assert "of 9 on your card" in text


async def test_visitor_is_asked_for_the_account_and_told_nothing(
    dialogue: Dialogue, demo_shop: Runtime
) -> None:
    for text, intent in (("my points?", "ask_reward_balance"), ("use my points", "redeem_rewards")):
        answer = await dialogue.say(text, intent)
        assert answer.names == ["utter_orders_ask_account_email"]
        assert not any(character.isdigit() for said in answer.texts for character in said)


async def test_history_adds_up_to_the_balance(enter: Enter) -> None:
    dialogue = await enter(ELINA)
    answer = await dialogue.say("why is my balance this?", "ask_reward_balance")
    assert answer.names == ["utter_rewards_history"]
    assert "−80 points expired, balance" in answer.texts[0]
    assert "Together 1,949 points: 1,700 points to use now and 249 points pending." in answer.texts[0]


async def test_points_become_a_coupon_after_a_yes(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter(ELINA)
    summary = await to_summary(dialogue)
    assert summary.names == ["utter_rewards_summary"]
    assert "500 points are taken from your 1,700 points; 1,200 points are left" in summary.texts[0]
    assert "€15.00 off, valid for 180 days" in summary.texts[0]
    assert await redeemed(actions_runtime) == ([], [])

    done = await dialogue.press(summary.payload("Yes, make the coupon"))

    assert done.names == ["utter_rewards_redeemed"]
    assert "You have 1,200 points left" in done.texts[0]
    assert await redeemed(actions_runtime) == ([-500], ["fifteen_euros"])


async def test_second_yes_takes_nothing_more(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter(ELINA)
    yes = (await to_summary(dialogue)).payload("Yes, make the coupon")
    await dialogue.press(yes)
    assert (await dialogue.press(yes)).names == ["utter_rewards_already_redeemed"]
    assert await redeemed(actions_runtime) == ([-500], ["fifteen_euros"])


async def test_repeated_submission_of_one_form_takes_points_once(
    enter: Enter, actions_runtime: Runtime
) -> None:
    """Rasa forgets a turn whose caller hung up, though the action had committed."""
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    slots = dict(dialogue.slots)
    first = await dialogue.say("yes", "affirm")
    dialogue.slots, dialogue.form = {**slots, "reward_confirmed": "yes"}, None
    answer = Answer()
    await dialogue.run("action_submit_redeem_rewards", answer)
    assert answer.texts == first.texts
    assert await redeemed(actions_runtime) == ([-500], ["fifteen_euros"])


async def test_yes_to_a_balance_that_changed_shows_the_summary_again(
    enter: Enter, actions_runtime: Runtime
) -> None:
    dialogue = await enter(ELINA)
    summary = await to_summary(dialogue)
    await spend(actions_runtime, ELINA, 300)
    again = await dialogue.press(summary.payload("Yes, make the coupon"))
    assert again.names == ["utter_rewards_look_again", "utter_rewards_summary"]
    assert "500 points are taken from your 1,400 points" in again.texts[1]
    assert await redeemed(actions_runtime) == ([], [])


async def test_balance_that_changes_between_yes_and_write_takes_nothing(
    enter: Enter, actions_runtime: Runtime
) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    await spend(actions_runtime, ELINA, 300)
    dialogue.slots["reward_confirmed"], dialogue.form = "yes", None
    answer = Answer()
    await dialogue.run("action_submit_redeem_rewards", answer)
    assert answer.names == ["utter_rewards_changed"]
    assert await redeemed(actions_runtime) == ([], [])


async def test_points_that_went_elsewhere_refuse_the_write(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    await spend(actions_runtime, ELINA, 1300)
    dialogue.slots["reward_confirmed"], dialogue.form = "yes", None
    answer = Answer()
    await dialogue.run("action_submit_redeem_rewards", answer)
    assert answer.names == ["utter_rewards_not_enough_now"]
    assert await redeemed(actions_runtime) == ([], [])


async def test_yes_after_half_an_hour_shows_the_summary_again(
    enter: Enter, actions_runtime: Runtime, clock: FakeClock
) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    clock.advance(minutes=31)
    again = await dialogue.say("yes", "affirm")
    assert again.names == ["utter_rewards_look_again", "utter_rewards_summary"]
    assert await redeemed(actions_runtime) == ([], [])


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("turn 200 pts into a coupon", "200"),
        ("I want the 15 € coupon", "500"),
        ("1,200 points please", "1,200"),
        ("swap all my points 4 a voucher", "1,200"),
    ],
)
async def test_reward_is_understood_from_the_first_sentence(enter: Enter, text: str, cost: str) -> None:
    dialogue = await enter(ELINA)
    summary = await to_summary(dialogue, text)
    assert summary.names == ["utter_rewards_summary"]
    assert f"{cost} points are taken" in summary.texts[0]


async def test_reward_is_asked_when_none_was_named(enter: Enter) -> None:
    dialogue = await enter(ELINA)
    asked = await to_summary(dialogue, "use my points")
    assert asked.names == ["utter_rewards_ask_reward"]
    assert [button["title"] for button in asked.buttons] == [
        "5 € off for 200 points",
        "15 € off for 500 points",
        "40 € off for 1,200 points",
    ]
    summary = await dialogue.press(asked.buttons[0]["payload"])
    assert "200 points are taken" in summary.texts[0]


async def test_reward_can_be_changed_at_the_summary(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    summary = await dialogue.say("no, 200 points", "deny")
    assert "200 points are taken" in summary.texts[0]
    assert (await dialogue.press("/deny")).names == ["utter_rewards_ask_reward"]
    summary = await dialogue.say("all of them", "inform")
    assert "1,200 points are taken" in summary.texts[0]
    await dialogue.say("yes", "affirm")
    assert await redeemed(actions_runtime) == ([-1200], ["forty_euros"])


async def test_wrong_kind_of_answer_twice_brings_help(enter: Enter) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue, "use my points")
    assert (await dialogue.say("the blue one", "inform", 0.4)).names[0] == "utter_rewards_choice_wrong"
    assert (await dialogue.say("the red one", "inform", 0.4)).names[0] == "utter_rewards_choice_help"


async def test_other_questions_are_answered_and_the_form_goes_on(enter: Enter) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    between = await dialogue.say("how long is shipping to sweden?", "ask_shipping_policy", country="SE")
    assert between.names[-1] == "utter_rewards_summary"
    between = await dialogue.say("what was my balance?", "ask_reward_balance")
    assert between.texts[0].startswith("You have 1,700 points")
    assert dialogue.form == "redeem_rewards_form"


async def test_form_can_be_left(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter(ELINA)
    await to_summary(dialogue)
    assert (await dialogue.say("never mind", "cancel_flow")).names == ["utter_smalltalk_stopped"]
    assert dialogue.form is None
    assert await redeemed(actions_runtime) == ([], [])


async def test_too_few_points_are_told_with_what_is_missing(enter: Enter) -> None:
    dialogue = await enter(AINO)
    answer = await to_summary(dialogue, "use all my points")
    assert answer.names == ["utter_rewards_too_few_pending"]
    assert "140 points are missing now" in answer.texts[0]
    assert dialogue.form is None


async def test_reward_beyond_the_points_is_refused_in_words(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter("c-1010")
    asked = await to_summary(dialogue, "use my points")
    assert "You have 690 points" in asked.texts[0]
    refused = await dialogue.say("1200 points", "inform")
    assert refused.names == ["utter_rewards_too_dear", "utter_rewards_ask_reward"]
    assert await redeemed(actions_runtime) == ([], [])


async def test_finnish_buttons_lead_through_the_form(enter: Enter, actions_runtime: Runtime) -> None:
    dialogue = await enter(ELINA)
    dialogue.slots["language"] = "fi"
    asked = await dialogue.press("/redeem_rewards")
    summary = await dialogue.press(asked.payload("5 € alennus: 200 pistettä"))
    done = await dialogue.press(summary.payload("Kyllä, tee kuponki"))
    assert "Käytettävissä on vielä 1\xa0500 pistettä" in done.texts[0]
    assert await redeemed(actions_runtime) == ([-200], ["five_euros"])


async def spend(runtime: Runtime, customer_id: str, number: int) -> None:
    """Points that go elsewhere."""
    async with runtime.database.transaction() as session:
        entry = Entry("elsewhere", EntryKind.REDEEM, -number, runtime.clock())
        await add_entries(session, customer_id, [entry])
        assert await find_entries(session, customer_id)
