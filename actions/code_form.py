"""The question for a code sent by e-mail, alike in every form that asks it."""

import re
from abc import ABC, abstractmethod
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions.forms import MISSES, NOT_INTERRUPTING, FormReader
from actions.history import Event
from actions.turn import Turn
from bot.services.codes import CodeResult

SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
SEND_AGAIN = "send_code"
_AGAIN = re.compile(r"(?i)\b(?:again|resend|another|new|anew|uudestaan|uusi|ulit|bago)\b")


class CodeReader(FormReader, ABC):
    """A form whose last question is for a code."""

    code_slot: ClassVar[str]

    @abstractmethod
    async def accepted(self, turn: Turn) -> list[Event]:
        """The code was right."""

    @abstractmethod
    async def send_again(self, turn: Turn) -> list[Event]:
        """Send a new code, or say why not."""

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """Asking for the code once more is an answer to its question."""
        if slot == self.code_slot and self._wants_another(turn):
            return False
        return super().is_interrupted(turn, slot)

    async def read_code(self, turn: Turn) -> list[Event]:
        """What became of the code, as the gateway saw it; Rasa never gets the digits."""
        result = turn.entity("code_result")
        if result == CodeResult.ACCEPTED:
            return await self.accepted(turn)
        if result == CodeResult.USED_UP:
            return self.again(turn, "utter_orders_code_used_up")
        if result == CodeResult.WRONG:
            return self.again(turn, "utter_orders_code_wrong")
        if self._wants_another(turn):
            return await self.send_again(turn)
        if SIX_DIGITS.search(turn.text):
            return self.again(turn, "utter_orders_code_expired")
        return self.wrong(turn, self.code_slot, "utter_orders_code_needed", "utter_orders_code_help")

    def again(self, turn: Turn, response: str) -> list[Event]:
        """Say what is wrong with the code; the question comes again."""
        turn.ask(response)
        return [SlotSet(self.code_slot, None), SlotSet(MISSES, 0)]

    def _wants_another(self, turn: Turn) -> bool:
        if turn.entity("order_step") == SEND_AGAIN:
            return True
        asks = turn.intent == "repeat" or turn.intent in NOT_INTERRUPTING
        return not turn.is_button and asks and bool(_AGAIN.search(turn.text))
