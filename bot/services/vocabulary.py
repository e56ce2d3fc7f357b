"""Understanding the details of a question: what is asked, for which country, goods, day and sum."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from babel import Locale

from bot.services.moments import day_in, money_in
from bot.services.phrases import Cue, Hit, PhraseTable, Token, cue, match_cues, stems, tokens
from bot.services.typos import Spelling
from bot.shop.content import Content
from bot.shop.content.base import COUNTRIES, DEFAULT_CATEGORY, Language, Money
from bot.shop.content.returns import ReturnReason
from bot.shop.content.vocabulary import TOPICS, Topic

# Finnish writes a compound's head last: ruokapöytä is a pöytä.
_COMPOUND_HEAD = 4
# An aspect that says all that the others would.
_INSTEAD: dict[tuple[Topic, str], frozenset[str]] = {
    ("warranty", "parts"): frozenset({"coverage", "length"}),
    ("shipping", "restrictions"): frozenset({"regions", "methods"}),
}
_GOODS_ASPECT: dict[Topic, str] = {"warranty": "parts", "shipping": "restrictions"}
# Asking this about a part or about batteries is not asking whether they are covered or sent.
_GOODS_ARE_ASIDE = frozenset(
    {"proof", "handler", "accident", "transfer", "extended", "tracking", "address_change"}
)

Kind = Literal["country", "zone", "category", "goods"]


class Thing(NamedTuple):
    """Something of the shop's content that a phrase stands for."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Details:
    """What a message says about one topic."""

    aspects: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    zone: str | None = None
    categories: tuple[str, ...] = ()
    goods: str | None = None
    reason: ReturnReason | None = None
    flags: frozenset[str] = frozenset()
    since: date | None = None
    amount: Money | None = None
    # Whether it asks what the policy leaves open.
    not_said: bool = False

    @property
    def category(self) -> str | None:
        """The kind of goods it names first."""
        return next(iter(self.categories), None)


def understand(content: Content, text: str, language: Language, topic: Topic, today: date) -> Details:
    """The details of a message; English words are tried after those of its own language."""
    found = lexicon(content, language).read(text, topic, today)
    if language == "en":
        return found
    english = lexicon(content, "en").read(text, topic, today)
    return Details(
        **{name: getattr(found, name) or getattr(english, name) for name in Details.__annotations__}
    )


@lru_cache(maxsize=8)
def lexicon(content: Content, language: Language) -> "Lexicon":
    """The words of a language for this content, prepared once."""
    return Lexicon(content, language)


class Lexicon:
    """All words of one language, ready to be looked up."""

    def __init__(self, content: Content, language: Language) -> None:
        """Prepare the tables; takes some tens of milliseconds."""
        self.language: Language = language
        self.words = content.vocabulary[language]
        self.capitals = {
            word: code for code, words in self.words.countries.capitals_only.items() for word in words
        }
        self.things = {topic: self._things(content, topic) for topic in TOPICS}
        self.strong = {topic: self._cues(topic, weak=False) for topic in TOPICS}
        self.weak = {topic: self._cues(topic, weak=True) for topic in TOPICS}
        self.not_said = {topic: self._named({topic: words}) for topic, words in self.words.not_said.items()}
        self.reasons = self._named(self.words.reasons)
        self.flags = self._named(self.words.flags)
        self.heads = self._heads(content)
        known = {
            stem for cues in (self.strong, self.weak) for one in cues.values() for stem in _all_stems(one)
        }
        ordinary = known | {stem for word in self.words.not_misspelt for stem in stems(word, language)}
        self.spelling = Spelling(self.things["shipping"].single_words(), ordinary)

    def read(self, text: str, topic: Topic, today: date) -> Details:
        """What the text says, as far as this language's words tell."""
        words = tokens(text, self.language)
        plain = [word.stem for word in words]
        things = list(self._found_things(words, topic))
        goods = _first(things, "goods")
        not_said = bool(match_cues(self.not_said.get(topic, []), plain))
        return Details(
            aspects=self._aspects(plain, topic, goods, weakly=not not_said),
            countries=tuple(dict.fromkeys(thing.name for thing in things if thing.kind == "country")),
            zone=_first(things, "zone"),
            categories=tuple(dict.fromkeys(thing.name for thing in things if thing.kind == "category")),
            goods=goods,
            reason=cast(ReturnReason | None, next(iter(match_cues(self.reasons, plain)), None)),
            flags=frozenset(one.value for one in self.flags if one.find(plain, set())),
            since=day_in(text, self.words.dates, self.language, today),
            amount=money_in(text, self.words),
            not_said=not_said,
        )

    def _aspects(
        self, plain: list[str], topic: Topic, goods: str | None, *, weakly: bool
    ) -> tuple[str, ...]:
        found = match_cues(self.strong[topic], plain)
        if weakly and goods and topic in _GOODS_ASPECT and not _GOODS_ARE_ASIDE & set(found):
            found = [_GOODS_ASPECT[topic], *(aspect for aspect in found if aspect != _GOODS_ASPECT[topic])]
        found = found or (match_cues(self.weak[topic], plain) if weakly else [])
        covered = frozenset[str]().union(*(_INSTEAD.get((topic, aspect), frozenset()) for aspect in found))
        return tuple(aspect for aspect in found if aspect not in covered)

    def _found_things(self, words: tuple[Token, ...], topic: Topic) -> Iterator[Thing]:
        hits = self.things[topic].find([word.stem for word in words])
        taken = {place for hit in hits for place in range(hit.start, hit.end)}
        guessed = [
            hit for place in range(len(words)) if place not in taken for hit in self._guess(words, place)
        ]
        for hit in sorted((*hits, *guessed), key=lambda hit: hit.start):
            yield from hit.values

    def _guess(self, words: tuple[Token, ...], place: int) -> Iterator[Hit[Thing]]:
        word = words[place]
        values: Iterable[Thing] = ()
        if word.written in self.capitals:
            values = (Thing("country", self.capitals[word.written]),)
        elif self.language == "fi" and (head := self._head(word)):
            values = (head,)
        else:
            values = self.spelling.meant(word.stem)
        if values:
            yield Hit(place, place + 1, frozenset(values))

    def _head(self, word: Token) -> Thing | None:
        forms = (word.stem, word.written.casefold())
        fitting = [head for head in self.heads if any(form != head and form.endswith(head) for form in forms)]
        return self.heads[max(fitting, key=len)] if fitting else None

    def _heads(self, content: Content) -> dict[str, Thing]:
        heads: dict[str, Thing] = {}
        for category in content.catalogue.categories:
            for word in category.synonyms.get(self.language, ()):
                for head in {word.casefold(), *stems(word, self.language)}:
                    if " " not in word and len(head) >= _COMPOUND_HEAD:
                        heads.setdefault(head, Thing("category", category.id))
        return heads

    def _cues(self, topic: Topic, *, weak: bool) -> list[Cue]:
        return [
            cue(phrase, name, self.language)
            for name, words in self.words.aspects[topic].items()
            for phrase in (words.weak if weak else words.cues)
        ]

    def _named(self, phrases: dict[str, tuple[str, ...]]) -> list[Cue]:
        return [cue(phrase, name, self.language) for name, given in phrases.items() for phrase in given]

    def _things(self, content: Content, topic: Topic) -> PhraseTable[Thing]:
        table: PhraseTable[Thing] = PhraseTable(self.language)
        self._add_countries(table)
        for zone, words in self.words.zones.items():
            table.add(words, Thing("zone", zone))
        for category in content.catalogue.categories:
            if category.id != DEFAULT_CATEGORY:
                names = (category.name.in_language(self.language), *category.synonyms.get(self.language, ()))
                table.add(names, Thing("category", category.id))
        for name, words in _goods(content, topic, self.language):
            table.add(words, Thing("goods", name))
        return table

    def _add_countries(self, table: PhraseTable[Thing]) -> None:
        territories = {str(code): str(name) for code, name in Locale(self.language).territories.items()}
        for code in COUNTRIES:
            table.add((territories.get(code, ""),), Thing("country", code))
        table.remove(self.words.countries.ignored)
        for code, words in self.words.countries.synonyms.items():
            table.add(words, Thing("country", code))


def _goods(content: Content, topic: Topic, language: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    if topic == "shipping":
        for restriction in (item for policy in content.shipping for item in policy.restrictions):
            yield restriction.id, restriction.synonyms.get(language, ())
    if topic == "warranty":
        for part in (item for policy in content.warranty for item in policy.parts):
            yield part.id, part.synonyms.get(language, ())


def _all_stems(cues: Iterable[Cue]) -> Iterator[str]:
    return (stem for one in cues for part in one.parts for stem in part)


def _first(things: list[Thing], kind: Kind) -> str | None:
    return next((thing.name for thing in things if thing.kind == kind), None)
