"""A parcel that is missing, late, damaged or wrong: asked about, judged by the rules, put right once."""

import re
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.confirming import NO, YES, is_yes_to, remember_shown
from actions.forms import MISSES, FormReader, is_stop, stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.orders import CONFIRMED_LAST, tell_status
from actions.turn import Button, Turn, payload
from actions.values import listed, written
from bot.services import delivery_cases
from bot.services.delivery_cases import NOT_HERE, Parcel, ProblemReport, ProblemView
from bot.services.order_choice import KnownOrder
from bot.services.order_reading import Need
from bot.shop.errors import Conflict, InvalidInput
from bot.shop.orders import OrderStatus
from bot.shop.reasons import Reason
from bot.shop.shipping_rules import DeliveryCaseKind, DeliveryRemedy

FORM, REMEDY_FORM = "delivery_problem_form", "delivery_remedy_form"
ORDER, PARCEL, KIND, TEXT = "delivery_order", "delivery_parcel", "delivery_kind", "delivery_text"
REMEDY, SHOWN, CONFIRMED = "delivery_remedy", "delivery_shown", "delivery_confirmed"
WATCH = "watch"
NOT_NEEDED = "-"
TELLING_WORDS = 5

# What customers call each kind of problem, the surest first.
_KINDS: tuple[tuple[DeliveryCaseKind, re.Pattern[str]], ...] = (
    (
        DeliveryCaseKind.DAMAGED,
        re.compile(
            r"(?i)\b(?:damag\w*|broken|broke|crush\w*|smash\w*|crack\w*|dent\w*|scratch\w*|torn|shatter\w*|"
            r"chipped|leak\w*|bent|wet|rikki|vaurio\w*|sira|basag)\b"
        ),
    ),
    (
        DeliveryCaseKind.WRONG,
        re.compile(
            r"(?i)\b(?:wrong|incorrect|incomplete|different|instead|parts?|screws?|only|half|väär\w*|kulang|mali)\b"
        ),
    ),
    (
        DeliveryCaseKind.MISSING,
        re.compile(r"(?i)\b(?:missing|delivered|lost|stolen|nothing|never|nowhere|kadon\w*|nawala\w*)\b"),
    ),
    (DeliveryCaseKind.LATE, re.compile(r"(?i)\b(?:late|overdue|delay\w*|due|still|yet|myöhä\w*|wala)\b")),
)


def kind_in(text: str) -> DeliveryCaseKind | None:
    """The kind of problem that a text tells of."""
    return next((kind for kind, words in _KINDS if words.search(text)), None)


def _kind(turn: Turn) -> DeliveryCaseKind | None:
    """What was said or chosen before."""
    kept = turn.slot(KIND)
    return DeliveryCaseKind(kept) if kept in set(DeliveryCaseKind) else None


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
        kind = None if turn.is_button else kind_in(turn.text)
        kept = {KIND: kind, TEXT: told, PARCEL: None, REMEDY: None, ORDER: None}
        events = turn.foresee([SlotSet(slot, value) for slot, value in kept.items()])
        return [*events, *await order_access.begin(turn, "delivery_problem")]


async def begin_problem(turn: Turn, number: str) -> list[Event]:
    """Ask for what the message did not tell."""
    parcels = await delivery_cases.parcels_of(turn.runtime, turn.dialogue_id, number, turn.language)
    if not parcels:
        return await tell_status(turn, number)
    kind = _kind(turn)
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
        chosen = turn.entity("delivery_kind")
        kind = DeliveryCaseKind(chosen) if chosen in set(DeliveryCaseKind) else kind_in(turn.text)
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


async def _view(turn: Turn) -> ProblemView:
    return await delivery_cases.look_at_problem(
        turn.runtime,
        turn.dialogue_id,
        turn.slot(ORDER) or "",
        turn.slot(PARCEL) or "",
        _kind(turn) or DeliveryCaseKind.MISSING,
        turn.language,
    )


class SubmitDeliveryProblem(ShopAction):
    """Says what the rules say of it."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_delivery_problem"

    async def answer(self, turn: Turn) -> list[Event]:
        """Waiting is said at once; for a remedy the customer has to be known well enough."""
        view = await _view(turn)
        if view.reported is not None and (not view.verdict.allowed or view.reported != "watching"):
            turn.say(f"utter_orders_problem_is_{view.reported}", until=written(turn, view.watch_until))
            return tasks.offer_rest(turn)
        if view.verdict.allowed:
            return await order_access.begin(turn, "delivery_remedy", view.number)
        _say_wait(turn, view)
        return tasks.offer_rest(turn)


WAITS: Mapping[Reason, str] = {
    Reason.ON_TIME: "utter_orders_problem_on_time",
    Reason.LATE_WAIT: "utter_orders_problem_late_wait",
    Reason.SEARCH_NEARBY: "utter_orders_problem_search_nearby",
    Reason.NOT_DELIVERED: "utter_orders_problem_not_delivered",
    Reason.REPORTED_LATE: "utter_orders_problem_reported_late",
    Reason.ALREADY_CANCELLED: "utter_orders_problem_cancelled",
}


def _say_wait(turn: Turn, view: ProblemView) -> None:
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
    view = await _view(turn)
    chosen = turn.slot(REMEDY)
    if chosen != WATCH or view.watch_until is None:
        chosen = view.remedies[0] if len(view.remedies) == 1 else None
    if not view.remedies and chosen is None:
        _say_wait(turn, view)
        return tasks.offer_rest(turn)
    kept = {REMEDY: chosen, CONFIRMED: None, SHOWN: None}
    return tasks.open_form(turn, REMEDY_FORM, [SlotSet(slot, value) for slot, value in kept.items()])


class ReadRemedy(FormReader):
    """Reads the choice and the yes."""

    fields: ClassVar[Mapping[str, str]] = {}
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{REMEDY_FORM}"

    def correction(self, turn: Turn) -> list[Event]:
        """A wrong address cannot be sent to: then money back, or staff."""
        if turn.entity("form_field") != "email":
            return []
        turn.ask("utter_orders_remedy_address_wrong")
        return [SlotSet(REMEDY, None), SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """A changed choice is listed anew."""
        view = await _view(turn)
        chosen = _remedy_in(turn)
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


_RESHIP = re.compile(r"(?i)\b(?:again|resend|reship|replace\w*|another|uudestaan|uusi|ulit|palit)\b")
_REFUND = re.compile(r"(?i)\b(?:money|refund\w*|cash|pay|rahat|hyvity\w*|pera)\b")


def _remedy_in(turn: Turn) -> DeliveryRemedy | None:
    chosen = turn.entity("delivery_remedy")
    if chosen in set(DeliveryRemedy):
        return DeliveryRemedy(chosen)
    if turn.is_button:
        return None
    found = [
        remedy
        for remedy, words in ((DeliveryRemedy.RESHIP, _RESHIP), (DeliveryRemedy.REFUND, _REFUND))
        if words.search(turn.text)
    ]
    return found[0] if len(found) == 1 else None


class AskRemedy(ShopAction):
    """Asks whether to send again or pay back."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REMEDY_FORM}_{REMEDY}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Only what is offered becomes a button."""
        view = await _view(turn)
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
        return f"action_ask_{REMEDY_FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the fingerprint of the list."""
        view = await _view(turn)
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
            said=_kind(turn) or DeliveryCaseKind.MISSING,
            remedy=DeliveryRemedy(chosen) if chosen in set(DeliveryRemedy) else None,
            shown=shown,
            text=None if text == NOT_NEEDED else text,
        )


def _was_sent(order: KnownOrder) -> bool:
    return order.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)


register("delivery_problem", Purpose(Need.READ, begin_problem, _was_sent))
register("delivery_remedy", Purpose(Need.WRITE, begin_remedy, _was_sent))
