"""Questions on returns."""

from typing import ClassVar

from actions.policy_answers import PolicyAction
from bot.shop.content.vocabulary import Topic


class ReturnPolicyAnswer(PolicyAction):
    """Answers questions on returns."""

    topic: ClassVar[Topic] = "returns"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_return_policy"
