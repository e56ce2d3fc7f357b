"""What is said about a broken item before anything is claimed: the verdict, its reason, the next way."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.store.handoff import AuditEntry
from tests.actions.claim_shop import (
    BROKE,
    NEW,
    OLD,
    OLD_PLAN,
    at_claim_summary,
    bought,
    claims,
    fill,
    plan,
)
from tests.actions.dialogue import Dialogue
from tests.actions.shop import AINO, line, sign_in
from tests.actions.test_order_access import type_code

YES = "Yes, open the claim"


async def test_return_is_offered_first_and_repair_is_one_button_away(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [NEW], [])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("my lamp stopped working yesterday", BROKE)
    assert answer.names == ["utter_claims_return_best"]
    assert "May 2026" in answer.texts[0]
    assert answer.buttons[0]["payload"] == '/start_return{"order_number": "10482"}'
    repair = await dialogue.press(answer.payload("Have it repaired instead"))
    assert repair.names == ["utter_claims_covered", "utter_claims_ask_option"]
    assert "seller" in repair.texts[0]
    summary = await dialogue.press('/inform{"claim_option": "mail_in"}')
    await dialogue.press(summary.payload(YES))
    (claim,) = await claims(actions_runtime)
    assert (claim.contract_id, claim.option, claim.rule_id) == (None, "mail_in", "warranty.liability.period")


REFUSED: list[tuple[str, list[dict[str, Any]], str, str]] = [
    (
        "ended",
        [plan("10217", "care_plus", "2023-01-01", "2026-01-01")],
        "the contract ended on 1 January 2026",
        "repair that you pay",
    ),
    (
        "waiting",
        [plan("10217", "care_plus", "2026-04-25", "2029-04-25")],
        "waiting time, which runs until 8 May 2026",
        "from 9 May 2026 on",
    ),
    ("none", [], "Warranty: accidents are excluded", "repair that you pay"),
]


@pytest.mark.parametrize(("name", "contracts", "reason", "route"), REFUSED, ids=[one[0] for one in REFUSED])
async def test_refusal_names_rule_day_and_next_way(
    dialogue: Dialogue,
    actions_runtime: Runtime,
    tmp_path: Path,
    name: str,
    contracts: list[dict[str, Any]],
    reason: str,
    route: str,
) -> None:
    del name
    await fill(actions_runtime, tmp_path, [OLD], contracts)
    await sign_in(actions_runtime, dialogue.dialogue_id)
    answer = await dialogue.say("I dropped my espresso machine yesterday", BROKE)
    assert answer.names == ["utter_claims_refused"]
    assert reason in answer.texts[0]
    assert route in answer.texts[0]
    assert answer.payload("Leave a message for staff") == '/leave_message{"topic": "claims"}'
    assert await claims(actions_runtime) == []
    assert dialogue.form is None


async def test_correction_that_ends_the_cover_is_refused_at_once(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await at_claim_summary(dialogue, actions_runtime, tmp_path)
    answer = await dialogue.say("actually it was on 2 January", "inform")
    assert answer.names == ["utter_claims_refused"]
    assert "had to be told by" in answer.texts[0]


async def test_several_items_become_buttons(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    both = [line("l1", "espresso", "189.00"), line("l2", "lamp", "20.00")]
    order = OLD | {"lines": both, "shipments": [OLD["shipments"][0] | {"line_ids": ["l1", "l2"]}]}
    await fill(actions_runtime, tmp_path, [order], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    asked = await dialogue.say("one of my things stopped working yesterday", BROKE)
    assert asked.names == ["utter_claims_ask_line"]
    answer = await dialogue.press(asked.payload("Kuura espresso machine"))
    assert answer.names == ["utter_claims_covered", "utter_claims_ask_option"]


async def test_guest_hears_the_verdict_and_needs_a_code_for_the_claim(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    order = bought("10482", "lamp", "2025-01-10") | {"customer_id": None}
    await fill(actions_runtime, tmp_path, [order], [])
    text = f"the lamp of order 10482 stopped working yesterday, {AINO}"
    asked = await dialogue.say(text, BROKE, order_number="10482", email=AINO)
    assert asked.names == ["utter_claims_covered", "utter_orders_ask_code"]
    assert (await type_code(actions_runtime, dialogue)).names == ["utter_claims_ask_option"]


async def test_somebody_elses_order_is_not_told_and_tried_once(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id, "c-2")
    answer = await dialogue.say("the espresso machine of order 10217 died", BROKE, order_number="10217")
    assert answer.names == ["utter_orders_ask_proof"]
    async with actions_runtime.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused"))
        assert [row.action for row in rows] == ["name_order"]


async def test_open_claim_is_told_instead_of_a_second_one(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_claim_summary(dialogue, actions_runtime, tmp_path)
    await dialogue.press(summary.payload(YES))
    again = await dialogue.say("my espresso machine stopped working yesterday", BROKE)
    assert again.names == ["utter_claims_already_open"]
    assert "CLM-2026-000001" in again.texts[0]


@pytest.mark.parametrize(
    ("customer", "text", "names", "said"),
    [
        (
            "c-1005",
            "I dropped my espresso machine yesterday and it no longer turns on",
            ["utter_claims_covered", "utter_claims_ask_option"],
            "P-4101",
        ),
        (
            "c-1003",
            "juice was spilled over my bookcase yesterday",
            ["utter_claims_covered", "utter_claims_ask_slot"],
            "P-4090",
        ),
        ("c-1015", "I spilled ink over my desk yesterday", ["utter_claims_refused"], "waiting time"),
        (
            "c-1007",
            "the leg of my sofa came off yesterday by itself",
            ["utter_claims_refused"],
            "the contract ended",
        ),
        (
            "c-1006",
            "I dropped my headphones yesterday and one side is silent",
            ["utter_claims_return_reduced"],
            "less",
        ),
    ],
)
async def test_the_demo_shows_every_kind_of_claim(
    dialogue: Dialogue,
    demo_shop: Runtime,
    customer: str,
    text: str,
    names: list[str],
    said: str,
) -> None:
    await sign_in(demo_shop, dialogue.dialogue_id, customer)
    answer = await dialogue.say(text, BROKE)
    assert answer.names == names
    assert said in answer.texts[0]
