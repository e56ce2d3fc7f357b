"""What customers are told of their rewards, and points turned into a coupon."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.audit import record
from bot.services.conversations import conversation_of
from bot.services.coupons import new_coupon
from bot.services.reward_accounts import Account, account_of, owner_of
from bot.services.runtime import Runtime
from bot.shop.balance import Balance, Explanation, balance_of, explain
from bot.shop.content.rewards import Redemption
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.errors import Conflict
from bot.shop.incentives import CouponGrant
from bot.shop.punches import PunchStanding, punch_standing
from bot.shop.redemption import may_redeem, redemption_entry
from bot.shop.reward_tiers import TierStanding
from bot.shop.verdicts import Verdict
from bot.store.conversations import Conversation
from bot.store.reward_queries import add_entries, find_entries, find_granted, lock_account
from bot.store.rewards import Coupon


class RewardRefused(Conflict):
    """The points do not pay for this; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.rule_id}: {verdict.reason}")
        self.verdict = verdict


class BalanceChanged(Conflict):
    """The account is not as the customer was shown."""


@dataclass(frozen=True)
class RewardsView:
    """An account as its customer is told of it."""

    balance: Balance
    standing: TierStanding
    punches: PunchStanding | None
    explanation: Explanation
    affordable: tuple[Redemption, ...]
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True)
class Redeemed:
    """A coupon that points were turned into."""

    code: str
    redemption: Redemption
    valid_until: datetime
    left: int
    zone: ZoneInfo


async def view_rewards(runtime: Runtime, dialogue_id: str) -> RewardsView:
    """The account of the dialogue's customer. Raises NotSignedIn."""
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
        account = await account_of(runtime, session, owner_of(runtime, conversation))
    return _view(runtime, account)


def _view(runtime: Runtime, account: Account) -> RewardsView:
    content, now = runtime.content, runtime.clock()
    terms = content.rewards.punch_card
    affordable = (
        item
        for item in content.rewards.redemptions
        if may_redeem(content.rewards, account.entries, item.id, now).allowed
    )
    return RewardsView(
        balance=balance_of(account.entries, now),
        standing=account.standing,
        punches=punch_standing(content, terms, account.orders, now) if terms else None,
        explanation=explain(account.entries, now),
        affordable=tuple(sorted(affordable, key=lambda item: item.points)),
        zone=account.zone,
        now=now,
    )


@dataclass(frozen=True)
class Redeeming:
    """A reward that was confirmed: its price and the balance, as shown; `key` makes it happen once."""

    redemption_id: str
    points: int
    available: int
    key: str


async def redeem_points(runtime: Runtime, dialogue_id: str, wanted: Redeeming) -> Redeemed:
    """Take the points and give the coupon, both or neither; the same key again gives the first coupon.

    Raises NotSignedIn, RewardRefused when the points do not suffice now, and BalanceChanged when price or
    balance are not as they were shown.
    """
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        customer_id = owner_of(runtime, conversation)
        await lock_account(session, customer_id)
        account = await account_of(runtime, session, customer_id)
        coupon = await find_granted(session, customer_id, _grant_key(wanted.key))
        if coupon is None:
            coupon = await _redeem(runtime, session, conversation, account, wanted)
        left = balance_of(await find_entries(session, customer_id), runtime.clock()).available
    redemption = runtime.content.rewards.redemption(coupon.source)
    if redemption is None:
        raise Conflict("the reward is no longer in content/")
    return Redeemed(coupon.code, redemption, coupon.valid_until, left, account.zone)


async def _redeem(
    runtime: Runtime,
    session: AsyncSession,
    conversation: Conversation,
    account: Account,
    wanted: Redeeming,
) -> Coupon:
    programme, now = runtime.content.rewards, runtime.clock()
    verdict = may_redeem(programme, account.entries, wanted.redemption_id, now)
    redemption = programme.redemption(wanted.redemption_id)
    if not verdict.allowed or redemption is None:
        raise RewardRefused(verdict)
    available = balance_of(account.entries, now).available
    if (redemption.points, available) != (wanted.points, wanted.available):
        raise BalanceChanged("points or price differ from what was shown")
    coupon = new_coupon(account.customer_id, _grant(redemption, account, wanted.key, now), programme.version)
    await add_entries(session, account.customer_id, [redemption_entry(redemption, wanted.key, now)])
    session.add(coupon)
    record(runtime, session, "customer", "redeem_points", f"coupon:{coupon.code}", "done", conversation.id)
    return coupon


def _grant(redemption: Redemption, account: Account, key: str, now: datetime) -> CouponGrant:
    last_day = local_day(now, account.zone) + timedelta(days=redemption.valid_days)
    until = end_of_day(last_day, account.zone)
    return CouponGrant(_grant_key(key), redemption.id, redemption.coupon, now, now, until)


def _grant_key(key: str) -> str:
    return f"redeem:{key}"
