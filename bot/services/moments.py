"""Days and sums of money that a customer writes."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from babel import Locale

from bot.shop.content.base import Language, Money
from bot.shop.content.vocabulary import DateWords, Vocabulary

_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}))?")
_NUMBER = r"(\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)"


def day_in(text: str, words: DateWords, language: Language, today: date) -> date | None:
    """The first day in the past, or today, that the text names."""
    lowered = text.casefold()
    days = (*_written_days(lowered, language, today), *_days_ago(lowered, words, today))
    return next((day for day in days if day <= today), None)


def _written_days(text: str, language: Language, today: date) -> Iterator[date]:
    for year, month, day in _ISO.findall(text):
        yield from _day(int(year), int(month), int(day), today)
    for day, month, year in _DOTTED.findall(text):
        yield from _day(int(year or 0), int(month), int(day), today)
    months = _months(language)
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    ordinal = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
    for day, month, year in re.findall(rf"\b{ordinal}\s+(?:of\s+)?({names})\w*\.?(?:,?\s+(\d{{4}}))?", text):
        yield from _day(int(year or 0), months[month], int(day), today)
    for month, day, year in re.findall(rf"\b({names})\w*\.?\s+{ordinal}\b(?:,?\s+(\d{{4}}))?", text):
        yield from _day(int(year or 0), months[month], int(day), today)


def _months(language: Language) -> dict[str, int]:
    locale = Locale(language)
    return {
        name.casefold().rstrip("."): number
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in locale.months[context][width].items()
    }


def _day(year: int, month: int, day: int, today: date) -> Iterator[date]:
    """That day; without a year the last one of that name."""
    for guess in (year,) if year else (today.year, today.year - 1):
        try:
            found = date(guess, month, day)
        except ValueError:
            continue
        if year or found <= today:
            yield found
            return


def _days_ago(text: str, words: DateWords, today: date) -> Iterator[date]:
    for phrase, unit in words.ago.items():
        numbers = "|".join(map(re.escape, words.numbers))
        pattern = re.escape(phrase).replace(r"\{n\}", rf"(\d{{1,3}}|{numbers})" if numbers else r"(\d{1,3})")
        for number in re.findall(rf"\b{pattern}\b", text):
            count = words.numbers.get(number) or (int(number) if number.isdigit() else 0)
            yield today - timedelta(days=count * unit)
    for phrase, days in words.days.items():
        if re.search(rf"\b{re.escape(phrase)}\b", text):
            yield today - timedelta(days=days)


def money_in(text: str, vocabulary: Vocabulary) -> Money | None:
    """The first sum with a currency that the text names."""
    lowered = text.casefold()
    for currency, names in vocabulary.currencies.items():
        name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        for pattern in (rf"(?<!\w)(?:{name})\s?{_NUMBER}", rf"{_NUMBER}\s?(?:{name})(?!\w)"):
            if found := re.search(pattern, lowered):
                return Money(amount=_amount(found[1]), currency=currency)
    return None


def _amount(written: str) -> Decimal:
    cents = re.search(r"[.,](\d{1,2})$", written)
    whole = written[: cents.start()] if cents else written
    return Decimal(re.sub(r"\D", "", whole) + (f".{cents[1]}" if cents else ""))
