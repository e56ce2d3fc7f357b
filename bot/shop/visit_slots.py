"""Times at which somebody can come: on business days, some days ahead."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.shop.content.plans import Visits
from bot.shop.deadlines import local_day

OFFERED = 4
HORIZON_DAYS = 60


def visit_slots(
    visits: Visits, zone: ZoneInfo, is_business_day: Callable[[date], bool], now: datetime
) -> list[datetime]:
    """The next times that can be chosen, in the zone of the place that is visited."""
    first = local_day(now, zone) + timedelta(days=visits.days_ahead)
    days = (first + timedelta(days=offset) for offset in range(HORIZON_DAYS))
    slots = (
        datetime.combine(day, hour, zone) for day in days if is_business_day(day) for hour in visits.hours
    )
    return [slot for _, slot in zip(range(OFFERED), slots, strict=False)]
