"""A message for staff: begun, asked for, summed up, left."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import tasks
from actions.base import SURE, ShopAction
from actions.forms import FormReader
from actions.history import Event
from actions.turn import Turn
from bot.services import staff_messages

FORM = "staff_message_form"
KEY = "staff_message_key"
TOPIC = "staff_message_topic"
DRAFT = "staff_message_draft"
TEXT = "staff_message_text"
REPLY_TO = "staff_message_reply_to"
SHOWN = "staff_message_shown"
CHANGING = "staff_message_changing"
CONFIRMED = "staff_message_confirmed"
SENT = "staff_message_sent"

IN_CHAT = staff_messages.REPLY_IN_CHAT
YES = "yes"
SUMMARY_AGE = timedelta(minutes=30)
MAIL_LENGTH = 254

_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")


def mails(text: str) -> list[str]:
    """The different e-mail addresses in a text."""
    found = (mail.strip(".'-") for mail in _MAIL.findall(text))
    return list(dict.fromkeys(mail for mail in found if len(mail) <= MAIL_LENGTH))


def digest(turn: Turn) -> str:
    """A short name for exactly this message, so that a yes can say what it confirms."""
    parts = [turn.slot(TOPIC), turn.slot(TEXT), turn.slot(REPLY_TO)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


class ReadStaffMessage(FormReader):
    """Reads the answers to the form's three questions."""

    fields: ClassVar[Mapping[str, str]] = {"message": TEXT, "email": REPLY_TO}
    free_text: ClassVar[frozenset[str]] = frozenset({TEXT})
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By the question that was asked."""
        if slot == TEXT:
            return self._text(turn)
        return self._reply_to(turn) if slot == REPLY_TO else self._confirmed(turn)

    def correction(self, turn: Turn) -> list[Event]:
        """A field called wrong; a new address in the same message is taken at once."""
        events = super().correction(turn)
        return self._address(turn) or events if events else []

    def _text(self, turn: Turn) -> list[Event]:
        bare = turn.is_button or (turn.intent in {"affirm", "deny"} and turn.confidence >= SURE)
        draft = turn.slot(DRAFT)
        if not bare and len(re.findall(r"\w", turn.text)) >= 2:
            return self.filled(TEXT, turn.text) + self._address(turn)
        if draft and turn.intent == "affirm":
            return self.filled(TEXT, draft) + self._address_in(draft)
        if draft and turn.intent == "deny":
            return [SlotSet(DRAFT, None), SlotSet(TEXT, None)]
        return self.wrong(turn, TEXT, "utter_handoff_text_wrong", "utter_handoff_text_help")

    def _reply_to(self, turn: Turn) -> list[Event]:
        if turn.entity("reply_to") == IN_CHAT:
            return self.filled(REPLY_TO, IN_CHAT)
        if len(mails(turn.text)) > 1:
            return self.wrong(turn, REPLY_TO, "utter_handoff_reply_to_several", "utter_handoff_reply_to_help")
        wrong = "utter_handoff_reply_to_wrong"
        return self._address(turn) or self.wrong(turn, REPLY_TO, wrong, "utter_handoff_reply_to_help")

    def _confirmed(self, turn: Turn) -> list[Event]:
        if turn.entity("reply_to") == IN_CHAT:
            return self.filled(REPLY_TO, IN_CHAT)
        if mails(turn.text):
            return self._address(turn) or self.filled(REPLY_TO, None)
        if turn.intent == "deny":
            return [*self.filled(CONFIRMED, None), SlotSet(CHANGING, YES)]
        if turn.intent == "affirm":
            return self._yes(turn)
        return self.wrong(turn, CONFIRMED, "utter_handoff_confirm_wrong", "utter_handoff_confirm_help")

    def _yes(self, turn: Turn) -> list[Event]:
        """A yes counts for the summary it was said to, and not for ever."""
        shown, _, at = (turn.slot(SHOWN) or "").partition(" ")
        meant = turn.entity("summary") or ("" if turn.slot(CHANGING) else shown)
        fresh = bool(at) and turn.runtime.clock() - datetime.fromisoformat(at) <= SUMMARY_AGE
        if meant == digest(turn) == shown and fresh:
            return self.filled(CONFIRMED, YES)
        turn.ask("utter_handoff_look_again")
        return self.filled(CONFIRMED, None)

    def filled(self, slot: str, value: str | None) -> list[Event]:
        """With something given, the question what to change is answered."""
        return [*super().filled(slot, value), SlotSet(CHANGING, None)]

    def _address(self, turn: Turn) -> list[Event]:
        return self._address_in(turn.text)

    def _address_in(self, text: str) -> list[Event]:
        found = mails(text)
        return self.filled(REPLY_TO, found[0]) if len(found) == 1 else []


class AskText(ShopAction):
    """Asks for the message, and offers what the customer had already typed."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{TEXT}"

    async def answer(self, turn: Turn) -> list[Event]:
        """With the draft if there is one."""
        draft = turn.slot(DRAFT)
        if draft:
            turn.ask("utter_handoff_ask_draft", draft=draft)
        else:
            turn.ask("utter_handoff_ask_text")
        return []


class AskReplyTo(ShopAction):
    """Asks where the answer should go."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{REPLY_TO}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_handoff_ask_reply_to")
        return []


class AskConfirmation(ShopAction):
    """Shows what will be left, or asks what to change after a no."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the digest of what they confirm."""
        shown = digest(turn)
        if turn.slot(CHANGING):
            turn.ask("utter_handoff_what_to_change", digest=shown)
            return []
        reply_to = turn.slot(REPLY_TO) or IN_CHAT
        where = turn.words("utter_handoff_in_chat") if reply_to == IN_CHAT else reply_to
        turn.ask("utter_handoff_summary", message=turn.slot(TEXT), where=where, digest=shown)
        return [SlotSet(SHOWN, f"{shown} {turn.runtime.clock().isoformat()}")]


class SubmitStaffMessage(ShopAction):
    """Leaves the message with staff."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_staff_message"

    async def answer(self, turn: Turn) -> list[Event]:
        """Write it once, then say by when it is answered."""
        reply_to = turn.slot(REPLY_TO) or IN_CHAT
        left = await staff_messages.leave_message(
            turn.runtime,
            turn.dialogue_id,
            topic=turn.slot(TOPIC) or "",
            text=turn.slot(TEXT) or "",
            reply_to=reply_to,
            key=turn.slot(KEY) or "",
        )
        response = "utter_handoff_left_in_chat" if reply_to == IN_CHAT else "utter_handoff_left_by_mail"
        turn.say(response, mail=reply_to, when=turn.moment(left.promised_at))
        tasks.offer_rest(turn)
        empty = (KEY, TOPIC, DRAFT, TEXT, REPLY_TO, SHOWN, CHANGING, CONFIRMED)
        return [*(SlotSet(slot, None) for slot in empty), SlotSet(SENT, digest(turn))]
