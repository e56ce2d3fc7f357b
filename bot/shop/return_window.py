"""How long goods can be sent back. The law's floor holds whatever the shop's own terms say."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.content.returns import ReturnsPolicy, StatutoryWithdrawal


@dataclass(frozen=True)
class Goods:
    """What matters of goods and buyer for the return window."""

    category: str | None = None
    country: str | None = None
    tier: str | None = None
    final_sale: bool = False
    opened: bool = False
    hygiene: bool = False


@dataclass(frozen=True)
class ReturnWindow:
    """Days from delivery, and the rule that gave them; `right` is the law's floor if that decided."""

    days: int
    rule_id: str
    right: StatutoryWithdrawal | None = None

    def deadline(self, delivered_on: date) -> date:
        """The last day to send the goods back."""
        return delivered_on + timedelta(days=self.days)


def return_window(policy: ReturnsPolicy, goods: Goods) -> ReturnWindow:
    """The window of these goods: the shop's own or the law's, whichever is longer."""
    own = own_window(policy, goods)
    right = statutory_floor(policy, goods)
    if right is not None and right.days > own.days:
        return ReturnWindow(right.days, "returns.window.statutory", right)
    return own


def statutory_floor(policy: ReturnsPolicy, goods: Goods) -> StatutoryWithdrawal | None:
    """The right the law gives for these goods, if it does."""
    right = policy.statutory_for(goods.country)
    if right and right.opened_hygiene_excluded and is_opened_hygiene(policy, goods):
        return None
    return right


def is_opened_hygiene(policy: ReturnsPolicy, goods: Goods) -> bool:
    """Whether these are hygiene goods with a broken seal."""
    return goods.opened and is_hygiene(policy, goods)


def is_hygiene(policy: ReturnsPolicy, goods: Goods) -> bool:
    """Whether these goods, or all of their category, come back only while sealed."""
    return goods.hygiene or goods.category in policy.hygiene.categories


def own_window(policy: ReturnsPolicy, goods: Goods) -> ReturnWindow:
    """The shop's own window, which the law's may exceed."""
    if is_opened_hygiene(policy, goods):
        return ReturnWindow(0, "returns.window.hygiene")
    if goods.final_sale:
        return ReturnWindow(policy.final_sale.days, "returns.window.final_sale")
    days = policy.windows.get(goods.category or DEFAULT_CATEGORY, policy.windows[DEFAULT_CATEGORY])
    extra = max((item.extra_days for item in policy.tiers if item.tier == goods.tier), default=0)
    return ReturnWindow(days + extra, "returns.window.tier" if extra else "returns.window.category")
