"""The policy on prices and sales: policies/sales/*.yaml."""

from pydantic import Field

from bot.shop.content.base import ContentModel, Days, Identifier, Months, Percent, Text, Versioned


class PriceMatch(ContentModel):
    """Whether a rival's lower price is met."""

    offered: bool
    days_after_purchase: Days = 0
    text: Text


class PriceAdjustment(ContentModel):
    """Whether the difference is paid back when the shop's own price falls after a purchase."""

    days: Days
    sale_items: bool
    text: Text


class Stacking(ContentModel):
    """How many codes one order takes."""

    codes_per_order: int = Field(ge=1, le=10)
    with_sale_prices: bool
    text: Text


class GiftCards(ContentModel):
    """What gift cards can do; `months` is how long one is valid."""

    months: Months
    redeemable_for_cash: bool
    text: Text


class EarlyAccess(ContentModel):
    """Who shops a sale before the others."""

    tier: Identifier
    tier_name: Text
    hours: int = Field(ge=1, le=720)
    text: Text


class RainCheck(ContentModel):
    """Whether a sold-out sale price is kept for later."""

    offered: bool
    days: Days = 0
    text: Text


class SalesPolicy(Versioned):
    """Price match, price adjustment, codes and the terms of sales."""

    title: Text
    price_match: PriceMatch
    price_adjustment: PriceAdjustment
    stacking: Stacking
    final_sale_from: Percent
    final_sale: Text
    sale_returns: Text
    sale_ends: Text
    gift_cards: GiftCards
    early_access: EarlyAccess
    rain_check: RainCheck
