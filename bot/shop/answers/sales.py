"""The rules on prices and sales: matching, adjusting, codes, final sale and the terms of sales."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.shop.answers.base import (
    AspectLabel,
    Length,
    Narrow,
    Parameter,
    PolicyAnswer,
    PolicyQuestion,
    Share,
    Term,
    answer,
    rows,
)
from bot.shop.content import Content, in_force
from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.content.sales import SalesPolicy
from bot.shop.return_window import Goods, return_window


@dataclass(frozen=True)
class Case:
    """A question on prices and sales with the policy in force."""

    content: Content
    policy: SalesPolicy
    question: PolicyQuestion


def answer_sales(content: Content, policy: SalesPolicy, question: PolicyQuestion) -> PolicyAnswer:
    """What the policy on prices and sales says to this question."""
    return BY_ASPECT[question.aspect](Case(content, policy, question))


def _days(number: int) -> Parameter:
    return Length(number, "day") if number else Term("no")


def _overview(case: Case) -> PolicyAnswer:
    policy = case.policy
    lines: list[tuple[Parameter, Parameter]] = [
        (AspectLabel("sales", "price_match"), Term("yes" if policy.price_match.offered else "no")),
        (AspectLabel("sales", "price_adjustment"), _days(policy.price_adjustment.days)),
        (AspectLabel("sales", "stacking"), Length(policy.stacking.codes_per_order, "code")),
        (AspectLabel("sales", "final_sale"), Term("from_discount", Share(policy.final_sale_from))),
    ]
    return answer("sales.overview", rows=rows(lines))


def _price_match(case: Case) -> PolicyAnswer:
    terms = case.policy.price_match
    if not terms.offered:
        return answer("sales.price_match.none")
    if not terms.days_after_purchase:
        return answer("sales.price_match.before", note=terms.text)
    return answer("sales.price_match", days=Length(terms.days_after_purchase, "day"), note=terms.text)


def _price_adjustment(case: Case) -> PolicyAnswer:
    terms = case.policy.price_adjustment
    if not terms.days:
        return answer("sales.price_adjustment.none")
    if not terms.sale_items and case.question.flags & {"final_sale", "bought_on_sale"}:
        return answer("sales.price_adjustment.not_on_sale", days=Length(terms.days, "day"))
    if since := case.question.since:
        deadline = since + timedelta(days=terms.days)
        rule = "open" if case.question.today <= deadline else "closed"
        return answer(f"sales.price_adjustment.{rule}", since=since, deadline=deadline, note=terms.text)
    rule = "sales.price_adjustment" if terms.sale_items else "sales.price_adjustment.full_price"
    return answer(rule, days=Length(terms.days, "day"), note=terms.text)


def _stacking(case: Case) -> PolicyAnswer:
    terms = case.policy.stacking
    rule = "sales.stacking" if terms.with_sale_prices else "sales.stacking.not_on_sale"
    return answer(rule, codes=Length(terms.codes_per_order, "code"), note=terms.text)


def _final_sale(case: Case) -> PolicyAnswer:
    asked = case.question
    share = Share(case.policy.final_sale_from)
    returns = in_force(case.content.returns, asked.today)
    window = return_window(returns, Goods(asked.category, asked.country, final_sale=True))
    if window.right:
        days = Length(window.days, "day")
        note = case.policy.final_sale
        return answer(
            "sales.final_sale.statutory", share=share, note=note, days=days, right=window.right.name
        )
    if window.days:
        days = Length(window.days, "day")
        return answer("sales.final_sale.days", share=share, note=case.policy.final_sale, days=days)
    narrow: Narrow | None = None if asked.country else "country"
    return answer("sales.final_sale", narrow, share=share, note=case.policy.final_sale)


def _sale_returns(case: Case) -> PolicyAnswer:
    asked = case.question
    if "final_sale" in asked.flags:
        return _final_sale(case)
    returns = in_force(case.content.returns, asked.today)
    window = return_window(returns, Goods(asked.category, asked.country, asked.tier))
    category = case.content.catalogue.category(asked.category or DEFAULT_CATEGORY).name
    days = Length(window.days, "day")
    return answer("sales.sale_returns", days=days, category=category, note=case.policy.sale_returns)


def _sale_ends(case: Case) -> PolicyAnswer:
    return answer("sales.sale_ends", note=case.policy.sale_ends)


def _gift_cards(case: Case) -> PolicyAnswer:
    terms = case.policy.gift_cards
    rule = "sales.gift_cards.cash" if terms.redeemable_for_cash else "sales.gift_cards"
    return answer(rule, months=Length(terms.months, "month"), note=terms.text)


def _early_access(case: Case) -> PolicyAnswer:
    terms = case.policy.early_access
    hours = Length(terms.hours, "hour")
    return answer("sales.early_access", tier=terms.tier_name, hours=hours, note=terms.text)


def _rain_check(case: Case) -> PolicyAnswer:
    terms = case.policy.rain_check
    if not terms.offered:
        return answer("sales.rain_check.none")
    return answer("sales.rain_check", days=Length(terms.days, "day"), note=terms.text)


BY_ASPECT: dict[str, Callable[[Case], PolicyAnswer]] = {
    "overview": _overview,
    "price_match": _price_match,
    "price_adjustment": _price_adjustment,
    "stacking": _stacking,
    "final_sale": _final_sale,
    "sale_returns": _sale_returns,
    "sale_ends": _sale_ends,
    "gift_cards": _gift_cards,
    "early_access": _early_access,
    "rain_check": _rain_check,
}
