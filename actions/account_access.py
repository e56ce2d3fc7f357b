"""Showing who one is by a code to the account's e-mail: for tasks on it, or when no number is known."""

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.code_form import CodeReader
from actions.forms import MISSES
from actions.history import Event
from actions.order_access import EMAIL, GIVEN, PURPOSE
from actions.staff_message import mails
from actions.turn import Turn
from bot.services import codes
from bot.services.attempts import TooManyAttempts

FORM = "account_access_form"
ADDRESS, CODE = "account_email", "account_code"

_PURPOSES: dict[str, Callable[[Turn], Awaitable[list[Event]]]] = {}


def register(name: str, go_on: Callable[[Turn], Awaitable[list[Event]]]) -> None:
    """Let a task on the account use this dialogue under this name."""
    _PURPOSES[name] = go_on


async def begin(turn: Turn, name: str) -> list[Event]:
    """Go on at once for a customer who is known, else ask for e-mail and code."""
    if await _is_known(turn):
        return await _PURPOSES[name](turn)
    events = [SlotSet(PURPOSE, name), SlotSet(ADDRESS, None), SlotSet(CODE, None)]
    return tasks.open_form(turn, FORM, events)


async def _is_known(turn: Turn) -> bool:
    case = await turn.case()
    return case.customer_id is not None and case.identity_level >= 2


class ReadAccountAccess(CodeReader):
    """Takes the address, sends the code, takes the code."""

    fields: ClassVar[Mapping[str, str]] = {"email": ADDRESS}
    confirmation: ClassVar[str] = CODE
    code_slot: ClassVar[str] = CODE

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """A new address is taken at both questions."""
        found = mails(turn.text) or turn.entities("email")
        if len(found) == 1:
            return await self._send(turn, found[0])
        if slot == ADDRESS:
            return self.wrong(turn, ADDRESS, "utter_orders_email_wrong", "utter_orders_email_help")
        return await self.read_code(turn)

    async def accepted(self, turn: Turn) -> list[Event]:
        """The database says who it is now."""
        known = await _is_known(turn)
        return [SlotSet(CODE, GIVEN if known else None), SlotSet(MISSES, 0)]

    async def send_again(self, turn: Turn) -> list[Event]:
        """To the same address."""
        events = await self._send(turn, turn.slot(ADDRESS) or "")
        if turn.slot(ADDRESS) and SlotSet("requested_slot", None) not in events:
            turn.ask("utter_orders_code_sent_again")
        return events

    async def _send(self, turn: Turn, address: str) -> list[Event]:
        """Whether there is such an account is not said."""
        try:
            await codes.send_account_code(turn.runtime, turn.dialogue_id, address)
        except TooManyAttempts:
            turn.ask("utter_orders_too_many_codes", phone=turn.runtime.content.shop.contact.phone)
            return [SlotSet(PURPOSE, None), *tasks.end_form()]
        kept = {ADDRESS: address, EMAIL: address, CODE: None, MISSES: 0}
        return [SlotSet(slot, value) for slot, value in kept.items()]


class AskAccountEmail(ShopAction):
    """Asks for the account's e-mail."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{ADDRESS}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_orders_ask_account_email")
        return []


class AskAccountCode(ShopAction):
    """Asks for the code."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CODE}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Alike whether there is an account or not."""
        turn.ask("utter_orders_ask_account_code", mail=turn.slot(ADDRESS) or "")
        return []


class SubmitAccountAccess(ShopAction):
    """Goes on with what the account was opened for."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_account_access"

    async def answer(self, turn: Turn) -> list[Event]:
        """A purpose of an order goes on with the account's orders."""
        name = turn.slot(PURPOSE) or ""
        over = [SlotSet(ADDRESS, None), SlotSet(CODE, None)]
        if name in _PURPOSES and await _is_known(turn):
            return [*over, *await _PURPOSES[name](turn)]
        if order_access.is_registered(name) and await _is_known(turn):
            return [*over, *await order_access.begin(turn, name)]
        return [*over, *tasks.offer_rest(turn)]
