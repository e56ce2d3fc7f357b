"""Texts as the intent model sees them: folded, with numbers and addresses replaced by their kind."""

from __future__ import annotations

import re
import unicodedata

_KINDS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"), " emailaddress "),
    (re.compile(r"(?i)\bclm[\s–-]*\d{4}[\s–-]*\d{3,}"), " claimnumber "),
    (re.compile(r"(?i)#?\b[a-z]{0,4}-?\d{4,}(?:-[a-z0-9]+)*\b"), " ordernumber "),
    (re.compile(r"\d+(?:[.,:]\d+)*"), " 7 "),
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


def fold(text: str) -> str:
    """One spelling for what means the same: case, width, apostrophes, white space, numbers."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    for pattern, kind in _KINDS:
        folded = pattern.sub(kind, folded)
    return " ".join(folded.split())
