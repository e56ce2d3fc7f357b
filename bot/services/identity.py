"""Who the customer is: only a token that was checked here says so."""

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.website import LEEWAY, TokenClaims, verify_identity_token
from bot.services.runtime import Runtime
from bot.shop.errors import NotAllowed
from bot.store.conversations import UsedToken

__all__ = ["TokenClaims", "accept_once", "verify_token"]


def verify_token(runtime: Runtime, token: str) -> TokenClaims:
    """Check an identity token of the shop. Raises NotAllowed.

    While the shop's clock is frozen (never in production) a token that is good by the true time is taken too:
    whoever signs it may have no frozen clock.
    """
    times = [runtime.clock()] if runtime.settings.now is None else [runtime.clock(), datetime.now(UTC)]
    for now in times[:-1]:
        try:
            return _verify(runtime, token, now)
        except NotAllowed:
            continue
    return _verify(runtime, token, times[-1])


def _verify(runtime: Runtime, token: str, now: datetime) -> TokenClaims:
    settings = runtime.settings
    return verify_identity_token(
        token,
        secret=settings.identity_secret.get_secret_value(),
        public_key=settings.identity_public_key,
        audience=settings.shop_id,
        now=now,
    )


async def accept_once(session: AsyncSession, claims: TokenClaims) -> None:
    """Take a token's id, in the caller's transaction. Raises NotAllowed when it was taken before."""
    session.add(UsedToken(jti=claims.jti, expires_at=claims.expires_at))
    try:
        await session.flush()
    except IntegrityError as error:
        raise NotAllowed("the identity token was used before") from error


async def forget_expired_tokens(runtime: Runtime) -> None:
    """Drop the ids of tokens that nobody can use any more."""
    horizon = min(runtime.clock(), datetime.now(UTC)) - LEEWAY
    async with runtime.database.transaction() as session:
        await session.execute(delete(UsedToken).where(UsedToken.expires_at < horizon))
