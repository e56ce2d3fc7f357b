"""The punch card: buy some, the next one is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.shop.content import Content
from bot.shop.content.rewards import PunchTerms
from bot.shop.ledger_postings import kept_at
from bot.shop.order_facts import OrderFacts
from bot.shop.orders import OrderStatus


@dataclass(frozen=True)
class PunchStanding:
    """How full the card is: `pending` punches count once their items can no longer be sent back."""

    on_card: int
    missing: int
    pending: int
    filled_at: tuple[datetime, ...]


def punch_standing(
    content: Content, terms: PunchTerms, orders: Iterable[OrderFacts], now: datetime
) -> PunchStanding:
    """The card after these orders; `filled_at` has the moment at which each card was filled."""
    moments = sorted(moment for order in orders for moment in punches_of(content, terms, order))
    counted = [moment for moment in moments if moment <= now]
    on_card = len(counted) % terms.buy
    return PunchStanding(
        on_card=on_card,
        missing=terms.buy - on_card,
        pending=len(moments) - len(counted),
        filled_at=tuple(counted[terms.buy - 1 :: terms.buy]),
    )


def punches_of(content: Content, terms: PunchTerms, order: OrderFacts) -> list[datetime]:
    """When each kept piece of the order counts; what was free gives no punch."""
    if order.status == OrderStatus.CANCELLED:
        return []
    moments: list[datetime] = []
    for line in order.lines:
        moment = kept_at(content, order, line)
        counts = not terms.categories or line.category in terms.categories
        if moment and counts and line.unit_price > Decimal(0):
            moments += [moment] * (line.quantity - line.returned)
    return moments
