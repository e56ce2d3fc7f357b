"""Which coupons are granted, and what checkouts may do with them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.content import Content
from bot.shop.coupons import CouponAction, CouponFacts, CouponRefused, CouponStatus, apply, current, may
from bot.shop.incentives import grants
from bot.shop.occasions import History
from bot.shop.order_facts import OrderFacts, ShipmentFacts
from bot.shop.orders import OrderStatus
from bot.shop.punches import punch_standing
from bot.shop.reasons import Reason
from bot.shop.rule_ids import Rule
from tests.unit.shop.helpers import HELSINKI, PLACED, at, line, order, orders

DAY = timedelta(days=1)
END = PLACED + 90 * DAY
HALF_AN_HOUR = timedelta(minutes=30)
LATER = at("2030-01-01")

coupon = CouponFacts("WELCOME-1", "2026-1", PLACED, PLACED, END)
reserve, commit, release = (CouponAction(name) for name in ("reserve", "commit", "release"))


def do(facts: CouponFacts, action: CouponAction, holder: str, now: datetime) -> CouponFacts:
    """One call of a checkout."""
    return apply(facts, action, holder, now, HALF_AN_HOUR)


def test_a_coupon_is_reserved_then_committed_each_once() -> None:
    now = PLACED + DAY
    held = do(coupon, reserve, "cart-1", now)
    assert (held.status, held.reserved_until) == (CouponStatus.RESERVED, now + HALF_AN_HOUR)
    assert do(held, reserve, "cart-1", now + timedelta(minutes=5)) == held
    used = do(held, commit, "cart-1", now)
    assert used.status == CouponStatus.COMMITTED
    assert do(used, commit, "cart-1", now + 200 * DAY) == used


@pytest.mark.parametrize(
    ("facts", "action", "rule", "reason"),
    [
        ({"status": "committed", "holder": "cart-2"}, reserve, Rule.COUPON_ONCE, Reason.USED),
        ({"status": "committed", "holder": "cart-1"}, release, Rule.COUPON_ONCE, Reason.USED),
        ({"status": "reserved", "holder": "cart-2"}, reserve, Rule.COUPON_RESERVATION, Reason.RESERVED),
        ({"status": "reserved", "holder": "cart-2"}, commit, Rule.COUPON_RESERVATION, Reason.RESERVED),
        ({}, commit, Rule.COUPON_RESERVATION, Reason.NOT_RESERVED),
        ({}, release, Rule.COUPON_RESERVATION, Reason.NOT_RESERVED),
        ({"valid_until": PLACED}, reserve, Rule.COUPON_VALIDITY, Reason.EXPIRED),
        ({"valid_from": END}, reserve, Rule.COUPON_VALIDITY, Reason.NOT_VALID_YET),
    ],
)
def test_what_a_checkout_may_not_do_is_refused_by_rule(
    facts: dict[str, object], action: CouponAction, rule: Rule, reason: Reason
) -> None:
    if "status" in facts:
        facts = facts | {"status": CouponStatus(str(facts["status"])), "reserved_until": END}
    with pytest.raises(CouponRefused) as refused:
        do(replace(coupon, **facts), action, "cart-1", PLACED + DAY)  # type: ignore[arg-type]
    verdict = refused.value.verdict
    assert (verdict.rule_id, verdict.reason) == (rule, reason)


def test_a_reservation_lapses_and_the_coupon_can_be_used_again() -> None:
    held = do(coupon, reserve, "cart-1", PLACED)
    assert not may(held, reserve, "cart-2", PLACED).allowed
    assert may(held, reserve, "cart-2", PLACED).flips_at == PLACED + HALF_AN_HOUR
    taken = do(held, reserve, "cart-2", PLACED + HALF_AN_HOUR)
    assert taken.holder == "cart-2"


def test_a_reservation_made_in_time_can_be_paid_after_the_coupons_last_day() -> None:
    held = do(coupon, reserve, "cart-1", END - timedelta(minutes=1))
    assert do(held, commit, "cart-1", END + timedelta(minutes=10)).status == CouponStatus.COMMITTED
    assert current(held, END + HALF_AN_HOUR).status == CouponStatus.EXPIRED


CALLS = st.lists(
    st.tuples(
        st.sampled_from(CouponAction), st.sampled_from(["cart-1", "cart-2"]), st.integers(0, 40 * 1440)
    ),
    max_size=20,
)


@given(calls=CALLS)
def test_whatever_checkouts_do_at_most_one_uses_the_coupon(
    calls: list[tuple[CouponAction, str, int]],
) -> None:
    facts, now, users = coupon, PLACED, set()
    for action, holder, minutes in calls:
        now += timedelta(minutes=minutes)
        allowed = may(facts, action, holder, now).allowed
        if allowed:
            facts = do(facts, action, holder, now)
            assert do(facts, action, holder, now) == facts
        if facts.status == CouponStatus.COMMITTED:
            users.add(facts.holder)
    assert len(users) <= 1


@given(calls=CALLS, action=st.sampled_from(CouponAction), share=st.floats(0, 1, exclude_max=True))
def test_what_a_checkout_may_do_holds_until_the_moment_it_names(
    calls: list[tuple[CouponAction, str, int]], action: CouponAction, share: float
) -> None:
    facts, now = coupon, PLACED
    for asked, holder, minutes in calls:
        now += timedelta(minutes=minutes)
        if may(facts, asked, holder, now).allowed:
            facts = do(facts, asked, holder, now)
    verdict = may(facts, action, "cart-1", now)
    horizon = verdict.flips_at or now + 400 * DAY
    before = min(now + (horizon - now) * share, horizon - timedelta(microseconds=1))
    same = may(facts, action, "cart-1", before)
    assert (same.allowed, same.reason) == (verdict.allowed, verdict.reason)
    if verdict.flips_at:
        other = may(facts, action, "cart-1", verdict.flips_at)
        assert (other.allowed, other.reason) != (verdict.allowed, verdict.reason)


def bought(number: int, *, category: str = "kitchenware", quantity: int = 1, price: int = 20) -> OrderFacts:
    """An order of the n-th week, delivered four days later."""
    placed = PLACED + number * 7 * DAY
    item = line(category, quantity=quantity, unit_price=Decimal(price))
    parcel = ShipmentFacts("p", ("1",), placed, None, placed + 4 * DAY)
    return replace(order(item), number=f"A{number}", placed_at=placed, shipments=(parcel,))


def keys(
    content: Content, *bought_orders: OrderFacts, tier: str | None = None, now: datetime = LATER
) -> list[str]:
    """The keys of what was granted."""
    return [grant.key for grant in grants(content, History(bought_orders, HELSINKI, tier), now)]


def test_the_first_order_grants_a_coupon_once_it_arrived(shop_content: Content) -> None:
    first = bought(0)
    assert keys(shop_content, first, now=PLACED + 3 * DAY) == []
    assert keys(shop_content, first, now=PLACED + 4 * DAY) == ["first_order:1"]
    assert keys(shop_content, first, bought(1)) == ["first_order:1"]


def test_orders_that_were_cancelled_or_sent_back_grant_nothing(shop_content: Content) -> None:
    sent_back = replace(bought(0), lines=(replace(bought(0).lines[0], returned=1),))
    assert keys(shop_content, sent_back) == []
    assert keys(shop_content, replace(bought(0), status=OrderStatus.CANCELLED)) == []


def test_every_fifth_order_grants_a_coupon(shop_content: Content) -> None:
    assert "regular:1" not in keys(shop_content, *(bought(number) for number in range(4)))
    granted = keys(shop_content, *(bought(number) for number in range(11)))
    assert [key for key in granted if key.startswith("regular")] == ["regular:1", "regular:2"]


def test_a_big_spender_is_rewarded_for_each_thousand_kept_within_a_year(shop_content: Content) -> None:
    spent = [bought(number, category="furniture", price=600) for number in (0, 5)]
    assert "big_spender:1" in keys(shop_content, *spent)
    assert "big_spender:1" not in keys(shop_content, spent[0], bought(60, category="furniture", price=600))
    assert "big_spender:2" not in keys(shop_content, *spent, bought(6, category="furniture", price=300))
    more = [bought(number, category="furniture", price=600) for number in (6, 7)]
    assert "big_spender:2" in keys(shop_content, *spent, *more)


def test_each_lamp_kept_in_the_campaign_grants_another(shop_content: Content) -> None:
    lamps = bought(32, category="lighting", quantity=2)
    assert at("2026-10-01") <= lamps.placed_at <= at("2026-11-30")
    granted = [key for key in keys(shop_content, lamps) if key.startswith("lamp_for_lamp")]
    assert granted == ["lamp_for_lamp:A32:1:1", "lamp_for_lamp:A32:1:2"]
    early = bought(0, category="lighting")
    assert not any(key.startswith("lamp_for_lamp") for key in keys(shop_content, early))


def test_after_nine_kept_items_the_tenth_is_free(shop_content: Content) -> None:
    terms = shop_content.rewards.punch_card
    assert terms is not None
    nine = bought(0, quantity=9)
    window_ends = at("2026-04-06T00:00")
    early = punch_standing(shop_content, terms, [nine], window_ends - timedelta(seconds=1))
    assert (early.on_card, early.missing, early.pending) == (0, 9, 9)
    assert "punch_card:1" in keys(shop_content, nine, now=window_ends)
    assert "punch_card:1" not in keys(shop_content, bought(0, quantity=8))
    standing = punch_standing(shop_content, terms, [nine, bought(1, quantity=2)], LATER)
    assert (standing.on_card, standing.missing, standing.pending) == (2, 7, 0)


def test_what_was_free_or_sent_back_gives_no_punch(shop_content: Content) -> None:
    terms = shop_content.rewards.punch_card
    assert terms is not None
    free = bought(0, price=0)
    some_back = replace(bought(1, quantity=3), lines=(replace(bought(1, quantity=3).lines[0], returned=2),))
    assert punch_standing(shop_content, terms, [free, some_back], LATER).on_card == 1


def test_the_tier_that_the_sales_policy_names_enters_a_sale_early(shop_content: Content) -> None:
    opens = at("2026-11-23T00:00")
    early = partial(keys, shop_content, tier="gold")
    assert early(now=opens - timedelta(hours=24)) == ["early_access:bedding_week"]
    assert early(now=opens - timedelta(hours=25)) == []
    assert early(now=opens) == []
    assert keys(shop_content, tier="silver", now=opens - timedelta(hours=1)) == []


@given(known=st.lists(orders(), max_size=6), days=st.integers(0, 4000), more=st.integers(0, 400))
def test_grants_have_a_key_each_and_time_takes_none_away(
    shop_content: Content, known: list[OrderFacts], days: int, more: int
) -> None:
    numbered = tuple(replace(item, number=str(number)) for number, item in enumerate(known))
    history, now = History(numbered, HELSINKI), at("2024-01-01") + days * DAY
    before, after = (grants(shop_content, history, moment) for moment in (now, now + more * DAY))
    assert len({grant.key for grant in after}) == len(after)
    assert {grant.key for grant in before} <= {grant.key for grant in after}
    assert all(grant.earned_at <= now and grant.valid_until > grant.earned_at for grant in before)
    assert grants(shop_content, replace(history, orders=numbered[::-1]), now) == before
