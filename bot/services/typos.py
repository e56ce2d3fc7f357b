"""Typing errors in names, judged with caution: long words only, the first letter right, one meaning only."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

Value = TypeVar("Value", bound=Hashable)

SHORTEST = 5
LONG = 9


class Spelling(Generic[Value]):
    """Names that may be misspelt; `ordinary` words are never taken for one."""

    def __init__(self, names: Iterable[tuple[str, frozenset[Value]]], ordinary: set[str]) -> None:
        """Keep the names that are long enough to be recognised."""
        self._names = [(name, values) for name, values in names if len(name) >= SHORTEST]
        self._ordinary = ordinary

    def meant(self, word: str) -> frozenset[Value]:
        """What a word that is no name was probably meant to be; nothing when two names are as near."""
        if len(word) < SHORTEST or word in self._ordinary:
            return frozenset()
        near = [
            (distance, values)
            for name, values in self._names
            if name[0] == word[0] and (distance := _distance(word, name)) <= _allowed(word, name)
        ]
        best = min((distance for distance, _ in near), default=0)
        meanings = {values for distance, values in near if distance == best}
        return meanings.pop() if len(meanings) == 1 else frozenset()


def _distance(word: str, name: str) -> int:
    return OSA.distance(word, name, score_cutoff=_allowed(word, name))


def _allowed(word: str, name: str) -> int:
    shorter = min(len(word), len(name))
    return 2 if shorter >= LONG else 1
