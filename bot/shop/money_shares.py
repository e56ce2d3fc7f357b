"""Splitting money to the cent, so that the parts add up to the whole."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import accumulate

CENT = Decimal("0.01")


def split(amount: Decimal, weights: Sequence[Decimal | int]) -> tuple[Decimal, ...]:
    """Parts of `amount` in proportion to the weights, exact to the cent; they add up to the amount.

    Not the parts but the sums up to each of them are rounded, so each is within a cent of its share.
    Weights that are all nothing count as equal.
    """
    if not weights:
        return ()
    known = [Decimal(weight) for weight in weights]
    total = sum(known, Decimal(0))
    if not total:
        known, total = [Decimal(1)] * len(known), Decimal(len(known))
    bounds = [
        (amount * reached / total).quantize(CENT, ROUND_HALF_UP) for reached in accumulate(known[:-1])
    ] + [amount]
    return tuple(upper - lower for lower, upper in zip([Decimal(0), *bounds], bounds, strict=False))


def percent_of(amount: Decimal, percent: int) -> Decimal:
    """A percentage of an amount, rounded down to the cent."""
    return (amount * percent / 100).quantize(CENT, ROUND_DOWN)
