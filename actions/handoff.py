"""Leading to staff: the offer to leave them a message, and its beginning."""

import uuid
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import forms, staff_message, tasks
from actions.base import ShopAction
from actions.history import Event
from actions.turn import UNDERSTOOD_LANGUAGES, Turn
from bot.services import staff_messages

TOPICS = frozenset(
    {
        "orders",
        "shipping",
        "returns",
        "warranty",
        "plans",
        "claims",
        "rewards",
        "offers",
        "products",
        "contact",
        "handoff",
        "feedback",
    }
)
ANY_TOPIC = "handoff"

# What the bot cannot do yet, and the response that says so and offers staff.
OFFERS: Mapping[str, str] = {
    "manage_contact_preferences": "utter_contact_preferences_later",
}

# Messages with nothing in them that staff would want to read.
NOT_A_DRAFT = frozenset(
    {
        *(forms.BARE_ANSWERS | forms.ABOUT_THE_TALK),
        "leave_message",
    }
)


class OfferStaffMessage(ShopAction):
    """Says honestly what is not possible here yet and offers to pass it on to staff."""

    def name(self) -> str:
        """In the domain."""
        return "action_offer_staff_message"

    async def answer(self, turn: Turn) -> list[Event]:
        """By what the customer wanted."""
        if turn.form and forms.is_stop(turn):
            return forms.stop(turn)
        turn.say(OFFERS[turn.intent], phone=turn.runtime.content.shop.contact.phone)
        return []


class Complain(ShopAction):
    """Takes a complaint seriously and offers to pass it on."""

    def name(self) -> str:
        """In the domain."""
        return "action_complain"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same whatever it was about."""
        turn.say("utter_handoff_complaint")
        return []


class RequestHuman(ShopAction):
    """Says how to reach staff and by when they answer."""

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_request_human"

    async def answer(self, turn: Turn) -> list[Event]:
        """While the message is being written, only by when it is answered."""
        response = "utter_handoff_human_in_form" if turn.form else "utter_handoff_human"
        answered_by = turn.moment(staff_messages.promised_at(turn.runtime))
        turn.say(response, when=answered_by, phone=turn.runtime.content.shop.contact.phone)
        return []


class StartStaffMessage(ShopAction):
    """Begins a message for staff; Rasa then opens the form."""

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_start_staff_message"

    async def answer(self, turn: Turn) -> list[Event]:
        """A message that is being written goes on."""
        if turn.form == staff_message.FORM:
            return []
        aside = tasks.put_aside(turn) if turn.form else []
        return [*aside, *begin(turn, turn.entity("topic"))]


def begin(turn: Turn, topic: str | None) -> list[Event]:
    """An empty message about `topic`, with a key of its own and what the customer had typed as a draft."""
    kept = {staff_message.KEY: uuid.uuid4().hex, staff_message.DRAFT: _draft(turn)}
    kept[staff_message.TOPIC] = topic if topic in TOPICS else ANY_TOPIC
    slots = (staff_message.TEXT, staff_message.REPLY_TO, staff_message.SHOWN, staff_message.CHANGING)
    emptied = dict.fromkeys((*slots, staff_message.CONFIRMED, staff_message.SENT))
    return [SlotSet(slot, value) for slot, value in {**emptied, **kept, forms.MISSES: 0}.items()]


def _draft(turn: Turn) -> str | None:
    """What the customer typed last before the offer, if staff could make something of it."""
    for event in reversed(turn.events()):
        if event.get("event") == "action" and event.get("name") == "action_submit_staff_message":
            return None
        if event.get("event") == "user" and not _is_answer_to_offer(event):
            return _draft_of(event)
    return None


def _is_answer_to_offer(message: Event) -> bool:
    return str(message.get("text") or "").startswith("/") or _intent(message) == "affirm"


def _draft_of(message: Event) -> str | None:
    text = str(message.get("text") or "").strip()
    if len(text.split()) < 2:
        return None
    entities = (message.get("parse_data") or {}).get("entities") or []
    languages = {found.get("value") for found in entities if found.get("entity") == "language"}
    foreign = bool(languages - UNDERSTOOD_LANGUAGES)
    return text if foreign or _intent(message) not in NOT_A_DRAFT else None


def _intent(message: Event) -> str:
    return str(((message.get("parse_data") or {}).get("intent") or {}).get("name") or "")
