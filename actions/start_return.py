"""Sending goods back: begun, asked for, confirmed."""

import re
import uuid
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.confirming import YES as CONFIRMED_YES
from actions.confirming import is_yes_to
from actions.forms import MISSES, FormReader, is_stop
from actions.history import Event
from actions.order_access import Purpose, register
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
    outcomes_of,
)
from actions.return_submit import refuse_return
from actions.return_verdict import say_verdict
from actions.return_words import EXCHANGE, NO, YES, is_question, said_of_return
from actions.turn import Turn
from bot.services.order_choice import known_orders, named_lines
from bot.services.order_reading import Need
from bot.services.returns import LineView, look_at_lines
from bot.shop.returns import StatedReason

# What joins things in a list.
JOINTS = re.compile(r"(?i)\band\b|,|&|\+|\bplus\b|\bja\b|\bat\b|;")
# What a customer may want changed, and what is asked again then.
FIELDS = {
    "items": (LINES,),
    "reason": (REASON,),
    "refund": (OUTCOME, VARIANT),
    "method": (METHOD,),
}


class StartReturn(ShopAction):
    """Begins a return; the order is opened first."""

    def name(self) -> str:
        """In the domain."""
        return "action_start_return"

    async def answer(self, turn: Turn) -> list[Event]:
        """A return that is under way goes on."""
        if turn.form == FORM:
            return []
        said = [] if turn.is_button else [SlotSet(SAID, turn.text)]
        if turn.is_button:
            said = [SlotSet(SAID, None)]
        return [*said, *await order_access.begin(turn, "start_return", turn.entity("order_number"))]


async def choose_goods(turn: Turn, number: str) -> list[Event]:
    """The order is open for reading: refuse at once what no reason brings back, else ask for proof."""
    lines = await look_at_lines(turn.runtime, turn.dialogue_id, number, turn.language)
    if not any(line.open for line in lines):
        for line in lines[:3]:
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
    lines = [line for line in await draft.lines() if line.open]
    draft.take_pieces(await meant_pieces(turn, number, text, lines))
    draft.take(said_of_return(text))
    if await draft.settle():
        return await refuse_return(turn, draft)
    return tasks.open_form(turn, FORM, draft.events())


async def meant_pieces(turn: Turn, number: str, text: str, lines: list[LineView]) -> dict[str, int]:
    """The pieces a text means: all, or those of the products it names; the only line if there is one."""
    left = {line.id: line.left for line in lines}
    said = said_of_return(text)
    if len(lines) == 1:
        return _counted(left, said.count)
    if said.everything:
        return left
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    order = [one for one in known if one.number == number]
    named: dict[str, int] = {}
    for part in (text, *_parts(text)) if text else ():
        for _, line in named_lines(order, part, turn.language):
            if line.id in left:
                named[line.id] = left[line.id]
    return _counted(named, said.count)


def _parts(text: str) -> list[str]:
    return [part for part in JOINTS.split(text) if part.strip()]


def _counted(pieces: dict[str, int], count: int | None) -> dict[str, int]:
    """Of one line as many as the customer said."""
    if len(pieces) != 1 or count is None:
        return pieces
    ((line, left),) = pieces.items()
    return {line: min(count, left)}


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
        if not understood:
            return self.wrong(turn, slot, f"utter_{slot}_wrong", "utter_return_help")
        if not turn.is_button:
            draft.take(said_of_return(turn.text))
        return await _go_on(draft)

    async def _confirmed(self, turn: Turn, draft: Draft) -> list[Event]:
        view = await draft.view()
        field = turn.entity("return_field")
        if field in FIELDS:
            for slot in FIELDS[field]:
                draft[slot] = None
            return [*draft.events(), SlotSet(MISSES, 0)]
        if is_yes_to(turn, SHOWN, view.shown):
            return [SlotSet(CONFIRMED, CONFIRMED_YES), SlotSet(MISSES, 0)]
        if turn.intent == "affirm":
            turn.ask("utter_return_look_again")
            return [SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]
        if not turn.is_button and await _corrected(turn, draft):
            return await _go_on(draft)
        if turn.intent == "deny":
            return [SlotSet(CONFIRMED, None), SlotSet(CHANGING, YES), SlotSet(MISSES, 0)]
        return self.wrong(turn, CONFIRMED, "utter_return_confirmed_wrong", "utter_return_help")


async def _corrected(turn: Turn, draft: Draft) -> bool:
    """Whether the message changes anything of what was summed up."""
    said = said_of_return(turn.text)
    draft.take(said, again=True)
    if said.method:
        await read_method(turn, draft)
    lines = [line for line in await draft.lines() if line.open]
    if len(lines) > 1 or said.count is not None:
        draft.take_pieces(await meant_pieces(turn, draft[ORDER] or "", turn.text, lines) or draft.pieces)
    return any(slot not in (CHANGING, CONFIRMED) for slot in draft.changes)


async def _go_on(draft: Draft) -> list[Event]:
    """Fill what follows; a return that the rules refuse ends the form, and its end says why."""
    if await draft.settle():
        return [*draft.events(), SlotSet(REFUSED, YES), SlotSet(MISSES, 0), *tasks.end_form()]
    return [*draft.events(), SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]


async def read_lines(turn: Turn, draft: Draft) -> bool:
    """By button or by name."""
    lines = [line for line in await draft.lines() if line.open]
    chosen = turn.entity("return_line")
    if chosen is not None:
        left = {line.id: line.left for line in lines}
        count = turn.entity("return_count") or ""
        wanted = left if chosen == "*" else {chosen: left[chosen]} if chosen in left else {}
        if chosen in left and count.isdigit():
            wanted = {chosen: min(max(int(count), 1), left[chosen])}
        draft.take_pieces(wanted)
    else:
        draft.take_pieces(await meant_pieces(turn, draft[ORDER] or "", turn.text, lines))
    return bool(draft.pieces)


async def read_reason(turn: Turn, draft: Draft) -> bool:
    """One of the reasons; a longer answer that names none of them is a reason of its own."""
    given = turn.entity("return_reason") or said_of_return(turn.text).reason
    if given is None and not turn.is_button and len(turn.text.split()) > 2:
        given = StatedReason.OTHER
    if given not in set(StatedReason):
        return False
    draft[REASON] = str(given)
    return True


async def read_opened(turn: Turn, draft: Draft) -> bool:
    """Yes or no."""
    draft[OPENED] = said_of_return(turn.text).opened or _yes_or_no(turn)
    return draft[OPENED] is not None


async def read_packaging(turn: Turn, draft: Draft) -> bool:
    """Yes or no."""
    draft[PACKAGING] = _yes_or_no(turn) or said_of_return(turn.text).packaging
    return draft[PACKAGING] is not None


async def read_outcome(turn: Turn, draft: Draft) -> bool:
    """Money, credit or another variant, of those there are."""
    given = turn.entity("return_outcome") or said_of_return(turn.text).outcome
    known = given in outcomes_of(await draft.view())
    if known:
        draft[OUTCOME] = given
        draft[VARIANT] = None
        if given == EXCHANGE and not turn.is_button:
            await read_variant(turn, draft)
    return known


async def read_variant(turn: Turn, draft: Draft) -> bool:
    """By button, or by the words that tell it from the others."""
    view = await draft.view()
    variants = view.variants
    given = turn.entity("return_variant")
    bought = _words(view.lines[0].name)
    named = [one.sku for one in variants if (_words(one.name) - bought) & _words(turn.text)]
    if given is None and len(named) == 1:
        given = named[0]
    if given not in {one.sku for one in variants}:
        return False
    draft[VARIANT] = given
    return True


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


async def read_method(turn: Turn, draft: Draft) -> bool:
    """One of the ways that there are."""
    ways = (await draft.view()).offer.methods
    given, said = turn.entity("return_method"), said_of_return(turn.text).method
    if given is None and said == "label":
        given = next((way.id for way in ways if way.label), None)
    elif given is None and said:
        given = next((way.id for way in ways if said in way.id), None)
    if given not in {way.id for way in ways}:
        return False
    draft[METHOD] = given
    return True


def _yes_or_no(turn: Turn) -> str | None:
    given = turn.entity("return_answer")
    if given in (YES, NO):
        return given
    return {"affirm": YES, "deny": NO}.get(turn.intent)


READERS = {
    LINES: read_lines,
    REASON: read_reason,
    OPENED: read_opened,
    PACKAGING: read_packaging,
    OUTCOME: read_outcome,
    VARIANT: read_variant,
    METHOD: read_method,
}

register(
    "start_return", Purpose(Need.READ, choose_goods, lambda order: order.delivered and bool(order.lines))
)
register("return_goods", Purpose(Need.WRITE, open_return))
