"""What the actions that answer policy questions have in common."""

from abc import ABC
from typing import Any, ClassVar

from rasa_sdk.events import SlotSet

from actions import follow_up
from actions.base import ShopAction
from actions.history import Event
from actions.recalls import say_recalls
from actions.turn import Button, Turn, payload
from bot.services import policies
from bot.services.policies import Memory, PolicyReply, PolicyRequest, Sentence
from bot.shop.content.vocabulary import TOPICS, Topic

# The slots that keep what the last policy question was about.
TOPIC, ASPECT, COUNTRY, CATEGORY = "policy_topic", "policy_aspect", "country", "category"


class PolicyAction(ShopAction, ABC):
    """Answers a question on one policy, or on the one its words or the last answer make it a question on."""

    topic: ClassVar[Topic]

    async def answer(self, turn: Turn) -> list[Event]:
        """Say what the policy says, after a recall of what it is asked for; remember what was asked."""
        if (went_on := await go_on(turn)) is not None:
            return went_on
        return await _answer(turn, follow_up.named(turn, self.topic), continues=False)


async def go_on(turn: Turn) -> list[Event] | None:
    """Answer what goes on with the last question on a policy; None if it does not."""
    topic = follow_up.subject(turn, turn.slot(TOPIC))
    return await _answer(turn, topic, continues=True) if topic else None


async def go_on_beside_products(turn: Turn) -> list[Event] | None:
    """The same for what was taken for a question on a product."""
    topic = follow_up.subject_beside_products(turn, turn.slot(TOPIC))
    return await _answer(turn, topic, continues=True) if topic else None


async def take_bare_answer(turn: Turn) -> list[Event] | None:
    """Go on with the last policy talked of, however long ago; None if the message says nothing it knows."""
    topic = next((one for one in TOPICS if one == turn.slot(TOPIC)), None)
    if topic is None or not (turn.is_button or turn.entity(COUNTRY) or follow_up.adds_to(turn, topic)):
        return None
    return await _answer(turn, topic, continues=True)


async def answer_as(turn: Turn, topic: Topic) -> list[Event]:
    """Answer a message as a question on that policy."""
    return await _answer(turn, topic, continues=False)


async def _answer(turn: Turn, topic: Topic, *, continues: bool) -> list[Event]:
    await say_recalls(turn)
    reply = await policies.answer_policy(
        turn.runtime, turn.dialogue_id, _request(turn, topic, continues=continues)
    )
    _say(turn, reply)
    return _remember(reply.memory)


def _request(turn: Turn, topic: Topic, *, continues: bool) -> PolicyRequest:
    return PolicyRequest(
        topic=topic,
        language=turn.language,
        text="" if turn.is_button else turn.text,
        aspect=turn.entity(ASPECT),
        country=turn.entity(COUNTRY),
        category=turn.entity(CATEGORY),
        continues=continues,
        memory=Memory(turn.slot(TOPIC), turn.slot(ASPECT), turn.slot(COUNTRY), turn.slot(CATEGORY)),
    )


def _say(turn: Turn, reply: PolicyReply) -> None:
    *before, last = reply.sentences
    for sentence in before:
        turn.say(sentence.response, **_values(sentence))
    card = {"title": reply.card.title, "url": reply.card.url}
    turn.say(last.response, buttons=_buttons(reply), cards=[card], **_values(last))


def _values(sentence: Sentence) -> dict[str, Any]:
    return dict(sentence.values)


def _buttons(reply: PolicyReply) -> list[Button]:
    return [
        {"title": choice.title, "payload": payload(choice.intent, **choice.entities)}
        for choice in reply.choices
    ]


def _remember(memory: Memory) -> list[Event]:
    known = {
        TOPIC: memory.topic,
        ASPECT: memory.aspect,
        COUNTRY: memory.country,
        CATEGORY: memory.category,
    }
    return [SlotSet(name, value) for name, value in known.items()]
