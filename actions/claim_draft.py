"""A claim that is being told: its slots, and the questions that both of its forms ask."""

from datetime import date, datetime, timedelta

from rasa_sdk.events import SlotSet

from actions.base import ShopAction
from actions.claim_words import answered_day, cause_in, is_unclear, kept_day, says_by_itself, today, told_day
from actions.confirming import YES
from actions.forms import FormReader
from actions.history import Event
from actions.turn import Turn, payload
from actions.values import written
from bot.services.claim_views import ClaimDraft, ClaimView, look_at_claim
from bot.shop.content.plans import ClaimOption
from bot.shop.faults import FaultCause

FACTS_FORM, REQUEST_FORM = "claim_facts_form", "claim_request_form"
ORDER, LINE, SAID, REPAIR = "claim_order", "claim_line", "claim_said", "claim_repair"
SYMPTOM, CAUSE, DAY = "claim_symptom", "claim_cause", "claim_day"
KEY, BEGUN = "claim_key", "claim_begun"
OPTION, SLOT, HOLD = "claim_option", "claim_slot", "claim_hold"
SHOWN, CONFIRMED, CHANGING = "claim_shown", "claim_confirmed", "claim_changing"
ALL = (
    *(ORDER, LINE, SAID, REPAIR, SYMPTOM, CAUSE, DAY, KEY, BEGUN),
    *(OPTION, SLOT, HOLD, SHOWN, CONFIRMED, CHANGING),
)
NOT_NEEDED = "-"
DAYS_ON_BUTTONS = 3
OPTIONS: tuple[ClaimOption, ...] = ("advance_replacement", "on_site", "mail_in", "carry_in")


def cleared() -> list[Event]:
    """Nothing is kept of a claim."""
    return [SlotSet(slot, None) for slot in ALL]


def draft_of(turn: Turn) -> ClaimDraft:
    """The claim as far as it has been told."""
    cause, option, visit = turn.slot(CAUSE), turn.slot(OPTION), turn.slot(SLOT)
    return ClaimDraft(
        order_number=turn.slot(ORDER) or "",
        line_id=turn.slot(LINE) or "",
        cause=FaultCause(cause) if cause in set(FaultCause) else FaultCause.DEFECT,
        symptom=turn.slot(SYMPTOM) or "",
        occurred_on=kept_day(turn, DAY),
        repair=turn.slot(REPAIR) == YES,
        option=next((one for one in OPTIONS if one == option), None),
        slot=datetime.fromisoformat(visit) if visit not in (None, NOT_NEEDED) else None,
        hold_consent=turn.slot(HOLD) == YES,
        begun_at=datetime.fromisoformat(turn.slot(BEGUN) or turn.runtime.clock().isoformat()),
    )


async def view_of(turn: Turn) -> ClaimView:
    """What the rules say of it now."""
    return await look_at_claim(turn.runtime, turn.dialogue_id, draft_of(turn), turn.language)


def facts_in(turn: Turn, text: str) -> list[Event]:
    """The day and the cause that a telling of the symptom gives along."""
    day = None if turn.slot(DAY) else told_day(turn, text)
    return [*([SlotSet(DAY, day.isoformat())] if day else []), SlotSet(CAUSE, cause_told(text))]


def cause_told(text: str) -> str | None:
    """What did it; nothing while a mishap may be behind it, which is then asked."""
    cause = cause_in(text)
    return cause or (None if is_unclear(text) else FaultCause.DEFECT)


class FactsReader(FormReader):
    """Reads what is wrong, what did it and since when; both forms of a claim take these."""

    def symptom_told(self, turn: Turn) -> list[Event]:
        """Any words will do."""
        if turn.is_button or len(turn.text) < 2 or turn.intent in ("affirm", "deny"):
            return self.wrong(turn, SYMPTOM, "utter_claims_symptom_wrong", "utter_claims_symptom_help")
        return [*self.filled(SYMPTOM, turn.text), *facts_in(turn, turn.text)]

    def cause_answered(self, turn: Turn) -> list[Event]:
        """By button or in words; a plain no is that nothing happened to it."""
        chosen = turn.entity("claim_cause")
        if chosen in set(FaultCause):
            return self.filled(CAUSE, chosen)
        cause = cause_in(turn.text)
        if cause is None and (turn.intent == "deny" or says_by_itself(turn.text)):
            cause = FaultCause.DEFECT
        if cause is None:
            return self.wrong(turn, CAUSE, "utter_claims_cause_wrong", "utter_claims_cause_help")
        return self.filled(CAUSE, cause)

    def day_answered(self, turn: Turn) -> list[Event]:
        """A day in the past, or today."""
        day = answered_day(turn)
        if day is None:
            return self.wrong(turn, DAY, "utter_claims_day_wrong", "utter_claims_day_help")
        if day > today(turn):
            return self.wrong(turn, DAY, "utter_claims_day_future", "utter_claims_day_help")
        return self.filled(DAY, day.isoformat())

    def retelling(self, turn: Turn, slot: str) -> bool:
        """Whether telling once more that it broke answers the question."""
        return turn.intent == "start_service_plan_claim" and not turn.is_button and slot in (SYMPTOM, CAUSE)


class AskSymptom(ShopAction):
    """Asks what is wrong; a photo may come along."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FACTS_FORM}_{SYMPTOM}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_claims_ask_symptom")
        return []


class AskCause(ShopAction):
    """Asks whether something happened to it."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FACTS_FORM}_{CAUSE}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The same every time."""
        turn.ask("utter_claims_ask_cause")
        return []


class AskDay(ShopAction):
    """Asks since when; the last days are buttons."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FACTS_FORM}_{DAY}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The newest first."""
        days = [today(turn) - timedelta(days=back) for back in range(DAYS_ON_BUTTONS)]
        turn.ask_with("utter_claims_ask_day", [_button(turn, day) for day in days])
        return []


class AskSymptomAgain(AskSymptom):
    """The same question beside the summary."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{SYMPTOM}"


class AskCauseAgain(AskCause):
    """The same question beside the summary."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{CAUSE}"


class AskDayAgain(AskDay):
    """The same question beside the summary."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{REQUEST_FORM}_{DAY}"


def _button(turn: Turn, day: date) -> dict[str, str]:
    return {"title": written(turn, day), "payload": payload("inform", claim_day=day.isoformat())}
