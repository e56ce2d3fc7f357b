"""What the actions that answer policy questions have in common."""

from abc import ABC
from typing import Any, ClassVar

from rasa_sdk.events import SlotSet

from actions.base import ShopAction
from actions.history import Event
from actions.recalls import say_recalls
from actions.turn import Button, Turn, payload
from bot.services import policies
from bot.services.policies import Memory, PolicyReply, PolicyRequest, Sentence
from bot.shop.content.vocabulary import Topic

# The slots that keep what the last policy question was about.
TOPIC, ASPECT, COUNTRY, CATEGORY = "policy_topic", "policy_aspect", "country", "category"


class PolicyAction(ShopAction, ABC):
    """Answers a question on one policy; after a bare answer it goes on with the last question."""

    topic: ClassVar[Topic]

    async def answer(self, turn: Turn) -> list[Event]:
        """Say what the policy says, after a recall of what it is asked for; remember what was asked."""
        await say_recalls(turn)
        reply = await policies.answer_policy(turn.runtime, turn.dialogue_id, self._request(turn))
        _say(turn, reply)
        return _remember(reply.memory)

    def _request(self, turn: Turn) -> PolicyRequest:
        return PolicyRequest(
            topic=self.topic,
            language=turn.language,
            text="" if turn.is_button else turn.text,
            aspect=turn.entity(ASPECT),
            country=turn.entity(COUNTRY),
            category=turn.entity(CATEGORY),
            continues=turn.intent == "inform",
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
