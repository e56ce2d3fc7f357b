"""Tiers: reckoned from what was earned in the period, whatever was spent of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.shop.calendar import add_months
from bot.shop.content.rewards import RewardsProgramme, RewardTier
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.ledger import Entry, in_order
from bot.shop.rewards import EntryKind


@dataclass(frozen=True)
class TierStanding:
    """The tier now, what is missing to the next, and when this tier is lost unless more is earned."""

    tier: RewardTier
    earned: int
    next_tier: RewardTier | None
    missing: int
    flips_at: datetime | None
    falls_to: RewardTier | None


def tier_standing(
    programme: RewardsProgramme, entries: Iterable[Entry], zone: tzinfo, now: datetime
) -> TierStanding:
    """The tier that follows from the entries; returns lower it, spending and expiry do not."""
    known = [entry for entry in in_order(entries) if entry.at <= now]
    earned = earned_in_period(programme, known, zone, now)
    tier = _tier(programme, earned)
    higher = [item for item in programme.tiers if item.from_points > earned]
    flips_at, falls_to = _fall(programme, known, zone, now)
    return TierStanding(
        tier=tier,
        earned=earned,
        next_tier=higher[0] if higher else None,
        missing=higher[0].from_points - earned if higher else 0,
        flips_at=flips_at,
        falls_to=falls_to,
    )


def earned_in_period(
    programme: RewardsProgramme, entries: Sequence[Entry], zone: tzinfo, now: datetime
) -> int:
    """Points earned within the period that ends now, less what was taken back of those orders."""
    earned = [entry for entry in entries if _is_earned(entry) and _counts_until(programme, entry, zone) > now]
    orders = {entry.order_number for entry in earned if entry.order_number}
    taken = [entry for entry in entries if entry.kind == EntryKind.REVERSE and entry.order_number in orders]
    return max(sum(entry.points for entry in [*earned, *taken]), 0)


def _fall(
    programme: RewardsProgramme, known: Sequence[Entry], zone: tzinfo, now: datetime
) -> tuple[datetime | None, RewardTier | None]:
    held = _tier(programme, earned_in_period(programme, known, zone, now))
    ends = {_counts_until(programme, entry, zone) for entry in known if _is_earned(entry)}
    for moment in sorted(end for end in ends if end > now):
        tier = _tier(programme, earned_in_period(programme, known, zone, moment))
        if tier != held:
            return moment, tier
    return None, None


def _is_earned(entry: Entry) -> bool:
    return entry.kind == EntryKind.EARN


def _counts_until(programme: RewardsProgramme, entry: Entry, zone: tzinfo) -> datetime:
    return end_of_day(add_months(local_day(entry.at, zone), programme.tier_period_months), zone)


def _tier(programme: RewardsProgramme, earned: int) -> RewardTier:
    return max(
        (tier for tier in programme.tiers if tier.from_points <= earned), key=lambda tier: tier.from_points
    )
