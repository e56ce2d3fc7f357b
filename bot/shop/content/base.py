"""What all models of `content/` share: frozen, no unknown fields, and the small types they are made of."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from babel import Locale
from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

Language = Literal["en", "fi", "fil"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

DEFAULT_CATEGORY = "default"

# Alpha-2 codes that CLDR lists beside the countries: unions, pseudo-accents, "unknown".
_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
COUNTRIES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
)
_CURRENCIES = frozenset(list_currencies())


class ContentModel(BaseModel):
    """A piece of content: it cannot be changed, and a field nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LocalText(ContentModel):
    """Words that customers read: one string for all languages, or one for each."""

    en: str = Field(min_length=1)
    fi: str | None = None
    fil: str | None = None

    def in_language(self, language: Language) -> str:
        """The words in `language`, or the English ones where none are given."""
        return getattr(self, language) or self.en


def _local_text(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


Text = Annotated[LocalText, BeforeValidator(_local_text)]


def _country(value: str) -> str:
    if value not in COUNTRIES:
        raise ValueError(f"{value!r} is no ISO 3166 country code (two capital letters, as in FI)")
    return value


def _currency(value: str) -> str:
    if value not in _CURRENCIES:
        raise ValueError(f"{value!r} is no ISO 4217 currency code (three capital letters, as in EUR)")
    return value


Country = Annotated[str, AfterValidator(_country)]
Currency = Annotated[str, AfterValidator(_currency)]


def _expand_groups(value: Any, info: ValidationInfo) -> Any:
    """Put a group's countries where its name stands (groups come from countries.yaml)."""
    if not isinstance(value, list):
        return value
    groups: dict[str, tuple[str, ...]] = (info.context or {}).get("groups", {})
    return [code for item in value for code in _members(item, groups)]


def _members(item: Any, groups: dict[str, tuple[str, ...]]) -> Iterable[Any]:
    if isinstance(item, str) and item.islower():
        if item not in groups:
            raise ValueError(f"{item!r} is no group of countries.yaml")
        return groups[item]
    return (item,)


Countries = Annotated[tuple[Country, ...], BeforeValidator(_expand_groups), Field(min_length=1)]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Amount = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Days = Annotated[int, Field(ge=0, le=3650)]
Months = Annotated[int, Field(ge=0, le=600)]
Percent = Annotated[int, Field(ge=0, le=100)]


def _ordered(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] > value[1]:
        raise ValueError("the first number is the shortest time and the second the longest")
    return value


Span = Annotated[tuple[Days, Days], AfterValidator(_ordered)]


class Money(ContentModel):
    """An amount in a currency."""

    amount: Amount
    currency: Currency


class Versioned(ContentModel):
    """A file of which several versions may exist, each in force from a date on."""

    version: str = Field(min_length=1)
    effective_from: date
