"""A parcel that is missing, late, damaged or wrong: asked about, judged by the rules, put right once."""

import re
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.delivery_remedy import (
    CONFIRMED,
    KIND,
    NOT_NEEDED,
    ORDER,
    PARCEL,
    REMEDY,
    TEXT,
    WATCH,
    kind_of,
    problem_view,
    say_wait,
    was_sent,
)
from actions.delivery_words import kind_in
from actions.forms import FormReader, is_stop, stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.orders import tell_status
from actions.turn import Button, Turn, payload
from actions.values import listed, written
from bot.services import delivery_cases
from bot.services.delivery_cases import NOT_HERE, Parcel
from bot.services.order_reading import Need
from bot.shop.requests import DeliveryCaseStatus
from bot.shop.shipping_rules import DeliveryCaseKind

FORM = "delivery_problem_form"
# A message of so many words tells what happened.
TELLING_WORDS = 5


class ReportDeliveryProblem(ShopAction):
    """Begins to look into a delivery problem."""

    def name(self) -> str:
        """In the domain."""
        return "action_report_delivery_problem"

    async def answer(self, turn: Turn) -> list[Event]:
        """What the message tells is kept for the form; the button to watch a parcel goes on with it."""
        if turn.form and is_stop(turn):
            return stop(turn)
        if turn.entity("order_step") == WATCH and turn.slot(ORDER) and turn.slot(PARCEL):
            events = turn.foresee([SlotSet(REMEDY, WATCH)])
            return [*events, *await order_access.begin(turn, "delivery_remedy", turn.slot(ORDER))]
        told = turn.text if not turn.is_button and len(turn.text.split()) >= TELLING_WORDS else None
        kind = _chosen(turn) if turn.is_button else kind_in(turn.text)
        kept = {KIND: kind, TEXT: told, PARCEL: None, REMEDY: None, ORDER: None}
        events = turn.foresee([SlotSet(slot, value) for slot, value in kept.items()])
        return [*events, *await order_access.begin(turn, "delivery_problem")]


def _chosen(turn: Turn) -> DeliveryCaseKind | None:
    """The kind on the button."""
    chosen = turn.entity("delivery_kind")
    return DeliveryCaseKind(chosen) if chosen in set(DeliveryCaseKind) else None


async def begin_problem(turn: Turn, number: str) -> list[Event]:
    """Ask for what the message did not tell."""
    parcels = await delivery_cases.parcels_of(turn.runtime, turn.dialogue_id, number, turn.language)
    if not parcels:
        return await tell_status(turn, number)
    kind = kind_of(turn)
    fitting = [parcel for parcel in parcels if _fits(parcel, kind)] or parcels
    kept = {
        ORDER: number,
        PARCEL: fitting[0].id if len(fitting) == 1 else None,
        TEXT: turn.slot(TEXT) or (NOT_NEEDED if kind in NOT_HERE else None),
    }
    events = list(turn.foresee([SlotSet(slot, value) for slot, value in kept.items()]))
    return tasks.open_form(turn, FORM, events)


def _fits(parcel: Parcel, kind: DeliveryCaseKind | None) -> bool:
    """Damage is of what came; late is what did not; missing may be both."""
    if kind is None or kind == DeliveryCaseKind.MISSING:
        return True
    return (parcel.delivered is None) == (kind == DeliveryCaseKind.LATE)


class ReadDeliveryProblem(FormReader):
    """Reads which parcel, what is wrong with it, and what happened."""

    fields: ClassVar[Mapping[str, str]] = {"message": TEXT}
    free_text: ClassVar[frozenset[str]] = frozenset({TEXT})
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """The problem told once more is the answer to what the problem is."""
        about = turn.intent == "report_delivery_problem" and not turn.is_button
        return not about and super().is_interrupted(turn, slot)

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By the question that was asked."""
        if slot == PARCEL:
            return await self._parcel(turn)
        if slot == KIND:
            return self._kind(turn)
        if turn.is_button or len(turn.text) < 2:
            return self.wrong(
                turn, TEXT, "utter_orders_problem_text_wrong", "utter_orders_problem_text_wrong"
            )
        return self.filled(TEXT, turn.text)

    def _kind(self, turn: Turn) -> list[Event]:
        kind = _chosen(turn) or kind_in(turn.text)
        if kind is None:
            return self.wrong(
                turn, KIND, "utter_orders_problem_kind_wrong", "utter_orders_problem_kind_wrong"
            )
        text = [SlotSet(TEXT, turn.slot(TEXT) or NOT_NEEDED)] if kind in NOT_HERE else []
        return [*self.filled(KIND, kind), *text]

    async def _parcel(self, turn: Turn) -> list[Event]:
        number = turn.slot(ORDER) or ""
        parcels = await delivery_cases.parcels_of(turn.runtime, turn.dialogue_id, number, turn.language)
        chosen = turn.entity("delivery_parcel")
        said = turn.text.casefold()
        fitting = [
            parcel
            for parcel in parcels
            if parcel.id == chosen or any(word in said for item in parcel.items for word in _long_words(item))
        ]
        if len(fitting) == 1:
            return self.filled(PARCEL, fitting[0].id)
        return self.wrong(
            turn, PARCEL, "utter_orders_problem_parcel_wrong", "utter_orders_problem_parcel_wrong"
        )


def _long_words(item: str) -> list[str]:
    return [word for word in re.findall(r"\w+", item.casefold()) if len(word) > 3]


class AskParcel(ShopAction):
    """Asks which of several parcels it is about."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{PARCEL}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Each parcel is a button with what is in it."""
        number = turn.slot(ORDER) or ""
        parcels = await delivery_cases.parcels_of(turn.runtime, turn.dialogue_id, number, turn.language)
        turn.ask_with("utter_orders_problem_ask_parcel", [_button(turn, parcel) for parcel in parcels])
        return []


def _button(turn: Turn, parcel: Parcel) -> Button:
    return {"title": listed(turn, parcel.items), "payload": payload("inform", delivery_parcel=parcel.id)}


class AskKind(ShopAction):
    """Asks what is wrong."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{KIND}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_orders_problem_ask_kind")
        return []


class AskText(ShopAction):
    """Asks what happened to the goods; a photo helps."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{TEXT}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_orders_problem_ask_text")
        return []


class SubmitDeliveryProblem(ShopAction):
    """Says what the rules say of it."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_delivery_problem"

    async def answer(self, turn: Turn) -> list[Event]:
        """Waiting is said at once; for a remedy the customer has to be known well enough."""
        view = await problem_view(turn)
        if view.reported is not None and (
            not view.verdict.allowed or view.reported != DeliveryCaseStatus.WATCHING
        ):
            turn.say(f"utter_orders_problem_is_{view.reported}", until=written(turn, view.watch_until))
            return tasks.offer_rest(turn)
        if view.verdict.allowed:
            return await order_access.begin(turn, "delivery_remedy", view.number)
        say_wait(turn, view)
        return tasks.offer_rest(turn)


register("delivery_problem", Purpose(Need.READ, begin_problem, was_sent))
