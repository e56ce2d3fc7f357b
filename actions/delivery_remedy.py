"""What the customer gets for a parcel that went wrong: chosen, listed, asked of the shop once."""

from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import tasks
from actions.base import ShopAction
from actions.confirming import CONFIRMED_LAST, NO, YES, is_yes_to, remember_shown
from actions.delivery_words import remedy_in
from actions.forms import MISSES, FormReader
from actions.history import Event
from actions.order_access import Purpose, register
from actions.turn import Turn
from actions.values import listed, written
from bot.services import delivery_cases
from bot.services.delivery_cases import ProblemReport, ProblemView
from bot.services.order_choice import KnownOrder
from bot.services.order_reading import Need
from bot.shop.errors import Conflict, InvalidInput
from bot.shop.orders import OrderStatus
from bot.shop.reasons import Reason
from bot.shop.shipping_rules import DeliveryCaseKind, DeliveryRemedy

FORM = "delivery_remedy_form"
ORDER, PARCEL, KIND, TEXT = "delivery_order", "delivery_parcel", "delivery_kind", "delivery_text"
REMEDY, SHOWN, CONFIRMED = "delivery_remedy", "delivery_shown", "delivery_confirmed"
WATCH = "watch"
NOT_NEEDED = "-"
# What a choice in plain words is easily taken for: "I want my money back instead".
SOUNDS_LIKE = frozenset({"start_return", "check_return_status", "cancel_order", "report_delivery_problem"})


def kind_of(turn: Turn) -> DeliveryCaseKind | None:
    """What was said or chosen before."""
    kept = turn.slot(KIND)
    return DeliveryCaseKind(kept) if kept in set(DeliveryCaseKind) else None


async def problem_view(turn: Turn) -> ProblemView:
    """What the rules say of the parcel that is spoken of."""
    return await delivery_cases.look_at_problem(
        turn.runtime,
        turn.dialogue_id,
        turn.slot(ORDER) or "",
        turn.slot(PARCEL) or "",
        kind_of(turn) or DeliveryCaseKind.MISSING,
        turn.language,
    )


WAITS: Mapping[Reason, str] = {
    Reason.ON_TIME: "utter_orders_problem_on_time",
    Reason.LATE_WAIT: "utter_orders_problem_late_wait",
    Reason.SEARCH_NEARBY: "utter_orders_problem_search_nearby",
    Reason.NOT_DELIVERED: "utter_orders_problem_not_delivered",
    Reason.REPORTED_LATE: "utter_orders_problem_reported_late",
    Reason.ALREADY_CANCELLED: "utter_orders_problem_cancelled",
}


def say_wait(turn: Turn, view: ProblemView) -> None:
    """Why nothing is done yet, and until when."""
    turn.say(
        WAITS[view.verdict.reason],
        items=listed(turn, view.parcel.items),
        carrier=view.parcel.carrier,
        expected=written(turn, view.expected),
        delivered=written(turn, view.parcel.delivered),
        until=written(turn, view.verdict.last_day),
    )


async def begin_remedy(turn: Turn, _number: str) -> list[Event]:
    """Choose between what is offered; where there is one way only, it is not asked."""
    view = await problem_view(turn)
    chosen = turn.slot(REMEDY)
    if chosen != WATCH or view.watch_until is None:
        chosen = view.remedies[0] if len(view.remedies) == 1 else None
    if not view.remedies and chosen is None:
        say_wait(turn, view)
        return tasks.offer_rest(turn)
    kept = {REMEDY: chosen, CONFIRMED: None, SHOWN: None}
    return tasks.open_form(turn, FORM, [SlotSet(slot, value) for slot, value in kept.items()])


class ReadRemedy(FormReader):
    """Reads the choice and the yes."""

    fields: ClassVar[Mapping[str, str]] = {}
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """A choice in words is an answer here, whatever it would be elsewhere."""
        chooses = remedy_in(turn) is not None and turn.intent in SOUNDS_LIKE and "?" not in turn.text
        return not chooses and super().is_interrupted(turn, slot)

    def correction(self, turn: Turn) -> list[Event]:
        """A wrong address cannot be sent to: then money back, or staff."""
        if turn.entity("form_field") != "email":
            return []
        turn.ask("utter_orders_remedy_address_wrong")
        return [SlotSet(REMEDY, None), SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """A changed choice is listed anew."""
        view = await problem_view(turn)
        chosen = remedy_in(turn)
        if chosen in view.remedies and chosen != turn.slot(REMEDY):
            return self.filled(REMEDY, chosen)
        if slot == REMEDY:
            return self.wrong(turn, REMEDY, "utter_orders_remedy_wrong", "utter_orders_remedy_wrong")
        if turn.intent == "deny":
            return self.filled(CONFIRMED, NO)
        if turn.intent != "affirm":
            return self.wrong(
                turn, slot, "utter_orders_remedy_confirm_wrong", "utter_orders_remedy_confirm_help"
            )
        if is_yes_to(turn, SHOWN, view.shown):
            return self.filled(CONFIRMED, YES)
        turn.ask("utter_orders_look_again")
        return self.filled(CONFIRMED, None)


class AskRemedy(ShopAction):
    """Asks whether to send again or pay back."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{REMEDY}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Only what is offered becomes a button."""
        view = await problem_view(turn)
        buttons = [
            turn.button(f"utter_orders_remedy_{remedy}", "inform", delivery_remedy=remedy)
            for remedy in view.remedies
        ]
        turn.ask_with("utter_orders_remedy_ask", buttons, items=listed(turn, view.parcel.items))
        return []


class AskRemedyConfirmation(ShopAction):
    """Lists what will be asked of the shop."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the fingerprint of the list."""
        view = await problem_view(turn)
        turn.ask(
            f"utter_orders_remedy_summary_{turn.slot(REMEDY)}",
            number=view.number,
            items=listed(turn, view.parcel.items),
            address=view.address,
            refund=written(turn, view.refund),
            until=written(turn, view.watch_until),
            digest=view.shown,
        )
        return remember_shown(turn, SHOWN, view.shown)


class SubmitRemedy(ShopAction):
    """Keeps the case and asks the shop, once."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_delivery_remedy"

    async def answer(self, turn: Turn) -> list[Event]:
        """The rules are asked again in the write."""
        chosen, confirmed = turn.slot(REMEDY), turn.slot(CONFIRMED)
        shown, _, _ = (turn.slot(SHOWN) or "").partition(" ")
        over = [SlotSet(slot, None) for slot in (PARCEL, KIND, TEXT, REMEDY, SHOWN, CONFIRMED, ORDER)]
        if confirmed != YES:
            turn.say("utter_orders_remedy_kept")
            return [*over, *tasks.offer_rest(turn)]
        try:
            new = await delivery_cases.report_problem(
                turn.runtime, turn.dialogue_id, self._report(turn, shown)
            )
        except (Conflict, InvalidInput):
            turn.say("utter_orders_remedy_changed")
            return [*over, *tasks.offer_rest(turn)]
        turn.say(f"utter_orders_remedy_requested_{chosen}" if new else "utter_orders_problem_is_requested")
        return [*over, SlotSet(CONFIRMED_LAST, shown), *tasks.offer_rest(turn)]

    def _report(self, turn: Turn, shown: str) -> ProblemReport:
        chosen, text = turn.slot(REMEDY), turn.slot(TEXT)
        return ProblemReport(
            number=turn.slot(ORDER) or "",
            parcel_id=turn.slot(PARCEL) or "",
            said=kind_of(turn) or DeliveryCaseKind.MISSING,
            remedy=DeliveryRemedy(chosen) if chosen in set(DeliveryRemedy) else None,
            shown=shown,
            text=None if text == NOT_NEEDED else text,
        )


def was_sent(order: KnownOrder) -> bool:
    """Whether there is a parcel that can have gone wrong."""
    return order.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)


register("delivery_remedy", Purpose(Need.WRITE, begin_remedy, was_sent))
