"""Swapping a line for another variant of the same product, and what that costs or gives back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.shop.content import Content
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.purchase_terms import returns_terms
from bot.shop.reasons import Reason
from bot.shop.return_rules import blocked, conditions, not_returnable
from bot.shop.returns import ReturnCase
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


@dataclass(frozen=True)
class VariantFacts:
    """A product that may be a variant of the one bought. Products without a parent are their own family."""

    sku: str
    stock: int
    parent_sku: str | None = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """What all variants of a product share."""
        return self.parent_sku or self.sku


def may_exchange(content: Content, case: ReturnCase, now: datetime) -> Verdict:
    """Whether this line may be exchanged at all: the shop's own offer, on the terms of its returns."""
    policy = returns_terms(content, case.order)
    refused = not_returnable(policy.version, case)
    return decide(now, [refused] if refused else _timeline(policy, case))


def may_exchange_for(
    content: Content, case: ReturnCase, bought: VariantFacts, wanted: VariantFacts, now: datetime
) -> Verdict:
    """Whether this line may be exchanged for that variant."""
    window = may_exchange(content, case, now)
    against = _against(case, bought, wanted) if window.allowed else None
    if against is None:
        return window
    refused = refuse(*against, window.version, window.since, window.last_day)
    return replace(refused, flips_at=window.flips_at)


def variants_to_offer(
    case: ReturnCase, bought: VariantFacts, known: Iterable[VariantFacts]
) -> list[VariantFacts]:
    """The variants this line can be exchanged for, the one with the smallest price difference first."""
    offered = [variant for variant in known if _against(case, bought, variant) is None]
    return sorted(offered, key=lambda variant: (abs(price_difference(case, variant)), variant.sku))


def price_difference(case: ReturnCase, wanted: VariantFacts) -> Decimal:
    """What the customer pays on top; below zero, what goes back."""
    return (wanted.prices[case.order.currency] - case.line.unit_price) * case.quantity


def _against(case: ReturnCase, bought: VariantFacts, wanted: VariantFacts) -> tuple[Rule, Reason] | None:
    checks = (
        (wanted.family != bought.family, Rule.EXCHANGE_VARIANT, Reason.OTHER_PRODUCT),
        (wanted.sku == bought.sku, Rule.EXCHANGE_VARIANT, Reason.SAME_VARIANT),
        (case.order.currency not in wanted.prices, Rule.EXCHANGE_PRICE, Reason.NO_PRICE),
        (wanted.stock < case.quantity, Rule.EXCHANGE_STOCK, Reason.OUT_OF_STOCK),
    )
    return next(((rule, reason) for holds, rule, reason in checks if holds), None)


def _timeline(policy: ReturnsPolicy, case: ReturnCase) -> Iterator[Verdict]:
    version, order, delivered = policy.version, case.order, case.order.delivered_at(case.line)
    yield refuse(Rule.RETURNS_DELIVERY, Reason.NOT_DELIVERED, version, order.placed_at)
    if delivered is None:
        return
    against = blocked(policy, case)
    if against:
        yield refuse(*against, version, delivered)
        return
    last_day = local_day(delivered, order.zone) + timedelta(days=policy.exchange.days)
    allowed = allow(Rule.EXCHANGE_WINDOW, Reason.WITHIN_WINDOW, version, delivered, last_day)
    yield replace(allowed, conditions=conditions(policy, case))
    over = end_of_day(last_day, order.zone)
    yield refuse(Rule.EXCHANGE_WINDOW, Reason.WINDOW_OVER, version, over, last_day)
