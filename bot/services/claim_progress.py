"""What moves a claim on: what the shop or a provider reports, and the answers to what was asked."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.shop.claim_status import ENDED, ClaimStatus, status_of
from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestKind, RequestStatus
from bot.store.claims import Claim
from bot.store.plans import ClaimEvent
from bot.store.shop_requests import ShopRequest

SHOP = "shop"
AT_ONCE = 500
OWN = "aftercare:"
_OF_REQUEST = {
    RequestStatus.ACCEPTED: CaseEventKind.APPROVED,
    RequestStatus.DONE: CaseEventKind.APPROVED,
    RequestStatus.REJECTED: CaseEventKind.REJECTED,
}


async def apply_claim_events(session: AsyncSession, numbers: Collection[str]) -> None:
    """Bring these claims in line with all that was reported of them; again, it changes nothing."""
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows = await session.scalars(select(Claim).where(Claim.number.in_(part)).with_for_update())
        for claim in rows.all():
            await _apply(session, claim)


async def events_of(session: AsyncSession, number: str) -> list[ClaimEvent]:
    """A claim's history, as it happened."""
    query = select(ClaimEvent).where(ClaimEvent.number == number).order_by(ClaimEvent.at, ClaimEvent.id)
    return list(await session.scalars(query))


async def _apply(session: AsyncSession, claim: Claim) -> None:
    events = await events_of(session, claim.number)
    claim.status = status_of([(event.at, event.kind) for event in events])
    reported = [event.at for event in events if not event.id.startswith(OWN)]
    if reported and claim.provider_id is not None:
        claim.provider_acknowledged_at = min(reported)


async def add_claim_event(
    session: AsyncSession, claim: Claim, kind: str, at: datetime, actor: str, *, step: str = ""
) -> bool:
    """Add a step of ours to a claim's history; each kind stands there once, or once for each `step`.

    Gives whether it is new; the claim's row is to be locked.
    """
    key = f"{OWN}{claim.number}:{kind}{step}"
    if await session.get(ClaimEvent, key) is not None:
        return False
    session.add(ClaimEvent(id=key, number=claim.number, kind=kind, at=at, actor=actor))
    await session.flush()
    await _apply(session, claim)
    return True


async def claim_settled_by_shop(
    session: AsyncSession, request: ShopRequest, status: RequestStatus, at: datetime
) -> None:
    """What the shop's answer to a request means for the claim it was about."""
    kind, number = RequestKind(request.kind), request.subject.partition(":")[2]
    if kind not in (RequestKind.OPEN_CLAIM, RequestKind.CHANGE_CLAIM) or status not in _OF_REQUEST:
        return
    claim = await session.get(Claim, number, with_for_update=True, populate_existing=True)
    if claim is None:
        return
    if kind == RequestKind.OPEN_CLAIM:
        await add_claim_event(session, claim, _OF_REQUEST[status], at, SHOP)
    elif status == RequestStatus.REJECTED and ClaimStatus(claim.status) not in ENDED:
        claim.slot = datetime.fromisoformat(request.payload["slot_before"])
