"""Colours and sizes as customers write them, which tell a product's variants apart."""

from collections.abc import Sequence
from functools import lru_cache

from bot.services.name_words import folded, forms_of, words_of
from bot.shop.content import Content
from bot.shop.products import Product


class OptionWords:
    """Colours and sizes as customers write them."""

    def __init__(self, content: Content) -> None:
        """By every customer's word, the option's words it stands for."""
        self._english: dict[str, str] = {}
        for language, vocabulary in content.vocabulary.items():
            for value, words in vocabulary.products.values.items():
                for word in (value, *words):
                    for _, form in forms_of(word, (language,)):
                        self._english.setdefault(form, folded(value))

    def choose(self, members: Sequence[Product], words: Sequence[str]) -> tuple[str | None, str | None]:
        """The one member that the words name by its options, else the first option's word that none has."""
        asked = [(self._meaning(word), word) for word in words]
        shared = [(self._fitting(member, asked), member.sku) for member in members]
        most = max((count for count, _ in shared), default=0)
        best = [sku for count, sku in shared if count == most]
        if most:
            return (best[0], None) if len(best) == 1 else (None, None)
        strange = (word for meaning, word in asked if meaning in self._english.values())
        return None, next(strange, None)

    def _fitting(self, member: Product, asked: Sequence[tuple[str, str]]) -> int:
        own = {form for value in member.options.values() for word in words_of(str(value)) for form in (word,)}
        own |= {self._meaning(word) for word in own}
        return sum(meaning in own or word in own for meaning, word in asked if word not in ("a", "i"))

    def _meaning(self, word: str) -> str:
        forms = (form for _, form in forms_of(word, ("en", "fi", "fil")))
        return next((self._english[form] for form in forms if form in self._english), word)


@lru_cache(maxsize=4)
def option_words(content: Content) -> OptionWords:
    """The options' words of this content, prepared once."""
    return OptionWords(content)
