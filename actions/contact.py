"""Personal data: a request to see or erase it, begun by the person it is about, settled by staff."""

import re

from rasa_sdk.events import SlotSet

from actions import account_access, forms, tasks
from actions.base import ShopAction
from actions.history import Event
from actions.turn import Turn
from bot.services import privacy_requests
from bot.services.privacy_requests import PrivacyRequestKind

KIND = "privacy_kind"

# Words for each wish; erasing is asked for more plainly than seeing.
_KINDS: tuple[tuple[PrivacyRequestKind, re.Pattern[str]], ...] = (
    (
        PrivacyRequestKind.ERASE,
        re.compile(
            r"(?i)\b(?:delet\w*|eras\w*|forget|forgotten|remov\w*|wip\w*|destroy\w*|purge|clos\w*|"
            r"poist\w*|unohd\w*|burahin|tanggalin)\b"
        ),
    ),
    (
        PrivacyRequestKind.ACCESS,
        re.compile(
            r"(?i)\b(?:copy|cop(?:y|ies)|access|what|which|show|see|download|export|send|hold|held|stor\w*|have|"
            r"kopio\w*|nähdä|mitä|kopya|makita|ano)\b"
        ),
    ),
)


def kind_in(text: str) -> PrivacyRequestKind | None:
    """What is wished for, if the text says one thing only or says to erase."""
    return next((kind for kind, words in _KINDS if words.search(text)), None)


class PrivacyRequest(ShopAction):
    """Asks which, makes sure who asks, lists what is passed on, and passes it on after a yes."""

    def name(self) -> str:
        """In the domain."""
        return "action_privacy_request"

    async def answer(self, turn: Turn) -> list[Event]:
        """By how far it has come; the yes is the listed request's own button."""
        if turn.form and forms.is_stop(turn):
            return forms.stop(turn)
        chosen = turn.entity(KIND)
        kind = PrivacyRequestKind(chosen) if chosen in set(PrivacyRequestKind) else None
        if kind is not None and turn.entity("summary"):
            return await _pass_on(turn, kind)
        kind = kind or (None if turn.is_button else kind_in(turn.text))
        if kind is None:
            turn.say("utter_contact_privacy_which")
            return []
        return await _identify(turn, kind)


async def list_request(turn: Turn) -> list[Event]:
    """What staff will be asked, to be confirmed by the one it is about."""
    kind = turn.slot(KIND)
    if kind not in set(PrivacyRequestKind):
        turn.say("utter_contact_privacy_which")
        return []
    turn.say(f"utter_contact_privacy_summary_{kind}")
    return []


async def _pass_on(turn: Turn, kind: PrivacyRequestKind) -> list[Event]:
    """Kept for staff once; whoever is not known any more identifies again first."""
    note = turn.words(f"utter_contact_privacy_note_{kind}")
    kept = await privacy_requests.start_request(turn.runtime, turn.dialogue_id, kind, note)
    if kept is None:
        return await _identify(turn, kind)
    turn.say("utter_contact_privacy_started", when=turn.moment(kept.promised_at))
    return [SlotSet(KIND, None), *tasks.offer_rest(turn)]


async def _identify(turn: Turn, kind: PrivacyRequestKind) -> list[Event]:
    events = turn.foresee([SlotSet(KIND, kind)])
    return [*events, *await account_access.begin(turn, "privacy")]


account_access.register("privacy", list_request)
