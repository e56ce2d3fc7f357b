"""The day on which something broke, as customers write it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from babel import Locale

from bot.services.moments import day_in
from bot.shop.content.base import Language
from bot.shop.content.vocabulary import DateWords

# A part of a sentence that tells when the item was bought says nothing about when it broke.
_BOUGHT = re.compile(
    r"(?i)\b(?:bought|buy|purchas\w*|ordered|got it|received|delivered|arrived|old|"
    r"(?:had|have|owned)\s.{0,20}\bsince|ostin|ostettu\w*|"
    r"tilasin|sain|binili|natanggap)\b"
)
_PARTS = re.compile(r"[.,;!?\n]+(?=\s|$)|\s(?:and|but|that|which|when|ja|mutta|joka|at|pero|na)\s")
_TODAY = re.compile(
    r"(?i)\b(?:today|tonight|this (?:morning|afternoon|evening)|just now|right now|an hour ago|tänään|"
    r"tänä aamuna|äsken|juuri äsken|ngayon|kanina)\b"
)
_BEFORE_YESTERDAY = re.compile(
    r"(?i)\b(?:day before yesterday|a couple of days ago|toissapäivänä|kamakalawa)\b"
)
_LAST_NIGHT = re.compile(r"(?i)\b(?:last night|over ?night|viime yönä|kagabi)\b")


def fault_day_in(text: str, words: DateWords, language: Language, today: date) -> date | None:
    """The day on which it broke, if the text tells one that is not the day it was bought."""
    told = [part for part in _PARTS.split(text) if not _BOUGHT.search(part)]
    return next((day for part in told for day in _days(part, words, language, today)), None)


def any_day_in(text: str, words: DateWords, language: Language, today: date) -> date | None:
    """The first day that the text names, whatever of."""
    return next(_days(text, words, language, today), None)


def _days(text: str, words: DateWords, language: Language, today: date) -> Iterator[date]:
    if _BEFORE_YESTERDAY.search(text):
        yield today - timedelta(days=2)
    if _LAST_NIGHT.search(text):
        yield today - timedelta(days=1)
    if (written := day_in(text, words, language, today)) is not None:
        yield written
    if _TODAY.search(text):
        yield today
    yield from _weekdays(text, language, today)


def _weekdays(text: str, language: Language, today: date) -> Iterator[date]:
    """The last day of that name; on a Tuesday "Tuesday" is today, "last Tuesday" a week ago."""
    for found in re.finditer(r"[^\W\d_]+", text.casefold()):
        number = weekday_of(found.group(), language)
        if number is not None:
            back = (today.weekday() - number) % 7
            last = re.search(r"\b(?:last|viime|noong nakaraang)\s*$", text.casefold()[: found.start()])
            yield today - timedelta(days=7 if back == 0 and last else back)


def weekday_of(word: str, language: Language) -> int | None:
    """The number of the weekday that a word names; Monday is 0. Finnish endings count."""
    names = Locale(language).days["format"]["wide"]
    for number, name in names.items():
        folded = str(name).casefold()
        if word == folded or (language == "fi" and word.startswith(folded)) or word == f"{folded}s":
            return int(number)
    return None
