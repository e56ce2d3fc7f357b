"""What customers write of a fault: what is wrong, since when, and what did it."""

import re
from datetime import date

from actions.turn import Turn
from bot.services.fault_days import any_day_in, fault_day_in
from bot.shop.content.plans import ClaimOption
from bot.shop.deadlines import local_day
from bot.shop.faults import FaultCause

_NOT = re.compile(
    r"(?i)(?:\b(?:not|never|without|no|didn'?t|wasn'?t|hasn'?t|en|ei|hindi)\b|n't)\s+(?:\w+\s+){0,2}\w+"
)
_CAUSES: tuple[tuple[FaultCause, re.Pattern[str]], ...] = (
    (
        FaultCause.OTHER_REPAIR,
        re.compile(
            r"(?i)\b(?:tried\sto\s(?:fix|repair|mend)\sit|took\sit\sapart|opened\sit\sup|repaired\sby|"
            r"(?:fixed|repaired)\sit\smyself|korjasin\sitse|inayos\sko)\b"
        ),
    ),
    (
        FaultCause.COMMERCIAL_USE,
        re.compile(
            r"(?i)\b(?:commercial\w*|"
            r"(?:in|at|for)\s(?:my|our)\s(?:business|caf[eé]|restaurant|office|shop|rental)|"
            r"yrityksessä\w*|negosyo)\b"
        ),
    ),
    (
        FaultCause.ACCIDENT,
        re.compile(
            r"(?i)\b(?:drop(?:p?ed|p?ing|pd|t)?|fell(?!\s(?:off|apart))|fallen|spill\w*|spilt|pour\w*|knock\w*|trip(?:ped)?|smash\w*|"
            r"stepped\son|sat\son|chew\w*|accident\w*|flood\w*|water\sdamage|pudo\w*|pudot\w*|tiputin|kaatu\w*|"
            r"kaadoin|roisk\w*|vahin\w*|nahulog|nabagsak|natapon\w*|nabuhusan|aksidente)\b"
        ),
    ),
    (
        FaultCause.WEAR,
        re.compile(r"(?i)\b(?:worn|wear\sand\stear|wore\sout|fad(?:ed|ing)|frayed|kulun\w*|gasgado|kupas)\b"),
    ),
)
# What may have come by itself or by a mishap: then it is asked.
_UNCLEAR = re.compile(
    r"(?i)\b(?:crack\w*|scratch\w*|stain\w*|dent\w*|bent|torn|rip(?:ped)?|snapped|shatter\w*|chip(?:ped)?|wet|"
    r"water|halke\w*|naarm\w*|tahra\w*|lommo\w*|basag|gasgas|mantsa|basa)\b"
)
# Words that say what is wrong; "broken" alone says only that something is.
_SYMPTOM = re.compile(
    r"(?i)\b(?:died|dead|dies|stop\w*|quit|won'?t|wont|doesn'?t|doesnt|don'?t\swork|isn'?t|no\slonger|"
    r"not\swork\w*|"
    r"not\sturn\w*|leak\w*|smok\w*|spark\w*|nois[ey]\w*|smell\w*|burn\w*|flicker\w*|shuts?|silent|heat\w*|"
    r"charg\w*|battery|(?:came|come|broke|fell|snapped)\soff|fell\sapart|given\sup|packed\sin|kaput|turns?\son|turn\w*\soff|"
    r"loose|wobbl\w*|stuck|"
    r"ceased|error|sammu\w*|vuota\w*|haise\w*|savua\w*|ei\stoimi|hindi\sgumagana|namatay|umuusok|tumutulo)\b"
)
_BY_ITSELF = re.compile(
    r"(?i)\b(?:by\sitself|on\sits\sown|nothing|no\sidea|don'?t\sknow|not\ssure|itsestään|en\stiedä|kusa|"
    r"hindi\sko\salam)\b"
)
_OPTIONS: tuple[tuple[ClaimOption, re.Pattern[str]], ...] = (
    (
        "advance_replacement",
        re.compile(r"(?i)\b(?:replace\w*|new\sone|swap\w*|advance|vaihto\w*|uusi|palit\w*)\b"),
    ),
    (
        "on_site",
        re.compile(r"(?i)\b(?:at\shome|home|technician|visit|come\s(?:here|over)|kotona|kotiin|bahay)\b"),
    ),
    ("mail_in", re.compile(r"(?i)\b(?:mail|post|send|label|parcel|ship|posti\w*|lähetä\w*|ipadala)\b")),
    ("carry_in", re.compile(r"(?i)\b(?:bring|carry|store|shop|myymälä\w*|tuon|dalhin|tindahan)\b")),
)


def tells_symptom(text: str) -> bool:
    """Whether a first sentence already says what is wrong."""
    return bool(_SYMPTOM.search(text) or _UNCLEAR.search(text) or cause_in(text))


def cause_in(text: str) -> FaultCause | None:
    """What did it, if the words tell; what is denied does not count."""
    told = _NOT.sub(" ", text)
    return next((cause for cause, words in _CAUSES if words.search(told)), None)


def is_unclear(text: str) -> bool:
    """Whether a mishap may be behind it."""
    return bool(_UNCLEAR.search(text)) and cause_in(text) is None


def says_by_itself(text: str) -> bool:
    """Whether nothing is known to have happened to it."""
    return bool(_BY_ITSELF.search(text))


def option_in(text: str) -> ClaimOption | None:
    """The one way to settle it that the words name."""
    found = [option for option, words in _OPTIONS if words.search(text)]
    return found[0] if len(found) == 1 else None


def today(turn: Turn) -> date:
    """Today at the shop."""
    return local_day(turn.runtime.clock(), turn.zone)


def told_day(turn: Turn, text: str) -> date | None:
    """The day it broke, told along with something else."""
    return fault_day_in(
        text, turn.runtime.content.vocabulary[turn.language].dates, turn.language, today(turn)
    )


def answered_day(turn: Turn) -> date | None:
    """The day in the answer to the question for it; a button carries it."""
    chosen = turn.entity("claim_day")
    if chosen is not None:
        return _from_iso(chosen)
    if turn.is_button:
        return None
    dates = turn.runtime.content.vocabulary[turn.language].dates
    return any_day_in(turn.text, dates, turn.language, today(turn))


def _from_iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def kept_day(turn: Turn, slot: str) -> date | None:
    """The day that a slot holds."""
    return _from_iso(turn.slot(slot) or "")
