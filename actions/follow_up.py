"""Questions that go on with what was just talked of: "and to Finland?", "a duvet?", "who pays?"."""

from collections.abc import Sequence

from actions import history
from actions.history import Event
from actions.turn import Turn
from bot.services import policy_topics
from bot.services.policies import shop_day
from bot.services.vocabulary import understand
from bot.shop.content.vocabulary import TOPICS, Topic

# Talk about the talk, and answers to what was not understood, do not end a subject.
ASIDE = "utter_smalltalk_"
# How many answers of that kind may lie between.
MOST_ASIDE = 3


def subject(turn: Turn, last: str | None) -> Topic | None:
    """The policy that this message goes on with, if the last answer was one of its answers."""
    topic = next((one for one in TOPICS if one == last), None)
    if topic is None or turn.form or turn.is_button or not _was_answered_last(turn.events()):
        return None
    content, day = turn.runtime.content, shop_day(turn.runtime)
    goes_on = policy_topics.follows_up(content, turn.text, turn.language, topic, day)
    return topic if goes_on else None


def subject_beside_products(turn: Turn, last: str | None) -> Topic | None:
    """The same for what was taken for a question on a product: goods and a fact together are one."""
    topic = subject(turn, last)
    if topic is None:
        return None
    content, day = turn.runtime.content, shop_day(turn.runtime)
    is_product = policy_topics.asks_fact_of_thing(content, turn.text, turn.language, topic, day)
    return None if is_product else topic


def named(turn: Turn, guess: Topic) -> Topic:
    """The policy that a question names in its own words, or else the one it was taken for."""
    if turn.is_button:
        return guess
    content, day = turn.runtime.content, shop_day(turn.runtime)
    return policy_topics.meant_topic(content, turn.text, turn.language, guess, day)


def misspelt(turn: Turn) -> Topic | None:
    """The policy that a misspelt word names, in a message that was not understood."""
    if turn.form or turn.is_button:
        return None
    return policy_topics.misspelt_topic(turn.runtime.content, turn.text, turn.language)


def adds_to(turn: Turn, topic: Topic) -> bool:
    """Whether a bare answer holds anything that the policy knows."""
    content, day = turn.runtime.content, shop_day(turn.runtime)
    return policy_topics.adds_to(understand(content, turn.text, turn.language, topic, day))


def _was_answered_last(events: Sequence[Event]) -> bool:
    for answer in history.last_answers(events, MOST_ASIDE + 1):
        if any(_links_policy(message) for message in answer):
            return True
        if not all(history.response_of(message).startswith(ASIDE) for message in answer):
            return False
    return False


def _links_policy(message: Event) -> bool:
    custom = (message.get("data") or {}).get("custom") or {}
    return any("/policies/" in str(card.get("url")) for card in custom.get("cards") or [])
