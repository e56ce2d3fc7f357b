"""Service plans that can be bought, and offers that run: plans.yaml and offers.yaml."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import (
    ContentModel,
    Countries,
    Days,
    Identifier,
    Money,
    Months,
    Percent,
    Text,
)

ClaimOption = Literal["advance_replacement", "on_site", "mail_in", "carry_in"]
OfferKind = Literal["percent", "amount", "free_shipping", "buy_one_get_one", "points"]


class ServicePlan(ContentModel):
    """A plan in the catalogue: what it covers, costs and allows."""

    id: Identifier
    name: Text
    categories: tuple[Identifier, ...] = Field(min_length=1)
    countries: Countries
    months: Months
    price: Money
    price_percent: Percent = 0
    buy_within_days: Days
    waiting_days: Days
    accidents: bool
    claim_limit: int = Field(ge=1)
    deductible: Money
    options: tuple[ClaimOption, ...] = Field(min_length=1)
    summary: Text


class PlanCatalogue(ContentModel):
    """plans.yaml."""

    version: str
    plans: tuple[ServicePlan, ...]


class Offer(ContentModel):
    """A discount with its dates and conditions."""

    id: Identifier
    name: Text
    kind: OfferKind
    code: str | None = None
    percent: Percent | None = None
    amount: Money | None = None
    minimum: Money | None = None
    categories: tuple[Identifier, ...] = ()
    countries: Countries | None = None
    tier: Identifier | None = None
    final_sale: bool = False
    starts_at: datetime
    ends_at: datetime
    text: Text

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("starts_at and ends_at need a time zone (as in 2026-11-27T00:00:00+02:00)")
        if self.starts_at >= self.ends_at:
            raise ValueError("starts_at must be before ends_at")
        if self.kind == "percent" and self.percent is None:
            raise ValueError("an offer of the kind percent needs percent")
        if self.kind == "amount" and self.amount is None:
            raise ValueError("an offer of the kind amount needs amount")
        return self


class OfferList(ContentModel):
    """offers.yaml."""

    version: str
    offers: tuple[Offer, ...]
