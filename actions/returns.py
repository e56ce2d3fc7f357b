"""Questions on returns."""

from typing import ClassVar

from actions import return_verdict
from actions.history import Event
from actions.policy_answers import PolicyAction
from actions.recalls import say_recalls
from actions.turn import Turn
from bot.shop.content.vocabulary import Topic


class ReturnPolicyAnswer(PolicyAction):
    """Answers questions on returns: in general by the policy, of something bought by its own verdict."""

    topic: ClassVar[Topic] = "returns"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_return_policy"

    async def answer(self, turn: Turn) -> list[Event]:
        """A named order or product of the customer's own is looked at."""
        if turn.intent == "ask_return_policy" and await return_verdict.asks_about_own(turn):
            await say_recalls(turn)
            return await return_verdict.begin_verdict(turn)
        return await super().answer(turn)
