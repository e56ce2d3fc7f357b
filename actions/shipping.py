"""Questions on shipping."""

from typing import ClassVar

from actions.policy_answers import PolicyAction
from bot.shop.content.vocabulary import Topic


class ShippingPolicyAnswer(PolicyAction):
    """Answers questions on shipping."""

    topic: ClassVar[Topic] = "shipping"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_shipping_policy"
