"""Times of a visit: in words, as buttons, and as customers name them."""

import re
from collections.abc import Iterable
from datetime import datetime

from babel.dates import format_time

from actions.turn import Button, Turn, payload
from actions.values import writer, written
from bot.services.fault_days import weekday_of

_HOUR = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\b", re.IGNORECASE)


def slot_words(turn: Turn, slot: datetime) -> str:
    """A day and hour where somebody comes to."""
    locale = writer(turn).locale
    weekday = locale.days["format"]["wide"][slot.weekday()]
    return f"{weekday} {written(turn, slot.date())}, {format_time(slot.timetz(), 'HH:mm', locale=locale)}"


def slot_buttons(turn: Turn, slots: Iterable[datetime]) -> list[Button]:
    """Each time as a button."""
    return [
        {"title": slot_words(turn, slot), "payload": payload("inform", claim_slot=slot.isoformat())}
        for slot in slots
    ]


def meant_slot(turn: Turn, slots: tuple[datetime, ...]) -> datetime | None:
    """The time that is meant: by button, or the only one with the day and hour that are named."""
    chosen = turn.entity("claim_slot")
    if chosen is not None or turn.is_button:
        return next((slot for slot in slots if slot.isoformat() == chosen), None)
    words = re.findall(r"[^\W\d_]+", turn.text.casefold())
    weekdays = {weekday_of(word, turn.language) for word in words} - {None}
    dates = {int(number) for number in re.findall(r"\b(\d{1,2})(?:\.|st|nd|rd|th)\b", turn.text)}
    hours = {_hour(*found) for found in _HOUR.findall(turn.text)}
    fitting = [slot for slot in slots if not weekdays or slot.weekday() in weekdays]
    fitting = [slot for slot in fitting if not dates or slot.day in dates]
    by_hour = [slot for slot in fitting if (slot.hour, slot.minute) in hours]
    if not (weekdays or dates or by_hour):
        return None
    found = by_hour or fitting
    return found[0] if len(found) == 1 else None


def _hour(hour: str, minute: str, half: str) -> tuple[int, int]:
    afternoon = 12 if half.casefold() == "pm" and int(hour) < 12 else 0
    return int(hour) + afternoon, int(minute or 0)
