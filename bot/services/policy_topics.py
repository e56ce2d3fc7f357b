"""Which policy a message is about: by its own words, and by what was talked of before."""

from datetime import date
from functools import lru_cache

from bot.services.phrases import PhraseTable, stems, tokens
from bot.services.typos import Spelling
from bot.services.vocabulary import Details, understand
from bot.shop.content import Content
from bot.shop.content.base import Language
from bot.shop.content.vocabulary import Topic

# A question of so few words is about what was just talked of, if it names nothing else.
FEW_WORDS = 6
# So few may name no more than a place or goods.
BARE_WORDS = 3


@lru_cache(maxsize=8)
def _topic_words(content: Content, language: Language) -> PhraseTable[Topic]:
    table: PhraseTable[Topic] = PhraseTable(language)
    for topic, words in content.vocabulary[language].topic_words.items():
        table.add(words, topic)
    return table


@lru_cache(maxsize=8)
def _openers(content: Content, language: Language) -> tuple[tuple[str, ...], ...]:
    return tuple(stems(words, language) for words in content.vocabulary[language].follow_ups)


@lru_cache(maxsize=8)
def _spelling(content: Content, language: Language) -> Spelling[Topic]:
    """Topic words of one word as they are written: endings are cut off differently from what is misspelt."""
    vocabulary = content.vocabulary[language]
    words: dict[str, set[Topic]] = {}
    for topic, phrases in vocabulary.topic_words.items():
        for word in phrases:
            words.setdefault(word.casefold(), set()).add(topic)
    names = [(word, frozenset(topics)) for word, topics in words.items() if " " not in word]
    return Spelling(names, {word.casefold() for word in vocabulary.not_misspelt} | set(words))


def misspelt_topic(content: Content, text: str, language: Language) -> Topic | None:
    """The policy that a misspelt word names, if no other is named."""
    spelling = _spelling(content, language)
    meant = {topic for word in tokens(text, language) for topic in spelling.meant(word.written.casefold())}
    named = named_topics(content, text, language) | meant
    return next(iter(meant)) if len(meant) == 1 and named == meant else None


def named_topics(content: Content, text: str, language: Language) -> frozenset[Topic]:
    """The policies whose own words are in the text."""
    hits = _topic_words(content, language).find(stems(text, language))
    return frozenset(topic for hit in hits for topic in hit.values)


def meant_topic(content: Content, text: str, language: Language, guess: Topic, today: date) -> Topic:
    """The policy a question is on: the guess, unless only another one is named and knows what is asked."""
    named = named_topics(content, text, language)
    if guess in named or len(named) != 1:
        return guess
    (other,) = named
    return other if understand(content, text, language, other, today).aspects else guess


def follows_up(content: Content, text: str, language: Language, topic: Topic, today: date) -> bool:
    """Whether the text reads as going on with a question on `topic`, and adds something to it."""
    named = named_topics(content, text, language)
    if named and topic not in named:
        return False
    words = stems(text, language)
    opened = any(words[: len(opener)] == opener for opener in _openers(content, language))
    details = understand(content, text, language, topic, today)
    asks = len(words) <= FEW_WORDS and bool(details.aspects)
    return (opened or asks or len(words) <= BARE_WORDS) and adds_to(details)


def adds_to(details: Details) -> bool:
    """Whether a message says anything that its policy knows."""
    return details != Details()


def asks_fact_of_thing(content: Content, text: str, language: Language, topic: Topic, today: date) -> bool:
    """Whether it names goods and what it wants to know of them, as a question on a product does."""
    details = understand(content, text, language, topic, today)
    return bool(details.category and details.aspects)
