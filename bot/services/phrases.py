"""Finding known phrases in what a customer wrote, whatever their inflection."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Generic, TypeVar

import snowballstemmer

from bot.shop.content.base import Language

Stems = tuple[str, ...]
Value = TypeVar("Value", bound=Hashable)

_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\b|[^\W_]+(?:'[^\W_]+)*")
# Snowball has no Filipino; its words are compared as they are.
_ALGORITHMS: dict[Language, str] = {"en": "english", "fi": "finnish"}


@dataclass(frozen=True)
class Token:
    """A word as it was written, and its stem in one language."""

    written: str
    stem: str


@cache
def stemmer(language: Language) -> Callable[[str], str]:
    """What cuts the endings off the words of a language."""
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return str.casefold
    stem = snowballstemmer.stemmer(algorithm).stemWord

    @lru_cache(maxsize=20_000)
    def cut(word: str) -> str:
        return str(stem(word.casefold().removesuffix("'s")))

    return cut


def tokens(text: str, language: Language) -> tuple[Token, ...]:
    """The words of a text."""
    stem = stemmer(language)
    return tuple(Token(word, stem(word)) for word in _WORD.findall(text.replace("’", "'")))


def stems(text: str, language: Language) -> Stems:
    """The stems of a text's words."""
    return tuple(token.stem for token in tokens(text, language))


@dataclass(frozen=True)
class Hit(Generic[Value]):
    """A phrase that was found, and the values it stands for."""

    start: int
    end: int
    values: frozenset[Value]


@dataclass
class PhraseTable(Generic[Value]):
    """Phrases of a language with what they stand for; the longest phrase wins."""

    language: Language
    _values: dict[Stems, set[Value]] = field(default_factory=dict)

    def add(self, phrases: Iterable[str], value: Value) -> None:
        """Let each of the phrases stand for `value`."""
        for phrase in phrases:
            if key := stems(phrase, self.language):
                self._values.setdefault(key, set()).add(value)

    def remove(self, phrases: Iterable[str]) -> None:
        """Let the phrases stand for nothing."""
        for phrase in phrases:
            self._values.pop(stems(phrase, self.language), None)

    def single_words(self) -> Iterable[tuple[str, frozenset[Value]]]:
        """The phrases that are one word."""
        return ((key[0], frozenset(values)) for key, values in self._values.items() if len(key) == 1)

    def find(self, words: Sequence[str]) -> list[Hit[Value]]:
        """The phrases in the text, from left to right, none inside another."""
        longest = max(map(len, self._values), default=0)
        hits: list[Hit[Value]] = []
        at = 0
        while at < len(words):
            hit = self._longest_at(words, at, longest)
            hits += [hit] if hit else []
            at = hit.end if hit else at + 1
        return hits

    def _longest_at(self, words: Sequence[str], at: int, longest: int) -> Hit[Value] | None:
        for length in range(min(longest, len(words) - at), 0, -1):
            values = self._values.get(tuple(words[at : at + length]))
            if values:
                return Hit(at, at + length, frozenset(values))
        return None


@dataclass(frozen=True)
class Cue:
    """Phrases that together ask for something."""

    value: str
    parts: tuple[Stems, ...]

    @property
    def weight(self) -> int:
        """How much of a sentence the cue explains: its words."""
        return sum(len(part) for part in self.parts)

    def find(self, words: Sequence[str], taken: set[int]) -> set[int] | None:
        """The places of all its parts among the words not yet taken, or None if one is missing."""
        used: set[int] = set()
        for part in self.parts:
            place = _place(part, words, taken | used)
            if place is None:
                return None
            used |= place
        return used


def cue(phrase: str, value: str, language: Language) -> Cue:
    """A cue as the vocabulary writes it, its parts joined by ` + `."""
    return Cue(value, tuple(stems(part, language) for part in phrase.split(" + ")))


def match_cues(cues: Sequence[Cue], words: Sequence[str]) -> list[str]:
    """What the cues in a text ask for, in its order; a longer cue takes its words from shorter ones."""
    taken: set[int] = set()
    found: dict[str, int] = {}
    for one in sorted(cues, key=lambda one: -one.weight):
        places = one.find(words, taken)
        if places:
            taken |= places
            found[one.value] = min(*places, found.get(one.value, len(words)), len(words))
    return sorted(found, key=lambda value: found[value])


def _place(part: Stems, words: Sequence[str], taken: set[int]) -> set[int] | None:
    for start in range(len(words) - len(part) + 1):
        place = set(range(start, start + len(part)))
        if not place & taken and tuple(words[start : start + len(part)]) == part:
            return place
    return None
