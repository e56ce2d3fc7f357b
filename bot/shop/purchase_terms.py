"""The terms an order was placed under: the versions in force on that day hold for it ever after."""

from collections.abc import Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.shop.content import Content, in_force
from bot.shop.content.base import Versioned
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.content.shipping import ShippingPolicy
from bot.shop.content.warranty import WarrantyPolicy
from bot.shop.deadlines import local_day
from bot.shop.order_facts import OrderFacts

AnyVersion = TypeVar("AnyVersion", bound=Versioned)


def returns_terms(content: Content, order: OrderFacts) -> ReturnsPolicy:
    """The return policy the order was placed under."""
    return _at_purchase(content, content.returns, order)


def warranty_terms(content: Content, order: OrderFacts) -> WarrantyPolicy:
    """The warranty policy the order was placed under."""
    return _at_purchase(content, content.warranty, order)


def shipping_terms(content: Content, order: OrderFacts) -> ShippingPolicy:
    """The shipping policy the order was placed under."""
    return _at_purchase(content, content.shipping, order)


def _at_purchase(content: Content, versions: Sequence[AnyVersion], order: OrderFacts) -> AnyVersion:
    """The version in force that day in the shop's zone; the oldest one for orders from before all of them."""
    day = local_day(order.placed_at, ZoneInfo(content.shop.time_zone))
    first = min(version.effective_from for version in versions)
    return in_force(versions, max(day, first))
