"""Service plans that can be bought, and offers that run: plans.yaml and offers.yaml."""

from datetime import datetime, time
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import (
    ContentModel,
    Countries,
    Country,
    Days,
    Identifier,
    Money,
    Months,
    Percent,
    Text,
)

ClaimOption = Literal["advance_replacement", "on_site", "mail_in", "carry_in"]
OfferKind = Literal["percent", "amount", "free_shipping", "buy_one_get_one", "points"]


class Provider(ContentModel):
    """Who performs plans in the shop's stead, and how soon an answer to a new claim is due."""

    id: Identifier
    name: Text
    acknowledge_within_hours: int = Field(ge=1, le=720)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class Visits(ContentModel):
    """When somebody comes: at these hours, on business days from so many days ahead."""

    days_ahead: Days
    hours: tuple[time, ...] = Field(min_length=1)


class OptionTerms(ContentModel):
    """Where and for what an option is possible, whatever the plan.

    A country under `postcodes` is served only where a postcode begins like one of those listed.
    """

    option: ClaimOption
    countries: Countries | None = None
    postcodes: dict[Country, tuple[str, ...]] = {}
    not_categories: tuple[Identifier, ...] = ()
    from_stock: bool = False
    hold_on_card: bool = False
    return_within_days: Days | None = None
    visits: Visits | None = None


class ServicePlan(ContentModel):
    """A plan in the catalogue: what it covers, costs and allows. Without a provider the shop performs it."""

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
    report_within_days: Days
    provider: Identifier | None = None
    deductible: Money
    options: tuple[ClaimOption, ...] = Field(min_length=1)
    summary: Text


class PlanCatalogue(ContentModel):
    """plans.yaml."""

    version: str
    plans: tuple[ServicePlan, ...]
    options: tuple[OptionTerms, ...] = Field(min_length=1)
    providers: tuple[Provider, ...] = ()

    @model_validator(mode="after")
    def _options_and_providers_exist(self) -> Self:
        if any(terms.option == "on_site" and terms.visits is None for terms in self.options):
            raise ValueError("the option on_site needs visits: days_ahead and hours")
        described = {terms.option for terms in self.options}
        known = {provider.id for provider in self.providers}
        for plan in self.plans:
            if missing := sorted(set(plan.options) - described):
                raise ValueError(f"options lacks the terms of: {', '.join(missing)}")
            if plan.provider is not None and plan.provider not in known:
                raise ValueError(f"plan {plan.id} names an unknown provider: {plan.provider}")
        return self

    def plan(self, plan_id: str) -> ServicePlan | None:
        """The plan of that id."""
        return next((plan for plan in self.plans if plan.id == plan_id), None)

    def terms(self, option: ClaimOption) -> OptionTerms:
        """Where and for what an option is possible."""
        return next((item for item in self.options if item.option == option), OptionTerms(option=option))

    def provider_of(self, plan: ServicePlan) -> Provider | None:
        """Who performs a plan; None is the shop itself."""
        return next((item for item in self.providers if item.id == plan.provider), None)


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
