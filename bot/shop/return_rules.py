"""Whether a line can be returned: the shop's own terms, and under them the floor that the law gives."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.shop.content import Content
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.orders import OrderStatus
from bot.shop.purchase_terms import returns_terms
from bot.shop.reasons import Condition, Reason
from bot.shop.return_window import is_hygiene, is_opened_hygiene, own_window, statutory_floor
from bot.shop.returns import ReturnCase
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse
from bot.shop.withdrawal_rules import withdrawal_last_day


@dataclass(frozen=True)
class Span:
    """A time in which returning is allowed: the rule and the last day, None while that is still open."""

    rule: Rule
    reason: Reason
    last_day: date | None
    conditions: tuple[Condition, ...]


def may_return(content: Content, case: ReturnCase, now: datetime) -> Verdict:
    """Whether this line may come back now; the same verdict answers the question and guards the write."""
    policy = returns_terms(content, case.order)
    refused = not_returnable(policy.version, case)
    return decide(now, [refused] if refused else _timeline(policy, case))


def not_returnable(version: str, case: ReturnCase) -> Verdict | None:
    """The refusal that holds whatever the day is, until something happens to the order."""
    order, line, since = case.order, case.line, case.order.placed_at
    if order.status == OrderStatus.CANCELLED:
        return refuse(Rule.ORDERS_STATUS, Reason.ALREADY_CANCELLED, version, since)
    if line.returned + case.quantity > line.quantity:
        reason = Reason.ALREADY_RETURNED if line.returned else Reason.TOO_MANY
        return refuse(Rule.RETURNS_ONCE, reason, version, since)
    if order.delivered_at(line) is None:
        unknown = order.status == OrderStatus.DELIVERED
        reason = Reason.DELIVERY_DAY_UNKNOWN if unknown else Reason.NOT_DELIVERED
        return refuse(Rule.RETURNS_DELIVERY, reason, version, since)
    return None


def blocked(policy: ReturnsPolicy, case: ReturnCase) -> tuple[Rule, Reason] | None:
    """What the shop's own terms have against this return; a fault the shop answers for lifts all of it."""
    if case.shops_fault:
        return None
    terms = policy.condition
    against = (
        (_is_final(policy, case), Rule.WINDOW_FINAL_SALE, Reason.FINAL_SALE),
        (is_opened_hygiene(policy, case.goods), Rule.WINDOW_HYGIENE, Reason.HYGIENE_SEAL_BROKEN),
        (bool(case.opened) and not terms.opened_allowed, Rule.RETURNS_OPENED, Reason.OPENED),
        (case.damaged, Rule.RETURNS_CARE, Reason.DAMAGED_BY_CUSTOMER),
        (_lacks_packaging(policy, case), Rule.RETURNS_PACKAGING, Reason.PACKAGING_MISSING),
        (not is_shown(policy, case.proof), Rule.RETURNS_PROOF, Reason.PROOF_MISSING),
    )
    return next(((rule, reason) for holds, rule, reason in against if holds), None)


def is_shown(policy: ReturnsPolicy, proof: str | None) -> bool:
    """Whether the policy takes this proof of the purchase."""
    return any(route.id == proof and route.refund_to != "none" for route in policy.proof)


def conditions(policy: ReturnsPolicy, case: ReturnCase) -> tuple[Condition, ...]:
    """What the shop will look at when the goods are back."""
    if case.shops_fault:
        return ()
    found = [Condition.CLEAN_AND_COMPLETE]
    if is_hygiene(policy, case.goods) and case.opened is None:
        found.append(Condition.SEALED)
    if case.line.category in policy.condition.packaging_required:
        found.append(Condition.ORIGINAL_PACKAGING)
    return tuple(found)


def _is_final(policy: ReturnsPolicy, case: ReturnCase) -> bool:
    return case.line.final_sale and policy.final_sale.days == 0


def _lacks_packaging(policy: ReturnsPolicy, case: ReturnCase) -> bool:
    return case.packaging is False and case.line.category in policy.condition.packaging_required


def _timeline(policy: ReturnsPolicy, case: ReturnCase) -> Iterator[Verdict]:
    order, version = case.order, policy.version
    yield refuse(Rule.RETURNS_DELIVERY, Reason.NOT_DELIVERED, version, order.placed_at)
    begins = order.delivered_at(case.line) or order.placed_at
    last: Span | None = None
    for last in _spans(policy, case):
        allowed = allow(last.rule, last.reason, version, begins, last.last_day)
        yield replace(allowed, conditions=last.conditions)
        if last.last_day is None:
            return
        begins = end_of_day(last.last_day, order.zone)
    rule, reason = _end_reason(policy, case, last)
    yield refuse(rule, reason, version, begins, last.last_day if last else None)


def _end_reason(policy: ReturnsPolicy, case: ReturnCase, last: Span | None) -> tuple[Rule, Reason]:
    against = blocked(policy, case)
    if against:
        return against
    return (last.rule if last else Rule.WINDOW_CATEGORY), Reason.WINDOW_OVER


def _spans(policy: ReturnsPolicy, case: ReturnCase) -> Iterator[Span]:
    """The shop's own window, then the law's; where the law's is known to be longer, only that."""
    own, floor = _own_span(policy, case), _floor_span(policy, case)
    if floor is None:
        yield from [own] if own else []
    elif own is None or (floor.last_day and own.last_day and floor.last_day > own.last_day):
        yield floor
    else:
        yield own
        if floor.last_day is None:
            yield floor


def _own_span(policy: ReturnsPolicy, case: ReturnCase) -> Span | None:
    delivered = case.order.delivered_at(case.line)
    if delivered is None or blocked(policy, case):
        return None
    window = own_window(policy, case.goods)
    last_day = window.deadline(local_day(delivered, case.order.zone))
    return Span(Rule(window.rule_id), Reason.WITHIN_WINDOW, last_day, conditions(policy, case))


def _floor_span(policy: ReturnsPolicy, case: ReturnCase) -> Span | None:
    right = statutory_floor(policy, case.goods)
    if right is None:
        return None
    last_day = withdrawal_last_day(case.order, right.days)
    reduced = (Condition.REDUCED_VALUE,) if case.damaged and not case.shops_fault else ()
    return Span(Rule.WINDOW_STATUTORY, Reason.WITHIN_WITHDRAWAL, last_day, reduced)
