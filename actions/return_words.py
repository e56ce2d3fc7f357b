"""What a message says of a return: why, in what state, what is wanted, which way back."""

import re
from dataclasses import dataclass

from actions.turn import Turn
from bot.shop.returns import StatedReason

EXCHANGE = "exchange"
YES, NO = "yes", "no"

# The first that fits counts; "does not fit the description" is no question of size.
_REASONS: tuple[tuple[StatedReason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(rf"(?i)\b(?:{words})"))
    for reason, words in (
        (
            StatedReason.NOT_AS_DESCRIBED,
            r"(?:not|n't)\b.{0,20}\b(?:as|like)\b.{0,20}\b(?:describ|advertis|pictur|photo|shown)|"
            r"different\s(?:from|than|to)\s(?:the\s)?(?:pic|photo|descr)|eri\snäköinen|kuvaus|iba\ssa\slarawan",
        ),
        (
            StatedReason.WRONG_ITEM,
            r"wrong\s(?:item|product|thing|one|colou?r|article)|not\swhat\si\sordered|väärä\s(?:tuote|tavara)|"
            r"maling\s(?:produkto|item)",
        ),
        (
            StatedReason.DAMAGED,
            r"(?:damaged|broken|smashed|cracked)\s(?:on\sarrival|when\sit\s(?:came|arrived)|in\stransit)|"
            r"(?:arrived|came)\s(?:damaged|broken|smashed|cracked)|damaged|scratched|dented|cracked|smashed|"
            r"shattered|chipped|vaurioitu|"
            r"rikki\stullessa|may\ssira\snang\sdumating",
        ),
        (
            StatedReason.PACKAGING,
            r"(?:packag\w*|box)\s(?:was|is|came|arrived)\b.{0,20}(?:damag|torn|open|crush)",
        ),
        (
            StatedReason.FAULTY,
            r"fault|defect|broken|broke|(?:does|do|did|is|has)(?:n't|\snot)\s(?:work|turn\son|start)|"
            r"stopped\sworking|"
            r"doesnt\swork|not\sworking|won't|dead|viallinen|rikki|ei\stoimi|sira|hindi\sgumagana",
        ),
        (
            StatedReason.SIZE,
            r"(?:too|bit)\s(?:small|big|large|tight|loose|long|short|wide|narrow)|wrong\ssize|size|"
            r"(?:does|do|did)(?:n't|\snot)\sfit|doesnt\sfit|liian\s(?:pieni|iso|suuri)|koko(?!\stilau)|"
            r"maliit|malaki|sukat",
        ),
        (
            StatedReason.CHANGE_OF_MIND,
            r"chang\w*\s(?:of\s|my\s|our\s)?mind|(?:do|did)(?:n't|\snot)\s(?:want|need|like)|"
            r"dont\s(?:want|need|like)|"
            r"no\slonger\s(?:want|need)|regret|found\s(?:it\s)?(?:cheaper|elsewhere)|mielenmuutos|muutin\smieleni|"
            r"en\shalua|nagbago",
        ),
        (
            StatedReason.OTHER,
            r"(?:some(?:thing)?\s)?other(?:\sreason)?$|another\sreason$|muu\ssyy|iba\spang\sdahilan",
        ),
    )
)
_OUTCOMES = (
    (EXCHANGE, re.compile(r"(?i)\b(?:exchang|swap|replace\sit\swith|vaihta|vaihto|palitan|palit)")),
    ("store_credit", re.compile(r"(?i)\b(?:store\scredit|credit|voucher|gift\scard|myymäläsaldo|saldo)")),
    (
        "original",
        re.compile(
            r"(?i)\b(?:money\sback|refund|back\sto\smy\scard|original|my\scard|the\sway\si\spaid|rahat|hyvity)"
        ),
    ),
)
_OPENED = re.compile(r"(?i)\b(?:opened|unsealed|used|worn|avattu\w*|käytet\w*|nabuksan|gamit)\b")
_SEALED = re.compile(
    r"(?i)\b(?:un-?opened|(?:not|never)\sopened|sealed|unused|avaamaton\w*|hindi\snabuksan)\b"
)
_PACKAGING = re.compile(r"(?i)\b(?:box|packag\w*|carton|pakkau\w*|kahon)\b")
_WITHOUT = re.compile(r"(?i)\b(?:without|no|lost|threw|thrown|don't\shave|dont\shave|binned|ilman|wala)\b")
_ALL = re.compile(
    r"(?i)\b(?:(?<!that's\s)(?<!thats\s)(?<!at\s)(?<!after\s)all(?:\sof\s(?:it|them))?|everything|both|whole\s(?:order|lot)|kaikki|koko\stilau\w*|lahat)\b"
)
_METHODS = (
    (
        "shop",
        re.compile(r"(?i)\b(?:(?:in|to)\s(?:the\s|your\s)?(?:shop|store)|myymälä)"),
    ),
    ("collect", re.compile(r"(?i)\b(?:collect|pick(?:ed)?[\s-]?(?:it\s)?up|nouto|nouda|kunin)")),
    ("own", re.compile(r"(?i)\b(?:my\sown|own\sparcel|another\scarrier|oma\spaketti)")),
    ("label", re.compile(r"(?i)\b(?:by\s(?:post|mail)|post|mail|label|posti)")),
)
_QUESTION = re.compile(r"(?i)\?\s*$|^(?:how|what|when|where|who|why|which|can|could|do|does|is|are|may)\b")
_COUNT = re.compile(r"(?i)\b(one|two|three|four|five|[1-9]\d?)\s+(?:of\b|piece)")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


@dataclass(frozen=True)
class SaidOfReturn:
    """What one message says; None is what it does not say."""

    reason: StatedReason | None
    outcome: str | None
    opened: str | None
    packaging: str | None
    method: str | None
    everything: bool
    count: int | None


def said_of_return(text: str) -> SaidOfReturn:
    """Read a message."""
    counted = _COUNT.search(text)
    return SaidOfReturn(
        reason=next((reason for reason, words in _REASONS if words.search(text)), None),
        outcome=next((name for name, words in _OUTCOMES if words.search(text)), None),
        opened=NO if _SEALED.search(text) else YES if _OPENED.search(text) else None,
        packaging=_packaging(text),
        method=next((name for name, words in _METHODS if words.search(text)), None),
        everything=bool(_ALL.search(text)),
        count=_number(counted[1]) if counted else None,
    )


def is_question(turn: Turn) -> bool:
    """Whether the message asks something rather than answers."""
    return not turn.is_button and bool(_QUESTION.search(turn.text.strip()))


def _packaging(text: str) -> str | None:
    if not _PACKAGING.search(text):
        return None
    return NO if _WITHOUT.search(text) else YES


def _number(word: str) -> int:
    return _NUMBERS.get(word.casefold()) or int(word)
