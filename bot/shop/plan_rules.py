"""Which service plans can still be bought for an item."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.shop.claims import ContractFacts
from bot.shop.content import Content
from bot.shop.content.base import Money
from bot.shop.content.plans import ServicePlan
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.plans import ContractStatus
from bot.shop.reasons import Reason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


def may_buy_plan(
    content: Content,
    plan: ServicePlan,
    order: OrderFacts,
    line: LineFacts,
    contracts: tuple[ContractFacts, ...],
    now: datetime,
) -> Verdict:
    """Whether this plan can be bought for this line, counted from the day of the order."""
    version, since = content.plans.version, order.placed_at
    if line.category not in plan.categories:
        return refuse(Rule.PLAN_CATEGORY, Reason.CATEGORY, version, since)
    if order.country not in plan.countries:
        return refuse(Rule.PLAN_COUNTRY, Reason.COUNTRY, version, since)
    if _has_plan(order, line, contracts):
        return refuse(Rule.PLAN_ONCE, Reason.ALREADY_BOUGHT, version, since)
    return decide(now, _timeline(plan, order, version))


def plan_price(plan: ServicePlan, item_price: Money) -> Money:
    """The plan's price for an item: the fixed one, or a share of the item's price where that is more."""
    if item_price.currency != plan.price.currency or not plan.price_percent:
        return plan.price
    share = (item_price.amount * plan.price_percent / 100).quantize(item_price.amount)
    return max(plan.price, Money(amount=share, currency=plan.price.currency), key=lambda money: money.amount)


def _has_plan(order: OrderFacts, line: LineFacts, contracts: tuple[ContractFacts, ...]) -> bool:
    mine = (item for item in contracts if (item.order_number, item.line_id) == (order.number, line.id))
    return any(item.status != ContractStatus.CANCELLED for item in mine)


def _timeline(plan: ServicePlan, order: OrderFacts, version: str) -> Iterator[Verdict]:
    last_day = local_day(order.placed_at, order.zone) + timedelta(days=plan.buy_within_days)
    over = end_of_day(last_day, order.zone)
    yield allow(Rule.PLAN_BUY_WITHIN, Reason.FITS, version, order.placed_at, last_day)
    yield refuse(Rule.PLAN_BUY_WITHIN, Reason.WINDOW_OVER, version, over, last_day)
