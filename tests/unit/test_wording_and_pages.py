"""Values as customers read them, and policies in full."""

from datetime import date
from decimal import Decimal

import pytest

from bot.settings import ROOT
from bot.shop.answers.base import CountryName, Length, Names, Parameter, Rows, Share, Term
from bot.shop.content.base import LANGUAGES, Language, Money
from bot.shop.content.vocabulary import TOPICS, Topic
from bot.shop.policy_page import build_page
from bot.shop.wording import Writer, words_of
from bot.store.content import load

CONTENT = load(ROOT / "content")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (Money(amount=Decimal("4.90"), currency="EUR"), "en", "€4.90"),
        (Money(amount=Decimal("4.90"), currency="EUR"), "fi", "4,90\xa0€"),
        (Money(amount=Decimal(1190), currency="PHP"), "fil", "₱1,190.00"),
        (Length(3, "business_day", 5), "en", "3–5 business days"),
        (Length(1, "business_day", 1), "en", "1 business day"),
        (Length(1, "business_day", 1), "fi", "1 arkipäivä"),
        (Length(24, "month"), "en", "2 years"),
        (Length(18, "month"), "fi", "18 kuukautta"),
        (Length(30, "day"), "fil", "30 araw"),
        (date(2026, 11, 24), "en", "24 November 2026"),
        (date(2026, 11, 24), "fi", "24. marraskuuta 2026"),
        (CountryName("US"), "en", "the United States"),
        (CountryName("SE"), "fi", "Ruotsi"),
        (Share(60), "en", "60%"),
        (Term("free_from", Money(amount=Decimal(59), currency="EUR")), "en", "free from €59.00"),
        (Names(("a", "b", "c"), "or"), "fi", "a, b tai c"),
        (Rows((("x", ("1", "2")), ("y", ("3",)))), "en", "• X: 1, 2\n• Y: 3"),
    ],
)
def test_values_are_written_as_the_language_writes_them(
    value: Parameter, language: Language, text: str
) -> None:
    assert Writer(CONTENT, language).write(value) == text


def test_every_value_comes_with_a_capital_and_without() -> None:
    words = words_of(CONTENT, {"place": "the UK"}, "en")
    assert words == {"place": "the UK", "Place": "The UK", "place_lower": "the UK"}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_policy_has_a_full_page_in_every_language(topic: Topic, language: Language) -> None:
    page = build_page(CONTENT, topic, language, TODAY)
    assert page.title
    assert page.version == "2026-1"
    assert len(page.sections) >= 6
    for section in page.sections:
        assert section.heading
        assert section.paragraphs or section.items or section.table
        if section.table:
            assert {len(row) for row in section.table.rows} == {len(section.table.columns)}


def test_the_page_holds_every_price_and_window_that_answers_name() -> None:
    shipping = build_page(CONTENT, "shipping", "en", TODAY)
    table = shipping.sections[0].table
    assert table is not None
    methods = [method for zone in CONTENT.shipping[-1].zones for method in zone.methods]
    assert len(table.rows) == len(methods)
    returns = build_page(CONTENT, "returns", "en", TODAY).sections[0].table
    assert returns is not None
    assert ("Electronics", "21 days") in returns.rows


def _paragraphs(topic: Topic) -> str:
    page = build_page(CONTENT, topic, "en", TODAY)
    return "\n".join(paragraph for section in page.sections for paragraph in section.paragraphs)


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        ("shipping", "Orders paid before 14:00 on a business day leave the same day."),
        ("returns", "Please send electronics and small appliances back in the original packaging;"),
        ("returns", "As store credit you get 5% more."),
        ("returns", "Within 30 days of delivery."),
        ("returns", "Bath and personal care"),
        ("sales", "Up to 7 days after you bought."),
        ("sales", "Not for what was already bought at a sale price."),
        ("sales", "1 code per order."),
        ("sales", "Codes work on sale prices too."),
        ("sales", "Valid for 2 years."),
        ("sales", "Gift cards are not paid out in cash."),
        ("sales", "They get the link by e-mail."),
    ],
)
def test_the_page_says_every_condition_that_answers_say(topic: Topic, sentence: str) -> None:
    assert sentence in _paragraphs(topic)


def test_a_cost_for_every_country_is_not_said_to_be_for_the_rest() -> None:
    costs = next(
        section.table
        for section in build_page(CONTENT, "returns", "en", TODAY).sections
        if section.heading == "Who pays the return"
    )
    assert costs is not None
    assert ("You changed your mind", "Everywhere else", "You pay the carrier yourself") in costs.rows
    assert ("It is faulty", "Everywhere", "Free") in costs.rows
