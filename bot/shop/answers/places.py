"""Where a parcel is to go: the zone, and how the place is named in a sentence."""

from dataclasses import dataclass

from bot.shop.answers.base import CountryName, Parameter, PolicyQuestion
from bot.shop.content import Content
from bot.shop.content.shipping import ShippingPolicy, Zone


@dataclass(frozen=True)
class Place:
    """A place the shop ships to."""

    zone: Zone
    name: Parameter


def place_of(policy: ShippingPolicy, question: PolicyQuestion) -> Place | None:
    """The place asked about; None when none was named or the shop does not ship there."""
    if question.country:
        zone = policy.zone_of(question.country)
        return Place(zone, CountryName(question.country)) if zone else None
    zone = policy.zone(question.zone) if question.zone else None
    return Place(zone, zone.name) if zone else None


def home(policy: ShippingPolicy, content: Content) -> Place:
    """The shop's own country, or the first zone if it does not ship at home."""
    country = content.shop.home_country
    zone = policy.zone_of(country)
    return Place(zone, CountryName(country)) if zone else Place(policy.zones[0], policy.zones[0].name)


def usual_zones(policy: ShippingPolicy, content: Content) -> tuple[Zone, ...]:
    """The zones most customers are in: those of the suggested countries, in that order."""
    found = (policy.zone_of(country) for country in content.shop.suggested_countries)
    return tuple(dict.fromkeys(zone for zone in found if zone)) or policy.zones[:1]
