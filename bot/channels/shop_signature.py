"""What the shop's systems sign when they call us, without I/O: as we sign what we send to them."""

import hmac
from datetime import datetime, timedelta

from bot.channels.webhook import sign

# A call that is older, or younger by as much, is refused: clocks differ a little, replays come late.
WINDOW = timedelta(minutes=5)
LONGEST_TIME = 12


def is_signed(secret: str, time: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether the signature is right and fresh. Without a secret nothing is."""
    expected = sign(secret, time, body)
    genuine = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
    return bool(secret) and genuine and _is_fresh(time, now)


def _is_fresh(time: str, now: datetime) -> bool:
    if not (time.isascii() and time.isdigit() and len(time) <= LONGEST_TIME):
        return False
    return abs(now.timestamp() - int(time)) <= WINDOW.total_seconds()
