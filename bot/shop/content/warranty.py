"""The warranty policy: policies/warranty/*.yaml."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import (
    DEFAULT_CATEGORY,
    ContentModel,
    Countries,
    Identifier,
    Language,
    Months,
    Text,
    Versioned,
)

Handler = Literal["shop", "manufacturer"]


class PartTerm(ContentModel):
    """A part with a time of its own, shorter or longer than the product's."""

    id: Identifier
    name: Text
    months: Months
    categories: tuple[Identifier, ...] = ()
    synonyms: dict[Language, tuple[str, ...]] = {}


class SellerLiability(ContentModel):
    """The seller's liability for defects that the law of some countries gives."""

    countries: Countries
    months: Months
    name: Text


class HandledBy(ContentModel):
    """Who looks after a warranty case of some categories; without categories: of all others."""

    categories: tuple[Identifier, ...] = ()
    handler: Handler
    text: Text


class WarrantyPolicy(Versioned):
    """How long and against what goods are warranted."""

    title: Text
    months: dict[Identifier, Months]
    parts: tuple[PartTerm, ...] = ()
    liability: tuple[SellerLiability, ...] = ()
    covered: tuple[Text, ...] = Field(min_length=1)
    not_covered: tuple[Text, ...] = Field(min_length=1)
    handled_by: tuple[HandledBy, ...] = Field(min_length=1)
    proof: Text
    accidents: Text
    transferable: bool
    transfer: Text
    plan: Identifier
    extended: Text

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if DEFAULT_CATEGORY not in self.months:
            raise ValueError(f"months needs {DEFAULT_CATEGORY!r} for goods of other categories")
        if not any(not item.categories for item in self.handled_by):
            raise ValueError("handled_by needs an entry without categories")
        return self

    def liability_for(self, country: str | None) -> SellerLiability | None:
        """The seller's liability in a country, the longest if there are several."""
        found = [right for right in self.liability if country in right.countries]
        return max(found, key=lambda right: right.months, default=None)

    def handler_for(self, category: str | None) -> HandledBy:
        """Who handles a case of this category."""
        named = (item for item in self.handled_by if category in item.categories)
        general = (item for item in self.handled_by if not item.categories)
        return next(named, None) or next(general)
