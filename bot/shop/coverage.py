"""Who puts a broken item right: return, liability, warranty or plan, the best for the customer first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.shop.claim_rules import may_claim
from bot.shop.claims import BrokenItem, ContractFacts
from bot.shop.content import Content
from bot.shop.faults import FaultCause
from bot.shop.purchase_terms import returns_terms
from bot.shop.reasons import Condition
from bot.shop.return_rules import may_return
from bot.shop.returns import ReturnCase, StatedReason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import OtherWay, RouteKind, Verdict, refuse, until_it_changes, with_routes
from bot.shop.warranty_rules import under_liability, under_warranty


@dataclass(frozen=True)
class Coverage:
    """The best way, if there is one, with its verdict; every way that was looked at stands in `ways`.

    The verdict's routes are the other open ways, the next best first.
    """

    best: RouteKind | None
    detail: str | None
    verdict: Verdict
    ways: tuple[OtherWay, ...]


def coverage_of(content: Content, item: BrokenItem, now: datetime) -> Coverage:
    """Decide who puts this right. Money back comes first, what costs the customer something last."""
    found = _coverage(content, item, now)
    verdict = until_it_changes(now, lambda moment: _coverage(content, item, moment).verdict)
    return replace(found, verdict=verdict)


def _coverage(content: Content, item: BrokenItem, now: datetime) -> Coverage:
    ways = tuple(ways_for(content, item, now))
    ranked = sorted(ways, key=_costs_the_customer)
    for kind, detail, verdict in ranked:
        if verdict.allowed:
            others = [way for way in ranked if way[2] is not verdict]
            return Coverage(kind, detail, with_routes(verdict, others), ways)
    return Coverage(None, None, _nothing(content, item, ways), ways)


def ways_for(content: Content, item: BrokenItem, now: datetime) -> list[OtherWay]:
    """Every way a broken item may be put right, open or not, in the order they are tried."""
    order, line, fault = item.order, item.line, item.fault
    return [
        (RouteKind.RETURN, None, may_return(content, return_case(item), now)),
        (RouteKind.LIABILITY, None, under_liability(content, order, line, fault, now)),
        (RouteKind.WARRANTY, None, under_warranty(content, order, line, fault, now)),
        *((RouteKind.PLAN, each.id, may_claim(content, item, each, now)) for each in item.contracts),
    ]


def decide_claim(content: Content, item: BrokenItem, contract: ContractFacts, now: datetime) -> Verdict:
    """The verdict on a claim under this contract, with the other ways that are open."""
    return until_it_changes(now, lambda moment: _claim(content, item, contract, moment))


def _claim(content: Content, item: BrokenItem, contract: ContractFacts, now: datetime) -> Verdict:
    others = [way for way in ways_for(content, item, now) if way[1] != contract.id]
    return with_routes(may_claim(content, item, contract, now), sorted(others, key=_costs_the_customer))


def return_case(item: BrokenItem) -> ReturnCase:
    """Sending the broken item back: for a fault of the goods, or as it is now."""
    case = ReturnCase(item.order, item.line, opened=True)
    if item.fault.cause == FaultCause.DEFECT:
        return replace(case, reason=StatedReason.FAULTY)
    return replace(case, damaged=True)


def _costs_the_customer(way: OtherWay) -> bool:
    return Condition.REDUCED_VALUE in way[2].conditions


def _nothing(content: Content, item: BrokenItem, ways: Sequence[OtherWay]) -> Verdict:
    """The refusal: its reason and day are those of the last way that was tried."""
    last = ways[-1][2]
    version = returns_terms(content, item.order).version
    since = max(verdict.since for _, _, verdict in ways)
    return with_routes(refuse(Rule.COVERAGE_NONE, last.reason, version, since, last.last_day), ways)
