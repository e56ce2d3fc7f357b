"""What sending lines of an order back comes to: the verdict on each, the ways, the money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from bot.shop.content import Content
from bot.shop.content.returns import RefundTarget, ReturnMethod, ReturnsPolicy
from bot.shop.exchange import VariantFacts, may_exchange_for, price_difference
from bot.shop.order_facts import OrderFacts
from bot.shop.purchase_terms import returns_terms
from bot.shop.refunds import RefundCase, refund_for, spread, store_credit
from bot.shop.return_rules import may_return
from bot.shop.return_terms import ReturnTerms, return_terms
from bot.shop.return_window import is_hygiene
from bot.shop.returns import SHOPS_FAULT, ReturnCase, ReturnKind, StatedReason
from bot.shop.verdicts import Verdict


@dataclass(frozen=True)
class Wanted:
    """What a customer wants to send back, as far as it has been said; `pieces` counts by line."""

    pieces: Mapping[str, int]
    reason: StatedReason = StatedReason.CHANGE_OF_MIND
    opened: bool | None = None
    packaging: bool | None = None
    method: str | None = None
    refund_to: RefundTarget | None = None
    exchange_sku: str | None = None


@dataclass(frozen=True)
class Money:
    """What goes back: in all, what it is made of, and the payments it comes from.

    `total` is what the customer gets; `from_payments` what of their payments that is, without a bonus.
    """

    goods: Decimal
    shipping: Decimal
    deducted: Decimal
    fee: Decimal
    from_payments: Decimal
    total: Decimal
    payments: Mapping[str, Decimal]


@dataclass(frozen=True)
class ReturnOffer:
    """The verdict on each line, and what the return comes to if all are allowed."""

    kind: ReturnKind
    verdicts: Mapping[str, Verdict]
    methods: tuple[ReturnMethod, ...]
    targets: tuple[RefundTarget, ...]
    method: ReturnMethod | None
    refund_to: RefundTarget | None
    money: Money
    price_difference: Decimal | None
    send_by: date | None

    @property
    def allowed(self) -> bool:
        """Whether every line may come back in the way that was chosen."""
        return bool(self.verdicts) and all(verdict.allowed for verdict in self.verdicts.values())

    @property
    def complete(self) -> bool:
        """Whether everything is chosen that has to be."""
        return self.allowed and self.method is not None and self.refund_to is not None

    @property
    def deciding(self) -> Verdict:
        """The verdict that the return stands on: a refusal first, else the one that ends first."""
        verdicts = list(self.verdicts.values())
        refused = [verdict for verdict in verdicts if not verdict.allowed]
        return (refused or sorted(verdicts, key=lambda one: one.last_day or date.max))[0]


def return_cases(order: OrderFacts, wanted: Wanted) -> list[ReturnCase]:
    """One case for each line that is to come back."""
    return [
        ReturnCase(
            order=order,
            line=order.line(line_id),
            quantity=count,
            reason=wanted.reason,
            opened=wanted.opened,
            packaging=wanted.packaging,
        )
        for line_id, count in wanted.pieces.items()
    ]


def return_offer(
    content: Content,
    order: OrderFacts,
    wanted: Wanted,
    now: datetime,
    variants: Mapping[str, VariantFacts] | None = None,
) -> ReturnOffer:
    """What this return comes to. An exchange is for one line; `variants` are its product's, by sku."""
    policy, cases = returns_terms(content, order), return_cases(order, wanted)
    exchange = _exchange(content, cases, wanted, now, variants or {})
    verdicts = {case.line.id: may_return(content, case, now) for case in cases}
    difference = None
    if exchange is not None:
        (case,), (verdict, difference) = cases, exchange
        verdicts = {case.line.id: verdict}
    terms = [return_terms(content, case, now) for case in cases]
    methods = methods_for(policy, terms)
    method = next((one for one in methods if one.id == wanted.method), None)
    targets = _targets(terms)
    if exchange is not None:
        targets = ("original",)
    target = wanted.refund_to if wanted.refund_to in targets else None
    money = _money(policy, cases, terms, method, target)
    if exchange is not None:
        money = _exchange_money(order, money, difference)
    days = [verdict.last_day for verdict in verdicts.values() if verdict.last_day]
    return ReturnOffer(
        kind=ReturnKind.REFUND if exchange is None else ReturnKind.EXCHANGE,
        verdicts=verdicts,
        methods=methods,
        targets=targets,
        method=method,
        refund_to=target if exchange is None else "original",
        money=money,
        price_difference=difference,
        send_by=min(days, default=None),
    )


def methods_for(policy: ReturnsPolicy, terms: Sequence[ReturnTerms]) -> tuple[ReturnMethod, ...]:
    """The ways that serve every line; our label only where it is known what the customer pays for it."""
    shared = set.intersection(*(set(one.methods) for one in terms)) if terms else set()
    priced = all(one.payer == "shop" or one.fee is not None for one in terms)
    return tuple(way for way in policy.methods if way.id in shared and (priced or not way.label))


def asks_opened(content: Content, order: OrderFacts, wanted: Wanted) -> bool:
    """Whether it matters if the goods were opened: a seal, or what the terms say of opened goods."""
    policy = returns_terms(content, order)
    if wanted.reason in SHOPS_FAULT:
        return False
    condition = policy.condition
    sealed = any(is_hygiene(policy, case.goods) for case in return_cases(order, wanted))
    return sealed or not condition.opened_allowed or condition.opened_deduction > 0


def asks_packaging(content: Content, order: OrderFacts, wanted: Wanted) -> bool:
    """Whether it matters if the packaging is still there."""
    policy = returns_terms(content, order)
    needed = policy.condition.packaging_required
    return wanted.reason not in SHOPS_FAULT and any(
        case.line.category in needed for case in return_cases(order, wanted)
    )


def _exchange(
    content: Content,
    cases: Sequence[ReturnCase],
    wanted: Wanted,
    now: datetime,
    variants: Mapping[str, VariantFacts],
) -> tuple[Verdict, Decimal | None] | None:
    if wanted.exchange_sku is None or len(cases) != 1:
        return None
    (case,) = cases
    bought = variants.get(case.line.sku) or VariantFacts(case.line.sku, 0)
    meant = variants.get(wanted.exchange_sku) or VariantFacts(wanted.exchange_sku, 0)
    verdict = may_exchange_for(content, case, bought, meant, now)
    return verdict, price_difference(case, meant) if verdict.allowed else None


def _targets(terms: Sequence[ReturnTerms]) -> tuple[RefundTarget, ...]:
    """Where the money may go: the same for all lines of a return, the way it was paid first."""
    if any(one.refund_to == "store_credit" for one in terms):
        return ("store_credit",)
    free = all(one.may_choose_store_credit for one in terms)
    return ("original", "store_credit") if free else ("original",)


def _money(
    policy: ReturnsPolicy,
    cases: Sequence[ReturnCase],
    terms: Sequence[ReturnTerms],
    method: ReturnMethod | None,
    target: RefundTarget | None,
) -> Money:
    """Line by line, since terms may differ, with the fee of one label taken off the sum."""
    fees = [one.fee.amount for one in terms if one.fee and method is not None and method.label]
    goods = shipping = deducted = gone = Decimal(0)
    for case, one in zip(cases, terms, strict=True):
        order = replace(case.order, refunded=case.order.refunded + gone)
        part = refund_for(
            order,
            RefundCase(
                {case.line.id: case.quantity},
                shipping_refunded=one.shipping_refunded,
                deduction=one.deduction,
                returned={case.line.id: case.line.returned},
            ),
        )
        goods += sum(part.lines.values(), Decimal(0))
        shipping, deducted, gone = shipping + part.shipping, deducted + part.deducted, gone + part.total
    fee = min(max(fees, default=Decimal(0)), gone)
    left = gone - fee
    total = store_credit(left, policy.refund.store_credit_bonus) if target == "store_credit" else left
    payments = spread(cases[0].order, left) if cases else {}
    return Money(goods, shipping, deducted, fee, left, total, payments)


def _exchange_money(order: OrderFacts, money: Money, difference: Decimal | None) -> Money:
    """Of an exchange only what the other variant is cheaper by goes back, and never more than was paid."""
    back = min(max(-(difference or Decimal(0)), Decimal(0)), money.goods, money.from_payments)
    nothing = Decimal(0)
    return Money(back, nothing, nothing, nothing, back, back, spread(order, back))
