"""The shop's own words and numbers, as checked and frozen data."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from bot.shop.content.base import ContentModel, Language, Versioned
from bot.shop.content.catalogue import Catalogue
from bot.shop.content.facts import CountryGroups, ShopFacts
from bot.shop.content.messages import Emails, GatewayMessages, Problems, Telltale
from bot.shop.content.plans import OfferList, PlanCatalogue
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.content.rewards import RewardsProgramme
from bot.shop.content.sales import SalesPolicy
from bot.shop.content.shipping import ShippingPolicy
from bot.shop.content.vocabulary import Vocabulary
from bot.shop.content.warranty import WarrantyPolicy
from bot.shop.errors import ShopError

__all__ = ["Content", "NoPolicyInForce", "in_force", "next_change"]

AnyVersion = TypeVar("AnyVersion", bound=Versioned)


class NoPolicyInForce(ShopError):
    """No version of a policy is in force on that day."""


def in_force(versions: Sequence[AnyVersion], day: date) -> AnyVersion:
    """The newest version that is in force on `day`."""
    begun = [version for version in versions if version.effective_from <= day]
    if not begun:
        raise NoPolicyInForce(f"no version is in force on {day.isoformat()}")
    return max(begun, key=lambda version: version.effective_from)


def next_change(versions: Sequence[Versioned], day: date) -> date | None:
    """When the version in force on `day` is followed by another one, if that is known."""
    return min((item.effective_from for item in versions if item.effective_from > day), default=None)


class Content(ContentModel):
    """Everything in `content/`; made by `bot.store.content.load`."""

    shop: ShopFacts
    countries: CountryGroups
    catalogue: Catalogue
    shipping: tuple[ShippingPolicy, ...]
    returns: tuple[ReturnsPolicy, ...]
    warranty: tuple[WarrantyPolicy, ...]
    sales: tuple[SalesPolicy, ...]
    plans: PlanCatalogue
    offers: OfferList
    rewards: RewardsProgramme
    vocabulary: dict[Language, Vocabulary]
    messages: GatewayMessages
    problems: Problems
    telltale: Telltale
    emails: Emails

    def __hash__(self) -> int:
        """By identity, so that what is prepared from a content can be kept with it."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Loaded twice it is two contents."""
        return self is other
