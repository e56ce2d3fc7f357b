"""What holds for every verdict, whatever rule gave it: it has a rule, a reason and the date it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.claim_rules import may_claim
from bot.shop.claims import BrokenItem
from bot.shop.content import Content
from bot.shop.coverage import coverage_of, decide_claim
from bot.shop.exchange import may_exchange
from bot.shop.order_rules import may_cancel
from bot.shop.plan_rules import may_buy_plan
from bot.shop.reasons import Reason
from bot.shop.return_routes import answer_return
from bot.shop.return_rules import may_return
from bot.shop.returns import ReturnCase
from bot.shop.rule_ids import Rule
from bot.shop.shipping_rules import may_remedy_damage, may_remedy_missing
from bot.shop.verdicts import Verdict, allow, decide, refuse
from bot.shop.warranty_rules import under_liability, under_warranty
from bot.shop.withdrawal_rules import may_withdraw
from tests.unit.shop.helpers import broken_items, cases, contract

Ask = Callable[[datetime], Verdict]
TICK = timedelta(microseconds=1)


def questions(content: Content, data: st.DataObject) -> Ask:
    """Any question that rules of time answer, on any case."""
    case, item = data.draw(cases()), data.draw(broken_items())
    order, line, fault = item.order, item.line, item.fault
    parcel = data.draw(st.sampled_from(order.shipments))
    bought = data.draw(
        st.sampled_from([*item.contracts, contract(line_id=line.id, starts_at=order.placed_at)])
    )
    plan = data.draw(st.sampled_from(content.plans.plans))
    asked: dict[str, Ask] = {
        "return": lambda now: may_return(content, case, now),
        "withdraw": lambda now: may_withdraw(content, case, now),
        "exchange": lambda now: may_exchange(content, case, now),
        "answer": lambda now: answer_return(content, case, item.contracts, now),
        "cancel": lambda now: may_cancel(content, order, now),
        "missing": lambda now: may_remedy_missing(content, order, parcel, now),
        "damage": lambda now: may_remedy_damage(content, order, parcel, now),
        "warranty": lambda now: under_warranty(content, order, line, fault, now),
        "liability": lambda now: under_liability(content, order, line, fault, now),
        "claim": lambda now: may_claim(content, item, bought, now),
        "claim_with_routes": lambda now: decide_claim(content, item, bought, now),
        "coverage": lambda now: coverage_of(content, item, now).verdict,
        "plan": lambda now: may_buy_plan(content, plan, order, line, item.contracts, now),
    }
    return asked[data.draw(st.sampled_from(sorted(asked)))]


def said(verdict: Verdict) -> Verdict:
    """What the customer is told, without the bookkeeping of moments."""
    return replace(verdict, since=datetime.min, flips_at=None)  # noqa: DTZ901 - a placeholder


later = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2500))
start = datetime(2024, 1, 2, tzinfo=UTC)


@given(data=st.data(), span=later)
def test_every_verdict_has_a_rule_a_reason_a_version_and_dates(
    shop_content: Content, data: st.DataObject, span: timedelta
) -> None:
    ask, now = questions(shop_content, data), start + span
    verdict = ask(now)
    assert verdict.rule_id in Rule
    assert verdict.reason in Reason
    assert verdict.version
    assert verdict.since.tzinfo is not None
    assert verdict.flips_at is None or verdict.flips_at > now


@given(data=st.data(), span=later, fraction=st.floats(0, 1, exclude_max=True))
def test_a_verdict_holds_until_the_moment_it_names(
    shop_content: Content, data: st.DataObject, span: timedelta, fraction: float
) -> None:
    ask, now = questions(shop_content, data), start + span
    verdict = ask(now)
    horizon = verdict.flips_at or now + timedelta(days=3650)
    for moment in (now + (horizon - now) * fraction, horizon - TICK):
        if now <= moment < horizon:
            assert said(ask(moment)) == said(verdict)


@given(data=st.data(), span=later)
def test_a_verdict_changes_at_the_moment_it_names(
    shop_content: Content, data: st.DataObject, span: timedelta
) -> None:
    ask = questions(shop_content, data)
    verdict = ask(start + span)
    if verdict.flips_at:
        assert said(ask(verdict.flips_at)) != said(verdict)


def answers_over_time(ask: Ask) -> list[bool]:
    """Allowed or not, from the beginning to the end of all changes."""
    verdict = ask(start - timedelta(days=1))
    found = [verdict.allowed]
    while verdict.flips_at:
        verdict = ask(verdict.flips_at)
        found.append(verdict.allowed)
    return [found[0]] + [now for before, now in pairwise(found) if before != now]


@pytest.mark.parametrize("rule", [may_return, may_withdraw, may_exchange])
@given(case=cases())
def test_a_return_opens_at_most_once_and_closes_for_good(
    shop_content: Content, rule: Callable[[Content, ReturnCase, datetime], Verdict], case: ReturnCase
) -> None:
    history = answers_over_time(partial(rule, shop_content, case))
    assert history in ([False], [True], [True, False], [False, True], [False, True, False])


@given(item=broken_items())
def test_a_lost_parcel_never_becomes_unlost(shop_content: Content, item: BrokenItem) -> None:
    for parcel in item.order.shipments:
        history = answers_over_time(partial(may_remedy_missing, shop_content, item.order, parcel))
        assert history in ([False], [False, True])


@given(item=broken_items())
def test_warranty_and_liability_never_come_back_once_they_are_over(
    shop_content: Content, item: BrokenItem
) -> None:
    for rule in (under_warranty, under_liability):
        history = answers_over_time(partial(rule, shop_content, item.order, item.line, item.fault))
        assert history in ([False], [False, True, False])


@pytest.mark.parametrize("hour", [-1, 0, 1, 2, 3, 9])
def test_decide_names_the_next_change_and_skips_steps_that_change_nothing(hour: int) -> None:
    steps = [
        refuse(Rule.RETURNS_DELIVERY, Reason.NOT_DELIVERED, "1", start),
        allow(Rule.WINDOW_CATEGORY, Reason.WITHIN_WINDOW, "1", start + timedelta(hours=1)),
        allow(Rule.WINDOW_CATEGORY, Reason.WITHIN_WINDOW, "1", start + timedelta(hours=2)),
        refuse(Rule.WINDOW_CATEGORY, Reason.WINDOW_OVER, "1", start + timedelta(hours=3)),
    ]
    verdict = decide(start + timedelta(hours=hour), steps)
    assert verdict.allowed == (1 <= hour < 3)
    flips = start + timedelta(hours=1 if hour < 1 else 3)
    assert verdict.flips_at == (flips if hour < 3 else None)


def test_a_step_that_would_begin_before_the_one_listed_before_it_begins_with_it() -> None:
    steps = [
        refuse(Rule.RETURNS_DELIVERY, Reason.NOT_DELIVERED, "1", start),
        allow(Rule.WINDOW_CATEGORY, Reason.WITHIN_WINDOW, "1", start - timedelta(days=1)),
    ]
    assert decide(start, steps).allowed
    assert decide(start, steps).since == start
