"""The whole answer to "can I still send this back?": yes or no, until when, and every other way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.shop.claims import BrokenItem, ContractFacts
from bot.shop.content import Content
from bot.shop.coverage import ways_for
from bot.shop.exchange import may_exchange
from bot.shop.order_rules import may_cancel
from bot.shop.purchase_terms import returns_terms
from bot.shop.reasons import Reason
from bot.shop.return_rules import may_return
from bot.shop.returns import ReturnCase
from bot.shop.verdicts import OtherWay, RouteKind, Verdict, until_it_changes, with_routes
from bot.shop.withdrawal_rules import may_withdraw


def answer_return(
    content: Content, case: ReturnCase, contracts: tuple[ContractFacts, ...], now: datetime
) -> Verdict:
    """The verdict of `may_return` with the routes beside it. Those of a broken item come last."""
    return until_it_changes(now, lambda moment: _answer(content, case, contracts, moment))


def _answer(
    content: Content, case: ReturnCase, contracts: tuple[ContractFacts, ...], now: datetime
) -> Verdict:
    verdict = may_return(content, case, now)
    own = [*_beside(content, case, now), *([] if verdict.allowed else _instead(content, case, verdict, now))]
    broken = ways_for(content, BrokenItem(case.order, case.line, contracts=contracts), now)
    return with_routes(verdict, own + [way for way in broken if way[0] != RouteKind.RETURN])


def _beside(content: Content, case: ReturnCase, now: datetime) -> Iterator[OtherWay]:
    yield RouteKind.EXCHANGE, None, may_exchange(content, case, now)


def _instead(content: Content, case: ReturnCase, verdict: Verdict, now: datetime) -> Iterator[OtherWay]:
    policy = returns_terms(content, case.order)
    yield RouteKind.CANCEL, None, replace(may_cancel(content, case.order, now), routes=(), flips_at=None)
    yield RouteKind.WITHDRAW, None, may_withdraw(content, case, now)
    if verdict.reason == Reason.PROOF_MISSING:
        for proof in policy.proof:
            yield RouteKind.PROOF, proof.id, may_return(content, replace(case, proof=proof.id), now)
    if not case.order.tier_known:
        for tier in policy.tiers:
            order = replace(case.order, tier=tier.tier)
            yield RouteKind.TIER, tier.tier, may_return(content, replace(case, order=order), now)
