"""Deadlines as moments: a day that still counts ends at midnight in the customer's zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day it is in that zone."""
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day; where clocks skip midnight, the moment they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The first moment that no longer counts."""
    return start_of_day(day + timedelta(days=1), zone)


def last_day_before(moment: datetime, zone: tzinfo) -> date:
    """The last day of a time that ends at `moment`: an end at midnight belongs to the day before."""
    return local_day(moment - timedelta(microseconds=1), zone)
