"""What a customer can have now: own coupons, sales that run or begin soon, and what earns a coupon."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.conversations import conversation_of
from bot.services.coupons import facts_of, value_of
from bot.services.reward_accounts import NotSignedIn, account_of, owner_of
from bot.services.runtime import Runtime
from bot.shop.content.plans import Offer
from bot.shop.content.rewards import CouponValue, Incentive, RewardTier
from bot.shop.coupons import CouponStatus, current
from bot.shop.deadlines import local_day
from bot.shop.punches import PunchStanding, punch_standing
from bot.store.conversations import Conversation
from bot.store.reward_queries import find_coupons

SOON = timedelta(days=14)
EARLY_ACCESS = "early_access:"
# A coupon in these states can still be used.
IN_HAND = frozenset({CouponStatus.GRANTED, CouponStatus.RELEASED, CouponStatus.RESERVED})


@dataclass(frozen=True)
class OwnCoupon:
    """A coupon that its customer can still use; `sale` is the one it opens early."""

    code: str
    source: str
    value: CouponValue
    valid_until: datetime
    reserved: bool
    sale: Offer | None


@dataclass(frozen=True)
class OwnOffers:
    """What is one customer's."""

    coupons: tuple[OwnCoupon, ...]
    punches: PunchStanding | None
    tier: RewardTier


@dataclass(frozen=True)
class OffersView:
    """What is open to all, and what is theirs where they are known."""

    running: tuple[Offer, ...]
    coming: tuple[Offer, ...]
    incentives: tuple[Incentive, ...]
    own: OwnOffers | None
    zone: ZoneInfo


async def view_offers(runtime: Runtime, dialogue_id: str) -> OffersView:
    """Everything that may be told in this dialogue."""
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
        own, zone = await _own(runtime, session, conversation)
    now, content = runtime.clock(), runtime.content
    today = local_day(now, ZoneInfo(content.shop.time_zone))
    told = [offer for offer in content.offers.offers if _is_for(runtime, offer, conversation.country, own)]
    return OffersView(
        running=tuple(offer for offer in told if offer.starts_at <= now < offer.ends_at),
        coming=tuple(offer for offer in told if now < offer.starts_at <= now + SOON),
        incentives=tuple(item for item in content.rewards.incentives if item.runs_on(today)),
        own=own,
        zone=zone,
    )


async def _own(
    runtime: Runtime, session: AsyncSession, conversation: Conversation
) -> tuple[OwnOffers | None, ZoneInfo]:
    try:
        customer_id = owner_of(runtime, conversation)
    except NotSignedIn:
        return None, ZoneInfo(runtime.content.shop.time_zone)
    account = await account_of(runtime, session, customer_id)
    terms, now = runtime.content.rewards.punch_card, runtime.clock()
    punches = punch_standing(runtime.content, terms, account.orders, now) if terms else None
    coupons = await _coupons(runtime, session, customer_id)
    return OwnOffers(coupons, punches, account.standing.tier), account.zone


async def _coupons(runtime: Runtime, session: AsyncSession, customer_id: str) -> tuple[OwnCoupon, ...]:
    now = runtime.clock()
    sales = {EARLY_ACCESS + offer.id: offer for offer in runtime.content.offers.offers}
    rows = [(row, current(facts_of(row), now)) for row in await find_coupons(session, customer_id)]
    return tuple(
        OwnCoupon(
            code=row.code,
            source=row.source,
            value=value_of(row),
            valid_until=row.valid_until,
            reserved=facts.status == CouponStatus.RESERVED,
            sale=sales.get(row.grant_key),
        )
        for row, facts in rows
        if facts.status in IN_HAND and row.valid_from <= now
    )


def _is_for(runtime: Runtime, offer: Offer, country: str | None, own: OwnOffers | None) -> bool:
    """A tier's offer is told to those who hold it, a country's not to those known to live elsewhere."""
    programme = runtime.content.rewards
    held = own.tier.from_points if own else 0
    abroad = country is not None and offer.countries is not None and country not in offer.countries
    return not abroad and (offer.tier is None or programme.tier(offer.tier).from_points <= held)
