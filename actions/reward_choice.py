"""Which reward a message means: a button, a number of points, a sum of money, or all there is."""

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.services.rewards import RewardsView
from bot.shop.content.rewards import Redemption

ALL = "all"

_NUMBER = re.compile(r"\d{1,3}(?:[  ,.']\d{3})+(?!\d)|\d+")
_MONEY = re.compile(r"(?i)[€$£]\s?(\d+)|(\d+)\s?(?:€|[$£]|e\b|eur\w*|bucks|quid)")
_ALL = re.compile(r"(?i)\b(?:all|everything|most|max\w*|as\s(?:much|many)|kaikki\w*|lahat)\b")


def offered(redemptions: Sequence[Redemption], said: str) -> list[Redemption]:
    """The rewards that a text may mean; none when it names none."""
    sums = {Decimal(found[0] or found[1]) for found in _MONEY.findall(said)}
    by_sum = [one for one in redemptions if one.coupon.amount and one.coupon.amount.amount in sums]
    numbers = numbers_in(said)
    by_points = [one for one in redemptions if one.points in numbers]
    return by_sum or by_points


def numbers_in(said: str) -> set[int]:
    """Whole numbers, also such as 1,200 and 1 200."""
    return {int(re.sub(r"\D", "", found)) for found in _NUMBER.findall(said)}


def wants_all(said: str) -> bool:
    """Whether a text asks for as much as there is."""
    return bool(_ALL.search(said))


def largest(view: RewardsView) -> Redemption | None:
    """The most that the points pay for."""
    return view.affordable[-1] if view.affordable else None
