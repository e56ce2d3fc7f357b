"""Whether an order can still be cancelled."""

from datetime import datetime

from bot.shop.content import Content
from bot.shop.order_facts import OrderFacts
from bot.shop.orders import OrderStatus
from bot.shop.purchase_terms import returns_terms
from bot.shop.reasons import Reason
from bot.shop.return_rules import may_return
from bot.shop.returns import ReturnCase
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import OtherWay, RouteKind, Verdict, allow, refuse, until_it_changes, with_routes
from bot.shop.withdrawal_rules import may_withdraw


def may_cancel(content: Content, order: OrderFacts, now: datetime) -> Verdict:
    """Only whole orders that nobody has begun to pack; otherwise the other ways out of the purchase."""
    return until_it_changes(now, lambda moment: _may_cancel(content, order, moment))


def _may_cancel(content: Content, order: OrderFacts, now: datetime) -> Verdict:
    version = returns_terms(content, order).version
    if order.status == OrderStatus.PENDING:
        return allow(Rule.ORDERS_CANCEL, Reason.NOT_PROCESSED_YET, version, order.placed_at)
    if order.status == OrderStatus.CANCELLED:
        return refuse(Rule.ORDERS_CANCEL, Reason.ALREADY_CANCELLED, version, order.placed_at)
    refused = refuse(Rule.ORDERS_CANCEL, Reason.ALREADY_PROCESSED, version, order.placed_at)
    cases = [ReturnCase(order, line) for line in order.lines if line.returned < line.quantity]
    ways: list[OtherWay] = [
        (RouteKind.WITHDRAW, case.line.id, may_withdraw(content, case, now)) for case in cases
    ]
    ways += [(RouteKind.RETURN, case.line.id, may_return(content, case, now)) for case in cases]
    return with_routes(refused, ways)
