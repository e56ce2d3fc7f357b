"""Calling a claim off, or moving its visit: listed, confirmed, asked of the shop once."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import tasks
from actions.base import ShopAction
from actions.claim_slots import meant_slot, slot_buttons, slot_words
from actions.claim_status import ASKED, CANCEL, CHANGE, MOVE, STEP, say_status
from actions.confirming import CONFIRMED_LAST, NO, YES, is_yes_to, remember_shown
from actions.forms import FormReader
from actions.history import Event
from actions.order_access import Purpose, register
from actions.turn import Turn
from bot.services.claim_reports import ClaimReport, cancel_claim, change_slot, claim_report
from bot.services.fingerprints import fingerprint
from bot.services.order_reading import Need
from bot.shop.errors import Conflict, InvalidInput

FORM = "change_claim_form"
NEW_SLOT, SHOWN, CONFIRMED = "claim_new_slot", "claim_change_shown", "claim_change_confirmed"
NOT_NEEDED = "-"


async def begin_change(turn: Turn, _number: str) -> list[Event]:
    """Open the question; a visit is moved to a time that is asked for."""
    kept = {NEW_SLOT: None if turn.slot(STEP) == MOVE else NOT_NEEDED, SHOWN: None, CONFIRMED: None}
    return tasks.open_form(turn, FORM, [SlotSet(slot, value) for slot, value in kept.items()])


async def _report(turn: Turn) -> ClaimReport:
    return await claim_report(turn.runtime, turn.dialogue_id, turn.slot(ASKED) or "", turn.language)


def _digest(turn: Turn, report: ClaimReport) -> str:
    return fingerprint(turn.slot(STEP), report.shown, turn.slot(NEW_SLOT))


class ReadClaimChange(FormReader):
    """Reads the new time and the yes."""

    fields: ClassVar[Mapping[str, str]] = {}
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """Another time at the summary is listed anew."""
        report = await _report(turn)
        chosen = meant_slot(turn, report.slots) if turn.slot(STEP) == MOVE else None
        if chosen is not None and chosen.isoformat() != turn.slot(NEW_SLOT):
            return self.filled(NEW_SLOT, chosen.isoformat())
        if slot == NEW_SLOT:
            return self.wrong(turn, NEW_SLOT, "utter_claims_slot_wrong", "utter_claims_slot_help")
        if turn.intent == "deny":
            return self.filled(CONFIRMED, NO)
        if is_yes_to(turn, SHOWN, _digest(turn, report)):
            return self.filled(CONFIRMED, YES)
        if turn.intent == "affirm":
            turn.ask("utter_claims_look_again")
            return self.filled(CONFIRMED, None)
        return self.wrong(
            turn, CONFIRMED, "utter_claims_change_confirm_wrong", "utter_claims_change_confirm_help"
        )


class AskNewSlot(ShopAction):
    """Asks for the new time."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{NEW_SLOT}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The next times are buttons."""
        report = await _report(turn)
        turn.ask_with(
            "utter_claims_ask_new_slot",
            slot_buttons(turn, report.slots),
            number=report.number,
            slot=slot_words(turn, report.slot) if report.slot else "",
        )
        return []


class AskChangeConfirmation(ShopAction):
    """Lists what will change."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the fingerprint of the list."""
        report, new = await _report(turn), _new_slot(turn)
        digest = _digest(turn, report)
        turn.ask(
            "utter_claims_move_summary" if new else "utter_claims_cancel_summary",
            number=report.number,
            item=report.item,
            before=slot_words(turn, report.slot) if report.slot else "",
            slot=slot_words(turn, new) if new else "",
            digest=digest,
        )
        return remember_shown(turn, SHOWN, digest)


def _new_slot(turn: Turn) -> datetime | None:
    chosen = turn.slot(NEW_SLOT)
    return datetime.fromisoformat(chosen) if chosen not in (None, NOT_NEEDED) else None


class SubmitClaimChange(ShopAction):
    """Asks the shop, once."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_change_claim"

    async def answer(self, turn: Turn) -> list[Event]:
        """Whether it is still possible is looked at again in the write."""
        number, new = turn.slot(ASKED) or "", _new_slot(turn)
        over = [SlotSet(slot, None) for slot in (ASKED, STEP, NEW_SLOT, SHOWN, CONFIRMED)]
        if turn.slot(CONFIRMED) != YES:
            turn.say("utter_claims_unchanged", number=number)
            return [*over, *tasks.offer_rest(turn)]
        shown, _, _ = (turn.slot(SHOWN) or "").partition(" ")
        report = await _report(turn)
        try:
            done = await self._write(turn, report, new)
        except (Conflict, InvalidInput):
            turn.say(f"utter_claims_cannot_{MOVE if new else CANCEL}", number=number)
            say_status(turn, await _report(turn))
            return [*over, *tasks.offer_rest(turn)]
        kind = "moved" if new else "cancelled"
        turn.say(f"utter_claims_{kind}" if done else f"utter_claims_{kind}_already", number=number)
        return [*over, SlotSet(CONFIRMED_LAST, shown), *tasks.offer_rest(turn)]

    async def _write(self, turn: Turn, report: ClaimReport, new: datetime | None) -> bool:
        if new is not None:
            return await change_slot(turn.runtime, turn.dialogue_id, report.number, new, turn.language)
        return await cancel_claim(turn.runtime, turn.dialogue_id, report.number, report.shown, turn.language)


register(CHANGE, Purpose(Need.WRITE, begin_change))
