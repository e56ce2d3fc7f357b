"""Which of our languages a text is in; where it does not show, the conversation's own stays."""

import pytest

from bot.services.language import is_only_data, language_of
from bot.shop.content.base import Language
from bot.store.content import Content

LANGUAGES: list[Language] = ["en", "fi", "fil"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How much is shipping to Finland?", "en"),
        ("where is my order please", "en"),
        ("Paljonko toimitus Suomeen maksaa?", "fi"),
        ("missä mun paketti on", "fi"),
        ("Voinko palauttaa kengät, jos ne ovat liian pienet?", "fi"),
        ("Magkano po ang shipping papuntang Cebu?", "fil"),
        ("nasaan na ang order ko", "fil"),
        ("Puwede ko bang ibalik ang sapatos kung masikip?", "fil"),
    ],
)
def test_a_sentence_shows_its_language_whatever_was_spoken_before(
    shop_content: Content, text: str, language: Language
) -> None:
    for before in LANGUAGES:
        assert language_of(text, before, shop_content.telltale.telltale) == language


@pytest.mark.parametrize("text", ["mikko.rantanen@posti.fi", "10482 aino.laaksonen@posti.example", "P-4101"])
def test_addresses_and_numbers_keep_the_conversations_language(shop_content: Content, text: str) -> None:
    assert is_only_data(text)
    for before in LANGUAGES:
        assert language_of(text, before, shop_content.telltale.telltale) == before


@pytest.mark.parametrize("text", ["", "ok", "missä 10482 on", "?!"])
def test_words_are_more_than_data(text: str) -> None:
    assert not is_only_data(text)


@pytest.mark.parametrize("text", ["", "10482", "?!", "12.50 €", "😀", "AB-1234", "訂單在哪裡", "\u200b"])
def test_what_shows_no_language_keeps_the_conversations(shop_content: Content, text: str) -> None:
    for before in LANGUAGES:
        assert language_of(text, before, shop_content.telltale.telltale) == before


@pytest.mark.parametrize(
    "text", ["Aino Laaksonen", "Maria Clara Santos", "Helmi Aaltonen-Niemi", "Emily Hartley"]
)
def test_a_name_keeps_the_conversations_language(shop_content: Content, text: str) -> None:
    for before in LANGUAGES:
        assert language_of(text, before, shop_content.telltale.telltale) == before


@pytest.mark.parametrize(("text", "language"), [("Missä Tilaukseni On?", "fi"), ("Moi Havu", "fi")])
def test_capitals_do_not_hide_a_sentence(shop_content: Content, text: str, language: Language) -> None:
    assert language_of(text, "en", shop_content.telltale.telltale) == language
