"""How well names go with a text: candidates are chosen by their rare words, and only those are weighed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

from bot.services.name_index import Hit, NameIndex
from bot.shop.content.base import Language

# A word that more names have chooses none of them by itself; of those that share all such words some, the
# shortest, are looked at.
MANY, SOME = 300, 60
LONGEST_NAME = 12


@dataclass
class NameMatch:
    """How well one name goes with the text: by place in the name, the best word of the text for it."""

    number: int
    words: dict[int, tuple[float, frozenset[int]]] = field(default_factory=dict)
    weight: float = 0.0
    coverage: float = 0.0
    is_whole: bool = False


def match_names(
    index: NameIndex,
    words: Sequence[str],
    taken: Collection[int],
    language: Language,
    near: Collection[int] = (),
) -> list[NameMatch]:
    """The names that share words with the text outside the places `taken`; `near` ones are not missed."""
    free = [at for at in range(len(words)) if at not in taken]
    hits = [hit for at in free for hit in index.look_up(words, at, language) if not hit.at & set(taken)]
    whole = set(_whole_names(index, words, taken))
    matches = []
    for number in _candidates(index, hits, near) | whole:
        match = NameMatch(number, is_whole=number in whole)
        for hit in hits:
            if number in hit.posted and (match.is_whole or index.is_meant(hit, number)):
                _note(match, hit)
        if match.words:
            _weigh(index, match)
            matches.append(match)
    return matches


def _candidates(index: NameIndex, hits: Iterable[Hit], near: Collection[int]) -> set[int]:
    by_word: dict[frozenset[int], set[int]] = defaultdict(set)
    for hit in hits:
        if hit.word not in index.kinds.ordinary:
            by_word[hit.at] |= hit.posted.keys()
    rare = [names for names in by_word.values() if len(names) <= MANY]
    common = sorted((names for names in by_word.values() if len(names) > MANY), key=len)
    found = set(near).union(*rare)
    if common:
        shared = common[0]
        for names in common[1:]:
            shared = (shared & names) or shared
        found |= set(nsmallest(SOME, shared, key=lambda number: (len(index.names[number].words), number)))
    return found


def _whole_names(index: NameIndex, words: Sequence[str], taken: Collection[int]) -> Iterator[int]:
    """Names that stand in the text as they are: of two words or more, or as all of the text."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + LONGEST_NAME) + 1):
            long_enough = end - start > 1 or end - start == len(words)
            if long_enough and not set(taken) & set(range(start, end)):
                yield from index.whole.get(tuple(words[start:end]), ())


def _note(match: NameMatch, hit: Hit) -> None:
    for place in hit.posted[match.number]:
        if hit.quality > match.words.get(place, (0.0, hit.at))[0]:
            match.words[place] = (hit.quality, hit.at)


def _weigh(index: NameIndex, match: NameMatch) -> None:
    name = index.names[match.number]
    weights = [index.weight(word) for word in name.words]
    match.weight = sum(weights[place] * quality for place, (quality, _) in match.words.items())
    head = sum(weights[place] for place in name.head)
    known = sum(weights[place] * match.words[place][0] for place in name.head if place in match.words)
    match.coverage = known / head if head else 0.0
