"""Questions on service plans: what there is for a product, and what the customer has."""

from pathlib import Path

import pytest

from bot.services.runtime import Runtime
from tests.actions.claim_shop import BOOKCASE, HOME_PLAN, NEW, OLD, OLD_PLAN, bought, fill, plan
from tests.actions.dialogue import Dialogue
from tests.actions.shop import AINO, sign_in

ASK = "ask_service_plan"


async def test_plan_for_a_product_says_cover_price_and_time_to_buy(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [], [])
    answer = await dialogue.say("is there a plan for the Kaarna bookcase?", ASK)
    assert answer.names == ["utter_plans_for"]
    said = answer.texts[0]
    for fact in (
        "Havu Home Service, €89.00 for 5 years",
        "Covered: breakdowns and accidents",
        "Not covered: wear",
        "after the first 30 days",
        "a visit at your home",
        "Pohjola Home Repairs performs it",
        "within 30 days of the order",
    ):
        assert fact in said


async def test_all_plans_are_told_when_no_product_is_named(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [], [])
    answer = await dialogue.say("what service plans are there?", ASK)
    assert answer.names == ["utter_plans_all"]
    for content in actions_runtime.content.plans.plans:
        assert content.name.in_language("en") in answer.texts[0]


@pytest.mark.parametrize(
    ("order", "contracts", "said"),
    [
        (NEW, [], "You can still buy it until 28 May 2026"),
        (bought("10300", "lamp", "2026-03-01"), [], "the time to buy it ended on 31 March 2026"),
        (
            bought("10301", "lamp", "2026-04-20"),
            [plan("10301", "care", "2026-04-20", "2029-04-20")],
            "You have a plan for yours already",
        ),
    ],
)
async def test_owner_hears_whether_it_can_still_be_bought(
    dialogue: Dialogue,
    actions_runtime: Runtime,
    tmp_path: Path,
    order: dict[str, object],
    contracts: list[dict[str, object]],
    said: str,
) -> None:
    await fill(actions_runtime, tmp_path, [order], contracts)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("can the plan still be bought for the Hohde lamp?", ASK)
    assert said in answer.texts[0]


async def test_own_plans_are_told_with_their_days(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    ended = plan("10391", "home_service", "2020-02-01", "2025-02-01", id="P-old")
    waiting = plan("10482", "care_plus", "2026-05-01", "2029-05-01")
    await fill(actions_runtime, tmp_path, [OLD, BOOKCASE, NEW], [OLD_PLAN, HOME_PLAN, ended, waiting])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("which plan do I have and until when?", ASK)
    assert answer.names == ["utter_plans_own"]
    rows = answer.texts[0].splitlines()[1:]
    assert rows == [
        "- Havu Home Service (P-10391) for Kaarna bookcase: runs until 1 February 2031; claims left: 2.",
        "- Havu Care Plus (P-10482) for Hohde lamp: in its waiting time; covers what happens from "
        "15 May 2026 on, until 1 May 2029; claims left: 3.",
        "- Havu Care Plus (P-10217) for Kuura espresso machine: runs until 1 November 2026; claims left: 3.",
        "- Havu Home Service (P-old) for Kaarna bookcase: ended on 1 February 2025.",
    ]


async def test_own_plans_need_proof_of_the_order(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    assert (await dialogue.say("when does my plan run out?", ASK)).names == ["utter_orders_ask_number"]
    answer = await dialogue.say(f"10217 {AINO}", "inform", order_number="10217", email=AINO)
    assert answer.names == ["utter_plans_own"]
    assert "1 November 2026" in answer.texts[0]


async def test_plans_of_others_are_not_told(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id, "c-2")
    answer = await dialogue.say("which plan do I have on order 10217?", ASK, order_number="10217")
    assert "P-10217" not in " ".join(answer.texts)


@pytest.mark.parametrize("language", ["fi", "fil"])
async def test_plans_are_told_in_the_customers_language(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path, language: str
) -> None:
    await fill(actions_runtime, tmp_path, [], [])
    await dialogue.press(f'/change_language{{"asked_language": "{language}"}}')
    answer = await dialogue.press("/ask_service_plan")
    assert answer.names == ["utter_plans_all"]
    assert "Covered" not in answer.texts[0]
