"""The rules on returns: until when, in what state, at whose cost, and where the money goes."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.shop.answers.base import (
    CountryName,
    Length,
    Narrow,
    Parameter,
    PolicyAnswer,
    PolicyQuestion,
    Share,
    Term,
    answer,
    business_days,
    names,
    rows,
)
from bot.shop.content import Content
from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.content.returns import ProofRoute, ReturnCost, ReturnReason, ReturnsPolicy
from bot.shop.return_window import Goods, is_opened_hygiene, return_window, statutory_floor

FAULTS: frozenset[ReturnReason] = frozenset({"faulty", "wrong_item", "damaged"})


@dataclass(frozen=True)
class Case:
    """A question on returns with the policy in force."""

    content: Content
    policy: ReturnsPolicy
    question: PolicyQuestion

    @property
    def goods(self) -> Goods:
        asked = self.question
        return Goods(
            asked.category,
            asked.country,
            asked.tier,
            final_sale="final_sale" in asked.flags,
            opened="opened" in asked.flags,
        )

    @property
    def category(self) -> Parameter:
        return self.content.catalogue.category(self.question.category or DEFAULT_CATEGORY).name

    def category_names(self, ids: tuple[str, ...]) -> Parameter:
        return names(self.content.catalogue.category(item).name for item in ids)


def answer_returns(content: Content, policy: ReturnsPolicy, question: PolicyQuestion) -> PolicyAnswer:
    """What the return policy says to this question."""
    return BY_ASPECT[question.aspect](Case(content, policy, question))


def _window(case: Case) -> PolicyAnswer:
    asked = case.question
    if asked.reason in FAULTS:
        return _faulty(case)
    if "final_sale" in asked.flags:
        return _final_sale(case)
    if is_opened_hygiene(case.policy, case.goods):
        return answer("returns.hygiene.opened", category=case.category, note=case.policy.hygiene.text)
    window = return_window(case.policy, case.goods)
    days = Length(window.days, "day")
    if asked.since:
        deadline = window.deadline(asked.since)
        rule = "returns.window.open" if asked.today <= deadline else "returns.window.closed"
        return answer(rule, category=case.category, days=days, since=asked.since, deadline=deadline)
    if asked.category is None:
        return _all_windows(case, days)
    if window.right:
        right = window.right.name
        return answer("returns.window.statutory", category=case.category, days=days, right=right)
    return answer("returns.window", category=case.category, days=days)


def _all_windows(case: Case, days: Length) -> PolicyAnswer:
    default = case.policy.windows[DEFAULT_CATEGORY]
    lines = [
        (case.content.catalogue.category(category).name, Length(number, "day"))
        for category, number in case.policy.windows.items()
        if number != default
    ]
    if not lines:
        return answer("returns.window.same", "category", days=days)
    return answer("returns.window.all", "category", days=days, rows=rows(lines))


def _faulty(case: Case) -> PolicyAnswer:
    cost = case.policy.cost_for(case.question.reason or "faulty", case.question.country)
    rule = "returns.faulty" if cost.payer == "shop" else "returns.faulty.own_cost"
    return answer(rule)


def _exceptions(case: Case) -> PolicyAnswer:
    policy = case.policy
    lines: list[tuple[Parameter, Parameter]] = []
    if policy.hygiene.categories:
        lines.append((case.category_names(policy.hygiene.categories), policy.hygiene.text))
    lines.append((Term("final_sale"), policy.final_sale.text))
    lines.append((Term("other"), policy.exceptions))
    return answer("returns.exceptions", rows=rows(lines))


def _proof(case: Case) -> PolicyAnswer:
    original = [route for route in case.policy.proof if route.refund_to == "original"]
    credit = [route for route in case.policy.proof if route.refund_to == "store_credit"]
    if "no_receipt" in case.question.flags:
        original = [route for route in original if route.id != "receipt"]
        return _without_receipt(original, credit)
    if original and credit:
        return answer("returns.proof", routes=_routes(original), credit=_routes(credit))
    return answer("returns.proof.one_kind", routes=_routes(original or credit or list(case.policy.proof)))


def _without_receipt(original: list[ProofRoute], credit: list[ProofRoute]) -> PolicyAnswer:
    if original:
        return answer("returns.proof.no_receipt", routes=_routes(original))
    if credit:
        return answer("returns.proof.no_receipt_credit", routes=_routes(credit))
    return answer("returns.proof.needed")


def _routes(routes: list[ProofRoute]) -> Parameter:
    return names((route.name for route in routes), "or")


def _condition(case: Case) -> PolicyAnswer:
    terms = case.policy.condition
    if is_opened_hygiene(case.policy, case.goods):
        return answer("returns.hygiene.opened", category=case.category, note=case.policy.hygiene.text)
    if "packaging" in case.question.flags:
        return _packaging(case)
    if not terms.opened_allowed:
        return answer("returns.condition.sealed", note=terms.text)
    if terms.opened_deduction:
        return answer("returns.condition.deduction", note=terms.text, share=Share(terms.opened_deduction))
    return answer("returns.condition", note=terms.text)


def _packaging(case: Case) -> PolicyAnswer:
    terms = case.policy.condition
    if case.question.category in terms.packaging_required:
        return answer("returns.condition.packaging_required", category=case.category)
    if case.question.category or not terms.packaging_required:
        return answer("returns.condition.any_box", category=case.category, note=terms.packaging_text)
    needed = case.category_names(terms.packaging_required)
    return answer("returns.condition.packaging", "category", categories=needed, note=terms.packaging_text)


def _who_pays(case: Case) -> PolicyAnswer:
    asked = case.question
    if asked.reason in FAULTS:
        return _faulty(case)
    if asked.country is None:
        codes = case.content.shop.suggested_countries
        costs = ((CountryName(code), _cost(case.policy.cost_for("changed_mind", code))) for code in codes)
        return answer("returns.who_pays.all", "country", rows=rows(costs))
    cost = case.policy.cost_for("changed_mind", asked.country)
    place = CountryName(asked.country)
    if cost.payer == "shop":
        return answer("returns.who_pays.free", place=place)
    if cost.fee is None:
        return answer("returns.who_pays.customer", place=place)
    return answer("returns.who_pays.fee", place=place, fee=cost.fee)


def _cost(cost: ReturnCost) -> Parameter:
    if cost.payer == "shop":
        return Term("free")
    return cost.fee or Term("own_cost")


def _how(case: Case) -> PolicyAnswer:
    asked = case.question
    country = asked.country or case.content.shop.home_country
    category = asked.category
    methods = [item.name for item in case.policy.methods if item.serves(country, category)]
    if not methods:
        return answer("returns.how.arrange", place=CountryName(country), category=case.category)
    narrow: Narrow | None = None if asked.country else "country"
    return answer("returns.how", narrow, place=CountryName(country), methods=names(methods, "or"))


def _refund_time(case: Case) -> PolicyAnswer:
    terms = case.policy.refund
    return answer(
        "returns.refund_time",
        inspection=business_days(terms.inspection_business_days),
        bank=business_days(terms.bank_business_days),
    )


def _refund_method(case: Case) -> PolicyAnswer:
    terms = case.policy.refund
    if terms.store_credit_bonus:
        return answer("returns.refund_method.bonus", note=terms.text, share=Share(terms.store_credit_bonus))
    return answer("returns.refund_method", note=terms.text)


def _exchange(case: Case) -> PolicyAnswer:
    terms = case.policy.exchange
    rule = "returns.exchange.free" if terms.free else "returns.exchange"
    return answer(rule, days=Length(terms.days, "day"), note=terms.text)


def _final_sale(case: Case) -> PolicyAnswer:
    terms = case.policy.final_sale
    asked = case.question
    if asked.country is None and case.policy.statutory:
        rights = ((item.name, Length(item.days, "day")) for item in case.policy.statutory)
        return answer("returns.final_sale.all", "country", note=terms.text, rows=rows(rights))
    goods = Goods(asked.category, asked.country, final_sale=True, opened="opened" in asked.flags)
    window = return_window(case.policy, goods)
    days = Length(window.days, "day")
    if window.right:
        return answer("returns.final_sale.statutory", days=days, right=window.right.name)
    if window.days:
        return answer("returns.final_sale.days", days=days)
    return answer("returns.final_sale", note=terms.text)


def _hygiene(case: Case) -> PolicyAnswer:
    terms = case.policy.hygiene
    if not terms.categories:
        return answer("returns.hygiene.none")
    if case.question.category and case.question.category not in terms.categories:
        return answer("returns.hygiene.other", category=case.category)
    return answer("returns.hygiene", categories=case.category_names(terms.categories), note=terms.text)


def _gifts(case: Case) -> PolicyAnswer:
    return answer("returns.gifts", note=case.policy.gifts)


def _withdrawal(case: Case) -> PolicyAnswer:
    asked = case.question
    if asked.country is None:
        rights = [(item.name, Length(item.days, "day")) for item in case.policy.statutory]
        if rights:
            return answer("returns.withdrawal.all", "country", rows=rows(rights))
    right = statutory_floor(case.policy, case.goods)
    days = Length(return_window(case.policy, case.goods).days, "day")
    if right is None:
        return answer("returns.withdrawal.none", days=days, category=case.category)
    legal = Length(right.days, "day")
    place = CountryName(asked.country or case.content.shop.home_country)
    return answer("returns.withdrawal", place=place, right=right.name, legal=legal, days=days)


BY_ASPECT: dict[str, Callable[[Case], PolicyAnswer]] = {
    "window": _window,
    "exceptions": _exceptions,
    "proof": _proof,
    "condition": _condition,
    "who_pays": _who_pays,
    "how": _how,
    "refund_time": _refund_time,
    "refund_method": _refund_method,
    "exchange": _exchange,
    "final_sale": _final_sale,
    "hygiene": _hygiene,
    "gifts": _gifts,
    "withdrawal": _withdrawal,
}
