"""What a message says of an order: numbers, addresses, postcodes, and whether it corrects what was said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from actions.staff_message import mails
from actions.turn import Turn

# A text longer than this is an order mail that was pasted, not a sentence.
PASTED = 160
PROOFS_AT_ONCE = 2

_NUMBER = r"#?\s?([A-Za-z]{0,5}[-/_]?\d[\w/-]{2,30})"
_AFTER_WORD = re.compile(rf"(?i)\b(?:order|tilau\w*|ref\w*|nro|no)\b[^\d\n]{{0,24}}?{_NUMBER}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CORRECTION = re.compile(
    r"(?i)\b(?:sorry|meant|mean|oops|actually|instead|rather|wrong|anteeksi|siis|pala)\b"
)
_POSTCODE_WORD = re.compile(r"(?i)\b(?:post\w*|zip\w*)")


@dataclass(frozen=True)
class SaidOfOrder:
    """The number first meant, and what may prove it, the likeliest first."""

    number: str | None
    other_numbers: tuple[str, ...]
    emails: tuple[str, ...]
    postcodes: tuple[str, ...]
    corrects: bool

    def proofs(self) -> tuple[str, ...]:
        """What is tried as proof."""
        return (self.emails + self.postcodes)[:PROOFS_AT_ONCE]


def said_of_order(turn: Turn, *, asked_proof: bool = False) -> SaidOfOrder:
    """Read a message; `asked_proof` says that five digits are a postcode before they are a number."""
    emails = _emails(turn)
    corrects = bool(_CORRECTION.search(turn.text))
    numbers = list(_numbers(turn))
    postcodes = turn.entities("postcode")
    if asked_proof and not corrects:
        numbers = [number for number in numbers if number not in postcodes or _AFTER_WORD.search(turn.text)]
    elif not asked_proof and not _POSTCODE_WORD.search(turn.text):
        postcodes = []
    number = numbers[0] if numbers else None
    return SaidOfOrder(
        number=number,
        other_numbers=tuple(numbers[1:]),
        emails=emails,
        postcodes=tuple(code for code in postcodes if code != number and not (corrects and number)),
        corrects=corrects,
    )


def _emails(turn: Turn) -> tuple[str, ...]:
    """Addresses in the message but the shop's own, which stands in every order mail."""
    own = turn.runtime.content.shop.contact.email.casefold()
    found = [*turn.entities("email"), *mails(turn.text)]
    return tuple(dict.fromkeys(mail for mail in found if mail.casefold() != own))


def _numbers(turn: Turn) -> Iterator[str]:
    """Those that stand after the word "order" first; a year is none unless it stands there."""
    named = [found.strip("-/_") for found in _AFTER_WORD.findall(turn.text)]
    others = [] if named and len(turn.text) > PASTED else turn.entities("order_number")
    alone = len(turn.text.split()) == 1
    plain = [number for number in others if alone or turn.is_button or not _YEAR.fullmatch(number)]
    yield from dict.fromkeys([*named, *plain])
