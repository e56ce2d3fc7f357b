"""Withdrawing from a contract: taken from anybody, without a reason, after one clear confirmation."""

import re
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import history, tasks
from actions.base import ShopAction, intercept
from actions.confirming import YES, is_yes_to, remember_shown
from actions.forms import MISSES, FormReader
from actions.history import Event
from actions.order_words import said_of_order
from actions.staff_message import mails
from actions.turn import Turn
from bot.services.attempts import TooManyAttempts
from bot.services.withdrawals import Declaration, declaration, declare_in_chat

FORM = "withdrawal_form"
ORDER, NAME, EMAIL = "withdrawal_order", "withdrawal_name", "withdrawal_email"
CONFIRMED, SHOWN = "withdrawal_confirmed", "withdrawal_shown"
DONE = "order_confirmed_last"
SLOTS = (ORDER, NAME, EMAIL, CONFIRMED, SHOWN)

# Words of the declaration itself; a question about the right is the policy's.
_DECLARES = re.compile(
    r"(?i)\b(?:i|we)(?:\s(?:hereby|want\sto|wish\sto|would\slike\sto|am|are))*\swithdraw(?:ing)?\b"
    r"(?!.{0,20}\b(?:return|claim|message)\b)|"
    r"\bwithdraw\s(?:from\s)?(?:the|my|this)\s(?:contract|purchase|order)\b|"
    r"\bperuut\w*\b.{0,30}\b(?:kaup\w*|sopimu\w*)|\b(?:kaup\w*|sopimu\w*)\b.{0,20}\bperuut\w*|"
    r"\b(?:umaatras|aatras|umatras)\b.{0,30}\b(?:kontrata|pagbili|order)\b"
)
_ASKS = re.compile(
    r"(?i)\?|^(?:how|what|when|can|could|may|do|does|is|until)\b|\b(?:miten|milloin|voinko|paano)\b"
)
# What is called wrong, by the question it answered.
_FIELDS = (
    (EMAIL, re.compile(r"(?i)\b(?:e-?mail|mail|address)\b")),
    (NAME, re.compile(r"(?i)\bname\b")),
    (ORDER, re.compile(r"(?i)\b(?:order|number)\b")),
)
_WRONG = re.compile(r"(?i)\b(?:wrong|incorrect|mistake|typo|misspel\w*|not\s(?:right|correct)|change)\b")
_NAMED = re.compile(r"(?i)\bname\sis\s+(?!wrong|incorrect|not\b|misspel)(.+)$")
_BARE_NO_WORDS = 2
_NUMBER = re.compile(r"[\w#/-]{2,33}")


def declares(turn: Turn) -> bool:
    """Whether the message is the declaration itself, in any of the languages."""
    text = turn.text
    return not turn.is_button and bool(_DECLARES.search(text)) and not _ASKS.search(text)


def begin_withdrawal(turn: Turn) -> list[Event]:
    """The form, with what the message already says."""
    said = said_of_order(turn)
    given = {ORDER: said.number, EMAIL: said.emails[0] if said.emails else None}
    events = [SlotSet(slot, given.get(slot)) for slot in SLOTS]
    return tasks.open_form(turn, FORM, events)


class StartWithdrawal(ShopAction):
    """Begins a declaration from its button."""

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_start_withdrawal"

    async def answer(self, turn: Turn) -> list[Event]:
        """One that is under way goes on."""
        return [] if turn.form == FORM else begin_withdrawal(turn)


class ReadWithdrawal(FormReader):
    """Reads order number, name and e-mail."""

    fields: ClassVar[Mapping[str, str]] = {"email": EMAIL, "order_number": ORDER}
    free_text: ClassVar[frozenset[str]] = frozenset({NAME})
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By the question; an address is taken at every one."""
        found = mails(turn.text)
        address = self.filled(EMAIL, found[0]) if len(found) == 1 else []
        if slot == CONFIRMED:
            return address or self._confirmed(turn)
        if _WRONG.search(turn.text) and not address and (changed := self._changed(turn)):
            return changed
        if slot == EMAIL:
            return address or self.wrong(turn, slot, "utter_withdrawal_email_wrong", "utter_withdrawal_help")
        value = _order_number(turn) if slot == ORDER else _person(turn)
        if value is None:
            return self.wrong(turn, slot, f"utter_{slot}_wrong", "utter_withdrawal_help")
        return [*address, *self.filled(slot, value)]

    def _confirmed(self, turn: Turn) -> list[Event]:
        if is_yes_to(turn, SHOWN, declared(turn).fingerprint[:16]):
            return [SlotSet(CONFIRMED, YES), SlotSet(MISSES, 0)]
        if changed := self._changed(turn):
            return changed
        if turn.intent == "deny" and len(turn.text.split()) <= _BARE_NO_WORDS:
            return [SlotSet(CONFIRMED, "no"), *tasks.end_form()]
        field = turn.entity("withdrawal_field")
        if field in (ORDER, NAME, EMAIL):
            return self.filled(field, None)
        return self.wrong(turn, CONFIRMED, "utter_withdrawal_confirmed_wrong", "utter_withdrawal_help")

    def _changed(self, turn: Turn) -> list[Event]:
        """The field that the customer calls wrong, with the right answer if the message holds it."""
        slot = next((name for name, words in _FIELDS if words.search(turn.text)), None)
        if turn.is_button or slot is None:
            return []
        named = _NAMED.search(turn.text)
        right = named[1].strip(" .!") if named and slot == NAME else None
        return self.filled(slot, _order_number(turn) if slot == ORDER else right)


class AskWithdrawalOrder(ShopAction):
    """Asks for the order's number."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{ORDER}"

    async def answer(self, turn: Turn) -> list[Event]:
        """With the way to the form page, which does the same."""
        turn.ask("utter_withdrawal_ask_order", url=f"{turn.runtime.settings.base_url}/withdraw")
        return []


class AskWithdrawalName(ShopAction):
    """Asks for the name."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{NAME}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_withdrawal_ask_name")
        return []


class AskWithdrawalEmail(ShopAction):
    """Asks where the receipt goes."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{EMAIL}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_withdrawal_ask_email")
        return []


class AskWithdrawalConfirmation(ShopAction):
    """Shows the declaration; one press makes it."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The button carries what it confirms."""
        made = declared(turn)
        shown = made.fingerprint[:16]
        turn.ask(
            "utter_withdrawal_summary",
            declarer=made.name,
            number=made.order_number,
            mail=made.email,
            digest=shown,
        )
        return remember_shown(turn, SHOWN, shown)


class SubmitWithdrawal(ShopAction):
    """Takes the declaration, or nothing."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_withdrawal"

    async def answer(self, turn: Turn) -> list[Event]:
        """The answer is alike whether there is such an order or not."""
        over = [SlotSet(slot, None) for slot in SLOTS]
        if turn.slot(CONFIRMED) != YES:
            turn.say("utter_withdrawal_not_made")
            return [*over, *tasks.offer_rest(turn)]
        made = declared(turn)
        try:
            receipt = await declare_in_chat(turn.runtime, turn.dialogue_id, made, turn.language)
        except TooManyAttempts:
            contact = turn.runtime.content.shop.contact
            turn.say("utter_withdrawal_too_many", mail=contact.email, phone=contact.phone)
            return [*over, *tasks.offer_rest(turn)]
        turn.say(
            "utter_withdrawal_received",
            number=receipt.number,
            at=turn.moment(receipt.received_at),
            mail=made.email,
        )
        return [*over, SlotSet(DONE, made.fingerprint[:16]), *tasks.offer_rest(turn)]


def declared(turn: Turn) -> Declaration:
    """The declaration as it stands."""
    return declaration(turn.slot(NAME) or "", turn.slot(ORDER) or "", turn.slot(EMAIL) or "")


def _order_number(turn: Turn) -> str | None:
    """The number in any form; a lone word with a digit is taken as it is."""
    number = said_of_order(turn).number
    if number:
        return number
    words = [word for word in _NUMBER.findall(turn.text) if any(sign.isdigit() for sign in word)]
    return words[0].lstrip("#") if len(words) == 1 else None


def _person(turn: Turn) -> str | None:
    """What was typed, without the words around a name and without an address."""
    text = turn.text
    for mail in mails(text):
        text = text.replace(mail, "")
    text = re.sub(r"(?i)^\s*(?:my\sname\sis|i\sam|i'm|it's|nimeni\son|olen|ako\ssi)\s+", "", text).strip(
        " ,.;"
    )
    return text if not turn.is_button and 2 <= len(text) <= 200 and re.search(r"[^\W\d_]", text) else None


def _intercepted(turn: Turn) -> list[Event] | None:
    """The law's function is reached by its words in every language, without teaching them to Rasa."""
    return begin_withdrawal(turn) if declares(turn) and history.is_first_step(turn.events()) else None


intercept(_intercepted)
