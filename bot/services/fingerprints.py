"""Short names for exactly what was shown, so that a yes can say what it confirms."""

import hashlib
import json


def fingerprint(*parts: object) -> str:
    """The same parts give the same fingerprint; any change gives another."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]
