"""An index of product names: which names a customer's words may belong to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.services.name_words import Form, WordKinds, folded, forms_of, stem_of, words_of
from bot.shop.assortment import Assortment
from bot.shop.content.base import LANGUAGES, Language
from bot.shop.products import Product

# How much a word found by other means than itself or its stem is worth.
MISSPELT, COMPOUND = (1.0, 0.8, 0.65), 0.75
SHORTEST_MISSPELT, LONG, MOST_NEAR = 5, 9, 20
SHORTEST_PART, SAME_BEGINNING, LONGEST_ENDING = 4, 6, 3
# Weights of words that alone name no product, and of those that are also words of questions.
ORDINARY, CUE = 0.15, 0.6


@dataclass(frozen=True)
class Name:
    """A product's name in one language.

    `about` are the places of words that do not name the product itself: those of what it fits, and "for".
    """

    sku: str
    language: Language
    words: tuple[str, ...]
    about: frozenset[int]

    @property
    def head(self) -> frozenset[int]:
        """The places of the words that name the product itself."""
        return frozenset(range(len(self.words))) - self.about


@dataclass(frozen=True)
class Hit:
    """A form of names that a word of the text stands for: by name, the places of its words it covers."""

    at: frozenset[int]
    word: str
    posted: Mapping[int, tuple[int, ...]]
    quality: float


class NameIndex:
    """All names of an assortment, by the forms of their words."""

    def __init__(self, assortment: Assortment, kinds: WordKinds) -> None:
        """Prepare the index; for ten thousand products this takes about a second."""
        self.kinds = kinds
        self.names: list[Name] = []
        self.whole: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.skus = {folded(sku): sku for sku in assortment.products}
        self._postings: dict[Form, dict[int, tuple[int, ...]]] = defaultdict(dict)
        self._weights: dict[str, float] = {}
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for product in assortment.products.values():
            for language, words in _names(product):
                self._add(assortment, product, language, words)
        self._choices = self._by_language()

    def look_up(self, words: Sequence[str], at: int, language: Language) -> Iterator[Hit]:
        """What the word at that place stands for: itself, else a misspelling or a part of a compound."""
        word, place = words[at], frozenset({at})
        languages: tuple[Language, ...] = tuple(dict.fromkeys((language, LANGUAGES[0])))
        exact = [(form, 1.0) for form in forms_of(word, languages) if form in self._postings]
        near = [] if exact or self._is_known(word, languages) else self._misspelt(word, languages)
        if language == "fi" and len(word) >= SHORTEST_PART and word not in self.kinds.ordinary:
            near = [*near, *self._compounds(word)]
        for form, quality in (*exact, *near):
            yield Hit(place, word, self._postings[form], quality)
        joined = ("", word + words[at + 1]) if at + 1 < len(words) else ("", "")
        if joined in self._postings:
            yield Hit(place | {at + 1}, joined[1], self._postings[joined], 1.0)

    def numbers_of(self, skus: Iterable[str]) -> set[int]:
        """The names of these products."""
        return {number for sku in skus for number in self._numbers.get(sku, ())}

    def is_meant(self, hit: Hit, number: int) -> bool:
        """Whether a kind of goods is not mistaken for a name with the same stem: Lampi is no lamppu."""
        name = self.names[number]
        if name.language != "fi" or hit.quality < 1 or stem_of(hit.word, "fi") not in self.kinds.kinds:
            return True
        named = [name.words[place] for place in hit.posted[number]]
        return hit.word in named or any(each in self.kinds.goods for each in named)

    def weight(self, word: str) -> float:
        """How much a word tells: rare ones much, ordinary ones nearly nothing."""
        if word not in self._weights:
            rarity = log(1 + len(self.names) / max(1, len(self._postings.get(("", word), ()))))
            share = ORDINARY if word in self.kinds.ordinary else CUE if self.is_soft(word) else 1.0
            self._weights[word] = rarity * share
        return self._weights[word]

    def is_soft(self, word: str) -> bool:
        """Whether the word alone names no product: an ordinary one, a number, or a question's word."""
        return word in self.kinds.ordinary or word in self.kinds.cues or word.isdigit() or len(word) < 2

    def _add(
        self, assortment: Assortment, product: Product, language: Language, words: tuple[str, ...]
    ) -> None:
        if any(self._same(assortment, number, product, language) for number in self.whole.get(words, ())):
            return
        number = len(self.names)
        about = _about(assortment, product, language, words)
        aside = about | {place for place, word in enumerate(words) if word in self.kinds.ordinary}
        self.names.append(Name(product.sku, language, words, aside if len(aside) < len(words) else about))
        self.whole[words].append(number)
        self._numbers[product.sku].append(number)
        for place, word in enumerate(words):
            for form in dict.fromkeys(forms_of(word, (language,))):
                self._postings[form].setdefault(number, (place,))
        for place, (first, second) in enumerate(pairwise(words)):
            self._postings["", first + second].setdefault(number, (place, place + 1))

    def _same(self, assortment: Assortment, number: int, product: Product, language: Language) -> bool:
        """Whether a variant bears its family's name, which needs to stand here once only."""
        name = self.names[number]
        return name.language == language and assortment.family_of(name.sku) == assortment.family_of(
            product.sku
        )

    def _by_language(self) -> Mapping[str, list[str]]:
        choices: dict[str, list[str]] = defaultdict(list)
        for kind, word in self._postings:
            if len(word) >= SHORTEST_MISSPELT - 1:
                choices[kind].append(word)
        return choices

    def _is_known(self, word: str, languages: Iterable[Language]) -> bool:
        return any(form in self.kinds.known for _, form in forms_of(word, languages))

    def _misspelt(self, word: str, languages: Iterable[Language]) -> list[tuple[Form, float]]:
        found: list[tuple[Form, float]] = []
        for kind, form in forms_of(word, languages) if len(word) >= SHORTEST_MISSPELT else ():
            allowed = 2 if len(form) >= LONG else 1
            choices = self._choices.get(kind, ())
            near = process.extract(form, choices, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_NEAR)
            # Of so few letters the first one is hardly ever wrong: a tool is not wool.
            short = len(form) < SHORTEST_MISSPELT
            found += [
                ((kind, other), MISSPELT[int(distance)])
                for other, distance, _ in near
                if not (short and other[0] != form[0])
            ]
        return found

    def _compounds(self, word: str) -> list[tuple[Form, float]]:
        """Finnish writes compounds as one word and changes consonants inside it."""
        stem = stem_of(word, "fi")
        alike = (
            other
            for other in self._choices.get("fi", ())
            if _is_part(stem, other) or _differs_in_ending(stem, other)
        )
        return [(("fi", other), COMPOUND) for other in alike]


def _is_part(stem: str, compound: str) -> bool:
    return len(compound) > len(stem) >= SHORTEST_PART and compound.endswith(stem)


def _differs_in_ending(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    near = len(longer) - len(shorter) <= LONGEST_ENDING
    return near and len(shorter) >= SAME_BEGINNING and longer.startswith(shorter)


def _names(product: Product) -> Iterator[tuple[Language, tuple[str, ...]]]:
    given = {language: getattr(product.name, language) for language in LANGUAGES}
    for language, name in given.items():
        if name and (words := words_of(name)):
            yield language, words


def _about(
    assortment: Assortment, product: Product, language: Language, words: tuple[str, ...]
) -> frozenset[int]:
    """Places of the words that stand in the name of something the product fits; never all of them."""
    wholes = [assortment.product(sku) for sku in product.fits]
    named = {
        form
        for whole in wholes
        if whole
        for word in words_of(whole.name_in(language))
        for form in forms_of(word, (language,))
    }
    about = {place for place, word in enumerate(words) if _is_named(forms_of(word, (language,)), named)}
    return frozenset(about) if len(about) < len(words) else frozenset()


def _is_named(forms: tuple[Form, ...], named: set[Form]) -> bool:
    """Whether one of the named words is this one, or a Finnish compound that ends with it."""
    if named & set(forms):
        return True
    return any(
        kind == other_kind == "fi" and _is_part(form, other)
        for kind, form in forms
        for other_kind, other in named
    )
