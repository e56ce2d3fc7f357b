"""Reckoning with business days, months and deadlines. Deadlines are the last day that still counts."""

from calendar import monthrange
from datetime import date, timedelta

from bot.shop.content.facts import ShopFacts


def add_business_days(facts: ShopFacts, start: date, days: int) -> date:
    """The day that is `days` business days after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if facts.is_business_day(day):
            days -= 1
    return day


def add_months(start: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
