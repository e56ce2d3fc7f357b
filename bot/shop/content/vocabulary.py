"""The words of a language: vocabulary/{en,fi,fil}.yaml. Data for understanding and for labels."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import ContentModel, Country, Currency, Identifier

Topic = Literal["shipping", "returns", "warranty", "sales"]
TOPICS: tuple[Topic, ...] = ("shipping", "returns", "warranty", "sales")

ASPECTS: dict[Topic, tuple[str, ...]] = {
    "shipping": (
        "overview",
        "cost",
        "time",
        "regions",
        "methods",
        "free_shipping",
        "express",
        "pick_up",
        "weekend",
        "customs",
        "restrictions",
        "tracking",
        "carriers",
        "address_change",
    ),
    "returns": (
        "window",
        "exceptions",
        "proof",
        "condition",
        "who_pays",
        "how",
        "refund_time",
        "refund_method",
        "exchange",
        "final_sale",
        "hygiene",
        "gifts",
        "withdrawal",
    ),
    "warranty": (
        "length",
        "coverage",
        "parts",
        "proof",
        "handler",
        "accident",
        "transfer",
        "extended",
        "liability",
    ),
    "sales": (
        "overview",
        "price_match",
        "price_adjustment",
        "stacking",
        "final_sale",
        "sale_returns",
        "sale_ends",
        "gift_cards",
        "early_access",
        "rain_check",
    ),
}

PRODUCT_ASPECTS = (
    "price",
    "stock",
    "variants",
    "description",
    "specs",
    "assembly",
    "fitting",
    "upgrade",
    "needs",
    "warranty",
)


class AspectWords(ContentModel):
    """One aspect of a topic: its label on buttons and pages, and the words that ask for it.

    A cue is a phrase; parts joined by ` + ` must all be in the message, in any order. `weak` cues count
    only when the message holds no other.
    """

    label: str = Field(min_length=1)
    cues: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class CountryWords(ContentModel):
    """Words for countries beside their names in CLDR."""

    phrases: dict[Country, str] = {}
    synonyms: dict[Country, tuple[str, ...]] = {}
    capitals_only: dict[Country, tuple[str, ...]] = {}
    ignored: tuple[str, ...] = ()


class Forms(ContentModel):
    """A phrase with a number `{n}`, in the singular and otherwise."""

    one: str
    other: str


class DateWords(ContentModel):
    """Words for days that have passed: phrases, patterns with `{n}` and the days of an n, numbers."""

    days: dict[str, int] = {}
    ago: dict[str, int] = {}
    numbers: dict[str, int] = {}


class SpecWords(ContentModel):
    """One fact of a product: its name for customers, its words, and the fact that stands in for it."""

    label: str = Field(min_length=1)
    cues: tuple[str, ...] = ()
    instead: str | None = None


class ProductWords(ContentModel):
    """Words for questions about products."""

    aspects: dict[Identifier, AspectWords]
    specs: dict[str, SpecWords] = {}
    options: dict[str, str] = {}
    values: dict[str, tuple[str, ...]] = {}
    pointers: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _every_aspect_has_a_label(self) -> Self:
        _check_aspects("products", set(PRODUCT_ASPECTS), set(self.aspects))
        return self


class Vocabulary(ContentModel):
    """vocabulary/<language>.yaml.

    `topic_words` name a policy whatever else is asked of it, `follow_ups` open a question that goes on with
    the last one, and `not_said` are cues of what a policy leaves open: such a question gets no rule's answer.
    """

    version: str
    topics: dict[Topic, str]
    aspects: dict[Topic, dict[Identifier, AspectWords]]
    topic_words: dict[Topic, tuple[str, ...]] = {}
    follow_ups: tuple[str, ...] = ()
    not_said: dict[Topic, tuple[str, ...]] = {}
    products: ProductWords
    steps: dict[Identifier, str]
    countries: CountryWords
    zones: dict[Identifier, tuple[str, ...]] = {}
    reasons: dict[Identifier, tuple[str, ...]] = {}
    flags: dict[Identifier, tuple[str, ...]] = {}
    dates: DateWords = DateWords()
    currencies: dict[Currency, tuple[str, ...]] = {}
    not_misspelt: tuple[str, ...] = ()
    phrases: dict[Identifier, Forms]
    terms: dict[Identifier, str]

    @model_validator(mode="after")
    def _every_aspect_has_a_label(self) -> Self:
        for topic, names in ASPECTS.items():
            _check_aspects(topic, set(names), set(self.aspects.get(topic, {})))
        return self


def _check_aspects(topic: str, wanted: set[str], given: set[str]) -> None:
    if missing := sorted(wanted - given):
        raise ValueError(f"aspects of {topic} lack: {', '.join(missing)}")
    if unknown := sorted(given - wanted):
        raise ValueError(f"aspects of {topic} are not known: {', '.join(unknown)}")
