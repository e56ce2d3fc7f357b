"""Times told from the demo's today: `-12d 15:20` is twelve days ago at 15:20 in the shop's zone."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([+-]\d+)d (\d\d):(\d\d)")


class DemoCalendar:
    """Turns such times into ISO 8601."""

    def __init__(self, now: datetime, zone: str) -> None:
        """`now` is the demo's present; only its day counts."""
        self.zone = ZoneInfo(zone)
        self.today = now.astimezone(self.zone).date()

    def moment(self, told: str) -> datetime:
        """The time that is told."""
        match = _TIME.fullmatch(told)
        if match is None:
            raise ValueError(f"not a time of the demo: {told!r}")
        days, hour, minute = (int(part) for part in match.groups())
        return datetime.combine(self.today + timedelta(days=days), time(hour, minute), self.zone)

    def iso(self, told: str | None) -> str | None:
        """The same as text; None stays None."""
        return None if told is None else self.moment(told).isoformat()
