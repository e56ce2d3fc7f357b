"""Whether a line may come back, example by example, and the law's floor under every one of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.content import Content
from bot.shop.deadlines import end_of_day, last_day_before, local_day, start_of_day
from bot.shop.exchange import VariantFacts, may_exchange_for, price_difference, variants_to_offer
from bot.shop.order_facts import ShipmentFacts
from bot.shop.order_rules import may_cancel
from bot.shop.orders import OrderStatus
from bot.shop.reasons import Condition, Reason
from bot.shop.return_routes import answer_return
from bot.shop.return_rules import may_return
from bot.shop.return_terms import return_terms
from bot.shop.returns import ReturnCase, StatedReason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import RouteKind
from bot.shop.withdrawal_rules import may_withdraw
from tests.unit.shop.helpers import DELIVERED, ZONES, at, case, cases, line, order

SOON = at("2026-03-10T12:00")
WITHIN_LAW = at("2026-03-20T23:59:59")
AFTER_LAW = at("2026-03-21T00:00")
LONG_AFTER = at("2026-08-01T12:00")


@given(day=st.dates(date(2000, 1, 2), date(2037, 1, 1)), zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_a_day_ends_at_midnight_in_the_customers_zone(day: date, zone: ZoneInfo) -> None:
    end = end_of_day(day, zone)
    assert local_day(end, zone) > day
    assert local_day(end - timedelta(microseconds=1), zone) <= day
    assert start_of_day(day, zone) < end or day == date(2011, 12, 30)
    assert last_day_before(end, zone) <= day


@pytest.mark.parametrize(
    ("category", "tier", "last_day", "rule"),
    [
        ("small_appliances", None, date(2026, 4, 5), Rule.WINDOW_CATEGORY),
        ("small_appliances", "bronze", date(2026, 4, 5), Rule.WINDOW_CATEGORY),
        ("small_appliances", "silver", date(2026, 4, 20), Rule.WINDOW_TIER),
        ("small_appliances", "gold", date(2026, 5, 5), Rule.WINDOW_TIER),
        ("bedding", None, date(2026, 5, 5), Rule.WINDOW_CATEGORY),
        ("never_heard_of", None, date(2026, 4, 5), Rule.WINDOW_CATEGORY),
    ],
)
def test_the_window_depends_on_category_and_tier(
    shop_content: Content, category: str, tier: str | None, last_day: date, rule: Rule
) -> None:
    verdict = may_return(shop_content, case(line(category), tier=tier), SOON)
    assert (verdict.allowed, verdict.rule_id, verdict.last_day) == (True, rule, last_day)


def test_the_last_day_counts_to_its_last_second_in_the_customers_zone(shop_content: Content) -> None:
    manila = case(country="PH", zone=ZoneInfo("Asia/Manila"))
    assert may_return(shop_content, manila, at("2026-04-05T23:59:59", "Asia/Manila")).allowed
    late = may_return(shop_content, manila, at("2026-04-06T00:00", "Asia/Manila"))
    assert (late.allowed, late.reason, late.last_day) == (False, Reason.WINDOW_OVER, date(2026, 4, 5))


@pytest.mark.parametrize(
    ("facts", "rule", "reason"),
    [
        ({"item": line(final_sale=True)}, Rule.WINDOW_FINAL_SALE, Reason.FINAL_SALE),
        ({"item": line("bath"), "opened": True}, Rule.WINDOW_HYGIENE, Reason.HYGIENE_SEAL_BROKEN),
        ({"item": line(hygiene=True), "opened": True}, Rule.WINDOW_HYGIENE, Reason.HYGIENE_SEAL_BROKEN),
        ({"packaging": False}, Rule.RETURNS_PACKAGING, Reason.PACKAGING_MISSING),
        ({"proof": None}, Rule.RETURNS_PROOF, Reason.PROOF_MISSING),
        ({"damaged": True}, Rule.RETURNS_CARE, Reason.DAMAGED_BY_CUSTOMER),
        ({"item": line(returned=1)}, Rule.RETURNS_ONCE, Reason.ALREADY_RETURNED),
        ({"quantity": 2}, Rule.RETURNS_ONCE, Reason.TOO_MANY),
        ({"delivered": None}, Rule.RETURNS_DELIVERY, Reason.NOT_DELIVERED),
        (
            {"delivered": None, "status": OrderStatus.DELIVERED},
            Rule.RETURNS_DELIVERY,
            Reason.DELIVERY_DAY_UNKNOWN,
        ),
        ({"status": OrderStatus.CANCELLED}, Rule.ORDERS_STATUS, Reason.ALREADY_CANCELLED),
    ],
)
def test_each_exception_refuses_by_its_own_rule_where_no_law_gives_more(
    shop_content: Content, facts: dict[str, object], rule: Rule, reason: Reason
) -> None:
    verdict = may_return(shop_content, case(**({"country": "US"} | facts)), SOON)  # type: ignore[arg-type]
    assert (verdict.allowed, verdict.rule_id, verdict.reason) == (False, rule, reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"item": line(final_sale=True)},
        {"item": line(final_sale=True), "tier": "gold"},
        {"packaging": False},
        {"proof": None},
        {"proof": None, "packaging": False, "opened": True, "item": line(final_sale=True)},
    ],
)
def test_in_finland_the_law_gives_14_days_whatever_the_shops_terms_say(
    shop_content: Content, facts: dict[str, object]
) -> None:
    asked = case(**facts)  # type: ignore[arg-type]
    verdict = may_return(shop_content, asked, WITHIN_LAW)
    assert (verdict.allowed, verdict.rule_id) == (True, Rule.WINDOW_STATUTORY)
    assert (verdict.last_day, verdict.flips_at) == (date(2026, 3, 20), AFTER_LAW)
    refused = may_return(shop_content, asked, AFTER_LAW)
    assert not refused.allowed
    assert refused.last_day == date(2026, 3, 20)


@given(asked=cases(), tier=st.sampled_from([None, "gold"]), seconds=st.integers(0, 14 * 86_400))
def test_no_tier_sale_or_missing_receipt_lowers_the_laws_floor(
    shop_content: Content, asked: ReturnCase, tier: str | None, seconds: int
) -> None:
    worst = replace(asked, proof=None, packaging=False, order=replace(asked.order, tier=tier))
    complete = worst.order.complete_at()
    if complete is None:
        return
    moment = complete + timedelta(seconds=seconds)
    if may_withdraw(shop_content, worst, moment).allowed:
        assert may_return(shop_content, worst, moment).allowed


@given(asked=cases(), seconds=st.integers(0, 14 * 86_400))
def test_within_14_days_the_eu_right_is_refused_only_for_what_the_law_names(
    shop_content: Content, asked: ReturnCase, seconds: int
) -> None:
    finnish = replace(asked, order=replace(asked.order, country="FI"))
    complete = finnish.order.complete_at()
    if complete:
        verdict = may_withdraw(shop_content, finnish, complete + timedelta(seconds=seconds))
        named = {
            Reason.ALREADY_CANCELLED,
            Reason.ALREADY_RETURNED,
            Reason.TOO_MANY,
            Reason.HYGIENE_SEAL_BROKEN,
        }
        assert verdict.allowed or verdict.reason in named


@given(asked=cases(), moment=st.integers(0, 200).map(lambda days: DELIVERED + timedelta(days=days)))
def test_a_higher_tier_is_never_worse(shop_content: Content, asked: ReturnCase, moment: datetime) -> None:
    plain, gold = (replace(asked, order=replace(asked.order, tier=tier)) for tier in (None, "gold"))
    if may_return(shop_content, plain, moment).allowed:
        assert may_return(shop_content, gold, moment).allowed


def test_where_the_law_gives_more_than_the_shop_it_holds_from_the_start(shop_content: Content) -> None:
    policy = shop_content.returns[0].model_copy(update={"windows": {"default": 7}})
    strict = shop_content.model_copy(update={"returns": (policy,)})
    verdict = may_return(strict, case(), SOON)
    assert (verdict.allowed, verdict.rule_id) == (True, Rule.WINDOW_STATUTORY)
    assert (verdict.last_day, verdict.flips_at) == (date(2026, 3, 20), AFTER_LAW)
    assert may_return(strict, case(country="US"), SOON).last_day == date(2026, 3, 13)


def test_the_law_lets_withdraw_before_delivery(shop_content: Content) -> None:
    waiting = case(delivered=None)
    assert not may_return(shop_content, waiting, SOON).allowed
    assert may_withdraw(shop_content, waiting, SOON).allowed
    routes = answer_return(shop_content, waiting, (), SOON).routes
    assert [route.kind for route in routes] == [RouteKind.WITHDRAW]


def test_the_laws_time_runs_from_the_last_parcel_of_the_order(shop_content: Content) -> None:
    first, second = line(id="1", final_sale=True), line(id="2")
    parcels = (
        ShipmentFacts("p1", ("1",), delivered_at=DELIVERED),
        ShipmentFacts("p2", ("2",), delivered_at=DELIVERED + timedelta(days=10)),
    )
    bought = order(first, second, shipments=parcels)
    verdict = may_return(shop_content, ReturnCase(bought, first), at("2026-03-28T12:00"))
    assert (verdict.allowed, verdict.last_day) == (True, date(2026, 3, 30))


def test_the_laws_time_does_not_run_while_a_parcel_is_missing(shop_content: Content) -> None:
    first, second = line(id="1", final_sale=True), line(id="2")
    parcels = (ShipmentFacts("p1", ("1",), delivered_at=DELIVERED), ShipmentFacts("p2", ("2",)))
    bought = order(first, second, shipments=parcels, status=OrderStatus.SHIPPED)
    verdict = may_return(shop_content, ReturnCase(bought, first), LONG_AFTER)
    assert (verdict.allowed, verdict.last_day, verdict.flips_at) == (True, None, None)


def test_opened_hygiene_goods_are_outside_the_law_too(shop_content: Content) -> None:
    verdict = may_withdraw(shop_content, case(line("bath"), opened=True), SOON)
    assert (verdict.allowed, verdict.reason) == (False, Reason.HYGIENE_SEAL_BROKEN)


def test_a_fault_lifts_the_exceptions_and_the_costs(shop_content: Content) -> None:
    faulty = case(
        line("bath", final_sale=True), opened=True, proof=None, reason=StatedReason.FAULTY, country="US"
    )
    assert may_return(shop_content, faulty, SOON).allowed
    terms = return_terms(shop_content, faulty, SOON)
    assert (terms.payer, terms.fee, terms.refund_to, terms.shipping_refunded) == (
        "shop",
        None,
        "original",
        True,
    )


@pytest.mark.parametrize("reason", list(StatedReason))
def test_every_reason_has_terms_everywhere(shop_content: Content, reason: StatedReason) -> None:
    terms = return_terms(shop_content, case(reason=reason, country="US"), SOON)
    own_choice = reason in {StatedReason.SIZE, StatedReason.CHANGE_OF_MIND, StatedReason.OTHER}
    assert terms.payer == ("customer" if own_choice else "shop")
    assert terms.methods


def test_terms_are_better_while_the_right_to_withdraw_lasts(shop_content: Content) -> None:
    gift = case(proof="gift_receipt")
    within, after = (return_terms(shop_content, gift, moment) for moment in (WITHIN_LAW, AFTER_LAW))
    assert (within.refund_to, within.shipping_refunded, within.flips_at) == ("original", True, AFTER_LAW)
    assert (after.refund_to, after.shipping_refunded, after.flips_at) == ("store_credit", False, None)
    assert after.fee is not None
    assert after.fee.amount == Decimal("4.90")


def test_what_will_be_looked_at_is_said_with_the_verdict(shop_content: Content) -> None:
    verdict = may_return(shop_content, case(line("bath")), SOON)
    assert set(verdict.conditions) == {Condition.CLEAN_AND_COMPLETE, Condition.SEALED}
    blender = may_return(shop_content, case(), SOON)
    assert Condition.ORIGINAL_PACKAGING in blender.conditions


def test_goods_the_customer_damaged_go_back_under_the_law_at_a_reduced_value(shop_content: Content) -> None:
    verdict = may_return(shop_content, case(damaged=True), SOON)
    assert (verdict.allowed, verdict.conditions) == (True, (Condition.REDUCED_VALUE,))


def test_a_refusal_names_the_proofs_that_would_do(shop_content: Content) -> None:
    verdict = answer_return(shop_content, case(proof=None, country="US"), (), SOON)
    proofs = {route.detail for route in verdict.routes if route.kind == RouteKind.PROOF}
    assert proofs == {proof.id for proof in shop_content.returns[0].proof}


def test_a_tier_that_nobody_has_shown_yet_is_named_as_a_route(shop_content: Content) -> None:
    late = at("2026-04-30T12:00")
    hidden = answer_return(shop_content, case(tier_known=False), (), late)
    assert [route.detail for route in hidden.routes if route.kind == RouteKind.TIER] == ["gold"]
    known = answer_return(shop_content, case(), (), late)
    assert RouteKind.TIER not in {route.kind for route in known.routes}


def test_after_the_window_liability_and_warranty_are_named_for_a_broken_item(shop_content: Content) -> None:
    verdict = answer_return(shop_content, case(), (), LONG_AFTER)
    assert not verdict.allowed
    assert [route.kind for route in verdict.routes] == [RouteKind.LIABILITY, RouteKind.WARRANTY]


def test_an_order_holds_the_terms_of_its_day(shop_content: Content) -> None:
    today = shop_content.returns[0]
    stricter = today.model_copy(
        update={"version": "2", "effective_from": date(2026, 3, 3), "windows": {"default": 7}}
    )
    changed = shop_content.model_copy(update={"returns": (today, stricter)})
    before = may_return(changed, case(country="US"), SOON)
    after = may_return(changed, case(country="US", placed_at=datetime(2026, 3, 4, tzinfo=UTC)), SOON)
    assert (before.version, before.last_day) == (today.version, date(2026, 4, 5))
    assert (after.version, after.last_day) == ("2", date(2026, 3, 13))


def test_an_order_older_than_every_version_holds_the_oldest_terms(shop_content: Content) -> None:
    old = case(placed_at=datetime(2019, 1, 1, tzinfo=UTC))
    assert may_return(shop_content, old, SOON).version == shop_content.returns[0].version


@pytest.mark.parametrize(
    ("status", "allowed", "reason"),
    [
        (OrderStatus.PENDING, True, Reason.NOT_PROCESSED_YET),
        (OrderStatus.PROCESSED, False, Reason.ALREADY_PROCESSED),
        (OrderStatus.SHIPPED, False, Reason.ALREADY_PROCESSED),
        (OrderStatus.DELIVERED, False, Reason.ALREADY_PROCESSED),
        (OrderStatus.CANCELLED, False, Reason.ALREADY_CANCELLED),
    ],
)
def test_only_a_pending_order_can_be_cancelled(
    shop_content: Content, status: OrderStatus, *, allowed: bool, reason: Reason
) -> None:
    verdict = may_cancel(shop_content, order(status=status, delivered=None), SOON)
    assert (verdict.allowed, verdict.reason) == (allowed, reason)


def test_a_processed_order_can_be_withdrawn_from_where_the_law_says_so(shop_content: Content) -> None:
    processed = order(status=OrderStatus.PROCESSED, delivered=None)
    assert [route.kind for route in may_cancel(shop_content, processed, SOON).routes] == [RouteKind.WITHDRAW]
    abroad = replace(processed, country="US")
    assert may_cancel(shop_content, abroad, SOON).routes == ()


RED = VariantFacts("MUG-RED", 5, "MUG", {"EUR": Decimal("12.00")})
BLUE = VariantFacts("MUG-BLUE", 2, "MUG", {"EUR": Decimal("14.50")})


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (BLUE, Reason.WITHIN_WINDOW),
        (RED, Reason.SAME_VARIANT),
        (replace(BLUE, stock=1), Reason.OUT_OF_STOCK),
        (replace(BLUE, prices={"USD": Decimal(15)}), Reason.NO_PRICE),
        (VariantFacts("POT", 5, None, {"EUR": Decimal(20)}), Reason.OTHER_PRODUCT),
    ],
)
def test_an_exchange_needs_another_variant_of_the_same_product_in_stock(
    shop_content: Content, wanted: VariantFacts, reason: Reason
) -> None:
    mugs = case(line("kitchenware", sku="MUG-RED", quantity=2, unit_price=Decimal("12.00")), quantity=2)
    verdict = may_exchange_for(shop_content, mugs, RED, wanted, SOON)
    assert (verdict.allowed, verdict.reason) == (reason == Reason.WITHIN_WINDOW, reason)
    assert (wanted in variants_to_offer(mugs, RED, [wanted])) == verdict.allowed


def test_the_price_difference_is_named_both_ways() -> None:
    mugs = case(line("kitchenware", quantity=2, unit_price=Decimal("12.00")), quantity=2)
    assert price_difference(mugs, BLUE) == Decimal("5.00")
    dearer = replace(mugs, line=replace(mugs.line, unit_price=Decimal("20.00")))
    assert price_difference(dearer, BLUE) == Decimal("-11.00")
