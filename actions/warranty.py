"""Questions on the warranty."""

from typing import ClassVar

from actions.policy_answers import PolicyAction
from bot.shop.content.vocabulary import Topic


class WarrantyPolicyAnswer(PolicyAction):
    """Answers questions on the warranty."""

    topic: ClassVar[Topic] = "warranty"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_warranty_policy"
