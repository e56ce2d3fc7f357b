"""How far a claim is, and what the customer may still do: call it off, move a visit, say that it was sent."""

import re
from collections.abc import Iterator

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.claim_slots import slot_words
from actions.forms import is_stop, stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.turn import Button, Turn
from actions.values import writer, written
from bot.services.claim_reports import ClaimReport, claims_of_conversation, name_claim, note_sent_back
from bot.services.order_choice import known_orders
from bot.services.order_reading import Need
from bot.shop.claim_status import ClaimStatus, OwnEvent
from bot.shop.errors import Conflict
from bot.shop.plans import CaseEventKind

STATUS, CHANGE, NOTE_SENT = "claim_status", "claim_change", "claim_sent"
ASKED, STEP = "claim_asked", "claim_asked_step"
CANCEL, MOVE, SENT, ADDRESS = "cancel", "slot", "sent", "address"
MOST = 6
SHORTEST_WORD = 4
# Steps of the history that customers are told.
TOLD = frozenset[str]({*CaseEventKind, *OwnEvent} - {OwnEvent.OVERDUE})

_NUMBER = re.compile(r"(?i)\bclm[\s/–-]*(\d{4})[\s/–-]*(\d{1,6})\b")
_STEPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        CANCEL,
        re.compile(
            r"(?i)\b(?:cancel\w*|call\s(?:it\s)?off|withdraw|drop\sthe\sclaim|peru\w*|kansela\w*|bawiin)\b"
        ),
    ),
    (ADDRESS, re.compile(r"(?i)\b(?:address|moved\shouse|osoite\w*|tirahan)\b")),
    (
        MOVE,
        re.compile(
            r"(?i)\b(?:resched\w*|postpone\w*|(?:another|different|other|new)\s(?:time|day|date|slot)|"
            r"move\s(?:the|my)\s(?:visit|appointment)|change\s(?:the|my)\s(?:time|visit|appointment|slot)|"
            r"siirtä\w*|toinen\saika|ibang\soras)\b"
        ),
    ),
    (
        SENT,
        re.compile(
            r"(?i)\b(?:(?:sent|posted|shipped|mailed)\s(?:it|the\s\w+|them)?\s?(?:\w+\s)?back|"
            r"returned\sthe\sold|"
            r"lähetin\w*\s.*takaisin|naipadala\sko\sna)\b"
        ),
    ),
)


def claim_number_in(turn: Turn) -> str | None:
    """The claim's number in its one spelling."""
    for text in (turn.entity("claim_number") or "", turn.text):
        if found := _NUMBER.search(text):
            return f"CLM-{found[1]}-{int(found[2]):06d}"
    return None


def is_about_claim(turn: Turn) -> bool:
    """Whether a message to cancel something means a claim."""
    named = claim_number_in(turn) is not None
    return named or bool(re.search(r"(?i)\b(?:claim|repair|asiani|reklamaatio\w*)\b", turn.text))


class CheckClaimStatus(ShopAction):
    """Answers what is asked of a claim."""

    def name(self) -> str:
        """In the domain."""
        return "action_check_claim_status"

    async def answer(self, turn: Turn) -> list[Event]:
        """Whoever is known is told at once."""
        if turn.form and is_stop(turn):
            return stop(turn)
        return await begin_status(turn)


async def begin_status(turn: Turn) -> list[Event]:
    """Keep what is asked, then answer, or ask who is asking."""
    step = turn.entity("claim_step")
    if step is None and not turn.is_button:
        step = next((name for name, words in _STEPS if words.search(turn.text)), None)
    asked = turn.foresee([SlotSet(ASKED, claim_number_in(turn)), SlotSet(STEP, step)])
    if await known_orders(turn.runtime, turn.dialogue_id, turn.language):
        return [*asked, *await tell_claims(turn, "")]
    return [*asked, *await order_access.begin(turn, STATUS)]


async def tell_claims(turn: Turn, _number: str) -> list[Event]:
    """One claim in full; several as buttons."""
    reports = await claims_of_conversation(turn.runtime, turn.dialogue_id, turn.language)
    wanted = turn.slot(ASKED)
    fitting = [report for report in reports if report.number == wanted] if wanted else _likely(turn, reports)
    if wanted and not fitting:
        await name_claim(turn.runtime, turn.dialogue_id)
        turn.say("utter_claims_not_found", number=wanted)
        return [*_over(), *tasks.offer_rest(turn)]
    if not fitting:
        turn.say("utter_claims_none")
        return [*_over(), *tasks.offer_rest(turn)]
    if len(fitting) > 1:
        turn.say("utter_claims_which", buttons=[_choice(turn, report) for report in fitting[:MOST]])
        return tasks.offer_rest(turn)
    return await _one(turn, fitting[0])


def _likely(turn: Turn, reports: list[ClaimReport]) -> list[ClaimReport]:
    """Those whose item is named, else those that go on, else the last one."""
    said = turn.text.casefold()
    words = {
        report.number: re.findall(rf"\w{{{SHORTEST_WORD},}}", report.item.casefold()) for report in reports
    }
    named = [report for report in reports if any(word in said for word in words[report.number])]
    return named or [report for report in reports if not report.ended] or reports[:1]


def _choice(turn: Turn, report: ClaimReport) -> Button:
    step = turn.slot(STEP)
    more = {"claim_step": step} if step else {}
    button = turn.button(
        "utter_claims_button_status", "check_claim_status", claim_number=report.number, **more
    )
    return button | {"title": f"{report.number} · {report.item}"}


async def _one(turn: Turn, report: ClaimReport) -> list[Event]:
    step = turn.slot(STEP)
    if step == ADDRESS:
        turn.say("utter_claims_address_by_staff", number=report.number)
        return [*_over(), *tasks.offer_rest(turn)]
    possible = {CANCEL: report.cancellable, MOVE: bool(report.slots), SENT: report.sendable}
    if step is not None and possible.get(step):
        kept = turn.foresee([SlotSet(ASKED, report.number)])
        purpose = NOTE_SENT if step == SENT else CHANGE
        return [*kept, *await order_access.begin(turn, purpose, report.order_number)]
    if step in possible:
        turn.say(f"utter_claims_cannot_{step}", number=report.number)
    say_status(turn, report)
    return [*_over(), *tasks.offer_rest(turn)]


def _over() -> list[Event]:
    return [SlotSet(ASKED, None), SlotSet(STEP, None)]


def say_status(turn: Turn, report: ClaimReport) -> None:
    """Where it stands, what comes next, and its history."""
    history = "\n".join(
        turn.words("utter_claims_step", day=written(turn, step.day), what=turn.words(_words_of(step.kind)))
        for step in report.steps
        if step.kind in TOLD
    )
    turn.say(
        "utter_claims_status",
        buttons=list(_buttons(turn, report)),
        number=report.number,
        item=report.item,
        state=turn.words(f"utter_claims_state_{report.status}"),
        details="".join(f"\n{detail}" for detail in _details(turn, report)),
        history=history,
    )


def _words_of(kind: str) -> str:
    return f"utter_claims_step_{kind}"


def _details(turn: Turn, report: ClaimReport) -> Iterator[str]:
    """What the customer has to know of it now."""
    if report.ended:
        return
    if report.slot is not None:
        yield turn.words("utter_claims_detail_slot", slot=slot_words(turn, report.slot))
    if report.return_by is not None and report.status == ClaimStatus.DISPATCHED:
        yield turn.words("utter_claims_detail_return_by", until=written(turn, report.return_by))
    if report.provider is not None and report.status == ClaimStatus.REQUESTED:
        due = turn.moment(report.provider_due_at) if report.provider_due_at else ""
        response = (
            "utter_claims_detail_provider_late" if report.provider_late else "utter_claims_detail_provider"
        )
        yield turn.words(response, provider=writer(turn).write(report.provider), due=due)


def _buttons(turn: Turn, report: ClaimReport) -> Iterator[Button]:
    possible = {MOVE: bool(report.slots), SENT: report.sendable, CANCEL: report.cancellable}
    for step in (step for step, is_possible in possible.items() if is_possible):
        yield turn.button(
            f"utter_claims_button_{step}", "check_claim_status", claim_number=report.number, claim_step=step
        )


async def note_sent(turn: Turn, _number: str) -> list[Event]:
    """Keep that it was sent; there is nothing to confirm in that."""
    number = turn.slot(ASKED) or ""
    try:
        new = await note_sent_back(turn.runtime, turn.dialogue_id, number)
    except Conflict:
        turn.say("utter_claims_cannot_sent", number=number)
        return [*_over(), *tasks.offer_rest(turn)]
    turn.say("utter_claims_sent_noted" if new else "utter_claims_sent_known", number=number)
    return [*_over(), *tasks.offer_rest(turn)]


register(STATUS, Purpose(Need.READ, tell_claims))
register(NOTE_SENT, Purpose(Need.WRITE, note_sent))
