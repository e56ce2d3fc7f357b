"""The categories that policies, plans and offers speak of: catalogue.yaml."""

from typing import Self

from pydantic import Field, model_validator

from bot.shop.content.base import DEFAULT_CATEGORY, ContentModel, Identifier, Language, Text


class Category(ContentModel):
    """A kind of goods. `synonyms` are the words customers use for goods of this kind."""

    id: Identifier
    name: Text
    synonyms: dict[Language, tuple[str, ...]] = {}


class Catalogue(ContentModel):
    """catalogue.yaml: `default` stands for every category that is not listed."""

    version: str
    categories: tuple[Category, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_default_and_no_doubles(self) -> Self:
        ids = [category.id for category in self.categories]
        if len(set(ids)) != len(ids):
            raise ValueError("two categories have the same id")
        if DEFAULT_CATEGORY not in ids:
            raise ValueError(f"a category with the id {DEFAULT_CATEGORY!r} is needed for unlisted goods")
        return self

    def ids(self) -> frozenset[str]:
        """Every category's id, `default` included."""
        return frozenset(category.id for category in self.categories)

    def category(self, category_id: str) -> Category:
        """The category of that id; the default one if there is none."""
        found = {category.id: category for category in self.categories}
        return found.get(category_id) or found[DEFAULT_CATEGORY]
