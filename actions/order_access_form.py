"""The questions of the identity dialogue: which order, what proves it, the code."""

from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import FollowupAction, SlotSet

from actions import account_access, history, tasks
from actions.base import ShopAction
from actions.code_form import CodeReader
from actions.forms import MISSES
from actions.history import Event
from actions.order_access import (
    CODE,
    CODE_SENT,
    CURRENT,
    EMAIL,
    FORM,
    GIVEN,
    NUMBER,
    PROOF,
    PURPOSE,
    SKU,
    Step,
    purpose_of,
)
from actions.order_words import SaidOfOrder, said_of_order
from actions.turn import Button, Turn, payload
from actions.values import listed, written
from bot.services import codes
from bot.services.attempts import TooManyAttempts
from bot.services.order_choice import KnownOrder, known_orders, named_orders
from bot.services.order_reading import name_order, reaches

NO_NUMBER = "no_number"
# So many answers in a row that give nothing end the questions.
MISSES_AT_MOST = 3
NO_MATCH = "utter_orders_no_match"
BUTTONS_AT_MOST = 6
ITEMS_ON_BUTTON = 60


class ReadOrderAccess(CodeReader):
    """Takes number, proof and code in whatever order and sentence they come."""

    fields: ClassVar[Mapping[str, str]] = {"email": PROOF, "order_number": NUMBER}
    confirmation: ClassVar[str] = CODE
    code_slot: ClassVar[str] = CODE

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By what was asked, but a new number or address is taken at every question."""
        purpose = purpose_of(turn)
        if purpose is None:
            return tasks.end_form()
        if turn.entity("order_step") == NO_NUMBER:
            return [SlotSet(PURPOSE, turn.slot(PURPOSE)), SlotSet(NUMBER, NO_NUMBER), *tasks.end_form()]
        said = await self._said(turn, slot)
        if turn.intent == "deny" and not (said.number or said.proofs()):
            turn.ask("utter_smalltalk_stopped")
            return self._ended()
        if slot == CODE and (turn.entity("code_result") or not (said.number or said.emails)):
            return await self.read_code(turn)
        named = [] if said.number or said.proofs() else await self._known_by_words(turn)
        number = said.number or (named[0] if len(named) == 1 else None)
        number = number or (None if slot == NUMBER else turn.slot(NUMBER))
        if number is None:
            return self._no_number(turn, said, several=len(named) > 1)
        if slot == PROOF and not said.proofs() and number == turn.slot(NUMBER):
            return self._missed(turn, PROOF, "utter_orders_proof_wrong", "utter_orders_proof_help")
        step = Step(turn, purpose.need)
        events = await step.take_as_number(said) if slot == PROOF else []
        events = events or await step.take(number, said)
        return self._ended() if step.stopped else [*events, SlotSet(MISSES, 0)]

    def _no_number(self, turn: Turn, said: SaidOfOrder, *, several: bool) -> list[Event]:
        """A word that several orders share leaves those to choose from; an address is kept."""
        if several:
            return [SlotSet(NUMBER, None), SlotSet(MISSES, 0)]
        if not said.emails:
            return self._missed(turn, NUMBER, "utter_orders_number_wrong", "utter_orders_number_help")
        return [SlotSet(EMAIL, said.emails[0]), SlotSet(NUMBER, None), SlotSet(MISSES, 0)]

    async def accepted(self, turn: Turn) -> list[Event]:
        """The database says whether that opened the order of this purpose."""
        purpose, number = purpose_of(turn), turn.slot(NUMBER)
        access = await name_order(turn.runtime, turn.dialogue_id, number) if number else None
        if purpose is not None and reaches(access, purpose.need):
            return [SlotSet(CODE, GIVEN), SlotSet(MISSES, 0)]
        return [SlotSet(NUMBER, None), SlotSet(PROOF, None), SlotSet(CODE, None)]

    async def send_again(self, turn: Turn) -> list[Event]:
        """Three codes an hour, then staff."""
        try:
            await codes.send_order_code(turn.runtime, turn.dialogue_id, turn.slot(NUMBER) or "")
        except TooManyAttempts:
            turn.ask("utter_orders_too_many_codes", phone=turn.runtime.content.shop.contact.phone)
            return self._ended()
        turn.ask("utter_orders_code_sent_again")
        return [SlotSet(CODE, None), SlotSet(CODE_SENT, turn.slot(NUMBER)), SlotSet(MISSES, 0)]

    async def _said(self, turn: Turn, slot: str) -> SaidOfOrder:
        asked_proof = slot == PROOF and turn.slot(NUMBER) is not None
        return said_of_order(turn, asked_proof=asked_proof)

    async def _known_by_words(self, turn: Turn) -> list[str]:
        known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
        return [order.number for order in named_orders(turn.runtime, known, turn.text, turn.language)]

    def _missed(self, turn: Turn, slot: str, response: str, help_response: str) -> list[Event]:
        """Nobody is asked the same for ever."""
        if turn.count(MISSES) + 1 < MISSES_AT_MOST:
            return self.wrong(turn, slot, response, help_response)
        turn.ask("utter_orders_gave_up", phone=turn.runtime.content.shop.contact.phone)
        return [SlotSet(MISSES, 0), *self._ended()]

    def _ended(self) -> list[Event]:
        return [SlotSet(PURPOSE, None), *tasks.end_form()]


class AskOrderNumber(ShopAction):
    """Asks which order; the ones that are known become buttons."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{NUMBER}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Those that the message named, if it named more than one; else all."""
        known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
        named = named_orders(turn.runtime, known, turn.text, turn.language)
        shown = named if len(named) > 1 else known
        if shown:
            turn.ask_with("utter_orders_which", [_button(turn, order) for order in shown[:BUTTONS_AT_MOST]])
        else:
            turn.ask("utter_orders_ask_number")
        return []


class AskOrderProof(ShopAction):
    """Asks for the e-mail or the postcode of the order."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{PROOF}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same whether there is such an order or not; an answer that already asks for it is enough."""
        if history.has_said(turn.events(), NO_MATCH):
            return []
        turn.ask("utter_orders_ask_proof", number=turn.slot(NUMBER) or "")
        return []


class AskOrderCode(ShopAction):
    """Asks for the code."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CODE}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Where it was sent is said without the address."""
        turn.ask("utter_orders_ask_code", number=turn.slot(NUMBER) or "")
        return []


class SubmitOrderAccess(ShopAction):
    """Goes on with what the order was opened for."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_order_access"

    async def answer(self, turn: Turn) -> list[Event]:
        """A form that was ended early has no purpose any more, or goes on by the account."""
        purpose, number = purpose_of(turn), turn.slot(NUMBER)
        over = turn.foresee([SlotSet(slot, None) for slot in (NUMBER, PROOF, CODE, CODE_SENT)])
        if purpose is None:
            return [*over, *tasks.offer_rest(turn)]
        if number is None or number == NO_NUMBER:
            return [*over, FollowupAction(account_access.FORM)]
        return [*over, SlotSet(CURRENT, number), SlotSet(SKU, None), *await purpose.go_on(turn, number)]


def _button(turn: Turn, order: KnownOrder) -> Button:
    items = listed(turn, [line.name for line in order.lines])
    about = f"{order.number} · {written(turn, order.placed)}"
    return {
        "title": f"{about} · {items[:ITEMS_ON_BUTTON]}" if items else about,
        "payload": payload("inform", order_number=order.number),
    }
