"""Warranty, liability, plans and parcels, example by example; and what coverage puts first."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.claim_options import (
    Place,
    claim_options,
    deductible,
    is_overdue,
    provider_due,
    return_by,
)
from bot.shop.claim_rules import may_claim
from bot.shop.claims import BrokenItem
from bot.shop.content import Content
from bot.shop.content.plans import ServicePlan
from bot.shop.coverage import coverage_of, decide_claim
from bot.shop.deadlines import local_day
from bot.shop.faults import Fault, FaultCause
from bot.shop.order_facts import ShipmentFacts
from bot.shop.plan_rules import may_buy_plan
from bot.shop.plans import ContractStatus
from bot.shop.reasons import Condition, Reason
from bot.shop.rule_ids import Rule
from bot.shop.shipping_rules import (
    DeliveryRemedy,
    delivery_remedies,
    expected_day,
    lost_day,
    may_remedy_damage,
    may_remedy_missing,
)
from bot.shop.verdicts import RouteKind
from bot.shop.warranty_rules import under_liability, under_warranty
from tests.unit.shop.helpers import DELIVERED, PLACED, at, broken_items, contract, line, order

SOON = at("2026-03-20T12:00")
NEXT_YEAR = at("2027-05-01T12:00")
AFTER_ALL = at("2028-06-01T12:00")


def broken(cause: FaultCause = FaultCause.DEFECT, **facts: object) -> BrokenItem:
    """The blender, broken."""
    contracts = facts.pop("contracts", ())
    fault = Fault(cause, facts.pop("part", None), facts.pop("occurred_on", None))  # type: ignore[arg-type]
    bought = order(**facts)  # type: ignore[arg-type]
    return BrokenItem(bought, bought.lines[0], fault, contracts)  # type: ignore[arg-type]


def plan(content: Content, plan_id: str) -> ServicePlan:
    """A plan of the demo shop."""
    found = content.plans.plan(plan_id)
    assert found
    return found


@pytest.mark.parametrize(
    ("item", "part", "rule", "last_day"),
    [
        (line("small_appliances"), None, Rule.WARRANTY_CATEGORY, date(2028, 3, 6)),
        (line("furniture"), None, Rule.WARRANTY_CATEGORY, date(2031, 3, 6)),
        (line("never_heard_of"), None, Rule.WARRANTY_CATEGORY, date(2028, 3, 6)),
        (line("small_appliances", warranty_months=36), None, Rule.WARRANTY_PRODUCT, date(2029, 3, 6)),
        (line("small_appliances"), "battery", Rule.WARRANTY_PART, date(2027, 3, 6)),
        (line("small_appliances"), "motor", Rule.WARRANTY_PART, date(2031, 3, 6)),
        (line("bedding"), "motor", Rule.WARRANTY_CATEGORY, date(2027, 3, 6)),
    ],
)
def test_the_warranty_depends_on_product_category_and_part(
    shop_content: Content, item: object, part: str | None, rule: Rule, last_day: date
) -> None:
    bought = order(item)  # type: ignore[arg-type]
    verdict = under_warranty(shop_content, bought, bought.lines[0], Fault(part=part), SOON)
    assert (verdict.allowed, verdict.rule_id, verdict.last_day) == (True, rule, last_day)


@pytest.mark.parametrize("cause", [cause for cause in FaultCause if cause != FaultCause.DEFECT])
def test_what_is_not_the_goods_fault_is_no_case_for_warranty_or_liability(
    shop_content: Content, cause: FaultCause
) -> None:
    item = broken(cause)
    for rule in (under_warranty, under_liability):
        verdict = rule(shop_content, item.order, item.line, item.fault, SOON)
        assert (verdict.allowed, verdict.reason) == (False, Reason(cause.value))


@pytest.mark.parametrize(
    ("country", "last_day"), [("FI", date(2028, 3, 6)), ("SE", date(2029, 3, 6)), ("GB", date(2032, 3, 6))]
)
def test_the_seller_answers_as_long_as_the_customers_country_says(
    shop_content: Content, country: str, last_day: date
) -> None:
    item = broken(country=country)
    verdict = under_liability(shop_content, item.order, item.line, item.fault, SOON)
    assert (verdict.allowed, verdict.last_day) == (True, last_day)


@given(item=broken_items(), days=st.integers(0, 720))
def test_no_sale_part_or_short_warranty_lowers_the_sellers_liability(
    shop_content: Content, item: BrokenItem, days: int
) -> None:
    delivered = item.order.delivered_at(item.line)
    if delivered:
        finnish = replace(item.order, country="FI")
        fault = replace(item.fault, cause=FaultCause.DEFECT)
        now = delivered + timedelta(days=days)
        assert under_liability(shop_content, finnish, item.line, fault, now).allowed


@pytest.mark.parametrize(
    ("now", "cause", "plan_id", "best"),
    [
        (SOON, FaultCause.DEFECT, "care_plus", RouteKind.RETURN),
        (NEXT_YEAR, FaultCause.DEFECT, "care_plus", RouteKind.LIABILITY),
        (AFTER_ALL, FaultCause.DEFECT, "care_plus", RouteKind.PLAN),
        (NEXT_YEAR, FaultCause.ACCIDENT, "care_plus", RouteKind.PLAN),
        (NEXT_YEAR, FaultCause.ACCIDENT, "care", None),
        (NEXT_YEAR, FaultCause.WEAR, "care_plus", None),
    ],
)
def test_coverage_puts_the_best_way_for_the_customer_first(
    shop_content: Content, now: datetime, cause: FaultCause, plan_id: str, best: RouteKind | None
) -> None:
    item = broken(cause, contracts=(contract(plan_id),))
    found = coverage_of(shop_content, item, now)
    assert found.best == best
    assert found.verdict.allowed == (best is not None)
    assert [kind for kind, _, _ in found.ways] == [
        RouteKind.RETURN,
        RouteKind.LIABILITY,
        RouteKind.WARRANTY,
        RouteKind.PLAN,
    ]


def test_outside_the_law_the_warranty_comes_before_the_plan(shop_content: Content) -> None:
    found = coverage_of(shop_content, broken(country="US", contracts=(contract(),)), NEXT_YEAR)
    assert found.best == RouteKind.WARRANTY
    assert [route.kind for route in found.verdict.routes] == [RouteKind.PLAN]


def test_after_an_accident_the_plan_comes_before_a_withdrawal_at_reduced_value(shop_content: Content) -> None:
    started = contract(starts_at=PLACED - timedelta(days=30))
    found = coverage_of(shop_content, broken(FaultCause.ACCIDENT, contracts=(started,)), SOON)
    assert (found.best, found.detail) == (RouteKind.PLAN, "PC-1")
    assert [route.rule_id for route in found.verdict.routes] == [Rule.WINDOW_STATUTORY]


def test_the_verdict_changes_when_the_first_of_its_routes_closes(shop_content: Content) -> None:
    found = coverage_of(shop_content, broken(contracts=(contract(ends_at=at("2027-06-01")),)), NEXT_YEAR)
    assert (found.best, found.verdict.last_day) == (RouteKind.LIABILITY, date(2028, 3, 6))
    assert found.verdict.flips_at == at("2027-06-01")


def test_a_moment_that_changes_nothing_is_not_named(shop_content: Content) -> None:
    waits = contract(starts_at=at("2026-03-19"), ends_at=at("2026-03-25"), claims_made=0)
    found = coverage_of(shop_content, broken(contracts=(waits,)), SOON)
    assert found.best == RouteKind.RETURN
    assert found.verdict.flips_at == at("2026-04-06")


def test_when_nothing_covers_it_the_last_reason_is_said(shop_content: Content) -> None:
    found = coverage_of(shop_content, broken(FaultCause.ACCIDENT, contracts=(contract("care"),)), NEXT_YEAR)
    assert (found.verdict.rule_id, found.verdict.reason) == (Rule.COVERAGE_NONE, Reason.ACCIDENT)


@given(item=broken_items(), days=st.integers(0, 3000))
def test_coverage_is_refused_exactly_when_no_way_is_open(
    shop_content: Content, item: BrokenItem, days: int
) -> None:
    found = coverage_of(shop_content, item, item.order.placed_at + timedelta(days=days))
    opened = [verdict for _, _, verdict in found.ways if verdict.allowed]
    assert found.verdict.allowed == bool(opened)
    assert len(found.verdict.routes) == max(len(opened) - 1, 0)


@pytest.mark.parametrize(
    ("facts", "rule", "reason"),
    [
        ({"line_id": "2"}, Rule.CLAIM_ITEM, Reason.OTHER_ITEM),
        ({"order_number": "9"}, Rule.CLAIM_ITEM, Reason.OTHER_ITEM),
        ({"plan_id": "forgotten"}, Rule.PLAN_KNOWN, Reason.PLAN_UNKNOWN),
        ({"status": ContractStatus.CANCELLED}, Rule.CLAIM_STATUS, Reason.CONTRACT_CANCELLED),
        ({"status": ContractStatus.PENDING}, Rule.CLAIM_STATUS, Reason.CONTRACT_NOT_STARTED),
        ({"claim_open": True}, Rule.CLAIM_OPEN, Reason.CLAIM_OPEN),
        ({"claims_made": 3}, Rule.CLAIM_LIMIT, Reason.LIMIT_REACHED),
        ({"starts_at": at("2027-06-01")}, Rule.CLAIM_PERIOD, Reason.CONTRACT_NOT_STARTED),
        ({"starts_at": at("2027-04-25")}, Rule.CLAIM_WAITING, Reason.WAITING_PERIOD),
        ({"ends_at": at("2027-05-01")}, Rule.CLAIM_PERIOD, Reason.CONTRACT_ENDED),
        ({"ends_at": at("2027-05-02")}, Rule.CLAIM_PERIOD, Reason.UNDER_PLAN),
    ],
)
def test_each_condition_of_a_claim_is_a_rule_of_its_own(
    shop_content: Content, facts: dict[str, object], rule: Rule, reason: Reason
) -> None:
    bought = contract(**facts)  # type: ignore[arg-type]
    verdict = may_claim(shop_content, broken(), bought, NEXT_YEAR)
    assert (verdict.rule_id, verdict.reason) == (rule, reason)
    assert verdict.allowed == (reason == Reason.UNDER_PLAN)


@pytest.mark.parametrize(
    ("cause", "rule"),
    [
        (FaultCause.WEAR, Rule.CLAIM_WEAR),
        (FaultCause.COMMERCIAL_USE, Rule.CLAIM_COMMERCIAL_USE),
        (FaultCause.OTHER_REPAIR, Rule.CLAIM_OTHER_REPAIR),
        (FaultCause.ACCIDENT, Rule.CLAIM_ACCIDENT),
    ],
)
def test_exclusions_have_ids(shop_content: Content, cause: FaultCause, rule: Rule) -> None:
    assert may_claim(shop_content, broken(cause), contract("care"), NEXT_YEAR).rule_id == rule


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 3, 1), Reason.CONTRACT_NOT_STARTED),
        (date(2026, 3, 15), Reason.WAITING_PERIOD),
        (date(2026, 3, 16), Reason.REPORTED_LATE),
        (date(2027, 4, 1), Reason.UNDER_PLAN),
        (date(2027, 3, 31), Reason.REPORTED_LATE),
        (date(2027, 5, 2), Reason.NOT_HAPPENED_YET),
        (date(2029, 3, 2), Reason.CONTRACT_ENDED),
    ],
)
def test_the_day_of_the_fault_decides(shop_content: Content, day: date, reason: Reason) -> None:
    verdict = may_claim(shop_content, broken(occurred_on=day), contract(), NEXT_YEAR)
    assert verdict.reason == reason


@given(item=broken_items(), days=st.integers(0, 2500), seconds=st.integers(0, 86_399))
def test_a_fault_of_today_is_covered_as_one_without_a_day(
    shop_content: Content, item: BrokenItem, days: int, seconds: int
) -> None:
    now = item.order.placed_at + timedelta(days=days, seconds=seconds)
    today = replace(item.fault, occurred_on=local_day(now, item.order.zone))
    for bought in item.contracts:
        on_a_day, at_once = (
            may_claim(shop_content, replace(item, fault=fault), bought, now).allowed
            for fault in (today, replace(today, occurred_on=None))
        )
        assert on_a_day == at_once


def test_a_refused_claim_names_the_next_best_way(shop_content: Content) -> None:
    verdict = decide_claim(shop_content, broken(), contract(claims_made=3), NEXT_YEAR)
    assert not verdict.allowed
    assert [route.kind for route in verdict.routes] == [RouteKind.LIABILITY, RouteKind.WARRANTY]


FINLAND = Place("FI", "00160")


@pytest.mark.parametrize(
    ("plan_id", "item", "place", "stock", "offered"),
    [
        ("care_plus", line(), FINLAND, 1, {"advance_replacement", "mail_in", "carry_in"}),
        ("care_plus", line(), FINLAND, 0, {"mail_in", "carry_in"}),
        ("care_plus", line(), Place("SE"), 1, {"advance_replacement", "mail_in"}),
        ("care", line(), FINLAND, 1, {"mail_in", "carry_in"}),
        ("home_service", line("furniture"), FINLAND, 0, {"on_site"}),
        ("home_service", line("furniture"), Place("FI", "96100"), 0, set()),
        ("home_service", line("furniture"), Place("FI"), 0, set()),
        ("home_service", line("furniture"), Place("DE", "10115"), 0, set()),
    ],
)
def test_options_need_plan_category_stock_and_place(
    shop_content: Content, plan_id: str, item: object, place: Place, stock: int, offered: set[str]
) -> None:
    bought = order(item)  # type: ignore[arg-type]
    found = claim_options(shop_content, plan(shop_content, plan_id), bought, bought.lines[0], place, stock)
    assert {each.option for each in found if each.verdict.allowed} == offered
    assert {each.option for each in found} == {"advance_replacement", "on_site", "mail_in", "carry_in"}


def test_an_unknown_postcode_is_asked_for_not_refused_as_unserved(shop_content: Content) -> None:
    bought = order(line("furniture"))
    service = plan(shop_content, "home_service")
    found = claim_options(shop_content, service, bought, bought.lines[0], Place("FI"), 0)
    assert found[0].verdict.reason == Reason.POSTCODE_UNKNOWN


def test_advance_replacement_needs_a_hold_and_the_old_item_back(shop_content: Content) -> None:
    care, bought = plan(shop_content, "care_plus"), order()
    found = claim_options(shop_content, care, bought, bought.lines[0], FINLAND, 1)[0]
    needs = (Condition.CONSENT_TO_HOLD, Condition.RETURN_OLD_ITEM, Condition.DEDUCTIBLE)
    assert found.verdict.conditions == needs
    last_day = return_by(shop_content.plans.terms("advance_replacement"), bought, DELIVERED)
    assert last_day == date(2026, 3, 20)
    assert not is_overdue(last_day, bought, at("2026-03-20T23:59"))
    assert is_overdue(last_day, bought, at("2026-03-21T00:00"))
    assert return_by(shop_content.plans.terms("mail_in"), bought, DELIVERED) is None


def test_providers_have_deadlines_and_deductibles_are_only_named_where_there_are_any(
    shop_content: Content,
) -> None:
    assert provider_due(shop_content, plan(shop_content, "home_service"), SOON) == SOON + timedelta(hours=24)
    assert provider_due(shop_content, plan(shop_content, "care"), SOON) is None
    assert deductible(plan(shop_content, "care")) is None
    assert deductible(plan(shop_content, "care_plus")) is not None


@pytest.mark.parametrize(
    ("plan_id", "facts", "now", "reason"),
    [
        ("care_plus", {}, at("2026-04-01T23:59"), Reason.FITS),
        ("care_plus", {}, at("2026-04-02T00:00"), Reason.WINDOW_OVER),
        ("home_service", {}, SOON, Reason.CATEGORY),
        ("care_plus", {"country": "US"}, SOON, Reason.COUNTRY),
    ],
)
def test_a_plan_is_sold_for_fitting_goods_soon_after_the_order(
    shop_content: Content, plan_id: str, facts: dict[str, object], now: datetime, reason: Reason
) -> None:
    bought = order(**facts)  # type: ignore[arg-type]
    verdict = may_buy_plan(shop_content, plan(shop_content, plan_id), bought, bought.lines[0], (), now)
    assert verdict.reason == reason


def test_one_plan_for_one_item(shop_content: Content) -> None:
    bought, care = order(), plan(shop_content, "care")
    verdict = may_buy_plan(shop_content, care, bought, bought.lines[0], (contract(),), SOON)
    assert verdict.reason == Reason.ALREADY_BOUGHT


def test_a_late_parcel_is_waited_for_until_it_counts_as_lost(shop_content: Content) -> None:
    parcel = ShipmentFacts("p1", ("1",), PLACED, at("2026-03-05T16:00"))
    bought = order(shipments=(parcel,), delivered=None)
    assert expected_day(shop_content, bought, parcel) == date(2026, 3, 5)
    assert lost_day(shop_content, bought, parcel) == date(2026, 3, 12)
    history = {
        at("2026-03-05T23:59"): (Rule.PARCEL_EXPECTED, False),
        at("2026-03-06T00:00"): (Rule.PARCEL_LATE, False),
        at("2026-03-12T23:59"): (Rule.PARCEL_LATE, False),
        at("2026-03-13T00:00"): (Rule.PARCEL_LOST, True),
    }
    for moment, expected in history.items():
        verdict = may_remedy_missing(shop_content, bought, parcel, moment)
        assert (verdict.rule_id, verdict.allowed) == expected


def test_without_a_day_from_the_carrier_the_shops_own_times_count(shop_content: Content) -> None:
    parcel = ShipmentFacts("p1", ("1",), PLACED)
    bought = order(shipments=(parcel,), delivered=None)
    assert expected_day(shop_content, bought, parcel) == date(2026, 3, 5)


def test_a_parcel_said_to_be_delivered_is_searched_for_nearby_first(shop_content: Content) -> None:
    bought = order()
    parcel = bought.shipments[0]
    before = may_remedy_missing(shop_content, bought, parcel, at("2026-03-08T23:59"))
    after = may_remedy_missing(shop_content, bought, parcel, at("2026-03-09T00:00"))
    assert (before.allowed, before.reason) == (False, Reason.SEARCH_NEARBY)
    assert (after.allowed, after.conditions) == (True, (Condition.CONFIRM_ADDRESS,))


def test_damage_on_the_way_is_reported_within_two_weeks(shop_content: Content) -> None:
    bought = order()
    parcel = bought.shipments[0]
    assert may_remedy_damage(shop_content, bought, parcel, at("2026-03-20T23:59")).allowed
    late = may_remedy_damage(shop_content, bought, parcel, at("2026-03-21T00:00"))
    assert (late.allowed, late.last_day) == (False, date(2026, 3, 20))


def test_only_what_is_all_in_stock_is_sent_again() -> None:
    bought = order(line(id="1", sku="A", quantity=2), line(id="2", sku="A"))
    parcel = bought.shipments[0]
    assert DeliveryRemedy.RESHIP not in delivery_remedies(bought, parcel, {"A": 2})
    assert delivery_remedies(bought, parcel, {"A": 3})[0] == DeliveryRemedy.RESHIP
