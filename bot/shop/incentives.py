"""Which coupons a customer has earned, from what was bought: each grant has a key and counts once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.shop.content import Content, in_force
from bot.shop.content.plans import Offer
from bot.shop.content.rewards import CouponValue
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.occasions import History, occasions
from bot.shop.punches import punch_standing


@dataclass(frozen=True)
class CouponGrant:
    """A coupon that was earned; `key` is unique for the customer and stays the same when asked again."""

    key: str
    incentive_id: str
    value: CouponValue
    earned_at: datetime
    valid_from: datetime
    valid_until: datetime


def grants(content: Content, history: History, now: datetime) -> list[CouponGrant]:
    """Every coupon earned up to now, the expired ones too, in the order in which they were earned."""
    found = [*_by_incentives(content, history, now), *_by_punch_card(content, history, now)]
    found += _early_access(content, history, now)
    return sorted(
        (grant for grant in found if grant.earned_at <= now), key=lambda grant: (grant.earned_at, grant.key)
    )


def _by_incentives(content: Content, history: History, now: datetime) -> Iterator[CouponGrant]:
    for incentive in content.rewards.incentives:
        for occasion, earned_at in occasions(content, incentive, history, now):
            until = _days_after(earned_at, incentive.valid_days, history.zone)
            key = f"{incentive.id}:{occasion}"
            yield CouponGrant(key, incentive.id, incentive.coupon, earned_at, earned_at, until)


def _by_punch_card(content: Content, history: History, now: datetime) -> Iterator[CouponGrant]:
    terms = content.rewards.punch_card
    if terms is None:
        return
    standing = punch_standing(content, terms, history.orders, now)
    for number, filled_at in enumerate(standing.filled_at, start=1):
        until = _days_after(filled_at, terms.valid_days, history.zone)
        yield CouponGrant(f"punch_card:{number}", "punch_card", terms.coupon, filled_at, filled_at, until)


def _early_access(content: Content, history: History, now: datetime) -> Iterator[CouponGrant]:
    """Entry to a sale before it opens for everybody, for those of the tier that the sales policy names."""
    day = local_day(now, ZoneInfo(content.shop.time_zone))
    terms = in_force(content.sales, day).early_access
    tiers = content.rewards
    if tiers.tier(history.tier).from_points < tiers.tier(terms.tier).from_points:
        return
    value = CouponValue(kind="early_access")
    for offer in content.offers.offers:
        opens = offer.starts_at - timedelta(hours=terms.hours)
        if _is_sale(offer) and opens <= now < offer.starts_at:
            yield CouponGrant(
                f"early_access:{offer.id}", "early_access", value, opens, opens, offer.starts_at
            )


def _is_sale(offer: Offer) -> bool:
    return offer.code is None and offer.tier is None


def _days_after(moment: datetime, days: int, zone: tzinfo) -> datetime:
    return end_of_day(local_day(moment, zone) + timedelta(days=days), zone)
