"""What a return comes to: never more than was paid, by the same rules, its status whatever the order."""

from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.shop.content import Content
from bot.shop.exchange import VariantFacts
from bot.shop.order_facts import OrderFacts
from bot.shop.plans import CaseEventKind
from bot.shop.refunds import paid_for
from bot.shop.return_offers import Wanted, return_cases, return_offer
from bot.shop.return_rules import may_return
from bot.shop.return_status import ReturnStatus, refund_status, status_after
from bot.shop.returns import ReturnKind, StatedReason
from tests.unit.shop.helpers import MOMENTS, at, line, order, orders

SOON = at("2026-03-10T12:00")
AFTER_LAW = at("2026-03-25T12:00")


@st.composite
def wishes(draw: st.DrawFn, bought: OrderFacts) -> Wanted:
    """Any return of an order."""
    chosen = draw(st.lists(st.sampled_from(bought.lines), min_size=1, unique_by=lambda item: item.id))
    return Wanted(
        pieces={item.id: draw(st.integers(1, item.quantity)) for item in chosen},
        reason=draw(st.sampled_from(StatedReason)),
        opened=draw(st.none() | st.booleans()),
        packaging=draw(st.none() | st.booleans()),
        method=draw(st.sampled_from([None, "parcel_label", "shop", "collection", "own_parcel"])),
        refund_to=draw(st.sampled_from([None, "original", "store_credit"])),
    )


@given(data=st.data(), bought=orders(), now=MOMENTS)
def test_no_return_gives_back_more_than_was_paid(
    shop_content: Content, data: st.DataObject, bought: OrderFacts, now: datetime
) -> None:
    wanted = data.draw(wishes(bought))
    money = return_offer(shop_content, bought, wanted, now).money
    assert 0 <= money.from_payments <= paid_for(bought)
    assert money.total >= money.from_payments
    assert money.fee >= 0
    if wanted.refund_to != "store_credit":
        assert money.total == money.from_payments
    assert sum(money.payments.values(), Decimal(0)) in (0, money.from_payments)


@given(data=st.data(), bought=orders(), now=MOMENTS)
def test_an_offer_is_allowed_exactly_when_the_rules_allow_every_line(
    shop_content: Content, data: st.DataObject, bought: OrderFacts, now: datetime
) -> None:
    wanted = data.draw(wishes(bought))
    offer = return_offer(shop_content, bought, wanted, now)
    verdicts = [may_return(shop_content, case, now) for case in return_cases(bought, wanted)]
    assert offer.allowed == all(verdict.allowed for verdict in verdicts)
    assert offer.deciding in verdicts
    assert offer.deciding.allowed == offer.allowed
    assert offer.method is None or offer.method in offer.methods


def test_two_lines_pay_for_one_label(shop_content: Content) -> None:
    bought = order(line(id="1"), line(id="2"))
    wanted = Wanted({"1": 1, "2": 1}, packaging=True, method="parcel_label", refund_to="original")
    money = return_offer(shop_content, bought, wanted, AFTER_LAW).money
    assert (money.fee, money.total) == (Decimal("4.90"), Decimal("174.90"))


def test_store_credit_brings_the_shops_bonus(shop_content: Content) -> None:
    wanted = Wanted({"1": 1}, packaging=True, method="shop", refund_to="store_credit")
    money = return_offer(shop_content, order(), wanted, SOON).money
    assert (money.from_payments, money.total) == (Decimal("89.90"), Decimal("94.39"))


def test_goods_that_take_different_ways_share_none(shop_content: Content) -> None:
    bought = order(line("furniture", id="1"), line("bedding", id="2"), country="DE")
    assert return_offer(shop_content, bought, Wanted({"1": 1, "2": 1}), SOON).methods == ()


def test_label_is_not_offered_where_its_price_is_unknown(shop_content: Content) -> None:
    for reason, offered in ((StatedReason.CHANGE_OF_MIND, False), (StatedReason.FAULTY, True)):
        offer = return_offer(shop_content, order(country="DE"), Wanted({"1": 1}, reason), SOON)
        assert any(method.label for method in offer.methods) == offered


def test_exchange_gives_back_what_the_other_one_is_cheaper_by(shop_content: Content) -> None:
    known = {
        sku: VariantFacts(sku, 5, "BLEND", {"EUR": Decimal(price)})
        for sku, price in (("BLEND-1", "89.90"), ("BLEND-2", "80.00"), ("BLEND-3", "99.90"))
    }
    found = {}
    for sku in ("BLEND-2", "BLEND-3"):
        wanted = Wanted({"1": 1}, packaging=True, method="shop", exchange_sku=sku)
        found[sku] = return_offer(shop_content, order(), wanted, SOON, known)
    assert all(offer.kind == ReturnKind.EXCHANGE and offer.complete for offer in found.values())
    assert (found["BLEND-2"].price_difference, found["BLEND-2"].money.total) == (
        Decimal("-9.90"),
        Decimal("9.90"),
    )
    assert (found["BLEND-3"].price_difference, found["BLEND-3"].money.total) == (Decimal("10.00"), Decimal(0))


KINDS = st.lists(st.sampled_from([*CaseEventKind, "polished"]), max_size=6)


@given(kinds=KINDS, data=st.data(), current=st.sampled_from(ReturnStatus))
def test_status_depends_on_what_is_known_and_not_on_its_order(
    kinds: list[str], data: st.DataObject, current: ReturnStatus
) -> None:
    shuffled = data.draw(st.permutations(kinds))
    status = status_after(current, kinds)
    assert status == status_after(current, shuffled)
    assert status == status_after(status, kinds)
    step = current
    for kind in shuffled:
        step = status_after(step, [kind])
    assert step == status
    assert refund_status(status) == refund_status(step)
