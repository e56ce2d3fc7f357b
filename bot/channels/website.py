"""The website's channel, without I/O: texts made safe and identity tokens verified."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from bot.shop.errors import NotAllowed

MAX_TEXT = 8000
MAX_TOKEN_LIFE = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)
# Times are judged below, by the shop's clock.
JWT_OPTIONS: Any = {
    "require": ["exp", "sub", "jti", "aud"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_jti": False,
    "verify_sub": False,
}
# Control characters but tab and line feed, and lone surrogates: Rasa's tracker store dies of some of them.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_ENDS = re.compile("\r\n?")
# What may hide a command from the eye but not from Rasa: slashes, every white space, marks that show nothing.
BEFORE_WORDS = re.compile("[/\u2044\u2215\u29f8\u2571\\s\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]+")


def clean_text(text: str) -> str:
    """The text without what no storage or screen can take; what a person can read stays as it was typed."""
    return UNSAFE.sub("", LINE_ENDS.sub("\n", text)).strip()


def clean_json(value: Any) -> Any:
    """Parsed JSON with every text in it made safe."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_json(item) for key, item in value.items()}
    return value


def for_rasa(text: str, limit: int) -> str:
    """The text as Rasa may see it: the first `limit` characters, and never a command.

    Rasa obeys a text that begins with a slash; a look-alike becomes one when it is normalised, so both go.
    """
    normal = unicodedata.normalize("NFKC", text)
    safe = UNSAFE.sub("", normal)
    begin = BEFORE_WORDS.match(safe)
    return safe[begin.end() if begin else 0 :].strip()[:limit]


@dataclass(frozen=True)
class TokenClaims:
    """What a verified identity token says: the customer, and the token's own id until it expires."""

    customer_id: str
    jti: str
    expires_at: datetime


def verify_identity_token(
    token: str, *, secret: str, public_key: str, audience: str, now: datetime
) -> TokenClaims:
    """Check a token the shop signed: HS256 with the secret or EdDSA with the key, for us, and short-lived.

    Raises NotAllowed, which never says what was wrong: that helps only a forger.
    """
    key, algorithm = (public_key, "EdDSA") if public_key else (secret, "HS256")
    if not key:
        raise NotAllowed("no identity secret is set")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=audience,
            options=JWT_OPTIONS,
        )
    except jwt.PyJWTError as error:
        raise NotAllowed("the identity token was refused") from error
    return _checked(claims, now)


def _checked(claims: dict[str, Any], now: datetime) -> TokenClaims:
    """Times are judged by our clock, with a little leeway for the shop's."""
    customer_id, jti = claims["sub"], claims["jti"]
    if not (
        isinstance(customer_id, str) and 0 < len(customer_id) <= 64 and UNSAFE.search(customer_id) is None
    ):
        raise NotAllowed("the identity token's sub is no customer id")
    if not (isinstance(jti, str) and 0 < len(jti) <= 128 and UNSAFE.search(jti) is None):
        raise NotAllowed("the identity token's jti is unfit")
    times: dict[str, Any] = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in times.values()):
        raise NotAllowed("the identity token's times are unfit")
    try:
        moments = {name: datetime.fromtimestamp(value, UTC) for name, value in times.items()}
    except (OverflowError, ValueError, OSError) as error:
        raise NotAllowed("the identity token's times are unfit") from error
    expires = moments["exp"]
    begun = max(moments.get("iat", now), moments.get("nbf", now))
    if expires <= now - LEEWAY or expires > now + MAX_TOKEN_LIFE + LEEWAY or begun > now + LEEWAY:
        raise NotAllowed("the identity token is expired, not yet valid or valid for too long")
    return TokenClaims(customer_id=customer_id, jti=jti, expires_at=expires)
