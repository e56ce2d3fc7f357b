"""How a covered item is put right: the way, its terms, a summary, one yes, one claim."""

import re
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import tasks
from actions.base import ShopAction
from actions.claim_draft import (
    CAUSE,
    CHANGING,
    CONFIRMED,
    DAY,
    HOLD,
    KEY,
    NOT_NEEDED,
    OPTION,
    REQUEST_FORM,
    SHOWN,
    SLOT,
    SYMPTOM,
    FactsReader,
    cleared,
    draft_of,
    view_of,
)
from actions.claim_slots import meant_slot, slot_buttons, slot_words
from actions.claim_verdict import REQUEST, ground, judge
from actions.claim_words import answered_day, cause_in, option_in, today
from actions.confirming import CONFIRMED_LAST, NO, YES, is_yes_to, remember_shown
from actions.forms import ABOUT_THE_TALK, MISSES
from actions.history import Event
from actions.order_access import Purpose, register
from actions.turn import Button, Turn
from actions.values import written
from bot.services.claim_views import IN_ADVANCE, VISIT, ClaimView
from bot.services.claims import open_claim
from bot.services.order_reading import Need
from bot.shop.content.plans import ClaimOption
from bot.shop.errors import Conflict, InvalidInput

FIELDS: Mapping[str, str] = {"symptom": SYMPTOM, "day": DAY, "option": OPTION, "slot": SLOT}
ADDRESS = "address"
# What customers call each answer when they say that it is wrong.
_FIELD_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (ADDRESS, re.compile(r"(?i)\b(?:address|osoite\w*|tirahan)\b")),
    ("slot", re.compile(r"(?i)\b(?:time|slot|visit|appointment|aika|käynti|oras|bisita)\b")),
    ("day", re.compile(r"(?i)\b(?:day|date|päivä\w*|petsa|araw)\b")),
    ("option", re.compile(r"(?i)\b(?:option|way|tapa\w*|paraan)\b")),
    ("symptom", re.compile(r"(?i)\b(?:symptom|problem|fault|description|vika\w*|kuvaus|problema|sira)\b")),
)
_CORRECTS = re.compile(r"(?i)^\W*(?:no|not|actually|sorry|wait|it\swas|rather|instead|ei|eikun|hindi|mali)\b")


async def begin_request(turn: Turn, _number: str) -> list[Event]:
    """Choose between the ways that are offered; where there is one only, it is not asked."""
    view = await view_of(turn)
    if view.basis is None or not view.offered or view.open_number:
        return await judge(turn)
    option = view.offered[0] if len(view.offered) == 1 else None
    emptied = dict.fromkeys((CONFIRMED, SHOWN, CHANGING))
    kept = {**emptied, **terms_of(option)}
    return tasks.open_form(turn, REQUEST_FORM, [SlotSet(slot, value) for slot, value in kept.items()])


def terms_of(option: ClaimOption | None) -> dict[str, str | None]:
    """An option, and which of its terms have to be asked."""
    return {
        OPTION: option,
        SLOT: None if option in (None, VISIT) else NOT_NEEDED,
        HOLD: None if option in (None, IN_ADVANCE) else NOT_NEEDED,
    }


class ReadClaimRequest(FactsReader):
    """Reads the choice, its terms, corrections of what was told before, and the yes."""

    fields: ClassVar[Mapping[str, str]] = {"message": SYMPTOM}
    free_text: ClassVar[frozenset[str]] = frozenset({SYMPTOM})
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{REQUEST_FORM}"

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """A correction of the summary and the fault told once more are answers."""
        if self.retelling(turn, slot) or (slot == CONFIRMED and _corrects(turn)):
            return False
        return super().is_interrupted(turn, slot)

    def correction(self, turn: Turn) -> list[Event]:
        """A wrong address is not changed here: staff do that."""
        if turn.entity("form_field") == "email":
            return self._field(turn, ADDRESS)
        return super().correction(turn)

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """By the question that was asked; after a change the rules are asked again."""
        if slot == SYMPTOM:
            return await self._refitted(turn, self.symptom_told(turn))
        if slot == CAUSE:
            return await self._refitted(turn, self.cause_answered(turn))
        if slot == DAY:
            return await self._refitted(turn, self.day_answered(turn))
        view = await view_of(turn)
        if slot == OPTION:
            return self._option(turn, view)
        if slot == SLOT:
            return self._slot(turn, view)
        return self._hold(turn, view) if slot == HOLD else await self._confirmed(turn, view)

    async def _refitted(self, turn: Turn, events: list[Event]) -> list[Event]:
        """Other facts may be covered otherwise, or not at all; then the form ends and says so."""
        turn.foresee(events)
        if not all(turn.slot(slot) for slot in (SYMPTOM, CAUSE, DAY)):
            return events
        view = await view_of(turn)
        if view.basis is None or not view.offered:
            return [*events, *tasks.end_form()]
        if draft_of(turn).option in view.offered:
            return events
        option = view.offered[0] if len(view.offered) == 1 else None
        return [*events, *(SlotSet(name, value) for name, value in terms_of(option).items())]

    def _option(self, turn: Turn, view: ClaimView) -> list[Event]:
        option = _option_meant(turn)
        if option is None:
            return self.wrong(turn, OPTION, "utter_claims_option_wrong", "utter_claims_option_help")
        if option not in view.offered:
            return self.wrong(turn, OPTION, "utter_claims_option_not_offered", "utter_claims_option_help")
        return self._chosen(option)

    def _chosen(self, option: ClaimOption) -> list[Event]:
        chosen = [SlotSet(name, value) for name, value in terms_of(option).items()]
        return [*chosen, SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]

    def _slot(self, turn: Turn, view: ClaimView) -> list[Event]:
        chosen = meant_slot(turn, view.slots)
        if chosen is None:
            return self.wrong(turn, SLOT, "utter_claims_slot_wrong", "utter_claims_slot_help")
        return self.filled(SLOT, chosen.isoformat())

    def _hold(self, turn: Turn, view: ClaimView) -> list[Event]:
        if turn.intent == "affirm":
            return self.filled(HOLD, YES)
        if turn.intent != "deny":
            return self.wrong(turn, HOLD, "utter_claims_hold_wrong", "utter_claims_hold_help")
        if len(view.offered) > 1:
            turn.ask("utter_claims_hold_declined")
            return [SlotSet(OPTION, None), SlotSet(HOLD, None), SlotSet(MISSES, 0)]
        return [SlotSet(CONFIRMED, NO), *tasks.end_form()]

    async def _confirmed(self, turn: Turn, view: ClaimView) -> list[Event]:
        if is_yes_to(turn, SHOWN, view.shown):
            return self.filled(CONFIRMED, YES)
        if turn.intent == "affirm":
            turn.ask("utter_claims_look_again")
            return self.filled(CONFIRMED, None)
        if changed := self._changed(turn, view):
            facts = any(event.get("name") in (SYMPTOM, CAUSE, DAY) for event in changed)
            return await self._refitted(turn, changed) if facts else changed
        if turn.intent == "deny":
            return [SlotSet(CONFIRMED, None), SlotSet(CHANGING, YES), SlotSet(MISSES, 0)]
        return self.wrong(turn, CONFIRMED, "utter_claims_confirm_wrong", "utter_claims_confirm_help")

    def _changed(self, turn: Turn, view: ClaimView) -> list[Event]:
        """What the message corrects: a button's field, a new value, or a field that is called wrong."""
        field = turn.entity("claim_field")
        if field is not None or turn.is_button:
            return self._field(turn, field or "")
        if draft_of(turn).option == VISIT and (chosen := meant_slot(turn, view.slots)):
            return self.filled(SLOT, chosen.isoformat())
        day = answered_day(turn)
        if day is not None and day <= today(turn):
            return self.filled(DAY, day.isoformat())
        option = option_in(turn.text)
        if option in view.offered and option != draft_of(turn).option:
            return self._chosen(option)
        if (cause := cause_in(turn.text)) and cause != turn.slot(CAUSE):
            return self.filled(CAUSE, cause)
        named = next((name for name, words in _FIELD_WORDS if words.search(turn.text)), "")
        return self._field(turn, named)

    def _field(self, turn: Turn, field: str) -> list[Event]:
        if field == ADDRESS:
            turn.ask("utter_claims_address_wrong")
            return [SlotSet(CONFIRMED, None), SlotSet(MISSES, 0)]
        slot = FIELDS.get(field)
        if slot is None or turn.slot(slot) in (None, NOT_NEEDED):
            return []
        emptied = [SlotSet(name, value) for name, value in terms_of(None).items()] if slot == OPTION else []
        return [*self.filled(slot, None), *emptied]


def _corrects(turn: Turn) -> bool:
    if turn.is_button or turn.intent in ABOUT_THE_TALK:
        return False
    return bool(_CORRECTS.search(turn.text))


def _option_meant(turn: Turn) -> ClaimOption | None:
    chosen = turn.entity("claim_option")
    known: tuple[ClaimOption, ...] = ("advance_replacement", "on_site", "mail_in", "carry_in")
    if chosen is not None or turn.is_button:
        return next((option for option in known if option == chosen), None)
    return option_in(turn.text)


class AskOption(ShopAction):
    """Asks how it shall be put right."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{OPTION}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Only what is offered becomes a button."""
        view = await view_of(turn)
        buttons = [
            turn.button(f"utter_claims_option_{option}", "inform", claim_option=option)
            for option in view.offered
        ]
        turn.ask_with("utter_claims_ask_option", buttons, item=view.item.name)
        return []


class AskSlot(ShopAction):
    """Asks when somebody shall come."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{SLOT}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The next times are buttons; the address on file is said."""
        view = await view_of(turn)
        turn.ask_with("utter_claims_ask_slot", slot_buttons(turn, view.slots), address=view.address)
        return []


class AskHold(ShopAction):
    """Asks for the consent to a hold, with the address and the day by which the old item is due."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{HOLD}"

    async def answer(self, turn: Turn) -> list[Event]:
        """All that is consented to is said."""
        view = await view_of(turn)
        turn.ask(
            "utter_claims_ask_hold",
            hold=written(turn, view.hold),
            until=written(turn, view.return_by),
            address=view.address,
        )
        return []


class AskClaimConfirmation(ShopAction):
    """Lists what will be asked of the shop, or asks what to change."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the fingerprint of the list."""
        view, draft = await view_of(turn), draft_of(turn)
        if turn.slot(CHANGING):
            turn.ask_with("utter_claims_ask_change", _change_buttons(turn))
            return [SlotSet(CHANGING, None)]
        turn.ask(
            "utter_claims_summary",
            item=view.item.name,
            number=view.number,
            ground=ground(turn, view),
            symptom=draft.symptom,
            day=written(turn, draft.occurred_on),
            way=_way(turn, view),
            photos=turn.words("utter_claims_photos", count=len(view.attachments)) if view.attachments else "",
            digest=view.shown,
        )
        return remember_shown(turn, SHOWN, view.shown)


def _way(turn: Turn, view: ClaimView) -> str:
    draft = draft_of(turn)
    return turn.words(
        f"utter_claims_way_of_{draft.option}",
        address=view.address,
        slot=slot_words(turn, draft.slot) if draft.slot else "",
        hold=written(turn, view.hold),
        until=written(turn, view.return_by),
    )


def _change_buttons(turn: Turn) -> list[Button]:
    asked = [name for name, slot in FIELDS.items() if turn.slot(slot) not in (None, NOT_NEEDED)]
    return [turn.button(f"utter_claims_change_{name}", "inform", claim_field=name) for name in asked]


class SubmitClaimRequest(ShopAction):
    """Writes the claim, once."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_claim_request"

    async def answer(self, turn: Turn) -> list[Event]:
        """The rules are asked again in the write; what changed meanwhile is said."""
        confirmed, draft = turn.slot(CONFIRMED), draft_of(turn)
        if confirmed == NO:
            turn.say("utter_claims_kept")
            return [*cleared(), *tasks.offer_rest(turn)]
        if confirmed != YES:
            return await judge(turn)
        shown, _, _ = (turn.slot(SHOWN) or "").partition(" ")
        try:
            number = await open_claim(
                turn.runtime,
                turn.dialogue_id,
                draft,
                shown=shown,
                key=turn.slot(KEY) or "",
                language=turn.language,
            )
        except (Conflict, InvalidInput):
            turn.say("utter_claims_changed_meanwhile")
            return await judge(turn)
        turn.say(f"utter_claims_requested_{draft.option}", number=number)
        return [*cleared(), SlotSet(CONFIRMED_LAST, shown), *tasks.offer_rest(turn)]


register(REQUEST, Purpose(Need.WRITE, begin_request))
