"""A yes counts for the summary it was said to, and not for ever."""

from datetime import datetime, timedelta

from rasa_sdk.events import SlotSet

from actions.history import Event
from actions.turn import Turn

YES = "yes"
NO = "no"
# Keeps the fingerprint of the list that was confirmed last.
CONFIRMED_LAST = "order_confirmed_last"
SUMMARY_AGE = timedelta(minutes=30)


def remember_shown(turn: Turn, slot: str, shown: str) -> list[Event]:
    """Keep which summary was shown, and when."""
    return [SlotSet(slot, f"{shown} {turn.runtime.clock().isoformat()}")]


def is_yes_to(turn: Turn, slot: str, current: str) -> bool:
    """Whether the message says yes to the summary as it still is, and it was shown not long ago."""
    shown, _, at = (turn.slot(slot) or "").partition(" ")
    meant = turn.entity("summary") or shown
    fresh = bool(at) and turn.runtime.clock() - datetime.fromisoformat(at) <= SUMMARY_AGE
    return turn.intent == "affirm" and fresh and meant == shown == current
