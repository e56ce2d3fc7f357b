"""Opening hours, and the moment by which an answer can be promised."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.support.hours import OpeningHours

HELSINKI = ZoneInfo("Europe/Helsinki")
WORKDAYS = {day: [(time(9), time(17))] for day in range(5)}


def hours(closed: set[date] | None = None) -> OpeningHours:
    return OpeningHours(zone=HELSINKI, spans=WORKDAYS, closed=lambda day: day in (closed or set()))


def at(day: int, hour: int, minute: int = 0, month: int = 5) -> datetime:
    """A moment of 2026 in Helsinki; 4 May is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(4, 8, 59), False),
        (at(4, 9), True),
        (at(4, 16, 59), True),
        (at(4, 17), False),
        (at(9, 12), False),
        (datetime(2026, 5, 4, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 5, 4, 14, 30, tzinfo=UTC), False),
    ],
)
def test_open_counts_in_the_shops_zone(moment: datetime, is_open: bool) -> None:  # noqa: FBT001
    assert hours().is_open(moment) is is_open


def test_a_closed_day_has_no_hours() -> None:
    assert not hours({date(2026, 5, 4)}).is_open(at(4, 12))


@pytest.mark.parametrize(
    ("asked", "promised"),
    [
        (at(4, 10), at(4, 14)),
        (at(4, 7), at(4, 13)),
        (at(4, 13), at(4, 17)),
        (at(4, 15), at(5, 11)),
        (at(4, 17), at(5, 13)),
        (at(8, 16), at(11, 12)),
        (at(9, 12), at(11, 13)),
    ],
)
def test_four_open_hours_are_promised(asked: datetime, promised: datetime) -> None:
    assert hours().promise(asked, timedelta(hours=4)) == promised


def test_a_promise_skips_closed_days() -> None:
    assert hours({date(2026, 5, 5)}).promise(at(4, 16), timedelta(hours=2)) == at(6, 10)


def test_an_hour_is_an_hour_when_clocks_change() -> None:
    night = OpeningHours(zone=HELSINKI, spans={6: [(time(1), time(6))]}, closed=lambda _day: False)
    spring = night.promise(at(29, 1, month=3), timedelta(hours=3))
    assert spring == at(29, 5, month=3)
    assert spring.astimezone(UTC) - at(29, 1, month=3).astimezone(UTC) == timedelta(hours=3)


def test_a_shop_that_never_opens_promises_nothing() -> None:
    never = OpeningHours(zone=HELSINKI, spans={}, closed=lambda _day: False)
    with pytest.raises(ValueError, match="no opening hours"):
        never.promise(at(4, 10), timedelta(hours=1))
