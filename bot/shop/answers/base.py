"""What is asked of a policy and what a rule answers: a rule id and the numbers for the sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.shop.content.base import LocalText, Money
from bot.shop.content.returns import ReturnReason
from bot.shop.content.vocabulary import Topic

Unit = Literal["hour", "day", "month", "business_day", "code"]
Narrow = Literal["country", "category"]


@dataclass(frozen=True)
class Length:
    """A number of days, months or the like; with `longest` a span."""

    number: int
    unit: Unit
    longest: int | None = None


@dataclass(frozen=True)
class CountryName:
    """A country, by its code."""

    code: str


@dataclass(frozen=True)
class Term:
    """A short word of the vocabulary's `terms`, which may take one value."""

    key: str
    value: "Parameter | None" = None


@dataclass(frozen=True)
class AspectLabel:
    """The vocabulary's label of an aspect."""

    topic: Topic
    aspect: str


@dataclass(frozen=True)
class Share:
    """A percentage."""

    percent: int


@dataclass(frozen=True)
class Names:
    """Things joined by "and" or "or"."""

    items: tuple["Parameter", ...]
    style: Literal["standard", "or"] = "standard"


@dataclass(frozen=True)
class Rows:
    """Lines of a list: what it is about, and what holds for it."""

    rows: tuple[tuple["Parameter", tuple["Parameter", ...]], ...]


Parameter = str | date | Money | LocalText | Length | CountryName | Term | AspectLabel | Share | Names | Rows


@dataclass(frozen=True)
class PolicyQuestion:
    """One thing a customer wants to know, with what is known of the case."""

    topic: Topic
    aspect: str
    today: date
    country: str | None = None
    zone: str | None = None
    category: str | None = None
    goods: str | None = None
    tier: str | None = None
    reason: ReturnReason | None = None
    flags: frozenset[str] = frozenset()
    since: date | None = None
    amount: Money | None = None


@dataclass(frozen=True)
class PolicyAnswer:
    """The rule that answers, the values its sentence is made with, and what would make it more exact."""

    rule_id: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    narrow: Narrow | None = None
    version: str = ""
    changes_on: date | None = None

    @property
    def response(self) -> str:
        """The response that puts this rule into words."""
        return "utter_" + self.rule_id.replace(".", "_")


def answer(rule_id: str, narrow: Narrow | None = None, /, **parameters: Parameter) -> PolicyAnswer:
    """The answer of the rule `rule_id`."""
    return PolicyAnswer(rule_id, parameters, narrow)


def business_days(span: tuple[int, int]) -> Length:
    """A delivery time as a parameter."""
    return Length(span[0], "business_day", span[1])


def rows(items: Iterable[tuple[Parameter, ...]]) -> Rows:
    """Lines from tuples whose first member is what the line is about."""
    return Rows(tuple((item[0], tuple(item[1:])) for item in items))


def names(items: Iterable[Parameter], style: Literal["standard", "or"] = "standard") -> Names:
    """Things to be joined in a sentence."""
    return Names(tuple(items), style)
