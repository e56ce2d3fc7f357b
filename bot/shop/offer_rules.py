"""Whether a customer is offered something beside an answer: never while anything is wrong, never twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.shop.assortment import Assortment, one_of_each_family, price_in
from bot.shop.products import Product


class Trouble(StrEnum):
    """Why nothing is offered now."""

    ALREADY_OFFERED = "already_offered"
    PRODUCT_RECALLED = "product_recalled"
    TROUBLED_WORDS = "troubled_words"
    TROUBLED_REQUEST = "troubled_request"
    LATE_PARCEL = "late_parcel"
    OPEN_REQUEST = "open_request"
    OPEN_DELIVERY_CASE = "open_delivery_case"
    OPEN_CLAIM = "open_claim"
    OPEN_RETURN = "open_return"
    WAITING_FOR_STAFF = "waiting_for_staff"


# What a customer asks for when something is wrong.
TROUBLED_INTENTS = frozenset(
    {
        "cancel_order",
        "check_claim_status",
        "check_return_status",
        "complain",
        "leave_message",
        "privacy_request",
        "report_delivery_problem",
        "request_human",
        "start_return",
        "start_service_plan_claim",
    }
)


@dataclass(frozen=True)
class OfferSituation:
    """The product that was spoken of, what the customer has, and what is wrong with any of it."""

    sku: str
    owned: frozenset[str]
    troubles: frozenset[Trouble]


def may_offer(situation: OfferSituation, assortment: Assortment) -> bool:
    """Only beside an answer about something the customer has, while all is well."""
    families = {assortment.family_of(sku) for sku in situation.owned}
    return not situation.troubles and assortment.family_of(situation.sku) in families


def choose_offer(
    situation: OfferSituation, assortment: Assortment, currencies: Sequence[str]
) -> Product | None:
    """One thing that fits it, else a better one of it: in stock, not recalled, not theirs already."""
    if not may_offer(situation, assortment):
        return None
    for found in (assortment.fitting(situation.sku), assortment.upgrades(situation.sku)):
        new = _not_owned(assortment, one_of_each_family(assortment, found), situation.owned)
        priced = [(price.amount, one.sku, one) for one in new if (price := price_in(one, currencies))]
        if priced:
            return min(priced)[2]
    return None


def _not_owned(assortment: Assortment, products: Sequence[Product], owned: Collection[str]) -> list[Product]:
    families = {assortment.family_of(sku) for sku in owned}
    return [one for one in products if assortment.family_of(one.sku) not in families]
