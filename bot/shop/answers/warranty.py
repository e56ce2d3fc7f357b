"""The rules on the warranty: how long, for what, and who looks after it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.shop.answers.base import (
    CountryName,
    Length,
    Parameter,
    PolicyAnswer,
    PolicyQuestion,
    answer,
    names,
    rows,
)
from bot.shop.calendar import add_months
from bot.shop.content import Content
from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.content.plans import ServicePlan
from bot.shop.content.warranty import PartTerm, SellerLiability, WarrantyPolicy


@dataclass(frozen=True)
class Case:
    """A question on the warranty with the policy in force."""

    content: Content
    policy: WarrantyPolicy
    question: PolicyQuestion

    @property
    def category(self) -> Parameter:
        return self.content.catalogue.category(self.question.category or DEFAULT_CATEGORY).name

    @property
    def months(self) -> int:
        """The warranty of the goods asked about."""
        known = self.policy.months
        return known.get(self.question.category or DEFAULT_CATEGORY, known[DEFAULT_CATEGORY])

    @property
    def liability(self) -> SellerLiability | None:
        return self.policy.liability_for(self.question.country)

    @property
    def plan(self) -> ServicePlan:
        """The plan that fits the goods, else the one the policy names."""
        plans = self.content.plans.plans
        fits = (plan for plan in plans if self.question.category in plan.categories)
        named = (plan for plan in plans if plan.id == self.policy.plan)
        return next(fits, None) or next(named)

    @property
    def part(self) -> PartTerm | None:
        """The part asked about, if it has a time of its own in these goods."""
        for part in self.policy.parts:
            elsewhere = (
                part.categories and self.question.category and self.question.category not in part.categories
            )
            if part.id == self.question.goods and not elsewhere:
                return part
        return None


def answer_warranty(content: Content, policy: WarrantyPolicy, question: PolicyQuestion) -> PolicyAnswer:
    """What the warranty policy says to this question."""
    return BY_ASPECT[question.aspect](Case(content, policy, question))


def months(number: int) -> Length:
    """A warranty time as a parameter."""
    return Length(number, "month")


def _length(case: Case) -> PolicyAnswer:
    if case.part:
        return _parts(case)
    if case.question.since:
        return _length_since(case)
    if case.question.category is None:
        return _all_lengths(case)
    right = case.liability
    if right and right.months > case.months:
        return answer(
            "warranty.length.liability",
            category=case.category,
            months=months(case.months),
            right=right.name,
            legal=months(right.months),
            place=CountryName(case.question.country or ""),
        )
    return answer("warranty.length", category=case.category, months=months(case.months))


def _length_since(case: Case) -> PolicyAnswer:
    asked = case.question
    since = asked.since or asked.today
    until = add_months(since, case.months)
    terms = {"category": case.category, "since": since, "until": until}
    if asked.today <= until:
        return answer("warranty.length.open", **terms)
    right = case.liability
    if right and asked.today <= (legal_until := add_months(since, right.months)):
        return answer("warranty.liability.open", right=right.name, legal_until=legal_until, **terms)
    return answer("warranty.length.closed", plan=case.plan.name, **terms)


def _all_lengths(case: Case) -> PolicyAnswer:
    default = case.policy.months[DEFAULT_CATEGORY]
    lines = [
        (case.content.catalogue.category(category).name, months(number))
        for category, number in case.policy.months.items()
        if number != default
    ]
    if not lines:
        return answer("warranty.length.same", "category", months=months(default))
    return answer("warranty.length.all", "category", months=months(default), rows=rows(lines))


def _coverage(case: Case) -> PolicyAnswer:
    covered = names(case.policy.covered)
    return answer("warranty.coverage", covered=covered, not_covered=names(case.policy.not_covered, "or"))


def _parts(case: Case) -> PolicyAnswer:
    if case.part:
        return answer("warranty.parts.one", part=case.part.name, months=months(case.part.months))
    if case.question.goods or not case.policy.parts:
        return answer("warranty.parts.like_product", category=case.category, months=months(case.months))
    lines = rows((part.name, months(part.months)) for part in case.policy.parts)
    return answer("warranty.parts", rows=lines)


def _proof(case: Case) -> PolicyAnswer:
    return answer("warranty.proof", note=case.policy.proof)


def _handler(case: Case) -> PolicyAnswer:
    return answer("warranty.handler", note=case.policy.handler_for(case.question.category).text)


def _accident(case: Case) -> PolicyAnswer:
    plan = case.plan
    if not plan.accidents:
        return answer("warranty.accident", note=case.policy.accidents)
    return answer("warranty.accident.plan", note=case.policy.accidents, plan=plan.name, price=plan.price)


def _transfer(case: Case) -> PolicyAnswer:
    rule = "warranty.transfer" if case.policy.transferable else "warranty.transfer.none"
    return answer(rule, note=case.policy.transfer)


def _extended(case: Case) -> PolicyAnswer:
    plan = case.plan
    return answer(
        "warranty.extended",
        note=case.policy.extended,
        plan=plan.name,
        months=months(plan.months),
        price=plan.price,
        days=Length(plan.buy_within_days, "day"),
        summary=plan.summary,
    )


def _liability(case: Case) -> PolicyAnswer:
    country = case.question.country
    if country is None:
        codes = case.content.shop.suggested_countries
        found = ((code, case.policy.liability_for(code)) for code in codes)
        lines = [(CountryName(code), months(right.months)) for code, right in found if right]
        if lines:
            return answer("warranty.liability.all", "country", rows=rows(lines))
    right = case.liability
    if right is None:
        return answer("warranty.liability.none", months=months(case.months), category=case.category)
    place = CountryName(country or case.content.shop.home_country)
    return answer("warranty.liability", place=place, right=right.name, legal=months(right.months))


BY_ASPECT: dict[str, Callable[[Case], PolicyAnswer]] = {
    "length": _length,
    "coverage": _coverage,
    "parts": _parts,
    "proof": _proof,
    "handler": _handler,
    "accident": _accident,
    "transfer": _transfer,
    "extended": _extended,
    "liability": _liability,
}
