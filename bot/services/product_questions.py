"""Understanding a question about products: which aspects and facts, and whether "it" is meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.services.name_words import forms_of, word_kinds, words_of
from bot.services.phrases import Cue, cue, match_cues, tokens
from bot.shop.content import Content
from bot.shop.content.base import LANGUAGES, Language

SPEC = "spec:"
MOST_ASPECTS = 2


@dataclass(frozen=True)
class Asked:
    """What is asked: aspects in the order of the text, and the fact that `specs` is about."""

    aspects: tuple[str, ...] = ()
    spec: str | None = None


class ProductLexicon:
    """The words of product questions in one language."""

    def __init__(self, content: Content, language: Language) -> None:
        """Prepare the cues."""
        words = content.vocabulary[language].products
        self.language: Language = language
        self.strong = [
            cue(phrase, name, language) for name, each in words.aspects.items() for phrase in each.cues
        ]
        self.strong += [
            cue(phrase, SPEC + name, language) for name, each in words.specs.items() for phrase in each.cues
        ]
        self.weak = [
            cue(phrase, name, language) for name, each in words.aspects.items() for phrase in each.weak
        ]
        self.trouble = [cue(phrase, "trouble", language) for phrase in words.trouble]
        self.pointers = {form for word in words.pointers for form in words_of(word)}

    def asked(self, text: str, facts: list[Cue]) -> Asked:
        """What the text asks; `facts` are the names of the product's own facts."""
        plain = [token.stem for token in tokens(text, self.language)]
        found = match_cues([*self.strong, *facts], plain) or match_cues(self.weak, plain)
        spec = next((name.removeprefix(SPEC) for name in found if name.startswith(SPEC)), None)
        aspects = dict.fromkeys("specs" if name.startswith(SPEC) else name for name in found)
        return Asked(tuple(aspects)[:MOST_ASPECTS], spec)

    def is_troubled(self, text: str) -> bool:
        """Whether the text says that something is wrong."""
        plain = [token.stem for token in tokens(text, self.language)]
        return bool(match_cues(self.trouble, plain))

    def own_facts(self, names: Iterator[str]) -> list[Cue]:
        """Cues for facts by the names that the shop gave them."""
        return [cue(name, SPEC + name, self.language) for name in names]


@lru_cache(maxsize=16)
def product_lexicon(content: Content, language: Language) -> ProductLexicon:
    """The words of a language, prepared once."""
    return ProductLexicon(content, language)


def asked_of(content: Content, text: str, language: Language, facts: tuple[str, ...]) -> Asked:
    """What is asked; English words are tried after those of the text's own language."""
    for code in dict.fromkeys((language, "en")):
        lexicon = product_lexicon(content, code)
        found = lexicon.asked(text, lexicon.own_facts(iter(facts)))
        if found.aspects:
            return found
    return Asked()


def is_troubled(content: Content, text: str) -> bool:
    """Whether a text says, in any language, that something is wrong."""
    return any(product_lexicon(content, code).is_troubled(text) for code in LANGUAGES)


def points_back(content: Content, text: str, language: Language) -> bool:
    """Whether the text is about the product spoken of last: it says "it", or no word we do not know."""
    words = words_of(text)
    pointers = product_lexicon(content, language).pointers | product_lexicon(content, "en").pointers
    if any(word in pointers for word in words):
        return True
    kinds = word_kinds(content)
    known = kinds.known - kinds.kinds
    return all(
        word.isdigit() or any(form in known for _, form in forms_of(word, (language, "en"))) for word in words
    )
