"""The life of a coupon: granted, reserved by a checkout, then committed or released; or expired."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.shop.errors import Conflict
from bot.shop.reasons import Reason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


class CouponStatus(StrEnum):
    """Where a coupon is in its life. A released one can be used again until it expires."""

    GRANTED = "granted"
    RESERVED = "reserved"
    COMMITTED = "committed"
    RELEASED = "released"
    EXPIRED = "expired"


class CouponAction(StrEnum):
    """What a checkout asks for."""

    RESERVE = "reserve"
    COMMIT = "commit"
    RELEASE = "release"


class CouponRefused(Conflict):
    """The coupon cannot do that now; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.rule_id}: {verdict.reason}")
        self.verdict = verdict


@dataclass(frozen=True)
class CouponFacts:
    """A coupon; `holder` is the checkout that reserved or committed it."""

    code: str
    version: str
    granted_at: datetime
    valid_from: datetime
    valid_until: datetime
    status: CouponStatus = CouponStatus.GRANTED
    holder: str | None = None
    reserved_until: datetime | None = None


def current(coupon: CouponFacts, now: datetime) -> CouponFacts:
    """The coupon after what time alone does: reservations lapse, and what is not in use expires.

    A reservation made in time outlives the coupon's last day: the checkout it is for may still be paid.
    """
    if coupon.status == CouponStatus.RESERVED and coupon.reserved_until and coupon.reserved_until <= now:
        coupon = replace(coupon, status=CouponStatus.RELEASED, holder=None, reserved_until=None)
    unused = coupon.status in {CouponStatus.GRANTED, CouponStatus.RELEASED}
    return replace(coupon, status=CouponStatus.EXPIRED) if unused and coupon.valid_until <= now else coupon


def may(coupon: CouponFacts, action: CouponAction, holder: str, now: datetime) -> Verdict:
    """Whether this checkout may do that; what it has done already it may do again, to no effect."""
    moments = [coupon.granted_at, coupon.valid_from, coupon.valid_until, coupon.reserved_until]
    known = sorted(moment for moment in moments if moment and moment >= coupon.granted_at)
    return decide(now, [_judge(current(coupon, moment), action, holder, moment) for moment in known])


def apply(
    coupon: CouponFacts, action: CouponAction, holder: str, now: datetime, reservation: timedelta
) -> CouponFacts:
    """The coupon after this action, or CouponRefused."""
    verdict = may(coupon, action, holder, now)
    if not verdict.allowed:
        raise CouponRefused(verdict)
    coupon = current(coupon, now)
    if verdict.reason == Reason.REPEATED:
        return coupon
    if action == CouponAction.RESERVE:
        until = now + reservation
        return replace(coupon, status=CouponStatus.RESERVED, holder=holder, reserved_until=until)
    if action == CouponAction.COMMIT:
        return replace(coupon, status=CouponStatus.COMMITTED, reserved_until=None)
    return replace(coupon, status=CouponStatus.RELEASED, holder=None, reserved_until=None)


def _judge(coupon: CouponFacts, action: CouponAction, holder: str, moment: datetime) -> Verdict:
    if _is_repeated(coupon, action, holder):
        return allow(Rule.COUPON_ONCE, Reason.REPEATED, coupon.version, moment)
    against = _against(coupon, action, holder, moment)
    if against:
        return refuse(*against, coupon.version, moment)
    return allow(Rule.COUPON_VALIDITY, Reason.USABLE, coupon.version, moment)


def _is_repeated(coupon: CouponFacts, action: CouponAction, holder: str) -> bool:
    mine = coupon.holder == holder
    done = {
        CouponAction.RESERVE: coupon.status == CouponStatus.RESERVED and mine,
        CouponAction.COMMIT: coupon.status == CouponStatus.COMMITTED and mine,
        CouponAction.RELEASE: coupon.status in {CouponStatus.RELEASED, CouponStatus.EXPIRED},
    }
    return done[action]


def _against(
    coupon: CouponFacts, action: CouponAction, holder: str, moment: datetime
) -> tuple[Rule, Reason] | None:
    status, starts_working = coupon.status, action == CouponAction.RESERVE
    checks = (
        (status == CouponStatus.COMMITTED, Rule.COUPON_ONCE, Reason.USED),
        (status == CouponStatus.EXPIRED, Rule.COUPON_VALIDITY, Reason.EXPIRED),
        (starts_working and moment < coupon.valid_from, Rule.COUPON_VALIDITY, Reason.NOT_VALID_YET),
        (
            status == CouponStatus.RESERVED and coupon.holder != holder,
            Rule.COUPON_RESERVATION,
            Reason.RESERVED,
        ),
        (
            not starts_working and status != CouponStatus.RESERVED,
            Rule.COUPON_RESERVATION,
            Reason.NOT_RESERVED,
        ),
    )
    return next(((rule, reason) for holds, rule, reason in checks if holds), None)
