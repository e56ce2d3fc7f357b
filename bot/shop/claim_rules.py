"""Whether a service plan covers a fault: each condition is a rule of its own."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.shop.claims import BrokenItem, ContractFacts
from bot.shop.content import Content
from bot.shop.content.plans import ServicePlan
from bot.shop.deadlines import end_of_day, last_day_before, local_day, start_of_day
from bot.shop.faults import FaultCause
from bot.shop.plans import ContractStatus
from bot.shop.reasons import Reason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse

EXCLUSIONS: dict[FaultCause, tuple[Rule, Reason]] = {
    FaultCause.WEAR: (Rule.CLAIM_WEAR, Reason.WEAR),
    FaultCause.COMMERCIAL_USE: (Rule.CLAIM_COMMERCIAL_USE, Reason.COMMERCIAL_USE),
    FaultCause.OTHER_REPAIR: (Rule.CLAIM_OTHER_REPAIR, Reason.OTHER_REPAIR),
}


def may_claim(content: Content, item: BrokenItem, contract: ContractFacts, now: datetime) -> Verdict:
    """Whether this contract covers this fault. Without a day the fault counts as happening now."""
    version, since = content.plans.version, item.order.placed_at
    plan = content.plans.plan(contract.plan_id)
    if plan is None:
        return refuse(Rule.PLAN_KNOWN, Reason.PLAN_UNKNOWN, version, since)
    if (refused := _never(item, contract, plan)) is not None:
        return refuse(*refused, version, since)
    period = _CoveredTime(item, contract, plan, version)
    return decide(now, period.on_a_day() if item.fault.occurred_on else period.from_now_on())


def _never(item: BrokenItem, contract: ContractFacts, plan: ServicePlan) -> tuple[Rule, Reason] | None:
    accident = item.fault.cause == FaultCause.ACCIDENT and not plan.accidents
    same_item = (contract.order_number, contract.line_id) == (item.order.number, item.line.id)
    cancelled = contract.status == ContractStatus.CANCELLED
    checks = (
        (not same_item, Rule.CLAIM_ITEM, Reason.OTHER_ITEM),
        (cancelled, Rule.CLAIM_STATUS, Reason.CONTRACT_CANCELLED),
        (contract.status == ContractStatus.PENDING, Rule.CLAIM_STATUS, Reason.CONTRACT_NOT_STARTED),
        (accident, Rule.CLAIM_ACCIDENT, Reason.ACCIDENT),
        (item.fault.cause in EXCLUSIONS, *EXCLUSIONS.get(item.fault.cause, (Rule.CLAIM_WEAR, Reason.WEAR))),
        (contract.claim_open, Rule.CLAIM_OPEN, Reason.CLAIM_OPEN),
        (contract.claims_made >= plan.claim_limit, Rule.CLAIM_LIMIT, Reason.LIMIT_REACHED),
    )
    return next(((rule, reason) for holds, rule, reason in checks if holds), None)


class _CoveredTime:
    """The days of a contract on which a fault is covered."""

    def __init__(self, item: BrokenItem, contract: ContractFacts, plan: ServicePlan, version: str) -> None:
        self.item, self.contract, self.plan, self.version = item, contract, plan, version
        self.zone = item.order.zone
        self.first_day = local_day(contract.starts_at, self.zone)
        self.waiting_ends = self.first_day + timedelta(days=plan.waiting_days)
        self.last_day = last_day_before(contract.ends_at, self.zone)

    def from_now_on(self) -> Iterator[Verdict]:
        """What would hold for a fault that happens at the moment of asking."""
        version, starts = self.version, self.contract.starts_at
        covered = start_of_day(self.waiting_ends, self.zone)
        over = end_of_day(self.last_day, self.zone)
        last_wait = self.waiting_ends - timedelta(days=1)
        not_started = Reason.CONTRACT_NOT_STARTED
        yield refuse(Rule.CLAIM_PERIOD, not_started, version, self.item.order.placed_at)
        yield refuse(Rule.CLAIM_WAITING, Reason.WAITING_PERIOD, version, starts, last_wait)
        yield allow(Rule.CLAIM_PERIOD, Reason.UNDER_PLAN, version, covered, self.last_day)
        yield refuse(Rule.CLAIM_PERIOD, Reason.CONTRACT_ENDED, version, over, self.last_day)

    def on_a_day(self) -> Iterator[Verdict]:
        """What holds for a fault of a known day: whether it was covered then, and is told in time."""
        day, since = self.item.fault.occurred_on or self.first_day, self.item.order.placed_at
        outside = self._outside(day)
        if outside:
            rule, reason, last_day = outside
            yield refuse(rule, reason, self.version, since, last_day)
            return
        report_by = day + timedelta(days=self.plan.report_within_days)
        happened = max(start_of_day(day, self.zone), self.contract.starts_at)
        over = end_of_day(report_by, self.zone)
        yield refuse(Rule.CLAIM_REPORT, Reason.NOT_HAPPENED_YET, self.version, since)
        yield allow(Rule.CLAIM_PERIOD, Reason.UNDER_PLAN, self.version, happened, report_by)
        yield refuse(Rule.CLAIM_REPORT, Reason.REPORTED_LATE, self.version, over, report_by)

    def _outside(self, day: date) -> tuple[Rule, Reason, date] | None:
        if day > self.last_day:
            return Rule.CLAIM_PERIOD, Reason.CONTRACT_ENDED, self.last_day
        if day < self.first_day:
            return Rule.CLAIM_PERIOD, Reason.CONTRACT_NOT_STARTED, self.first_day
        if day < self.waiting_ends:
            return Rule.CLAIM_WAITING, Reason.WAITING_PERIOD, self.waiting_ends - timedelta(days=1)
        return None
