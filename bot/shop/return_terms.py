"""On what terms a line comes back: who pays, where the money goes, which ways there are."""

from dataclasses import dataclass
from datetime import datetime

from bot.shop.content import Content
from bot.shop.content.base import Money
from bot.shop.content.returns import Payer, RefundTarget, ReturnsPolicy
from bot.shop.purchase_terms import returns_terms
from bot.shop.returns import ReturnCase, policy_reason
from bot.shop.withdrawal_rules import may_withdraw


@dataclass(frozen=True)
class ReturnTerms:
    """The terms that hold until `flips_at`. `fee` is for the shop's label; `deduction` is a percentage."""

    payer: Payer
    fee: Money | None
    refund_to: RefundTarget
    may_choose_store_credit: bool
    shipping_refunded: bool
    deduction: int
    methods: tuple[str, ...]
    flips_at: datetime | None


def return_terms(content: Content, case: ReturnCase, now: datetime) -> ReturnTerms:
    """The terms of this return; while the law's right lasts, or for a fault, everything paid goes back."""
    policy = returns_terms(content, case.order)
    cost = policy.cost_for(policy_reason(policy, case.reason), case.order.country)
    right = may_withdraw(content, case, now)
    in_full = right.allowed or case.shops_fault
    target: RefundTarget = "original" if in_full else _target(policy, case.proof)
    return ReturnTerms(
        payer=cost.payer,
        fee=cost.fee if cost.payer == "customer" else None,
        refund_to=target,
        may_choose_store_credit=target == "original",
        shipping_refunded=in_full,
        deduction=policy.condition.opened_deduction if case.opened and not in_full else 0,
        methods=tuple(
            item.id for item in policy.methods if item.serves(case.order.country, case.line.category)
        ),
        flips_at=right.flips_at,
    )


def _target(policy: ReturnsPolicy, proof: str | None) -> RefundTarget:
    return next((route.refund_to for route in policy.proof if route.id == proof), "none")
