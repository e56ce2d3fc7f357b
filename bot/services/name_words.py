"""Words of product names and of what customers write, in the forms in which they are compared."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.services.phrases import stemmer, tokens
from bot.shop.content import Content
from bot.shop.content.base import LANGUAGES, Language

# A form and how it came about: "" for the word as it is, else the language whose endings were cut off.
Form = tuple[str, str]


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """A word in small letters without marks: many keyboards have no ä."""
    plain = word.casefold().removesuffix("'s")
    return "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(folded(token.written) for token in tokens(text, "fil"))


@lru_cache(maxsize=50_000)
def stem_of(word: str, language: Language) -> str:
    """A word without marks and endings; both sides are folded first, for keyboards without ä."""
    return stemmer(language)(folded(word))


def forms_of(word: str, languages: Iterable[Language]) -> tuple[Form, ...]:
    """The forms a word is looked for in."""
    return (("", folded(word)), *((language, stem_of(word, language)) for language in languages))


@dataclass(frozen=True)
class WordKinds:
    """What the vocabulary says of words.

    `ordinary` ones alone name nothing, `cues` ask for something, `goods` are kinds of things as they are
    listed, `kinds` those in any form; `known` words are not misspelt names.
    """

    ordinary: frozenset[str]
    cues: frozenset[str]
    goods: frozenset[str]
    kinds: frozenset[str]
    known: frozenset[str]


@lru_cache(maxsize=4)
def word_kinds(content: Content) -> WordKinds:
    """The kinds of words, in all languages together: customers mix them."""
    ordinary: set[str] = set()
    cues: set[str] = set()
    goods: set[str] = set()
    kinds: set[str] = set()
    known: set[str] = set()
    for language in LANGUAGES:
        words = content.vocabulary[language]
        ordinary |= _forms(words.products.ordinary, language)
        asking = [aspect for topic in words.aspects.values() for aspect in topic.values()]
        asking += words.products.aspects.values()
        phrases = [phrase for each in asking for phrase in (*each.cues, *each.weak)]
        phrases += [phrase for spec in words.products.specs.values() for phrase in spec.cues]
        cues |= _forms((phrase for phrase in phrases if " " not in phrase), language)
        known |= _forms((part for phrase in phrases for part in phrase.split()), language)
        known |= _forms((*words.not_misspelt, *words.products.pointers), language)
        for value, meaning in words.products.values.items():
            known |= _forms((value, *meaning), language)
        for category in content.catalogue.categories:
            goods |= {folded(word) for word in category.synonyms.get(language, ())}
            kinds |= _forms(category.synonyms.get(language, ()), language)
    return WordKinds(
        ordinary=frozenset(ordinary),
        cues=frozenset(cues),
        goods=frozenset(goods),
        kinds=frozenset(kinds),
        known=frozenset(ordinary | cues | kinds | known),
    )


def _forms(words: Iterable[str], language: Language) -> set[str]:
    return {form for word in words for form in (folded(word), stem_of(word, language))}
