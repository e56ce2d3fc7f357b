"""Coupons: made, shown to whom they belong, and used by a shop's checkout, each at most once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.audit import record
from bot.services.runtime import Runtime
from bot.shop.content.rewards import CouponValue
from bot.shop.coupons import CouponAction, CouponFacts, CouponRefused, CouponStatus, apply, current, may
from bot.shop.errors import Conflict, NotFound
from bot.shop.incentives import CouponGrant
from bot.shop.reasons import Reason
from bot.store.rewards import Coupon, CouponRedemption

# No letters or digits that are taken for each other; 50 bits, so codes cannot be found by trying.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 3, 4
SWEPT_AT_ONCE = 200
# Why a checkout may go on.
ALLOWED = frozenset({Reason.USABLE, Reason.REPEATED})


class NoSuchCoupon(NotFound):
    """No coupon has this code."""


class KeyReused(Conflict):
    """The idempotency key was used for another request."""


@dataclass(frozen=True)
class CouponAnswer:
    """What a checkout is told: whether it may, why, and the coupon as it is now."""

    code: str
    allowed: bool
    reason: str
    rule_id: str
    status: str
    value: CouponValue
    customer_id: str
    valid_until: datetime
    reserved_until: datetime | None


def new_code() -> str:
    """A code such as K7QF-9XMD-2RTA."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def code_key(code: str) -> str:
    """A code as it is kept, whatever the case and the spaces of what was typed."""
    return "".join(code.split()).upper()[:32]


def new_coupon(customer_id: str, grant: CouponGrant, version: str) -> Coupon:
    """The row of a coupon that was earned or paid for."""
    return Coupon(
        code=new_code(),
        customer_id=customer_id,
        grant_key=grant.key,
        source=grant.incentive_id,
        kind=grant.value.kind,
        value=grant.value.model_dump(mode="json", exclude_none=True),
        version=version,
        status=CouponStatus.GRANTED,
        granted_at=grant.earned_at,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
    )


def facts_of(row: Coupon) -> CouponFacts:
    """The coupon as its rules see it."""
    return CouponFacts(
        code=row.code,
        version=row.version,
        granted_at=row.granted_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        status=CouponStatus(row.status),
        holder=row.holder,
        reserved_until=row.reserved_until,
    )


def value_of(row: Coupon) -> CouponValue:
    """What the coupon is worth."""
    return CouponValue.model_validate(row.value)


def _keep(row: Coupon, facts: CouponFacts) -> None:
    row.status, row.holder, row.reserved_until = facts.status, facts.holder, facts.reserved_until


@dataclass(frozen=True)
class CouponRequest:
    """What a checkout asks for; `customer_id` is the one who buys, where the shop knows."""

    code: str
    action: CouponAction
    holder: str
    key: str
    customer_id: str | None = None


async def use_coupon(runtime: Runtime, request: CouponRequest) -> CouponAnswer:
    """Reserve, commit or release a coupon; the same `key` again has the same answer.

    Raises NoSuchCoupon, for somebody else's coupon too, and KeyReused when the key was another request's.
    """
    action, holder, key = request.action, request.holder, request.key
    async with runtime.database.transaction() as session:
        row = await session.get(Coupon, code_key(request.code), with_for_update=True)
        if row is None or request.customer_id not in (None, row.customer_id):
            raise NoSuchCoupon("this customer has no coupon of this code")
        done = await session.get(CouponRedemption, key)
        if done is None:
            done = _use(runtime, row, action, holder, key)
            session.add(done)
            record(runtime, session, "shop", f"{action}_coupon", f"coupon:{row.code}", done.reason)
        elif (done.code, done.action, done.holder) != (row.code, action, holder):
            raise KeyReused("the idempotency key was used for another request")
        return _answer(row, done)


def _use(runtime: Runtime, row: Coupon, action: CouponAction, holder: str, key: str) -> CouponRedemption:
    now = runtime.clock()
    reservation = timedelta(minutes=runtime.content.rewards.reservation_minutes)
    facts = facts_of(row)
    verdict = may(facts, action, holder, now)
    try:
        facts = apply(facts, action, holder, now, reservation)
    except CouponRefused:
        facts = current(facts, now)
    _keep(row, facts)
    return CouponRedemption(
        idempotency_key=key,
        code=row.code,
        action=action,
        holder=holder,
        status=facts.status,
        reason=verdict.reason,
        rule_id=verdict.rule_id,
        reserved_until=facts.reserved_until,
        at=now,
    )


def _answer(row: Coupon, done: CouponRedemption) -> CouponAnswer:
    return CouponAnswer(
        code=row.code,
        allowed=done.reason in ALLOWED,
        reason=done.reason,
        rule_id=done.rule_id,
        status=done.status,
        value=value_of(row),
        customer_id=row.customer_id,
        valid_until=row.valid_until,
        reserved_until=done.reserved_until,
    )


async def sweep_coupons(runtime: Runtime) -> None:
    """Write down what time did: reservations that lapsed, and coupons that expired unused."""
    now = runtime.clock()
    async with runtime.database.transaction() as session:
        for row in await _touched_by_time(session, now):
            facts = current(facts_of(row), now)
            if facts.status != row.status:
                record(runtime, session, "bot", "sweep_coupon", f"coupon:{row.code}", facts.status)
                _keep(row, facts)


async def _touched_by_time(session: AsyncSession, now: datetime) -> list[Coupon]:
    lapsed = (Coupon.status == CouponStatus.RESERVED) & (Coupon.reserved_until <= now)
    unused = Coupon.status.in_((CouponStatus.GRANTED, CouponStatus.RELEASED))
    query = select(Coupon).where(lapsed | (unused & (Coupon.valid_until <= now)))
    found = await session.scalars(query.limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True))
    return list(found)
