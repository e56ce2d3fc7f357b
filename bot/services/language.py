"""Which of our languages a text is written in."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from lingua import Language as Lingua
from lingua import LanguageDetector, LanguageDetectorBuilder

from bot.shop.content.base import Language

CODES: dict[Lingua, Language] = {Lingua.ENGLISH: "en", Lingua.FINNISH: "fi", Lingua.TAGALOG: "fil"}
WORDS = re.compile(r"[^\W\d_]+")
# Addresses, numbers and codes are alike in every language.
DATA = re.compile(r"\S*(?:@|://|\d)\S*")
# Measured on 3,700 English messages: with these, two in a thousand are taken for another language.
SHORT_TEXT_WORDS = 2
SURE_SHORT = 0.98
SURE_LONG = 0.7
SURE_ENGLISH = 0.85
# "Aino Laaksonen" is a name in every language; a sentence of so few words has small letters or a mark.
LONGEST_NAME = 4


def language_of(text: str, current: Language, telltale: Mapping[Language, Sequence[str]]) -> Language:
    """The language of `text`, or `current` where it does not show, as in "ok", "10482" and an e-mail."""
    said = DATA.sub(" ", text)
    words = WORDS.findall(said)
    if not words:
        return current
    if _is_name(said, words):
        return _told_by_words(words, telltale) or current
    best = _detector().compute_language_confidence_values(said)[0]
    guess = CODES[best.language]
    if guess == "en" and best.value >= SURE_ENGLISH and len(words) > SHORT_TEXT_WORDS:
        return "en"
    sure = SURE_SHORT if len(words) <= SHORT_TEXT_WORDS else SURE_LONG
    return _told_by_words(words, telltale) or (guess if best.value >= sure else current)


def is_only_data(text: str) -> bool:
    """Whether a text holds nothing but addresses, numbers and codes, which need no language."""
    return bool(DATA.search(text)) and not WORDS.search(DATA.sub(" ", text))


def _is_name(text: str, words: Sequence[str]) -> bool:
    capitals = all(word.istitle() for word in words) and not set("?!") & set(text)
    return 1 < len(words) <= LONGEST_NAME and capitals


def _told_by_words(words: Sequence[str], telltale: Mapping[Language, Sequence[str]]) -> Language | None:
    """The one language whose telltale words occur, if they are of one language only ("PO box" has none)."""
    written = {word.casefold() for word in words if not word.isupper()}
    found = [language for language, sure in telltale.items() if written & set(sure)]
    return found[0] if len(found) == 1 else None


def load_detector() -> None:
    """Load what the first guess would have to wait seconds for."""
    _detector().compute_language_confidence_values("to load its models")


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*CODES).build()
