"""What a rule says of a case, and when it will say something else.

A rule lists the verdicts of a case, each with the moment from which it holds; `decide` picks the one that
holds now and names the moment at which the next one takes over. So a verdict changes at no other time than
the one it names, as long as the facts stay.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.shop.reasons import Condition, Reason
from bot.shop.rule_ids import Rule


class RouteKind(StrEnum):
    """Another way to what the customer wants."""

    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    RETURN = "return"
    EXCHANGE = "exchange"
    PROOF = "proof"
    TIER = "tier"
    LIABILITY = "liability"
    WARRANTY = "warranty"
    PLAN = "plan"


@dataclass(frozen=True)
class Route:
    """A way that is open, by which rule and until when; `detail` says which one of its kind."""

    kind: RouteKind
    rule_id: Rule
    last_day: date | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Allowed or not, by which rule and why.

    `last_day` is the last day, in the customer's zone, on which what was asked for is or was allowed.
    `flips_at` is the moment at which this verdict stops to hold; without one, only new facts change it.
    """

    allowed: bool
    rule_id: Rule
    reason: Reason
    version: str
    since: datetime
    last_day: date | None = None
    conditions: tuple[Condition, ...] = ()
    routes: tuple[Route, ...] = ()
    flips_at: datetime | None = None


def allow(rule: Rule, reason: Reason, version: str, since: datetime, last_day: date | None = None) -> Verdict:
    """A verdict that allows, from `since` on."""
    return Verdict(allowed=True, rule_id=rule, reason=reason, version=version, since=since, last_day=last_day)


def refuse(
    rule: Rule, reason: Reason, version: str, since: datetime, last_day: date | None = None
) -> Verdict:
    """A verdict that refuses, from `since` on."""
    return Verdict(
        allowed=False, rule_id=rule, reason=reason, version=version, since=since, last_day=last_day
    )


def decide(now: datetime, timeline: Iterable[Verdict]) -> Verdict:
    """The verdict that holds now, of those listed in the order in which they follow each other."""
    steps = _changes(timeline)
    index = max(bisect_right([step.since for step in steps], now) - 1, 0)
    following = steps[index + 1 : index + 2]
    return replace(steps[index], flips_at=following[0].since if following else None)


def _changes(timeline: Iterable[Verdict]) -> list[Verdict]:
    """The steps that differ from the one before; none begins before the one listed before it."""
    kept: list[Verdict] = []
    for listed in timeline:
        step = replace(listed, since=max(listed.since, kept[-1].since)) if kept else listed
        if kept and kept[-1].since == step.since:
            kept.pop()
        if not kept or replace(kept[-1], since=step.since) != step:
            kept.append(step)
    return kept


def until_it_changes(now: datetime, ask: Callable[[datetime], Verdict]) -> Verdict:
    """The verdict of a rule that is made of others, with the moment at which it really says something else.

    One of the others may change without a difference to the whole: such moments are passed over.
    """
    verdict = ask(now)
    moment = verdict.flips_at
    while moment:
        later = ask(moment)
        if replace(later, since=verdict.since, flips_at=verdict.flips_at) != verdict:
            break
        moment = later.flips_at
    return replace(verdict, flips_at=moment)


# Another way: its kind, which one of that kind, and what the rule says of it.
OtherWay = tuple[RouteKind, str | None, Verdict]


def with_routes(verdict: Verdict, others: Iterable[OtherWay]) -> Verdict:
    """The verdict with the other ways that are open; it also flips when one of them opens or closes."""
    known = list(others)
    opened = tuple(
        Route(kind, other.rule_id, other.last_day, detail) for kind, detail, other in known if other.allowed
    )
    flips = [item.flips_at for item in (verdict, *(other for _, _, other in known)) if item.flips_at]
    return replace(verdict, routes=verdict.routes + opened, flips_at=min(flips, default=None))
