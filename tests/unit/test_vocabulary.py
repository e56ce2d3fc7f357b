"""What is understood of a question's details."""

from datetime import date
from decimal import Decimal

import pytest

from bot.services.vocabulary import Details, understand
from bot.settings import ROOT
from bot.shop.content.base import Language, Money
from bot.shop.content.vocabulary import Topic
from bot.store.content import load

CONTENT = load(ROOT / "content")
TODAY = date(2026, 11, 23)


def _read(text: str, topic: Topic = "shipping", language: Language = "en") -> Details:
    return understand(CONTENT, text, language, topic, TODAY)


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("how much is shipping to Norway", ("NO",)),
        ("do you send to the united states of america", ("US",)),
        ("do you ship to the US?", ("US",)),
        ("can you ship it to us", ()),
        ("delivery to Germny please", ("DE",)),
        ("delivery to Swedan", ("SE",)),
        ("shipping to Stockholm", ("SE",)),
        ("to Sweden and Denmark", ("SE", "DK")),
        ("is it cheaper from inland", ()),
        ("I sold my jersey", ()),
        ("what about Turkey", ("TR",)),
        ("how do I cook turkey", ()),
    ],
)
def test_countries_are_found(text: str, countries: tuple[str, ...]) -> None:
    assert _read(text).countries == countries


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("can I return two sofas", "furniture"),
        ("a table lamp", "lighting"),
        ("my mattresses", "bedding"),
        ("the blendr", "small_appliances"),
        ("kitchen knives", "kitchenware"),
        ("will you charge me for certain changes", None),
        ("can I throw the box away", None),
    ],
)
def test_categories_are_found(text: str, category: str | None) -> None:
    assert _read(text, "returns").category == category


@pytest.mark.parametrize(
    ("topic", "text", "aspects"),
    [
        ("shipping", "how much and how long to Norway", ("cost", "time")),
        ("shipping", "how long and how much to Norway", ("time", "cost")),
        ("shipping", "do you ship to Norway", ("regions",)),
        ("shipping", "is free shipping possible", ("free_shipping",)),
        ("shipping", "who pays the customs duties", ("customs",)),
        ("shipping", "can you send batteries", ("restrictions",)),
        ("shipping", "can I pick it up myself", ("pick_up",)),
        ("returns", "how long does a refund take", ("refund_time",)),
        ("returns", "who pays for the return shipping", ("who_pays",)),
        ("returns", "can I return opened headphones", ("condition",)),
        ("returns", "do I need the receipt", ("proof",)),
        ("warranty", "is the battery covered by warranty", ("parts",)),
        ("warranty", "who repairs it", ("handler",)),
        ("warranty", "does it cover drops", ("accident",)),
        ("sales", "can I combine two codes", ("stacking",)),
        ("sales", "I found it cheaper elsewhere", ("price_match",)),
        ("sales", "the price dropped after I bought it", ("price_adjustment",)),
        ("sales", "tell me something", ()),
    ],
)
def test_aspects_are_found_in_their_order(topic: Topic, text: str, aspects: tuple[str, ...]) -> None:
    assert _read(text, topic).aspects == aspects


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I bought it on 3 November", date(2026, 11, 3)),
        ("bought November 3rd, 2025", date(2025, 11, 3)),
        ("on 2026-10-01", date(2026, 10, 1)),
        ("bought 1.10.2026", date(2026, 10, 1)),
        ("on 24 December", date(2025, 12, 24)),
        ("two weeks ago", date(2026, 11, 9)),
        ("10 days ago", date(2026, 11, 13)),
        ("yesterday", date(2026, 11, 22)),
        ("on 31 February", None),
        ("within 14 days", None),
        ("in 2027-01-01", None),
    ],
)
def test_days_that_have_passed_are_found(text: str, day: date | None) -> None:
    assert _read(text).since == day


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("for a 60 euro order", Money(amount=Decimal(60), currency="EUR")),
        ("€59.90", Money(amount=Decimal("59.90"), currency="EUR")),
        ("if I spend £1,200", Money(amount=Decimal(1200), currency="GBP")),
        ("1 200,50 €", Money(amount=Decimal("1200.50"), currency="EUR")),
        ("order 10482", None),
    ],
)
def test_sums_are_found(text: str, amount: Money | None) -> None:
    assert _read(text).amount == amount


def test_flags_and_reasons_are_found() -> None:
    found = _read("I lost my receipt and the opened box is broken", "returns")
    assert found.flags >= {"no_receipt", "opened", "packaging"}
    assert found.reason == "faulty"


def test_a_region_is_a_zone() -> None:
    assert _read("do you deliver to Europe").zone == "eu"


def test_finnish_compounds_and_places_are_found() -> None:
    found = _read("paljonko ruokapöytä maksaa Ruotsiin", language="fi")
    assert (found.category, found.countries, found.aspects) == ("furniture", ("SE",), ("cost",))


def test_filipino_is_read_with_english_mixed_in() -> None:
    found = _read("magkano ang shipping ng blender sa Pilipinas", language="fil")
    assert (found.category, found.countries, found.aspects) == ("small_appliances", ("PH",), ("cost",))
