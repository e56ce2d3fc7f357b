"""Returns under way: told, and called off after a yes."""

import re
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import history, order_access, tasks
from actions.base import ShopAction
from actions.confirming import YES, is_yes_to, remember_shown
from actions.forms import MISSES, FormReader
from actions.history import Event
from actions.order_access import Purpose, register
from actions.return_submit import DONE, label_cards
from actions.turn import Button, Turn, payload
from actions.values import listed, written
from bot.services.order_reading import Need
from bot.services.return_reports import (
    ReturnReport,
    cancel_return,
    return_report,
    returns_of_conversation,
)
from bot.shop.errors import Conflict, NotFound
from bot.shop.return_status import RefundStatus
from bot.shop.returns import ReturnKind

FORM = "cancel_return_form"
NUMBER, SHOWN, CONFIRMED = "cancel_return_number", "cancel_return_shown", "cancel_return_confirmed"
TOLD_AT_MOST = 5
_NUMBER = re.compile(r"(?i)\bRET-\d{4}-\d{6}\b")
_MEANS_RETURN = re.compile(r"(?i)\b(?:my|the|that|this|a)\s(?:\w+\s)?returns?\b|\bcancel\w*\sreturns?\b")
_BARE = re.compile(r"(?i)\b(?:it|this|that)\b|^\W*(?:please\s)?(?:cancel|call\soff)\W*$")
_CANCEL = re.compile(
    r"(?i)\b(?:cancel|call\soff|withdraw\smy\sreturn|keep\s(?:it|them)|stop\sthe\sreturn|peru\w*|kansela\w*)\b"
)
# Kinds of events that have words of their own; others are not told.
TOLD = frozenset(
    {"opened", "approved", "received", "inspected", "refunded", "rejected", "cancelled", "replaced"}
)


class CheckReturnStatus(ShopAction):
    """Says how far returns have come."""

    def name(self) -> str:
        """In the domain."""
        return "action_check_return_status"

    async def answer(self, turn: Turn) -> list[Event]:
        """Those of the orders that are open; else an order is opened first."""
        number = turn.entity("return_number") or _number(turn)
        if calls_off(turn):
            return await begin_cancelling(turn)
        if number:
            return await _by_number(turn, number)
        found = await returns_of_conversation(turn.runtime, turn.dialogue_id, turn.language)
        if not found:
            return await order_access.begin(turn, "return_status")
        return _tell(turn, found)


async def _by_number(turn: Turn, number: str) -> list[Event]:
    try:
        found = await return_report(turn.runtime, turn.dialogue_id, number, turn.language)
    except NotFound:
        return await order_access.begin(turn, "return_status")
    return _tell(turn, [found])


async def tell_returns(turn: Turn, number: str) -> list[Event]:
    """The returns of an order that was just opened."""
    found = await returns_of_conversation(turn.runtime, turn.dialogue_id, turn.language)
    of_order = [report for report in found if report.order_number == number]
    if not of_order:
        turn.say("utter_return_none", number=number)
        return tasks.offer_rest(turn)
    return _tell(turn, of_order)


def _tell(turn: Turn, found: list[ReturnReport]) -> list[Event]:
    shown = found[:TOLD_AT_MOST]
    text = "\n\n".join(sentences(turn, report) for report in shown)
    cards = [card for report in shown for card in label_cards(turn, report.number, report.label)]
    turn.say("utter_return_status", buttons=_buttons(turn, shown), cards=cards, report=text)
    return tasks.offer_rest(turn)


def _buttons(turn: Turn, reports: list[ReturnReport]) -> list[Button]:
    return [
        {
            "title": turn.words("utter_return_choice_cancel", number=report.number),
            "payload": payload("cancel_return", return_number=report.number),
        }
        for report in reports
        if report.cancellable
    ]


def sentences(turn: Turn, report: ReturnReport) -> str:
    """A return in a few lines: what, how far, when, the money."""
    head = turn.words(
        f"utter_return_status_{report.status}",
        number=report.number,
        order=report.order_number,
        items=listed(turn, report.items),
    )
    steps = [
        turn.words(f"utter_return_step_{step.kind}", day=written(turn, step.day))
        for step in report.steps
        if step.kind in TOLD
    ]
    return "\n".join([head, *steps, *_money(turn, report)])


def _money(turn: Turn, report: ReturnReport) -> list[str]:
    if report.kind == ReturnKind.EXCHANGE and report.exchange_name:
        return [turn.words("utter_return_status_exchange", wanted=report.exchange_name)]
    if report.refund is None:
        return []
    amount = written(turn, report.refund)
    if report.refund_status == RefundStatus.PAID and report.refunded_on:
        day = written(turn, report.refunded_on)
        return [turn.words(f"utter_return_paid_{report.refund_to}", amount=amount, day=day)]
    if report.refund_status == RefundStatus.REQUESTED:
        return [turn.words(f"utter_return_due_{report.refund_to}", amount=amount)]
    return []


def is_about_return(turn: Turn) -> bool:
    """Whether a message to cancel something means a return: in words, or because one was just told."""
    if turn.is_button:
        return False
    if _number(turn) or _MEANS_RETURN.search(turn.text):
        return True
    return bool(_BARE.search(turn.text)) and bool(_offered(turn))


def calls_off(turn: Turn) -> bool:
    """Whether typed words call a return off, whatever they were understood as."""
    return not turn.form and is_about_return(turn) and bool(_CANCEL.search(turn.text))


def _offered(turn: Turn) -> list[str]:
    """The returns that the last answer offered to call off."""
    said = [message.get("data") or {} for message in history.last_answer(turn.events())]
    payloads = [str(button.get("payload")) for data in said for button in data.get("buttons") or []]
    return [
        found[0] for one in payloads if one.startswith("/cancel_return") and (found := _NUMBER.search(one))
    ]


class StartCancelReturn(ShopAction):
    """Begins to call a return off."""

    def name(self) -> str:
        """In the domain."""
        return "action_start_cancel_return"

    async def answer(self, turn: Turn) -> list[Event]:
        """The order has to be open for writing."""
        return await begin_cancelling(turn)


async def begin_cancelling(turn: Turn, number: str | None = None) -> list[Event]:
    """Calling a return off needs its order open for writing; the only one that can be is meant unnamed."""
    number = number or turn.entity("return_number") or _number(turn)
    if number is None:
        known = await returns_of_conversation(turn.runtime, turn.dialogue_id, turn.language)
        open_ones = [report.number for report in known if report.cancellable]
        likely = [one for one in open_ones if one in _offered(turn)] or open_ones
        if len(likely) > 1:
            return _tell(turn, [report for report in known if report.number in likely])
        number = likely[0] if likely else ""
    try:
        found = await return_report(turn.runtime, turn.dialogue_id, number, turn.language)
    except NotFound:
        return await order_access.begin(turn, "return_status")
    meant = turn.foresee([SlotSet(NUMBER, found.number)])
    return [*meant, *await order_access.begin(turn, "cancel_return", found.order_number)]


async def open_cancelling(turn: Turn, order: str) -> list[Event]:
    """List what would be called off, or say why it cannot be."""
    number = turn.entity("return_number") or _number(turn) or turn.slot(NUMBER) or ""
    found = await return_report(turn.runtime, turn.dialogue_id, number, turn.language)
    if found.order_number != order or not found.cancellable:
        turn.say("utter_return_too_late_to_cancel", number=number)
        return tasks.offer_rest(turn)
    return tasks.open_form(
        turn, FORM, [SlotSet(NUMBER, number), SlotSet(SHOWN, None), SlotSet(CONFIRMED, None)]
    )


class AskCancelReturn(ShopAction):
    """Lists the return that would be called off."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The yes button carries what it confirms."""
        found = await return_report(turn.runtime, turn.dialogue_id, turn.slot(NUMBER) or "", turn.language)
        turn.ask(
            "utter_return_ask_cancel",
            number=found.number,
            order=found.order_number,
            items=listed(turn, found.items),
            digest=found.shown,
        )
        return remember_shown(turn, SHOWN, found.shown)


class ReadCancelReturn(FormReader):
    """Reads the yes or no."""

    fields: ClassVar[Mapping[str, str]] = {}
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """A yes to the list as it still is, or a no."""
        found = await return_report(turn.runtime, turn.dialogue_id, turn.slot(NUMBER) or "", turn.language)
        if is_yes_to(turn, SHOWN, found.shown):
            return [SlotSet(CONFIRMED, YES), SlotSet(MISSES, 0)]
        if turn.intent == "deny":
            return [SlotSet(CONFIRMED, "no"), SlotSet(MISSES, 0)]
        return self.wrong(turn, slot, "utter_return_confirmed_wrong", "utter_return_confirmed_wrong")


class SubmitCancelReturn(ShopAction):
    """Calls the return off, or keeps it."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_cancel_return"

    async def answer(self, turn: Turn) -> list[Event]:
        """Once; when the goods have come meanwhile it is too late."""
        number, shown = turn.slot(NUMBER) or "", (turn.slot(SHOWN) or "").partition(" ")[0]
        over = [SlotSet(slot, None) for slot in (NUMBER, SHOWN, CONFIRMED)]
        if turn.slot(CONFIRMED) != YES:
            turn.say("utter_return_kept", number=number)
            return [*over, *tasks.offer_rest(turn)]
        try:
            await cancel_return(turn.runtime, turn.dialogue_id, number, shown, turn.language)
        except Conflict:
            turn.say("utter_return_too_late_to_cancel", number=number)
            return [*over, *tasks.offer_rest(turn)]
        turn.say("utter_return_cancelled", number=number)
        return [*over, SlotSet(DONE, shown), *tasks.offer_rest(turn)]


def _number(turn: Turn) -> str | None:
    found = _NUMBER.search(turn.text)
    return found[0].upper() if found else None


register("return_status", Purpose(Need.READ, tell_returns, lambda order: bool(order.lines)))
register("cancel_return", Purpose(Need.WRITE, open_cancelling))
