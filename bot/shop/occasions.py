"""When a customer's orders fulfil an incentive: each occasion has a name that never changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.shop.calendar import add_months
from bot.shop.content import Content
from bot.shop.content.rewards import Incentive, IncentiveKind
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.ledger_postings import kept_at
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.orders import OrderStatus
from bot.shop.refunds import piece_shares

Occasion = tuple[str, datetime]


@dataclass(frozen=True)
class History:
    """What a customer bought, and the tier held now."""

    orders: tuple[OrderFacts, ...]
    zone: tzinfo
    tier: str | None = None


@dataclass(frozen=True)
class _Case:
    content: Content
    incentive: Incentive
    history: History
    now: datetime

    def orders(self) -> Iterator[OrderFacts]:
        """Orders placed while the incentive runs, without those that were cancelled or sent back whole."""
        zone = ZoneInfo(self.content.shop.time_zone)
        for order in self.history.orders:
            kept = any(line.returned < line.quantity for line in order.lines)
            runs = self.incentive.runs_on(local_day(order.placed_at, zone))
            if kept and runs and order.status != OrderStatus.CANCELLED:
                yield order

    def arrivals(self) -> list[datetime]:
        """When those orders were complete, up to now."""
        moments = (order.complete_at() for order in self.orders())
        return sorted(moment for moment in moments if moment and moment <= self.now)

    def kept_lines(self) -> list[tuple[datetime, str, OrderFacts, LineFacts]]:
        """Lines that can no longer be sent back, by when that was, up to now."""
        found = [
            (moment, f"{order.number}:{line.id}", order, line)
            for order in self.orders()
            for line in order.lines
            if (moment := kept_at(self.content, order, line)) and moment <= self.now
        ]
        return sorted(found, key=lambda item: item[:2])


def occasions(content: Content, incentive: Incentive, history: History, now: datetime) -> Iterator[Occasion]:
    """The occasions up to now on which the incentive was fulfilled."""
    return _BY_KIND[incentive.kind](_Case(content, incentive, history, now))


def _first_order(case: _Case) -> Iterator[Occasion]:
    for moment in case.arrivals()[:1]:
        yield "1", moment


def _repeat_customer(case: _Case) -> Iterator[Occasion]:
    each = case.incentive.orders or 1
    for number, moment in enumerate(case.arrivals()[each - 1 :: each], start=1):
        yield str(number), moment


def _big_spender(case: _Case) -> Iterator[Occasion]:
    """Each time what was kept within the period reaches the sum; what counted once does not count again."""
    threshold = case.incentive.spend
    if threshold is None:
        return
    number, counted = 0, list[tuple[datetime, Decimal]]()
    for moment, _, order, line in case.kept_lines():
        if order.currency == threshold.currency:
            counted = [item for item in counted if _within_period(case, item[0], moment)]
            counted.append((moment, _kept_value(order, line)))
            if sum((value for _, value in counted), Decimal(0)) >= threshold.amount:
                number, counted = number + 1, []
                yield str(number), moment


def _buy_one_get_one(case: _Case) -> Iterator[Occasion]:
    for moment, name, _, line in case.kept_lines():
        if line.unit_price > 0 and line.category in (case.incentive.categories or [line.category]):
            for piece in range(line.quantity - line.returned):
                yield f"{name}:{piece + 1}", moment


def _kept_value(order: OrderFacts, line: LineFacts) -> Decimal:
    return sum(piece_shares(order)[line.id][line.returned :], Decimal(0))


def _within_period(case: _Case, earlier: datetime, moment: datetime) -> bool:
    zone, months = case.history.zone, case.incentive.period_months or 0
    return moment < end_of_day(add_months(local_day(earlier, zone), months), zone)


_BY_KIND: dict[IncentiveKind, Callable[[_Case], Iterator[Occasion]]] = {
    "first_order": _first_order,
    "repeat_customer": _repeat_customer,
    "big_spender": _big_spender,
    "buy_one_get_one": _buy_one_get_one,
}
