"""What the shop's policies say to a question."""

from collections.abc import Sequence
from dataclasses import replace

from bot.shop.answers.base import PolicyAnswer, PolicyQuestion
from bot.shop.answers.returns import answer_returns
from bot.shop.answers.sales import answer_sales
from bot.shop.answers.shipping import answer_shipping
from bot.shop.answers.warranty import answer_warranty
from bot.shop.content import Content, in_force, next_change
from bot.shop.content.base import Versioned

__all__ = ["PolicyAnswer", "PolicyQuestion", "answer_question"]


def answer_question(content: Content, question: PolicyQuestion) -> PolicyAnswer:
    """What the policy in force on `question.today` says, with its version and when that may change."""
    versions: Sequence[Versioned] = getattr(content, question.topic)
    found = _answer(content, question)
    version = in_force(versions, question.today).version
    return replace(found, version=version, changes_on=next_change(versions, question.today))


def _answer(content: Content, question: PolicyQuestion) -> PolicyAnswer:
    today = question.today
    match question.topic:
        case "shipping":
            return answer_shipping(content, in_force(content.shipping, today), question)
        case "returns":
            return answer_returns(content, in_force(content.returns, today), question)
        case "warranty":
            return answer_warranty(content, in_force(content.warranty, today), question)
        case "sales":
            return answer_sales(content, in_force(content.sales, today), question)
