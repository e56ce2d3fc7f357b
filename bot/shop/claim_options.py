"""Which ways to settle a claim are offered: where plan, category, stock, country and postcode allow them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.shop.content import Content
from bot.shop.content.base import Money
from bot.shop.content.plans import ClaimOption, OptionTerms, ServicePlan
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.reasons import Condition, Reason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, refuse


@dataclass(frozen=True)
class Place:
    """Where the item is now; the postcode may not be known yet."""

    country: str
    postcode: str | None = None


@dataclass(frozen=True)
class OptionVerdict:
    """An option and whether it is offered."""

    option: ClaimOption
    verdict: Verdict


def claim_options(
    content: Content, plan: ServicePlan, order: OrderFacts, line: LineFacts, place: Place, stock: int
) -> tuple[OptionVerdict, ...]:
    """Every option the shop knows, each with its verdict, those of the plan in the plan's order first."""
    others = [terms.option for terms in content.plans.options if terms.option not in plan.options]
    found = (
        (option, _against(plan, content.plans.terms(option), line, place, stock))
        for option in (*plan.options, *others)
    )
    version = content.plans.version
    return tuple(
        OptionVerdict(
            option,
            refuse(*against, version, order.placed_at)
            if against
            else _offered(plan, content.plans.terms(option), version, order.placed_at),
        )
        for option, against in found
    )


def is_served(terms: OptionTerms, place: Place) -> bool | None:
    """Whether the postcode is served; None while it is not known but matters."""
    beginnings = terms.postcodes.get(place.country)
    if beginnings is None:
        return True
    if place.postcode is None:
        return None
    return place.postcode.replace(" ", "").upper().startswith(beginnings)


def deductible(plan: ServicePlan) -> Money | None:
    """What the customer pays for each claim, if anything."""
    return plan.deductible if plan.deductible.amount else None


def return_by(terms: OptionTerms, order: OrderFacts, sent_at: datetime) -> date | None:
    """The last day to send the broken item back after the replacement was sent in advance."""
    if terms.return_within_days is None:
        return None
    return local_day(sent_at, order.zone) + timedelta(days=terms.return_within_days)


def is_overdue(last_day: date, order: OrderFacts, now: datetime) -> bool:
    """Whether an item that had to come back by that day has not come in time."""
    return now >= end_of_day(last_day, order.zone)


def provider_due(content: Content, plan: ServicePlan, opened_at: datetime) -> datetime | None:
    """Until when the provider must acknowledge a claim; None where the shop performs the plan itself."""
    provider = content.plans.provider_of(plan)
    return opened_at + timedelta(hours=provider.acknowledge_within_hours) if provider else None


def _against(
    plan: ServicePlan, terms: OptionTerms, line: LineFacts, place: Place, stock: int
) -> tuple[Rule, Reason] | None:
    outside = terms.countries is not None and place.country not in terms.countries
    served = is_served(terms, place)
    checks = (
        (terms.option not in plan.options, Rule.OPTION_PLAN, Reason.NOT_IN_PLAN),
        (line.category in terms.not_categories, Rule.OPTION_CATEGORY, Reason.CATEGORY),
        (outside, Rule.OPTION_COUNTRY, Reason.COUNTRY),
        (served is None, Rule.OPTION_POSTCODE, Reason.POSTCODE_UNKNOWN),
        (served is False, Rule.OPTION_POSTCODE, Reason.POSTCODE),
        (terms.from_stock and stock < 1, Rule.OPTION_STOCK, Reason.OUT_OF_STOCK),
    )
    return next(((rule, reason) for holds, rule, reason in checks if holds), None)


def _offered(plan: ServicePlan, terms: OptionTerms, version: str, since: datetime) -> Verdict:
    needs = (
        (terms.hold_on_card, Condition.CONSENT_TO_HOLD),
        (terms.return_within_days is not None, Condition.RETURN_OLD_ITEM),
        (terms.option == "on_site", Condition.CHOOSE_SLOT),
        (bool(plan.deductible.amount), Condition.DEDUCTIBLE),
    )
    allowed = allow(Rule.OPTION_PLAN, Reason.OPTION_OFFERED, version, since)
    return replace(allowed, conditions=tuple(condition for holds, condition in needs if holds))
