"""The return policy: policies/returns/*.yaml."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import (
    DEFAULT_CATEGORY,
    ContentModel,
    Countries,
    Days,
    Identifier,
    Money,
    Percent,
    Span,
    Text,
    Versioned,
)

Payer = Literal["shop", "customer"]
RefundTarget = Literal["original", "store_credit", "none"]
ReturnReason = Literal["changed_mind", "faulty", "wrong_item", "damaged"]


class StatutoryWithdrawal(ContentModel):
    """What the law of some countries gives at least; no sale, tier or missing proof lowers it."""

    countries: Countries
    days: Days
    name: Text
    opened_hygiene_excluded: bool = True


class TierExtension(ContentModel):
    """A reward tier that has longer to return."""

    tier: Identifier
    name: Text
    extra_days: Days


class FinalSale(ContentModel):
    """Goods sold as final: days of the shop's own window (usually 0; a statutory one still holds)."""

    days: Days
    text: Text


class Hygiene(ContentModel):
    """Goods that come back only while sealed."""

    categories: tuple[Identifier, ...] = ()
    text: Text


class Condition(ContentModel):
    """What state goods must be in."""

    text: Text
    opened_allowed: bool
    opened_deduction: Percent = 0
    packaging_required: tuple[Identifier, ...] = ()
    packaging_text: Text


class ProofRoute(ContentModel):
    """A way to show the purchase, and where the money then goes."""

    id: Identifier
    name: Text
    refund_to: RefundTarget


class ReturnCost(ContentModel):
    """Who pays the way back for a reason; without `countries` it holds everywhere else."""

    reason: ReturnReason
    countries: Countries | None = None
    payer: Payer
    fee: Money | None = None


class ReturnMethod(ContentModel):
    """A way to hand goods back; `label` means with a label of the shop's."""

    id: Identifier
    name: Text
    label: bool = False
    countries: Countries | None = None
    only_categories: tuple[Identifier, ...] = ()
    not_categories: tuple[Identifier, ...] = ()

    def serves(self, country: str | None, category: str | None) -> bool:
        """Whether goods of this category can go back this way from this country."""
        if self.countries is not None and country not in self.countries:
            return False
        if self.only_categories:
            return category in self.only_categories
        return category not in self.not_categories


class RefundTerms(ContentModel):
    """When money comes back, counted from the parcel's arrival at the shop."""

    inspection_business_days: Span
    bank_business_days: Span
    store_credit_bonus: Percent = 0
    text: Text


class ExchangeTerms(ContentModel):
    """Swapping for another variant of the same product."""

    days: Days
    free: bool
    text: Text


class ReturnsPolicy(Versioned):
    """Until when, in what state and at whose cost goods come back."""

    title: Text
    windows: dict[Identifier, Days]
    statutory: tuple[StatutoryWithdrawal, ...] = ()
    tiers: tuple[TierExtension, ...] = ()
    final_sale: FinalSale
    hygiene: Hygiene
    condition: Condition
    proof: tuple[ProofRoute, ...] = Field(min_length=1)
    costs: tuple[ReturnCost, ...] = Field(min_length=1)
    methods: tuple[ReturnMethod, ...] = Field(min_length=1)
    refund: RefundTerms
    exchange: ExchangeTerms
    gifts: Text
    exceptions: Text

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if DEFAULT_CATEGORY not in self.windows:
            raise ValueError(f"windows needs {DEFAULT_CATEGORY!r} for goods of other categories")
        everywhere = {cost.reason for cost in self.costs if cost.countries is None}
        if missing := sorted({cost.reason for cost in self.costs} - everywhere):
            raise ValueError(f"costs needs an entry without countries for: {', '.join(missing)}")
        if not {"changed_mind", "faulty"} <= everywhere:
            raise ValueError("costs needs changed_mind and faulty")
        if not any(method.serves(None, None) for method in self.methods):
            raise ValueError("methods needs one without countries and categories")
        return self

    def statutory_for(self, country: str | None) -> StatutoryWithdrawal | None:
        """The statutory right of a country with the most days."""
        found = [right for right in self.statutory if country in right.countries]
        return max(found, key=lambda right: right.days, default=None)

    def cost_for(self, reason: ReturnReason, country: str | None) -> ReturnCost:
        """Who pays for this reason: the entry that names the country, else the general one."""
        found = [cost for cost in self.costs if cost.reason == reason]
        named = (cost for cost in found if cost.countries is not None and country in cost.countries)
        general = (cost for cost in found if cost.countries is None)
        return next(named, None) or next(general)
