"""Values in the customer's language: money, dates, lists."""

from collections.abc import Iterable
from datetime import date

from actions.turn import Turn
from bot.shop.answers.base import Names
from bot.shop.content.base import Money
from bot.shop.wording import Writer


def written(turn: Turn, value: date | Money | None) -> str:
    """A day or a sum as people write it."""
    return "" if value is None else writer(turn).write(value)


def listed(turn: Turn, items: Iterable[str]) -> str:
    """Things in a sentence."""
    return writer(turn).write(Names(tuple(items)))


def writer(turn: Turn) -> Writer:
    """Writes in the conversation's language."""
    return Writer(turn.runtime.content, turn.language)
