"""Identity tokens as a shop signs them, and as a forger would."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt

SECRET = "the shop's secret, long enough for HS256"
AUDIENCE = "demo-shop"


def claims(now: datetime, **changed: Any) -> dict[str, Any]:
    """What a good token says; None removes a claim."""
    said = {
        "aud": AUDIENCE,
        "sub": "customer-1",
        "jti": str(uuid4()),
        "exp": int((now + timedelta(minutes=4)).timestamp()),
        "iat": int(now.timestamp()),
        **changed,
    }
    return {name: value for name, value in said.items() if value is not None}


def token(now: datetime, *, secret: str = SECRET, **changed: Any) -> str:
    return jwt.encode(claims(now, **changed), secret, algorithm="HS256")


def unsigned(now: datetime, header: dict[str, Any], **changed: Any) -> str:
    """A token with that header and no signature, or a rubbish one."""
    parts = (json.dumps(header), json.dumps(claims(now, **changed)), "")
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
