"""The right to withdraw that the law of a country gives: no tier, sale or missing receipt touches it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.shop.content import Content
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.order_facts import OrderFacts
from bot.shop.orders import OrderStatus
from bot.shop.purchase_terms import returns_terms
from bot.shop.reasons import Condition, Reason
from bot.shop.return_window import is_opened_hygiene, statutory_floor
from bot.shop.returns import ReturnCase
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


def may_withdraw(content: Content, case: ReturnCase, now: datetime) -> Verdict:
    """Whether the law lets the customer withdraw from buying this line, even before it is delivered."""
    policy = returns_terms(content, case.order)
    return decide(now, _timeline(policy, case))


def withdrawal_last_day(order: OrderFacts, days: int) -> date | None:
    """The last day to withdraw, counted from the arrival of the order's last line; None before that."""
    complete = order.complete_at()
    return local_day(complete, order.zone) + timedelta(days=days) if complete else None


def _timeline(policy: ReturnsPolicy, case: ReturnCase) -> Iterator[Verdict]:
    order, version, since = case.order, policy.version, case.order.placed_at
    if (refused := _never(policy, case)) is not None:
        yield refuse(Rule.WITHDRAWAL, refused, version, since)
        return
    right = statutory_floor(policy, case.goods)
    last_day = withdrawal_last_day(order, right.days) if right else None
    conditions = (Condition.REDUCED_VALUE,) if case.damaged else ()
    allowed = allow(Rule.WITHDRAWAL, Reason.WITHIN_WITHDRAWAL, version, since, last_day)
    yield replace(allowed, conditions=conditions)
    if last_day:
        over = end_of_day(last_day, order.zone)
        yield refuse(Rule.WITHDRAWAL, Reason.WINDOW_OVER, version, over, last_day)


def _never(policy: ReturnsPolicy, case: ReturnCase) -> Reason | None:
    if case.order.status == OrderStatus.CANCELLED:
        return Reason.ALREADY_CANCELLED
    if case.line.returned + case.quantity > case.line.quantity:
        return Reason.ALREADY_RETURNED if case.line.returned else Reason.TOO_MANY
    if statutory_floor(policy, case.goods) is None:
        opened = is_opened_hygiene(policy, case.goods)
        return Reason.HYGIENE_SEAL_BROKEN if opened else Reason.NO_SUCH_RIGHT
    return None
