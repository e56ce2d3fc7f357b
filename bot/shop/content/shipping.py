"""The shipping policy: policies/shipping/*.yaml."""

from collections import Counter
from datetime import time
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import (
    Amount,
    ContentModel,
    Countries,
    Currency,
    Days,
    Identifier,
    Language,
    Span,
    Text,
    Versioned,
)

MethodKind = Literal["standard", "express", "pick_up", "freight"]
Customs = Literal["none", "prepaid", "on_delivery"]


class ShippingMethod(ContentModel):
    """One way to get a parcel, with its price in the zone's currency."""

    id: Identifier
    kind: MethodKind
    name: Text
    cost: Amount
    free_from: Amount | None = None
    business_days: Span
    weekend: bool = False
    carriers: tuple[str, ...] = ()
    only_categories: tuple[Identifier, ...] = ()
    not_categories: tuple[Identifier, ...] = ()

    def carries(self, category: str | None) -> bool:
        """Whether goods of this category may go this way (an unknown one counts as ordinary goods)."""
        if self.only_categories:
            return category in self.only_categories
        return category not in self.not_categories


class Zone(ContentModel):
    """Countries with the same terms."""

    id: Identifier
    name: Text
    countries: Countries
    currency: Currency
    methods: tuple[ShippingMethod, ...] = Field(min_length=1)
    customs: Customs

    @model_validator(mode="after")
    def _ordinary_goods_can_go(self) -> Self:
        if not self.methods_for(None):
            raise ValueError("a zone needs a method without only_categories")
        return self

    def methods_for(self, category: str | None) -> tuple[ShippingMethod, ...]:
        """The methods that carry goods of this category, in the order of the file."""
        return tuple(method for method in self.methods if method.carries(category))


class Restriction(ContentModel):
    """Goods that do not go to some zones; `synonyms` are customers' words for goods that are no category."""

    id: Identifier
    name: Text
    categories: tuple[Identifier, ...] = ()
    synonyms: dict[Language, tuple[str, ...]] = {}
    zones: tuple[Identifier, ...] = Field(min_length=1)
    reason: Text


class ParcelTrouble(ContentModel):
    """When a late parcel counts as lost, and until when damage on the way is reported.

    `search_business_days` are counted from the day the parcel was expected, `nearby_days` from the day it is
    said to have been delivered: so long the customer asks neighbours and the pick-up point.
    """

    search_business_days: int = Field(ge=1, le=60)
    search_by_zone: dict[Identifier, int] = {}
    nearby_days: Days
    damage_report_days: Days

    def search_days(self, zone: Zone | None) -> int:
        """Business days until a parcel to this zone counts as lost."""
        return self.search_by_zone.get(zone.id if zone else "", self.search_business_days)


class ShippingPolicy(Versioned):
    """Where the shop ships, how, for how much and how fast."""

    title: Text
    cutoff: time
    zones: tuple[Zone, ...] = Field(min_length=1)
    restrictions: tuple[Restriction, ...] = ()
    trouble: ParcelTrouble
    tracking: Text
    address_change: Text
    customs_notes: dict[Customs, Text]

    @model_validator(mode="after")
    def _no_country_twice(self) -> Self:
        counts = Counter(code for zone in self.zones for code in zone.countries)
        doubles = sorted(code for code, count in counts.items() if count > 1)
        if doubles:
            raise ValueError(f"in more than one zone: {', '.join(doubles)}")
        return self

    @model_validator(mode="after")
    def _zones_exist(self) -> Self:
        known = {zone.id for zone in self.zones}
        unknown = sorted({zone for item in self.restrictions for zone in item.zones} - known)
        if strangers := sorted(set(self.trouble.search_by_zone) - known):
            raise ValueError(f"trouble names unknown zones: {', '.join(strangers)}")
        if unknown:
            raise ValueError(f"restrictions name unknown zones: {', '.join(unknown)}")
        missing = sorted({zone.customs for zone in self.zones} - set(self.customs_notes))
        if missing:
            raise ValueError(f"customs_notes lacks: {', '.join(missing)}")
        return self

    def zone_of(self, country: str) -> Zone | None:
        """The zone a country is in, if the shop ships there."""
        return next((zone for zone in self.zones if country in zone.countries), None)

    def zone(self, zone_id: str) -> Zone | None:
        """The zone of that id."""
        return next((zone for zone in self.zones if zone.id == zone_id), None)
