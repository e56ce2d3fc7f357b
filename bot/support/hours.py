"""When staff are there, and by when an answer can be promised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON_DAYS = 60


@dataclass(frozen=True)
class OpeningHours:
    """Open spans by weekday (0 = Monday) in the shop's zone; days that `closed` names have none."""

    zone: ZoneInfo
    spans: Mapping[int, Sequence[tuple[time, time]]]
    closed: Callable[[date], bool]

    def on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of one day, as moments."""
        if self.closed(day):
            return []
        return [
            (_moment(day, start, self.zone), _moment(day, end, self.zone))
            for start, end in self.spans.get(day.weekday(), ())
        ]

    def is_open(self, at: datetime) -> bool:
        """Whether staff are there at `at`."""
        return any(start <= at < end for start, end in self.on(at.astimezone(self.zone).date()))

    def promise(self, at: datetime, within: timedelta) -> datetime:
        """The moment by which `within` open hours have passed since `at`: what may be promised to a customer.

        Raises ValueError when no hours are open for two months: such a shop can promise nothing.
        """
        left = within
        day = at.astimezone(self.zone).date()
        for offset in range(HORIZON_DAYS):
            for start, end in self.on(day + timedelta(days=offset)):
                begin = max(start, at)
                if begin >= end:
                    continue
                if end - begin >= left:
                    return begin + left
                left -= end - begin
        raise ValueError("no opening hours in the next two months")


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In UTC, where a difference of two moments is the time between them even when clocks are changed."""
    return datetime.combine(day, at, zone).astimezone(UTC)
