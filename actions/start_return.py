"""Sending goods back: begun, asked for, confirmed."""

import re
import uuid
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import order_access, return_status, tasks
from actions.base import ShopAction
from actions.confirming import YES as CONFIRMED_YES
from actions.confirming import is_yes_to
from actions.forms import MISSES, FormReader, is_stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.return_answers import READERS, add_or_replace, meant_pieces, named_ids, read_method
from actions.return_draft import (
    ASKED,
    BESIDE,
    CHANGING,
    CONFIRMED,
    FORM,
    KEY,
    LINES,
    METHOD,
    OPENED,
    ORDER,
    OUTCOME,
    PACKAGING,
    REASON,
    REFUSED,
    SAID,
    SHOWN,
    VARIANT,
    Draft,
)
from actions.return_submit import refuse_return
from actions.return_verdict import say_verdict
from actions.return_words import YES, is_question, said_of_return
from actions.turn import Turn
from bot.services.order_reading import Need
from bot.services.returns import look_at_lines

# Of more lines that cannot come back the first ones are explained.
TOLD_AT_MOST = 3
# What a customer may want changed, and what is asked again then.
FIELDS = {
    "items": (LINES,),
    "reason": (REASON,),
    "refund": (OUTCOME, VARIANT),
    "method": (METHOD,),
}
_FIELD_WORDS = (
    ("reason", re.compile(r"(?i)\breason\b")),
    ("refund", re.compile(r"(?i)\b(?:refund|money|amount|what\si\sget)\b")),
    ("method", re.compile(r"(?i)\b(?:method|way|how\sit\sgoes|shipping|carrier)\b")),
    ("items", re.compile(r"(?i)\b(?:things?|items?|products?|goods|wrong\sone)\b")),
)


class StartReturn(ShopAction):
    """Begins a return; the order is opened first."""

    def name(self) -> str:
        """In the domain."""
        return "action_start_return"

    async def answer(self, turn: Turn) -> list[Event]:
        """A return that is under way goes on."""
        if turn.form == FORM:
            return []
        if return_status.calls_off(turn):
            return await return_status.begin_cancelling(turn)
        said = [] if turn.is_button else [SlotSet(SAID, turn.text)]
        if turn.is_button:
            said = [SlotSet(SAID, None)]
        return [*said, *await order_access.begin(turn, "start_return", turn.entity("order_number"))]


async def choose_goods(turn: Turn, number: str) -> list[Event]:
    """The order is open for reading: refuse at once what no reason brings back, else ask for proof."""
    lines = await look_at_lines(turn.runtime, turn.dialogue_id, number, turn.language)
    named = await named_ids(turn, number, turn.slot(SAID) or turn.text)
    meant = [line for line in lines if line.id in named] or list(lines)
    if not any(line.open for line in meant):
        for line in meant[:TOLD_AT_MOST]:
            say_verdict(turn, line.told)
        return tasks.offer_rest(turn)
    return await order_access.begin(turn, "return_goods", number)


async def open_return(turn: Turn, number: str) -> list[Event]:
    """The order is open for writing: begin the form with what the customer has said so far."""
    draft = Draft(turn)
    for slot in (*ASKED, *BESIDE):
        if slot != SAID:
            draft.changes[slot] = None
    draft.changes |= {ORDER: number, KEY: uuid.uuid4().hex}
    text = turn.slot(SAID) or ("" if turn.is_button else turn.text)
    lines = list(await draft.lines())
    draft.take_pieces(await meant_pieces(turn, number, text, lines))
    draft.take(said_of_return(text))
    if await draft.settle():
        return await refuse_return(turn, draft)
    whole = said_of_return(text).everything
    named = {line.id for line in lines} if whole else await named_ids(turn, number, text)
    for line in [line for line in lines if line.id in named and not line.open][:TOLD_AT_MOST]:
        say_verdict(turn, line.told)
    say_no_exchange(draft)
    return tasks.open_form(turn, FORM, draft.events())


class ReadReturn(FormReader):
    """Reads the answers to the questions of a return."""

    fields: ClassVar[Mapping[str, str]] = {}
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """What sounds like another topic may well be the answer: "it is broken", "by post", "the lamp"."""
        if turn.is_button or is_question(turn) or turn.intent in {"request_human", "complain"}:
            return super().is_interrupted(turn, slot)
        said = said_of_return(turn.text)
        fits = {
            LINES: said.everything or said.count is not None,
            REASON: said.reason is not None,
            OPENED: said.opened is not None,
            PACKAGING: said.packaging is not None,
            OUTCOME: said.outcome is not None,
            METHOD: said.method is not None,
            CONFIRMED: any((said.reason, said.outcome, said.method)),
        }
        if fits.get(slot) or (
            slot in (LINES, VARIANT) and turn.intent in {"start_return", "ask_product_info"}
        ):
            return False
        return is_stop(turn) or super().is_interrupted(turn, slot)

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By the question that was asked; whatever else the message says is kept too."""
        draft = Draft(turn)
        draft[CHANGING] = None
        if slot == CONFIRMED:
            return await self._confirmed(turn, draft)
        understood = await READERS[slot](turn, draft)
        if not understood and not turn.is_button:
            understood = await _corrected(turn, draft)
            if understood:
                turn.ask("utter_return_noted")
        if not understood:
            return self.wrong(turn, slot, f"utter_{slot}_wrong", "utter_return_help")
        if not turn.is_button:
            said = said_of_return(turn.text)
            draft.take(said)
            if said.count is not None and slot != LINES:
                await add_or_replace(turn, draft)
        return await _go_on(draft)

    async def _confirmed(self, turn: Turn, draft: Draft) -> list[Event]:
        view = await draft.view()
        if (field := turn.entity("return_field")) in FIELDS:
            return _asked_again(draft, field)
        if is_yes_to(turn, SHOWN, view.shown):
            return [SlotSet(CONFIRMED, CONFIRMED_YES), SlotSet(MISSES, 0)]
        if turn.intent == "affirm":
            turn.ask("utter_return_look_again")
            return [SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]
        if not turn.is_button and await _corrected(turn, draft):
            return await _go_on(draft)
        if not turn.is_button and (named := _named_field(turn.text)):
            return _asked_again(draft, named)
        if turn.intent == "deny":
            return [SlotSet(CONFIRMED, None), SlotSet(CHANGING, YES), SlotSet(MISSES, 0)]
        return self.wrong(turn, CONFIRMED, "utter_return_confirmed_wrong", "utter_return_help")


def _named_field(text: str) -> str | None:
    """The part of the summary that a message names without saying what is right."""
    return next((field for field, words in _FIELD_WORDS if words.search(text)), None)


def _asked_again(draft: Draft, field: str) -> list[Event]:
    for slot in FIELDS[field]:
        draft[slot] = None
    return [*draft.events(), SlotSet(MISSES, 0)]


async def _corrected(turn: Turn, draft: Draft) -> bool:
    """Whether the message changes anything of what was summed up."""
    said = said_of_return(turn.text)
    draft.take(said, again=True)
    if said.method:
        await read_method(turn, draft)
    await add_or_replace(turn, draft)
    return any(slot not in (CHANGING, CONFIRMED) for slot in draft.changes)


async def _go_on(draft: Draft) -> list[Event]:
    """Fill what follows; a return that the rules refuse ends the form, and its end says why."""
    if await draft.settle():
        return [*draft.events(), SlotSet(REFUSED, YES), SlotSet(MISSES, 0), *tasks.end_form()]
    say_no_exchange(draft)
    return [*draft.events(), SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]


def say_no_exchange(draft: Draft) -> None:
    """Say that the exchange that was wished for is not to be had, and why."""
    if draft.no_exchange:
        several = "_several" if len(draft.pieces) > 1 else ""
        draft.turn.ask(f"utter_return_no_exchange{several}")


register(
    "start_return", Purpose(Need.READ, choose_goods, lambda order: order.delivered and bool(order.lines))
)
register("return_goods", Purpose(Need.WRITE, open_return))
