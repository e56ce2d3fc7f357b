"""What is offered beside an answer, and when nothing is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shop.assortment import Assortment, is_grave
from bot.shop.content.base import LocalText
from bot.shop.offer_rules import OfferSituation, Trouble, choose_offer, may_offer
from bot.shop.products import Recall
from tests.unit.test_product_match import product

GRILL, COVER = product("grill", "Grill"), product("cover", "Cover", fits=("grill",))
BIG = product("big-grill", "Big grill", upgrade_of=("grill",))
SHELF = Assortment([GRILL, COVER, BIG], [])


def situation(*troubles: Trouble, owned: tuple[str, ...] = ("grill",)) -> OfferSituation:
    return OfferSituation("grill", frozenset(owned), frozenset(troubles))


def recall(severity: str, sku: str, day: int = 1) -> Recall:
    text = LocalText(en="It may burn.")
    return Recall(f"r-{severity}-{day}", (sku,), severity, text, text, datetime(2026, 1, day, tzinfo=UTC))


def test_an_accessory_comes_before_a_better_one() -> None:
    assert choose_offer(situation(), SHELF, ["EUR"]) == COVER


@given(st.sets(st.sampled_from(list(Trouble)), min_size=1))
def test_nothing_is_offered_while_anything_is_wrong(troubles: set[Trouble]) -> None:
    assert not may_offer(situation(*troubles), SHELF)
    assert choose_offer(situation(*troubles), SHELF, ["EUR"]) is None


def test_nothing_is_offered_on_what_the_customer_does_not_have() -> None:
    assert choose_offer(situation(owned=("cover",)), SHELF, ["EUR"]) is None


def test_what_the_customer_has_is_not_offered_again() -> None:
    assert choose_offer(situation(owned=("grill", "cover")), SHELF, ["EUR"]) == BIG
    assert choose_offer(situation(owned=("grill", "cover", "big-grill")), SHELF, ["EUR"]) is None


@pytest.mark.parametrize("severity", ["safety", "quality", "notice", "weird"])
def test_what_is_sold_out_or_recalled_is_never_offered(severity: str) -> None:
    sold_out = Assortment([GRILL, replace(COVER, stock=0)], [])
    recalled = Assortment([GRILL, COVER], [recall(severity, "cover")])
    assert choose_offer(situation(), sold_out, ["EUR"]) is None
    assert choose_offer(situation(), recalled, ["EUR"]) is None


def test_the_gravest_recall_is_the_one_that_is_said() -> None:
    recalls = [recall("notice", "grill", 3), recall("weird", "grill", 1), recall("quality", "grill", 2)]
    shelf = Assortment([GRILL], recalls)
    assert shelf.recall_of("grill") == recalls[1]
    assert [is_grave(one) for one in recalls] == [False, True, False]


def test_a_recall_of_a_product_is_one_of_its_variants() -> None:
    red = product("grill-red", "Grill", parent_sku="grill")
    shelf = Assortment([GRILL, red], [recall("safety", "grill")])
    assert shelf.recall_of("grill-red") is not None
    only_red = Assortment([GRILL, red], [recall("safety", "grill-red")])
    assert only_red.recall_of("grill") is None
    assert only_red.recall_of("grill-red") is not None


def test_a_variant_whose_product_is_missing_is_a_family_of_its_own() -> None:
    orphan = product("blue", "Blue grill", parent_sku="gone")
    shelf = Assortment([orphan], [])
    assert shelf.family("blue") == shelf.family("gone") == (orphan,)
