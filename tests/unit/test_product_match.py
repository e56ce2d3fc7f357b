"""Finding products by what customers call them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.shop import demo_rows
from bot.services.name_words import word_kinds, words_of
from bot.services.product_match import Mention, make_matcher
from bot.settings import ROOT
from bot.shop.assortment import Assortment
from bot.shop.content.base import Language, LocalText
from bot.shop.products import Product
from bot.store.content import load

CONTENT = load(ROOT / "content")
NOW = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)
LONGER = 6


def product(sku: str, name: str | dict[str, str], **fields: object) -> Product:
    named = LocalText(en=name) if isinstance(name, str) else LocalText(**name)
    plain = Product(
        sku=sku,
        name=named,
        category="kitchenware",
        prices={"EUR": Decimal("9.90")},
        description=named,
        url=None,
        image_url=None,
        parent_sku=None,
        options={},
        stock=5,
        specs={},
        assembly_url=None,
        fits=(),
        upgrade_of=(),
        final_sale=False,
        hygiene=False,
        warranty_months=None,
        released_at=None,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def demo_products() -> list[Product]:
    rows = demo_rows(NOW, "Europe/Helsinki", "http://shop.example")["products.jsonl"]
    return [
        product(
            row["sku"],
            row["name"],
            category=row["category"],
            parent_sku=row.get("parent_sku"),
            options=row.get("options", {}),
            fits=tuple(row.get("fits", ())),
        )
        for row in rows
    ]


ASSORTMENT = Assortment(demo_products(), [])
MATCHER = make_matcher(CONTENT, ASSORTMENT)
ROOTS = [one for one in ASSORTMENT.products.values() if one.parent_sku is None]


def found(text: str, language: Language = "en") -> Mention | None:
    return next(iter(MATCHER.mentions(text, language)), None)


@pytest.mark.parametrize("one", ROOTS, ids=lambda one: one.sku)
@pytest.mark.parametrize("frame", ["{}", "is the {} in stock?", "how much is {}", "order 10482 has a {}"])
def test_every_product_is_found_by_its_own_name(one: Product, frame: str) -> None:
    mention = found(frame.format(one.name.en))
    assert mention is not None
    assert (mention.family, mention.sure) == (one.sku, True)


@pytest.mark.parametrize("one", ROOTS, ids=lambda one: one.sku)
def test_every_product_is_found_by_its_finnish_name(one: Product) -> None:
    mention = found(f"onko {one.name_in('fi')} varastossa", "fi")
    assert mention is not None
    assert mention.family == one.sku


@pytest.mark.parametrize("one", ASSORTMENT.products.values(), ids=lambda one: one.sku)
def test_every_sku_is_found(one: Product) -> None:
    mention = found(f"what about {one.sku.upper()}?")
    assert mention is not None
    assert one.sku in (mention.variant, mention.family)


def misspelt(word: str, at: int, how: str, letter: str) -> str:
    """The word with one typing error."""
    if how == "left out":
        return word[:at] + word[at + 1 :]
    if how == "doubled":
        return word[: at + 1] + word[at:]
    if how == "swapped":
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word[:at] + letter + word[at + 1 :]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_one_typing_error_in_a_longer_word_hides_no_product(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(ROOTS))
    words = one.name.en.split()
    longer = [at for at, word in enumerate(words) if len(word) >= LONGER and word.isalpha()]
    if not longer:
        return
    at = data.draw(st.sampled_from(longer))
    place = data.draw(st.integers(0, len(words[at]) - 2))
    how = data.draw(st.sampled_from(["left out", "doubled", "swapped", "wrong"]))
    words[at] = misspelt(words[at], place, how, data.draw(st.sampled_from("aeioutrsn")))
    mention = found("how much is the " + " ".join(words))
    assert mention is not None
    assert one.sku in mention.families[:4]


ORDINARY = sorted(word_kinds(CONTENT).ordinary)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(ORDINARY), min_size=1, max_size=8))
def test_ordinary_words_name_no_product(words: list[str]) -> None:
    named = [mention for mention in MATCHER.mentions(" ".join(words), "en") if mention.sure]
    assert named == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for mention in MATCHER.mentions(text, "fi"):
        assert mention.families


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "how much is shipping to Norway",
        "what is the return policy",
        "does the warranty cover drops",
        "my parcel is late",
        "order 10482",
    ],
)
def test_other_questions_name_no_product(text: str) -> None:
    assert [mention for mention in MATCHER.mentions(text, "en") if mention.sure] == []


@pytest.mark.parametrize(
    ("text", "language", "family"),
    [
        ("the hair dryer", "en", "usva-hairdryer"),
        ("loyly bathrobe", "en", "loyly-bathrobe"),
        ("kuutra flor lamp", "en", "kuutar-floor-lamp"),
        ("knifes", "en", "hiisi-knives"),
        ("spare ear pads", "en", "hilja-ear-pads"),
        ("bulbs", "en", "hohde-bulbs"),
        ("terassilämmittimen", "fi", "lampi-patio-heater"),
        ("tehosekoittimen lasikannua", "fi", "tuisku-jar"),
        ("pannun kansi", "fi", "rauta-lid"),
        ("työpöydän", "fi", "lautta-desk"),
        ("peiton", "fi", "pilvi-duvet"),
        ("Tuisku blender po", "fil", "tuisku-blender"),
    ],
)
def test_plurals_inflection_and_parts_are_found(text: str, language: Language, family: str) -> None:
    mention = found(text, language)
    assert mention is not None
    assert mention.families[0] == family


def test_a_part_is_not_taken_for_what_it_fits_nor_the_other_way_round() -> None:
    grill, cover = found("my grill"), found("the cover of my grill")
    assert grill is not None
    assert cover is not None
    assert (grill.family, cover.family) == ("hiillos-grill", "hiillos-cover")


def test_a_kind_of_goods_is_no_name_with_the_same_stem() -> None:
    """Lampi is a heater's name, and "lampun" is of a lamp."""
    for text, language in (("voiko lampun palauttaa", "fi"), ("can I return a lamp", "en")):
        families = [family for one in MATCHER.mentions(text, language) for family in one.families]  # type: ignore[arg-type]
        assert "lampi-patio-heater" not in families


def test_several_that_fit_as_well_are_all_meant() -> None:
    mention = found("the blender")
    assert mention is not None
    assert mention.families == ("tuisku-blender", "tuisku-blender-pro")


def test_what_the_customer_has_is_meant() -> None:
    (mention,) = MATCHER.mentions("my blender", "en", owned=["tuisku-blender-pro"])
    assert mention.family == "tuisku-blender-pro"


@pytest.mark.parametrize(
    ("text", "language", "variant", "asked"),
    [
        ("saari sofa in green", "en", "saari-sofa-green", None),
        ("vihreä sohva", "fi", "saari-sofa-green", None),
        ("berdeng sofa", "fil", None, None),
        ("saari sofa in red", "en", None, "red"),
        ("löyly bathrobe L", "en", "loyly-bathrobe-l", None),
        ("saari sofa", "en", None, None),
    ],
)
def test_variants_are_told_apart_by_their_options(
    text: str, language: Language, variant: str | None, asked: str | None
) -> None:
    mention = found(text, language)
    assert mention is not None
    assert (mention.family, mention.variant, mention.asked) in [
        ("saari-sofa", variant, asked),
        ("loyly-bathrobe", variant, asked),
    ]


def test_a_name_of_ordinary_words_is_found_only_whole() -> None:
    matcher = make_matcher(CONTENT, Assortment([product("ob-1", "Order Book")], []))
    assert [one.family for one in matcher.mentions("how big is the order book", "en")] == ["ob-1"]
    assert [one for one in matcher.mentions("where is my order", "en") if one.sure] == []


def test_a_sku_that_is_a_plain_word_must_be_all_that_is_said() -> None:
    matcher = make_matcher(CONTENT, Assortment([product("order", "Grüner Tisch")], []))
    assert matcher.mentions("where is my order", "en") == ()
    assert [one.family for one in matcher.mentions("order", "en")] == ["order"]


def test_words_are_compared_without_marks() -> None:
    assert words_of("Löyly's Tähti-valosarja") == ("loyly", "tahti", "valosarja")
