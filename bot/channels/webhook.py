"""The webhook to the shop, without I/O: how a request is written and signed.

The signature is an HMAC-SHA256 over the time, a dot and the body: neither can be changed or sent anew later.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

TIME_HEADER = "Aftercare-Time"
SIGNATURE_HEADER = "Aftercare-Signature"
KEY_HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class SignedCall:
    """The body and headers of one call."""

    body: bytes
    headers: dict[str, str]


def sign(secret: str, time: str, body: bytes) -> str:
    """The signature, as it stands in its header."""
    digest = hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def render_call(secret: str, at: datetime, key: str, payload: dict[str, Any]) -> SignedCall:
    """The call that carries `payload`; `key` lets the shop see that it had it before."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    time = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIME_HEADER: time,
        SIGNATURE_HEADER: sign(secret, time, body),
        KEY_HEADER: key,
    }
    return SignedCall(body, headers)
