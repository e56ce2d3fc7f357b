"""Where an order is, and cancelling it."""

from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import claim_status, order_access, return_status, tasks
from actions.base import ShopAction
from actions.confirming import CONFIRMED_LAST, NO, YES, is_yes_to, remember_shown
from actions.forms import FormReader, is_stop, stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.order_sentences import say_status
from actions.order_words import said_of_order
from actions.recalls import say_recalls
from actions.turn import Turn
from actions.values import listed, written
from bot.services.order_cancel import CancelOffer, look_at_cancelling, request_cancelling
from bot.services.order_choice import KnownOrder
from bot.services.order_reading import Need
from bot.services.order_status import order_status
from bot.shop.errors import Conflict
from bot.shop.orders import OrderStatus
from bot.shop.reasons import Reason
from bot.shop.verdicts import RouteKind

CANCEL_FORM = "cancel_order_form"
CANCEL_NUMBER, CANCEL_SHOWN, CANCEL_CONFIRMED = (
    "cancel_order_number",
    "cancel_order_shown",
    "cancel_order_confirmed",
)
OTHER = "other"


class AskOrderStatus(ShopAction):
    """Says where an order is."""

    def name(self) -> str:
        """In the domain."""
        return "action_ask_order_status"

    async def answer(self, turn: Turn) -> list[Event]:
        """Whoever is known is told at once."""
        return await order_access.begin(turn, "status")


class CancelOrder(ShopAction):
    """Begins to cancel an order."""

    def name(self) -> str:
        """In the domain."""
        return "action_cancel_order"

    async def answer(self, turn: Turn) -> list[Event]:
        """A bare "cancel" in a form is about the form."""
        if turn.form and is_stop(turn):
            return stop(turn)
        if return_status.is_about_return(turn):
            return await return_status.begin_cancelling(turn)
        if claim_status.is_about_claim(turn):
            return await claim_status.begin_status(turn)
        return await order_access.begin(turn, "cancel")


async def tell_status(turn: Turn, number: str) -> list[Event]:
    """The report, in words, after a recall of what is in it."""
    report = await order_status(turn.runtime, turn.dialogue_id, number, turn.language)
    await say_recalls(turn, number=number)
    say_status(turn, report)
    return tasks.offer_rest(turn)


async def look_at_cancel(turn: Turn, number: str) -> list[Event]:
    """A refusal needs no code; what can be cancelled does."""
    offer = await look_at_cancelling(turn.runtime, turn.dialogue_id, number, turn.language)
    if offer.already_requested:
        turn.say("utter_orders_cancel_already", number=offer.number)
        return tasks.offer_rest(turn)
    if not offer.verdict.allowed:
        _refuse(turn, offer)
        return tasks.offer_rest(turn)
    return await order_access.begin(turn, "cancel_write", number)


async def list_cancel(turn: Turn, number: str) -> list[Event]:
    """Open the question whether it shall be done."""
    emptied = [SlotSet(CANCEL_CONFIRMED, None), SlotSet(CANCEL_SHOWN, None)]
    return tasks.open_form(turn, CANCEL_FORM, [SlotSet(CANCEL_NUMBER, number), *emptied])


def _refuse(turn: Turn, offer: CancelOffer) -> None:
    """The rule, and the next best way."""
    if offer.verdict.reason == Reason.ALREADY_CANCELLED:
        turn.say("utter_orders_cancel_was_cancelled", number=offer.number)
        return
    kinds = {route.kind for route in offer.verdict.routes}
    last_days = [route.last_day for route in offer.verdict.routes if route.last_day]
    if RouteKind.RETURN in kinds and last_days:
        turn.say("utter_orders_cancel_return", number=offer.number, until=written(turn, max(last_days)))
    elif RouteKind.WITHDRAW in kinds:
        turn.say("utter_orders_cancel_withdraw", number=offer.number)
    else:
        turn.say("utter_orders_cancel_too_late", number=offer.number)


class ReadCancelOrder(FormReader):
    """Reads the yes or no to the list."""

    fields: ClassVar[Mapping[str, str]] = {}
    confirmation: ClassVar[str] = CANCEL_CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{CANCEL_FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """A yes counts for what is true now; another number begins with that order."""
        said = said_of_order(turn)
        if said.number and said.number != turn.slot(CANCEL_NUMBER) and turn.intent != "affirm":
            return [SlotSet(CANCEL_NUMBER, said.number), SlotSet(CANCEL_CONFIRMED, OTHER)]
        if turn.intent == "deny":
            return self.filled(CANCEL_CONFIRMED, NO)
        if turn.intent != "affirm":
            return self.wrong(
                turn, slot, "utter_orders_cancel_confirm_wrong", "utter_orders_cancel_confirm_help"
            )
        number = turn.slot(CANCEL_NUMBER) or ""
        offer = await look_at_cancelling(turn.runtime, turn.dialogue_id, number, turn.language)
        if is_yes_to(turn, CANCEL_SHOWN, offer.shown):
            return self.filled(CANCEL_CONFIRMED, YES)
        turn.ask("utter_orders_look_again")
        return self.filled(CANCEL_CONFIRMED, None)


class AskCancelConfirmation(ShopAction):
    """Lists what would be cancelled."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{CANCEL_FORM}_{CANCEL_CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the fingerprint of the list."""
        number = turn.slot(CANCEL_NUMBER) or ""
        offer = await look_at_cancelling(turn.runtime, turn.dialogue_id, number, turn.language)
        turn.ask(
            "utter_orders_cancel_summary",
            number=offer.number,
            items=listed(turn, offer.items),
            total=written(turn, offer.total),
            digest=offer.shown,
        )
        return remember_shown(turn, CANCEL_SHOWN, offer.shown)


class SubmitCancelOrder(ShopAction):
    """Asks the shop to cancel, once."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_cancel_order"

    async def answer(self, turn: Turn) -> list[Event]:
        """The rules are asked again in the write."""
        number, confirmed = turn.slot(CANCEL_NUMBER) or "", turn.slot(CANCEL_CONFIRMED)
        shown, _, _ = (turn.slot(CANCEL_SHOWN) or "").partition(" ")
        over = [SlotSet(slot, None) for slot in (CANCEL_NUMBER, CANCEL_SHOWN, CANCEL_CONFIRMED)]
        if confirmed == OTHER:
            return [*over, *await order_access.begin(turn, "cancel", number)]
        if confirmed != YES:
            turn.say("utter_orders_cancel_kept", number=number)
            return [*over, *tasks.offer_rest(turn)]
        try:
            new = await request_cancelling(turn.runtime, turn.dialogue_id, number, shown)
        except Conflict:
            return [*over, *await look_at_cancel(turn, number)]
        turn.say("utter_orders_cancel_requested" if new else "utter_orders_cancel_already", number=number)
        return [*over, SlotSet(CONFIRMED_LAST, shown), *tasks.offer_rest(turn)]


def _is_under_way(order: KnownOrder) -> bool:
    return not order.delivered and order.status != OrderStatus.CANCELLED


def _is_pending(order: KnownOrder) -> bool:
    return order.status == OrderStatus.PENDING


register("status", Purpose(Need.STATUS, tell_status, _is_under_way))
register("cancel", Purpose(Need.READ, look_at_cancel, _is_pending))
register("cancel_write", Purpose(Need.WRITE, list_cancel, _is_pending))
