"""Refunds to the cent: parts add up to the whole, and no more goes back than was paid."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.shop.money_shares import CENT, split
from bot.shop.order_facts import OrderFacts, PaymentFacts
from bot.shop.refunds import (
    Refund,
    RefundCase,
    paid_for,
    piece_shares,
    refund_for,
    refund_of_cancelled,
    shipping_shares,
    spread,
    store_credit,
)
from tests.unit.shop.helpers import line, order, orders

CENTS = st.integers(0, 1_000_000).map(lambda cents: Decimal(cents) / 100)


def bill(**facts: object) -> OrderFacts:
    """Two mugs and a pan, 10 off, 4.90 for shipping, paid with a gift card and a card."""
    bought = order(
        line(id="1", quantity=2, unit_price=Decimal("12.50")),
        line(id="2", unit_price=Decimal("35.00")),
        shipping_fee=Decimal("4.90"),
        discounts=(Decimal("10.00"),),
        payments=(
            PaymentFacts("gift", "gift_card", Decimal(20)),
            PaymentFacts("card", "card", Decimal("34.90")),
        ),
    )
    return replace(bought, **facts)  # type: ignore[arg-type]


@given(amount=CENTS, weights=st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_parts_add_up_and_are_within_a_cent_of_their_share(amount: Decimal, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        share = amount * weight / total if total else amount / len(weights)
        assert abs(part - share) <= CENT
        assert part >= 0


@given(bought=orders())
def test_the_shares_of_all_pieces_and_shipping_are_what_was_paid(bought: OrderFacts) -> None:
    goods = sum((share for shares in piece_shares(bought).values() for share in shares), Decimal(0))
    shipping = sum((share for shares in shipping_shares(bought).values() for share in shares), Decimal(0))
    assert goods + shipping == paid_for(bought)
    assert all(share >= 0 for shares in piece_shares(bought).values() for share in shares)


def give_back(bought: OrderFacts, steps: list[Mapping[str, int]], **terms: object) -> list[Refund]:
    """Refund these pieces one return after the other."""
    returned: dict[str, int] = {}
    found = []
    for pieces in steps:
        refund = refund_for(bought, RefundCase(pieces, returned=dict(returned), **terms))  # type: ignore[arg-type]
        found.append(refund)
        bought = replace(bought, refunded=bought.refunded + refund.total)
        returned = {key: returned.get(key, 0) + pieces.get(key, 0) for key in {*returned, *pieces}}
    return found


@given(bought=orders(), data=st.data())
def test_returning_piece_by_piece_gives_as_much_as_returning_all_at_once(
    bought: OrderFacts, data: st.DataObject
) -> None:
    whole = {item.id: item.quantity for item in bought.lines}
    pieces = data.draw(st.permutations([key for key, count in whole.items() for _ in range(count)]))
    single = give_back(bought, [{piece: 1} for piece in pieces], shipping_refunded=True)
    at_once = refund_for(bought, RefundCase(whole, shipping_refunded=True))
    assert sum(refund.total for refund in single) == at_once.total == paid_for(bought)


@given(
    bought=orders(),
    paid=CENTS,
    fee=CENTS,
    deduction=st.integers(0, 100),
    data=st.data(),
)
def test_refunds_never_exceed_what_was_paid(
    bought: OrderFacts, paid: Decimal, fee: Decimal, deduction: int, data: st.DataObject
) -> None:
    bought = replace(bought, payments=(PaymentFacts("card", "card", paid),))
    lines = [item.id for item in bought.lines for _ in range(item.quantity)]
    steps = [{piece: 1} for piece in data.draw(st.permutations(lines))]
    found = give_back(bought, list(steps), shipping_refunded=True, fee=fee, deduction=deduction)
    assert sum(refund.total for refund in found) <= paid
    for refund in found:
        assert refund.total >= 0
        assert sum(refund.payments.values()) == refund.total


@given(amounts=st.lists(CENTS, min_size=1, max_size=4), first=st.integers(0, 100))
def test_each_payment_gets_back_what_was_paid_with_it(amounts: list[Decimal], first: int) -> None:
    payments = tuple(PaymentFacts(str(number), "card", amount) for number, amount in enumerate(amounts))
    bought = replace(bill(), payments=payments)
    total = sum(amounts, Decimal(0))
    part = (total * first / 100).quantize(CENT, "ROUND_DOWN")
    one = spread(bought, part)
    two = spread(replace(bought, refunded=part), total - part)
    for payment in payments:
        assert one.get(payment.id, Decimal(0)) + two.get(payment.id, Decimal(0)) == payment.amount


def test_a_line_comes_back_at_the_price_paid_after_its_share_of_the_discount() -> None:
    refund = refund_for(bill(), RefundCase({"2": 1}))
    assert (refund.total, refund.shipping) == (Decimal("29.17"), Decimal(0))
    assert refund.payments == {"gift": Decimal(20), "card": Decimal("9.17")}


def test_under_the_law_the_share_of_shipping_comes_back_too() -> None:
    refund = refund_for(bill(), RefundCase({"1": 2, "2": 1}, shipping_refunded=True))
    assert (refund.shipping, refund.total) == (Decimal("4.90"), Decimal("54.90"))


def test_the_fee_for_the_label_is_taken_once_and_never_below_nothing() -> None:
    with_fee = refund_for(bill(), RefundCase({"1": 1}, fee=Decimal("4.90")))
    assert with_fee.total == Decimal("10.42") - Decimal("4.90")
    cheap = refund_for(bill(), RefundCase({"1": 1}, fee=Decimal(100)))
    assert (cheap.total, cheap.fee) == (Decimal(0), Decimal("10.42"))


def test_a_cancelled_order_gives_back_what_is_left_of_everything_paid() -> None:
    assert refund_of_cancelled(bill()).total == Decimal("54.90")
    assert refund_of_cancelled(bill(refunded=Decimal(10))).total == Decimal("44.90")


def test_store_credit_comes_with_the_shops_bonus() -> None:
    assert store_credit(Decimal("29.17"), 5) == Decimal("30.62")
