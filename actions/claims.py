"""Something broke: which item, what is wrong, since when, and what the rules make of it."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.claim_draft import (
    BEGUN,
    CAUSE,
    DAY,
    FACTS_FORM,
    KEY,
    LINE,
    ORDER,
    REPAIR,
    REQUEST_FORM,
    SAID,
    SYMPTOM,
    FactsReader,
    cause_told,
    cleared,
)
from actions.claim_verdict import REPAIR_STEP, judge
from actions.claim_words import tells_symptom, told_day
from actions.confirming import YES
from actions.forms import is_stop, stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.turn import Turn, payload
from bot.services.claim_views import ClaimItem, claim_items
from bot.services.order_choice import KnownOrder, known_orders, named_lines
from bot.services.order_reading import Need
from bot.shop.orders import OrderStatus

CLAIM = "claim"
# A photo that was sent with the first sentence, or just before it, belongs to the claim.
SENT_BEFORE = timedelta(minutes=5)


class StartClaim(ShopAction):
    """Begins a claim with all that the first sentence tells."""

    def name(self) -> str:
        """In the domain."""
        return "action_start_service_plan_claim"

    async def answer(self, turn: Turn) -> list[Event]:
        """A claim that is being told goes on, unless another item is named."""
        if turn.form and is_stop(turn):
            return stop(turn)
        if turn.entity("claim_step") == REPAIR_STEP and turn.slot(ORDER) and turn.slot(LINE):
            turn.foresee([SlotSet(REPAIR, YES)])
            return [SlotSet(REPAIR, YES), *await judge(turn)]
        if turn.form in (FACTS_FORM, REQUEST_FORM) and not await _names_another(turn):
            return []
        told = None if turn.is_button else turn.text
        since = turn.runtime.clock() - SENT_BEFORE
        begun = {SAID: told, KEY: uuid.uuid4().hex, BEGUN: since.isoformat()}
        aside = tasks.put_aside(turn) if turn.form in (FACTS_FORM, REQUEST_FORM) else []
        events = turn.foresee([*cleared(), *(SlotSet(slot, value) for slot, value in begun.items())])
        return [*aside, *events, *await order_access.begin(turn, CLAIM)]


async def _names_another(turn: Turn) -> bool:
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    named = named_lines(known, turn.text, turn.language)
    here = (turn.slot(ORDER), turn.slot(LINE))
    return bool(named) and here not in [(order.number, line.id) for order, line in named]


async def begin_claim(turn: Turn, number: str) -> list[Event]:
    """Ask for what the first sentence did not tell."""
    items = await claim_items(turn.runtime, turn.dialogue_id, number, turn.language)
    said = turn.slot(SAID) or ""
    line = await _line_in(turn, number, items, said)
    day = told_day(turn, said)
    telling = tells_symptom(said)
    kept = {
        ORDER: number,
        LINE: line,
        SYMPTOM: said if telling else None,
        CAUSE: cause_told(said) if telling else None,
        DAY: day.isoformat() if day else None,
    }
    events = list(turn.foresee([SlotSet(slot, value) for slot, value in kept.items()]))
    if all(kept.values()):
        return [*events, *await judge(turn)]
    return tasks.open_form(turn, FACTS_FORM, events)


async def _line_in(turn: Turn, number: str, items: list[ClaimItem], text: str) -> str | None:
    """The line that is meant: the only one, or the only one that is named."""
    if len(items) == 1:
        return items[0].line_id
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    orders = [order for order in known if order.number == number]
    named = named_lines(orders, text, turn.language)
    return named[0][1].id if len(named) == 1 else None


class ReadClaimFacts(FactsReader):
    """Reads which item, what is wrong with it, what did it, since when."""

    fields: ClassVar[Mapping[str, str]] = {"message": SYMPTOM}
    free_text: ClassVar[frozenset[str]] = frozenset({SYMPTOM})
    confirmation: ClassVar[str] = REPAIR

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FACTS_FORM}"

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """Told once more what is wrong is the answer to what is wrong."""
        return not self.retelling(turn, slot) and super().is_interrupted(turn, slot)

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By the question that was asked."""
        if slot == LINE:
            return await self._line(turn)
        if slot == SYMPTOM:
            return self.symptom_told(turn)
        return self.cause_answered(turn) if slot == CAUSE else self.day_answered(turn)

    async def _line(self, turn: Turn) -> list[Event]:
        number = turn.slot(ORDER) or ""
        items = await claim_items(turn.runtime, turn.dialogue_id, number, turn.language)
        chosen = turn.entity("claim_line")
        line = next((item.line_id for item in items if item.line_id == chosen), None)
        line = line or await _line_in(turn, number, items, turn.text)
        if line is None:
            return self.wrong(turn, LINE, "utter_claims_line_wrong", "utter_claims_line_help")
        return self.filled(LINE, line)


class AskLine(ShopAction):
    """Asks which item of the order it is."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FACTS_FORM}_{LINE}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Each item is a button."""
        number = turn.slot(ORDER) or ""
        items = await claim_items(turn.runtime, turn.dialogue_id, number, turn.language)
        buttons = [
            {"title": item.name, "payload": payload("inform", claim_line=item.line_id)} for item in items
        ]
        turn.ask_with("utter_claims_ask_line", buttons, number=number)
        return []


class SubmitClaimFacts(ShopAction):
    """Says what the rules make of it."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_claim_facts"

    async def answer(self, turn: Turn) -> list[Event]:
        """And goes on with the best way."""
        return await judge(turn)


def _may_break(order: KnownOrder) -> bool:
    return order.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)


register(CLAIM, Purpose(Need.READ, begin_claim, _may_break))
