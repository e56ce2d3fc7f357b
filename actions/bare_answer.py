"""A bare answer such as "to Sweden" or "10482" when no form has asked for one."""

from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import claim_status, order_access, policy_answers, products, tasks
from actions.base import MISSES, ShopAction
from actions.history import Event
from actions.misses import missed
from actions.turn import Turn
from bot.services.codes import CodeResult


class Inform(ShopAction):
    """Takes a bare answer when no form is open."""

    understood: ClassVar[bool] = False

    def name(self) -> str:
        """In the domain."""
        return "action_inform"

    async def answer(self, turn: Turn) -> list[Event]:
        """A number alone is taken for an order's; the rest goes on with the last policy question."""
        if (step := turn.entity("task_step")) is not None:
            return tasks.drop(turn) if step == "drop" else tasks.resume(turn)
        if turn.entity("code_result") is not None:
            return _code(turn)
        if turn.entity("claim_number"):
            return [SlotSet(MISSES, 0), *await claim_status.begin_status(turn)]
        if turn.entity("order_number") and not turn.entity("country"):
            return [SlotSet(MISSES, 0), *await order_access.begin(turn, "status")]
        if (went_on := await products.go_on(turn)) is not None:
            return [SlotSet(MISSES, 0), *went_on]
        if not turn.entity("email") and (answered := await policy_answers.take_bare_answer(turn)) is not None:
            return [SlotSet(MISSES, 0), *answered]
        return missed(turn, "utter_smalltalk_bare_answer")


def _code(turn: Turn) -> list[Event]:
    """A code that was typed when its question was no longer open counts all the same."""
    result = turn.entity("code_result")
    accepted = result == CodeResult.ACCEPTED
    turn.say("utter_orders_code_accepted" if accepted else f"utter_orders_code_{result}")
    return []
