"""The warranty, and the seller's liability for defects that the law puts beside it."""

from collections.abc import Iterator
from datetime import datetime

from bot.shop.calendar import add_months
from bot.shop.content import Content
from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.content.warranty import PartTerm, WarrantyPolicy
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.faults import NOT_THE_GOODS, Fault
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.purchase_terms import warranty_terms
from bot.shop.reasons import Reason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


def under_warranty(
    content: Content, order: OrderFacts, line: LineFacts, fault: Fault, now: datetime
) -> Verdict:
    """Whether the shop's or the maker's warranty covers this fault."""
    policy = warranty_terms(content, order)
    if fault.cause in NOT_THE_GOODS:
        reason = NOT_THE_GOODS[fault.cause]
        return refuse(Rule.WARRANTY_EXCLUDED, reason, policy.version, order.placed_at)
    rule, months = warranty_months(policy, line, fault.part)
    period = _Period(rule, Reason.UNDER_WARRANTY, months, policy.version)
    return decide(now, period.timeline(order, line))


def under_liability(
    content: Content, order: OrderFacts, line: LineFacts, fault: Fault, now: datetime
) -> Verdict:
    """Whether the law makes the seller answer for this fault; no sale or shorter warranty changes it."""
    policy = warranty_terms(content, order)
    right = policy.liability_for(order.country)
    if right is None:
        return refuse(Rule.LIABILITY_PERIOD, Reason.NO_SUCH_RIGHT, policy.version, order.placed_at)
    if fault.cause in NOT_THE_GOODS:
        reason = NOT_THE_GOODS[fault.cause]
        return refuse(Rule.LIABILITY_EXCLUDED, reason, policy.version, order.placed_at)
    period = _Period(Rule.LIABILITY_PERIOD, Reason.UNDER_LIABILITY, right.months, policy.version)
    return decide(now, period.timeline(order, line))


def warranty_months(policy: WarrantyPolicy, line: LineFacts, part: str | None) -> tuple[Rule, int]:
    """How long the warranty is, and by which rule: the part's time, the product's own, or its category's."""
    term = part_term(policy, line.category, part)
    if term:
        return Rule.WARRANTY_PART, term.months
    if line.warranty_months is not None:
        return Rule.WARRANTY_PRODUCT, line.warranty_months
    months = policy.months
    return Rule.WARRANTY_CATEGORY, months.get(line.category, months[DEFAULT_CATEGORY])


def part_term(policy: WarrantyPolicy, category: str, part: str | None) -> PartTerm | None:
    """The time of a part in goods of this category, if it has one of its own."""
    fitting = (item for item in policy.parts if not item.categories or category in item.categories)
    return next((item for item in fitting if item.id == part), None)


class _Period:
    """A number of months from delivery within which a fault is covered."""

    def __init__(self, rule: Rule, reason: Reason, months: int, version: str) -> None:
        self.rule, self.reason, self.months, self.version = rule, reason, months, version

    def timeline(self, order: OrderFacts, line: LineFacts) -> Iterator[Verdict]:
        delivered = order.delivered_at(line)
        unknown = delivered is None and order.status == "delivered"
        reason = Reason.DELIVERY_DAY_UNKNOWN if unknown else Reason.NOT_DELIVERED
        yield refuse(Rule.RETURNS_DELIVERY, reason, self.version, order.placed_at)
        if delivered and self.months == 0:
            yield refuse(self.rule, Reason.NOT_COVERED, self.version, delivered)
        elif delivered:
            last_day = add_months(local_day(delivered, order.zone), self.months)
            over = end_of_day(last_day, order.zone)
            yield allow(self.rule, self.reason, self.version, delivered, last_day)
            yield refuse(self.rule, Reason.WINDOW_OVER, self.version, over, last_day)
