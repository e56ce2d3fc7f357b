"""Questions on prices and sales."""

from typing import ClassVar

from actions.policy_answers import PolicyAction
from bot.shop.content.vocabulary import Topic


class SalesPolicyAnswer(PolicyAction):
    """Answers questions on prices and sales."""

    topic: ClassVar[Topic] = "sales"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_sales_policy"
