"""Names in one file of `content/` that must exist in another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.shop.content import catalogue, facts, plans, returns, rewards, sales, shipping, vocabulary, warranty
from bot.shop.content.base import ContentModel, Money

Location = tuple[str | int, ...]

CATEGORY, ZONE, PLAN, CURRENCY, TIER = "category", "zone", "plan", "currency", "tier"

# Which field names which kind of thing; for a mapping its keys do.
REFERENCES: dict[tuple[type[ContentModel], str], str] = {
    (facts.ShopFacts, "suggested_categories"): CATEGORY,
    (shipping.ShippingMethod, "only_categories"): CATEGORY,
    (shipping.ShippingMethod, "not_categories"): CATEGORY,
    (shipping.Restriction, "categories"): CATEGORY,
    (shipping.Zone, "currency"): CURRENCY,
    (returns.ReturnsPolicy, "windows"): CATEGORY,
    (returns.Hygiene, "categories"): CATEGORY,
    (returns.Condition, "packaging_required"): CATEGORY,
    (returns.ReturnMethod, "only_categories"): CATEGORY,
    (returns.ReturnMethod, "not_categories"): CATEGORY,
    (warranty.WarrantyPolicy, "months"): CATEGORY,
    (warranty.WarrantyPolicy, "plan"): PLAN,
    (warranty.PartTerm, "categories"): CATEGORY,
    (warranty.HandledBy, "categories"): CATEGORY,
    (plans.ServicePlan, "categories"): CATEGORY,
    (plans.OptionTerms, "not_categories"): CATEGORY,
    (plans.Offer, "categories"): CATEGORY,
    (plans.Offer, "tier"): TIER,
    (returns.TierExtension, "tier"): TIER,
    (sales.EarlyAccess, "tier"): TIER,
    (rewards.PunchTerms, "categories"): CATEGORY,
    (rewards.Incentive, "categories"): CATEGORY,
    (rewards.CouponValue, "categories"): CATEGORY,
    (rewards.RewardsProgramme, "points_per_unit"): CURRENCY,
    (vocabulary.Vocabulary, "zones"): ZONE,
    (Money, "currency"): CURRENCY,
}

# Where the things of each kind are named.
HOMES = {
    CATEGORY: "catalogue.yaml",
    ZONE: "policies/shipping",
    PLAN: "plans.yaml",
    CURRENCY: "shop.yaml (currencies)",
    TIER: "rewards.yaml",
}


def broken_links(models: Mapping[str, ContentModel]) -> Iterator[tuple[str, Location, str]]:
    """File, place and reason of each name that does not exist; a kind whose file is wrong is left out."""
    known = _known(models.values())
    for name, model in models.items():
        for location, kind, value in _references(model, ()):
            if kind in known and value not in known[kind]:
                yield name, location, f"{'.'.join(map(str, location))}: no {kind} {value!r} in {HOMES[kind]}"


def _known(models: Iterable[ContentModel]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for model in models:
        if isinstance(model, catalogue.Catalogue):
            known[CATEGORY] = set(model.ids())
        elif isinstance(model, shipping.ShippingPolicy):
            known.setdefault(ZONE, set()).update(zone.id for zone in model.zones)
        elif isinstance(model, plans.PlanCatalogue):
            known[PLAN] = {plan.id for plan in model.plans}
        elif isinstance(model, rewards.RewardsProgramme):
            known[TIER] = {tier.id for tier in model.tiers}
        elif isinstance(model, facts.ShopFacts):
            known[CURRENCY] = set(model.currencies)
    return known


def _references(value: Any, at: Location) -> Iterator[tuple[Location, str, str]]:
    if isinstance(value, ContentModel):
        for name, inner in value:
            if kind := REFERENCES.get((type(value), name)):
                yield from ((place, kind, named) for place, named in _names(inner, (*at, name)))
            else:
                yield from _references(inner, (*at, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _references(inner, (*at, index))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _references(inner, (*at, key))


def _names(value: Any, at: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        yield from (((*at, key), key) for key in value)
    elif isinstance(value, tuple):
        yield from (((*at, index), item) for index, item in enumerate(value))
