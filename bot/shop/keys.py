"""The forms in which what people type is compared: the same thing, written otherwise, has the same key."""

import re
import unicodedata

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def email_key(email: str) -> str:
    """An address without the case and the spaces around it, which mail systems do not tell apart."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def number_key(number: str) -> str:
    """An order or claim number without `#`, dashes and spaces: `#10-482` is 10482."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", number)).upper()


def postcode_key(postcode: str) -> str:
    """A postcode without spaces and dashes: `sw1a 1aa` is SW1A1AA."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", postcode)).upper()
