"""How much money goes back for lines of an order, to the cent: never more than was paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.shop.money_shares import percent_of, split
from bot.shop.order_facts import LineFacts, OrderFacts


@dataclass(frozen=True)
class RefundCase:
    """What comes back: pieces per line, and the terms (see `return_terms`).

    `returned` are the pieces that came back before.
    """

    pieces: Mapping[str, int]
    shipping_refunded: bool = False
    fee: Decimal = Decimal(0)
    deduction: int = 0
    returned: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Refund:
    """The amount and what it is made of, and the payments it goes back to.

    `total` is the lines and the shipping less what is deducted and the fee, and never more than is left of
    what was paid.
    """

    lines: Mapping[str, Decimal]
    shipping: Decimal
    deducted: Decimal
    fee: Decimal
    total: Decimal
    payments: Mapping[str, Decimal]


def paid_for(order: OrderFacts) -> Decimal:
    """What the customer paid: the payments, or the order's own sum where none are known."""
    if order.payments:
        return sum((payment.amount for payment in order.payments), Decimal(0))
    return max(_goods(order) + order.shipping_fee - sum(order.discounts, Decimal(0)), Decimal(0))


def piece_shares(order: OrderFacts) -> Mapping[str, tuple[Decimal, ...]]:
    """What was paid for each piece of each line, after its share of the order's discounts."""
    off = min(sum(order.discounts, Decimal(0)), _goods(order))
    return _by_piece(order, [_value(line) for line in order.lines], off)


def shipping_shares(order: OrderFacts) -> Mapping[str, tuple[Decimal, ...]]:
    """Each piece's share of what was paid for shipping, by value."""
    beyond_goods = max(sum(order.discounts, Decimal(0)) - _goods(order), Decimal(0))
    fee = max(order.shipping_fee - beyond_goods, Decimal(0))
    parts = split(fee, [_value(line) for line in order.lines])
    return {line.id: split(part, [1] * line.quantity) for line, part in zip(order.lines, parts, strict=True)}


def refund_for(order: OrderFacts, case: RefundCase) -> Refund:
    """The refund for these pieces. The shares of all pieces together are what was paid."""
    lines = _taken(piece_shares(order), case)
    shipping = _total(_taken(shipping_shares(order), case)) if case.shipping_refunded else Decimal(0)
    deducted = percent_of(_total(lines), case.deduction)
    fee = min(case.fee, _total(lines) + shipping - deducted)
    left = max(paid_for(order) - order.refunded, Decimal(0))
    total = min(_total(lines) + shipping - deducted - fee, left)
    return Refund(lines, shipping, deducted, fee, total, spread(order, total))


def refund_of_cancelled(order: OrderFacts) -> Refund:
    """All that was paid and has not gone back yet."""
    left = max(paid_for(order) - order.refunded, Decimal(0))
    lines = {line_id: _sum(shares) for line_id, shares in piece_shares(order).items()}
    shipping = sum((_sum(shares) for shares in shipping_shares(order).values()), Decimal(0))
    return Refund(lines, shipping, Decimal(0), Decimal(0), left, spread(order, left))


def spread(order: OrderFacts, total: Decimal) -> Mapping[str, Decimal]:
    """A refund over the payments of an order: they are paid back one after the other, each once."""
    parts: dict[str, Decimal] = {}
    begins = Decimal(0)
    for payment in order.payments:
        ends = begins + payment.amount
        part = min(ends, order.refunded + total) - max(begins, order.refunded)
        if part > 0:
            parts[payment.id] = part
        begins = ends
    return parts


def store_credit(total: Decimal, bonus: int) -> Decimal:
    """What a refund comes to as store credit, with the shop's bonus in percent."""
    return total + percent_of(total, bonus)


def _goods(order: OrderFacts) -> Decimal:
    return sum((_value(line) for line in order.lines), Decimal(0))


def _value(line: LineFacts) -> Decimal:
    return line.unit_price * line.quantity


def _by_piece(order: OrderFacts, values: list[Decimal], off: Decimal) -> Mapping[str, tuple[Decimal, ...]]:
    cuts = split(off, values)
    return {
        line.id: split(value - cut, [1] * line.quantity)
        for line, value, cut in zip(order.lines, values, cuts, strict=True)
    }


def _taken(shares: Mapping[str, tuple[Decimal, ...]], case: RefundCase) -> dict[str, Decimal]:
    """The shares of the pieces that come back now: those after the ones that came back before."""
    before = case.returned or {}
    return {
        line_id: _sum(shares[line_id][before.get(line_id, 0) :][:count])
        for line_id, count in case.pieces.items()
    }


def _sum(shares: tuple[Decimal, ...]) -> Decimal:
    return sum(shares, Decimal(0))


def _total(amounts: Mapping[str, Decimal]) -> Decimal:
    return sum(amounts.values(), Decimal(0))
