"""Coupons and offers: what is open to all, and what is one customer's own."""

from sqlalchemy import select

from bot.services.incentives import settle_due_accounts
from bot.services.runtime import Runtime
from bot.store.rewards import Coupon
from tests.actions.conftest import SignIn
from tests.actions.dialogue import Dialogue
from tests.fakes import FakeClock


async def codes(runtime: Runtime) -> dict[str, list[str]]:
    """The codes of each customer's coupons."""
    async with runtime.database.reading() as session:
        rows = list(await session.scalars(select(Coupon)))
    return {
        owner: [row.code for row in rows if row.customer_id == owner]
        for owner in {row.customer_id for row in rows}
    }


async def test_visitor_sees_what_is_open_to_all_and_no_coupon(dialogue: Dialogue, demo_shop: Runtime) -> None:
    await settle_due_accounts(demo_shop)
    answer = await dialogue.say("any deals on?", "ask_offers")
    assert answer.names == ["utter_offers_list_for_all"]
    assert "Welcome discount with the code WELCOME10" in answer.texts[0]
    assert "Buy 9, the next is free" in answer.texts[0]
    assert not [
        code for found in (await codes(demo_shop)).values() for code in found if code in answer.texts[0]
    ]


async def test_customer_sees_their_own_coupons_and_nobody_elses(
    dialogue: Dialogue, demo_shop: Runtime, sign_in: SignIn
) -> None:
    await settle_due_accounts(demo_shop)
    await sign_in(dialogue, "c-1006")
    answer = await dialogue.say("which coupons do i have", "ask_offers")
    known = await codes(demo_shop)
    assert answer.names == ["utter_offers_list"]
    assert known["c-1006"]
    for owner, found in known.items():
        assert all((code in answer.texts[0]) == (owner == "c-1006") for code in found)
    assert "10 % off on orders from €40.00" in answer.texts[0]


async def test_asking_for_ones_own_coupons_asks_who_it_is(dialogue: Dialogue, demo_shop: Runtime) -> None:
    assert (await dialogue.say("show me my coupons", "ask_offers")).names == [
        "utter_orders_ask_account_email"
    ]


async def test_sale_that_is_over_is_not_told(
    dialogue: Dialogue, demo_shop: Runtime, clock: FakeClock
) -> None:
    clock.advance(days=400)
    answer = await dialogue.say("any deals on?", "ask_offers")
    assert "WELCOME10" not in answer.texts[0]
    assert "No sale is running at the moment." in answer.texts[0]
