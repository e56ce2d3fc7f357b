"""What all forms have in common: who interrupts them, corrections, help after wrong answers, being left."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import history, tasks
from actions.base import SURE, ShopAction
from actions.history import Event
from actions.turn import Turn

MISSES = "form_misses"
# From the third asking on, the question comes with help.
MISSES_BEFORE_HELP = 2

# Answers to a question, and what Rasa calls a message that it cannot place: a form tries to use them.
BARE_ANSWERS = frozenset({"inform", "affirm", "deny"})
NOT_INTERRUPTING = BARE_ANSWERS | {"out_of_scope", "nlu_fallback", ""}
# Free text is what a customer was asked for: only these lead away from that question.
ABOUT_THE_TALK = frozenset(
    {
        "cancel_flow",
        "repeat",
        "ask_capabilities",
        "ask_if_bot",
        "change_language",
        "request_human",
        "greet",
        "thank",
        "goodbye",
    }
)
POLICY_QUESTIONS = frozenset(
    {"ask_shipping_policy", "ask_return_policy", "ask_warranty_policy", "ask_sales_policy"}
)
# A question the bot can answer is short; what is longer is what the customer wants staff to read.
SHORT_QUESTION_WORDS = 12
BARE_CANCEL_WORDS = 2


class FormReader(ShopAction, ABC):
    """Reads the answer to the question of an open form. Rasa runs it as `validate_<form>`.

    Returning no event means "this was no answer": Rasa then answers the message by the rule for its intent
    and lets the form ask again.
    """

    understood: ClassVar[bool] = False
    # Which slot a customer means who says that a field is wrong.
    fields: ClassVar[Mapping[str, str]] = {}
    free_text: ClassVar[frozenset[str]] = frozenset()
    # Emptied when any other answer changes: a yes counts for what was shown.
    confirmation: ClassVar[str]

    @abstractmethod
    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """The events of an answer to the question for `slot`."""

    async def answer(self, turn: Turn) -> list[Event]:
        """Take the message as a correction, as an answer, or as neither."""
        slot = turn.asked_slot
        if slot is None or history.was_no_answer(turn.events()):
            return []
        corrected = self.correction(turn)
        return corrected or ([] if self.is_interrupted(turn, slot) else await self.read(turn, slot))

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """Whether the message is surely about something else than the question."""
        if turn.is_button:
            return turn.intent not in BARE_ANSWERS
        if turn.confidence < SURE or (turn.is_foreign and turn.intent != "cancel_flow"):
            return False
        if slot in self.free_text:
            return turn.intent in ABOUT_THE_TALK or is_stop(turn) or _is_short_question(turn)
        return turn.intent not in NOT_INTERRUPTING

    def correction(self, turn: Turn) -> list[Event]:
        """Empty the field that the customer calls wrong, if it has been filled."""
        slot = self.fields.get(turn.entity("form_field") or "")
        return self.filled(slot, None) if slot and turn.slot(slot) else []

    def filled(self, slot: str, value: str | None) -> list[Event]:
        """The events of a new value; the confirmation of the old one is gone."""
        confirmation = [] if slot == self.confirmation else [SlotSet(self.confirmation, None)]
        return [SlotSet(slot, value), SlotSet(MISSES, 0), *confirmation]

    def wrong(self, turn: Turn, slot: str, response: str, help_response: str) -> list[Event]:
        """Say what is wrong with the answer, with help when it happens again; the form asks once more."""
        misses = turn.count(MISSES) + 1
        turn.ask(help_response if misses >= MISSES_BEFORE_HELP else response)
        return [SlotSet(slot, None), SlotSet(MISSES, misses)]


def is_stop(turn: Turn) -> bool:
    """Whether the customer wants to leave the form; a bare "cancel" to a question of ours is about that."""
    bare_cancel = turn.intent == "cancel_order" and len(turn.text.split()) <= BARE_CANCEL_WORDS
    return turn.intent == "cancel_flow" or (bare_cancel and not turn.is_button)


def stop(turn: Turn) -> list[Event]:
    """Leave the open form; nothing that was typed into it is kept."""
    turn.ask("utter_smalltalk_stopped")
    tasks.offer_rest(turn)
    slots = [*turn.form_slots(), "requested_slot"]
    return [ActiveLoop(None), *(SlotSet(slot, None) for slot in slots), SlotSet(MISSES, 0)]


def _is_short_question(turn: Turn) -> bool:
    return turn.intent in POLICY_QUESTIONS and len(turn.text.split()) <= SHORT_QUESTION_WORDS
