"""What customers say of a parcel that went wrong, and what they want for it."""

import re

from actions.turn import Turn
from bot.shop.shipping_rules import DeliveryCaseKind, DeliveryRemedy

# What customers call each kind of problem, the surest first.
_KINDS: tuple[tuple[DeliveryCaseKind, re.Pattern[str]], ...] = (
    (
        DeliveryCaseKind.DAMAGED,
        re.compile(
            r"(?i)\b(?:damag\w*|broken|broke|crush\w*|smash\w*|crack\w*|dent\w*|scratch\w*|torn|shatter\w*|"
            r"chipped|leak\w*|bent|wet|rikki|vaurio\w*|sira|basag)\b"
        ),
    ),
    (
        DeliveryCaseKind.WRONG,
        re.compile(
            r"(?i)\b(?:wrong|incorrect|incomplete|different|instead|parts?|screws?|only|half|väär\w*|kulang|mali)\b"
        ),
    ),
    (
        DeliveryCaseKind.MISSING,
        re.compile(r"(?i)\b(?:missing|delivered|lost|stolen|nothing|never|nowhere|kadon\w*|nawala\w*)\b"),
    ),
    (DeliveryCaseKind.LATE, re.compile(r"(?i)\b(?:late|overdue|delay\w*|due|still|yet|myöhä\w*|wala)\b")),
)


def kind_in(text: str) -> DeliveryCaseKind | None:
    """The kind of problem that a text tells of."""
    return next((kind for kind, words in _KINDS if words.search(text)), None)


_RESHIP = re.compile(r"(?i)\b(?:again|resend|reship|replace\w*|another|uudestaan|uusi|ulit|palit)\b")
_REFUND = re.compile(r"(?i)\b(?:money|refund\w*|cash|pay|rahat|hyvity\w*|pera)\b")


def remedy_in(turn: Turn) -> DeliveryRemedy | None:
    """The choice, by button or in words; None where both or neither are named."""
    chosen = turn.entity("delivery_remedy")
    if chosen in set(DeliveryRemedy):
        return DeliveryRemedy(chosen)
    if turn.is_button:
        return None
    found = [
        remedy
        for remedy, words in ((DeliveryRemedy.RESHIP, _RESHIP), (DeliveryRemedy.REFUND, _REFUND))
        if words.search(turn.text)
    ]
    return found[0] if len(found) == 1 else None
