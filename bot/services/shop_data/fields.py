"""The kinds of field that rows of shop data are made of. Lengths are those of the tables' columns."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
)

from bot.shop.content import Content
from bot.shop.content.base import LANGUAGES, Country, Currency

__all__ = ["Country", "Currency"]

CENT = Decimal("0.01")
YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Reference:
    """A row's mention of something in another file: `kind` is customer, product or order."""

    field: str
    kind: str
    value: str


class Part(BaseModel):
    """An object of a row. Fields nobody knows are let through, to be told of once and left out."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", allow_inf_nan=False)


class Row(Part):
    """A line of a file."""

    key_field: ClassVar[str]

    def key(self) -> str:
        """What the row is about; a later row with the same key replaces it."""
        key: str = getattr(self, self.key_field)
        return key

    def references(self) -> Iterator[Reference]:
        """What the row mentions of other files."""
        return iter(())

    def doubts(self, content: Content) -> Iterator[str]:
        """What is taken in although it may be a mistake."""
        del content
        return iter(())


def unknown_fields(part: Part, path: str = "") -> Iterator[str]:
    """The names of fields that nobody knows, in a row and the objects in it."""
    yield from (path + name for name in part.model_extra or ())
    for name in _fields_with_parts(type(part)):
        value = getattr(part, name)
        for item in value if isinstance(value, list) else (value,):
            if item is not None:
                yield from unknown_fields(item, f"{path}{name}.")


@cache
def _fields_with_parts(model: type[Part]) -> tuple[str, ...]:
    """The fields of a model that hold objects with fields of their own."""
    return tuple(name for name, field in model.model_fields.items() if _holds_parts(field.annotation))


def _holds_parts(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return True
    return any(_holds_parts(argument) for argument in get_args(annotation))


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("is not an ISO 8601 time with a zone (as in 2026-05-04T10:30:00+03:00)")
    if moment.year not in YEARS:
        raise ValueError(f"the year is not between {YEARS[0]} and {YEARS[-1]}")
    return moment.astimezone(UTC)


def _local_text(value: Any) -> Any:
    """One string for all languages becomes a text in the fallback language; others are left out."""
    if isinstance(value, str):
        value = {"en": value}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError('is neither a string nor texts by language (as in {"en": "...", "fi": "..."})')
    texts = {language: value[language] for language in LANGUAGES if value.get(language, "").strip()}
    if not texts:
        raise ValueError(f"has no text in any of: {', '.join(LANGUAGES)}")
    return texts


def _scalar_or_text(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("is not a number")
    if isinstance(value, str | int | float | bool):
        return value
    return _local_text(value)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("is not a time zone (as in Europe/Helsinki)") from error
    return value


def _language(value: Any) -> Any:
    """Of a locale (fi-FI, en_GB) the language."""
    return re.split(r"[-_]", value)[0].lower() if isinstance(value, str) else value


def limited(length: int, *, empty: bool = False) -> Any:
    """A string that its column can hold."""
    return StringConstraints(strip_whitespace=True, min_length=0 if empty else 1, max_length=length)


Id = Annotated[str, limited(64)]
Number = Annotated[str, limited(32)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)]
Moment = Annotated[datetime, PlainValidator(_moment)]
LocalTexts = Annotated[dict[str, str], PlainValidator(_local_text)]
SpecValue = Annotated[Any, PlainValidator(_scalar_or_text)]
TimeZone = Annotated[str, limited(64), AfterValidator(_zone)]
LanguageCode = Annotated[str, BeforeValidator(_language), StringConstraints(pattern=r"^[a-z]{2,3}$")]
Count = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Amount = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=2),
    AfterValidator(lambda amount: abs(amount.quantize(CENT))),
]


class Money(Part):
    """An amount in a currency."""

    amount: Amount
    currency: Currency

    def record(self) -> dict[str, str]:
        """As it is kept inside other records."""
        return {"amount": str(self.amount), "currency": self.currency}


class AddressRow(Part):
    """A postal address; an order's needs no id."""

    id: Id | None = None
    line1: Annotated[str, limited(200)]
    line2: Annotated[str, limited(200, empty=True)] | None = None
    city: Annotated[str, limited(120)]
    region: Annotated[str, limited(120, empty=True)] | None = None
    postcode: Annotated[str, limited(20, empty=True)]
    country: Country

    def record(self) -> dict[str, Any]:
        """Its columns."""
        return {name: getattr(self, name) for name in AddressRow.model_fields}
