"""Which products a customer's words name: by sku, by whole name, or by some words of it, also misspelt."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.services.name_index import NameIndex
from bot.services.name_matching import NameMatch, match_names
from bot.services.name_words import folded, word_kinds, words_of
from bot.services.option_words import OptionWords, option_words
from bot.shop.assortment import Assortment
from bot.shop.content import Content
from bot.shop.content.base import Language

MOST_MENTIONS = 3
MOST_CANDIDATES = 50
# Names whose words tell nearly as much as the best one's are meant as likely.
AS_GOOD = 0.9
# From here on all of a name that tells something is in the text.
COMPLETE = 0.95
# A found word of lower quality does not name a product on its own.
SURE_QUALITY = 0.6
_CHUNK = re.compile(r"\S+")
_EDGES = ".,;:!?\"'()[]{}“”’"


@dataclass(frozen=True)
class Mention:
    """Something in the text that names products: `families`, the likeliest first; one is certain.

    `variant` is the variant that is meant, `asked` an option's word that none has. `sure` is false for words
    that may as well be no product at all. `taken` are the places of the words it consists of.
    """

    families: tuple[str, ...]
    variant: str | None = None
    asked: str | None = None
    sure: bool = True
    taken: frozenset[int] = frozenset()

    @property
    def family(self) -> str | None:
        """The one product that is meant; none when there are several."""
        return self.families[0] if len(self.families) == 1 else None


class ProductMatcher:
    """Finds products of one assortment in texts."""

    def __init__(self, assortment: Assortment, index: NameIndex, options: OptionWords) -> None:
        """The index must be of these products' names."""
        self.assortment = assortment
        self.index = index
        self.options = options

    def with_products(self, assortment: Assortment) -> "ProductMatcher":
        """The same for products that changed in anything but their names."""
        return ProductMatcher(assortment, self.index, self.options)

    def mentions(
        self, text: str, language: Language, *, owned: Collection[str] = (), among: Collection[str] = ()
    ) -> tuple[Mention, ...]:
        """What the text names, the clearest first.

        Of several products that fit as well, one that the customer has is meant; of those that were just
        offered (`among`) a single ordinary word is enough.
        """
        words = words_of(text)
        found = [self._by_sku(sku, words) for sku in self._skus(text)]
        taken = frozenset(place for mention in found for place in mention.taken)
        while len(found) < MOST_MENTIONS:
            mention = self._next(words, taken, language, owned, among)
            if mention is None:
                break
            found.append(mention)
            taken |= mention.taken
            if not mention.sure:
                break
        return _each_once(found)

    def variant(self, family: str, text: str) -> tuple[str | None, str | None]:
        """The variant whose options the text names, or the option's word that no variant has."""
        return self._variant(family, words_of(text))

    def _by_sku(self, sku: str, words: Sequence[str]) -> Mention:
        parts = words_of(sku)
        taken = _place_of(parts, words)
        family = self.assortment.family_of(sku)
        variant = sku if sku != family else self._variant(family, words, taken)[0]
        return Mention((family,), variant, taken=taken)

    def _skus(self, text: str) -> list[str]:
        """Skus that stand in the text; one that is a plain word counts only when it is all of the text."""
        chunks = [folded(chunk.strip(_EDGES)) for chunk in _CHUNK.findall(text)]
        whole = folded(text.strip().strip(_EDGES))
        found = [
            self.index.skus[chunk] for chunk in chunks if chunk in self.index.skus and not chunk.isalpha()
        ]
        found += [self.index.skus[whole]] if whole in self.index.skus else []
        numbers = [sku for sku in found if not sku.isdigit()]
        return list(dict.fromkeys(numbers))

    def _next(
        self,
        words: Sequence[str],
        taken: frozenset[int],
        language: Language,
        owned: Collection[str],
        among: Collection[str],
    ) -> Mention | None:
        near = [one.sku for sku in (*owned, *among) for one in self.assortment.family(sku)]
        matches = match_names(self.index, words, taken, language, self.index.numbers_of(near))
        if among:
            offered = {self.assortment.family_of(sku) for sku in among}
            close = [match for match in matches if self._family(match) in offered]
            if close:
                return self._mention(close, words, owned)
        sure = [match for match in matches if self._is_sure(match)]
        if sure:
            return self._mention(sure, words, owned)
        guesses = [match for match in matches if self._may_be(match)]
        if guesses:
            mention = self._mention(guesses, words, owned)
            return Mention(mention.families, mention.variant, sure=False, taken=mention.taken)
        return None

    def _is_sure(self, match: NameMatch) -> bool:
        """Whether the words it shares with the text are enough to say that it is named."""
        name = self.index.names[match.number]
        telling = (
            quality >= SURE_QUALITY and not self.index.is_soft(name.words[place])
            for place, (quality, _) in match.words.items()
        )
        return match.is_whole or any(telling)

    def _may_be(self, match: NameMatch) -> bool:
        """Whether a word of a question, such as "cover", may be the product's name after all."""
        name = self.index.names[match.number]
        words = [name.words[place] for place in match.words if place in name.head]
        return any(word not in self.index.kinds.ordinary and not word.isdigit() for word in words)

    def _mention(self, matches: list[NameMatch], words: Sequence[str], owned: Collection[str]) -> Mention:
        best = self._best(matches)
        families = self._families(best, owned)
        taken = self._taken([match for match in best if self._family(match) in families])
        if len(families) > 1:
            return Mention(families[:MOST_CANDIDATES], taken=taken)
        named = {self.index.names[match.number].sku for match in best} - set(families)
        members = [sku for sku in named if self.assortment.family_of(sku) == families[0]]
        variant, asked = self._variant(families[0], words, taken)
        if variant is None and len(members) == 1:
            variant = members[0]
        return Mention(families, variant, asked, taken=taken)

    def _best(self, matches: list[NameMatch]) -> list[NameMatch]:
        """What shares most with the text, whole names first; a part only if it is itself named."""
        matches = [match for match in matches if match.coverage > 0] or matches
        most = max(match.weight for match in matches)
        near = [match for match in matches if match.weight >= AS_GOOD * most]
        near = [match for match in near if match.is_whole] or near
        complete = [match for match in near if match.coverage > COMPLETE]
        fewest = min((self._unsaid(match) for match in complete), default=0)
        return [match for match in complete if self._unsaid(match) == fewest] or near

    def _unsaid(self, match: NameMatch) -> int:
        """Words of the name that are not in the text."""
        return len(self.index.names[match.number].words) - len(match.words)

    def _families(self, matches: list[NameMatch], owned: Collection[str]) -> tuple[str, ...]:
        best: dict[str, NameMatch] = {}
        for match in matches:
            family = self._family(match)
            if family not in best or match.coverage > best[family].coverage:
                best[family] = match
        mine = {self.assortment.family_of(sku) for sku in owned} & set(best)
        kept = mine or set(best)
        return tuple(sorted(kept, key=lambda family: (-best[family].coverage, family)))

    def _family(self, match: NameMatch) -> str:
        return self.assortment.family_of(self.index.names[match.number].sku)

    def _taken(self, matches: Iterable[NameMatch]) -> frozenset[int]:
        taken: set[int] = set()
        for match in matches:
            places = self.index.names[match.number].head if not match.is_whole else set(match.words)
            taken |= {at for place in places & set(match.words) for at in match.words[place][1]}
        return frozenset(taken)

    def _variant(
        self, family: str, words: Sequence[str], taken: frozenset[int] = frozenset()
    ) -> tuple[str | None, str | None]:
        members = self.assortment.family(family)
        return self.options.choose(members, [word for at, word in enumerate(words) if at not in taken])


def _each_once(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The mentions without later ones of the same products, and without guesses beside what is sure."""
    kept: dict[tuple[str, ...], Mention] = {}
    for mention in mentions:
        if mention.sure or not kept:
            kept.setdefault(mention.families, mention)
    return tuple(kept.values())


def _place_of(parts: Sequence[str], words: Sequence[str]) -> frozenset[int]:
    """Where the parts stand together among the words."""
    for start in range(len(words) - len(parts) + 1):
        if tuple(words[start : start + len(parts)]) == tuple(parts):
            return frozenset(range(start, start + len(parts)))
    return frozenset()


def make_matcher(content: Content, assortment: Assortment) -> ProductMatcher:
    """A matcher for the products of now; see `bot.services.catalogue` for keeping it."""
    return ProductMatcher(assortment, NameIndex(assortment, word_kinds(content)), option_words(content))
