"""products.jsonl and recalls.jsonl."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.shop_data.fields import (
    Amount,
    Count,
    Currency,
    Id,
    LocalTexts,
    Moment,
    Reference,
    Row,
    SpecValue,
    Url,
)
from bot.shop.content import Content
from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.products import Severity
from bot.store.bulk import differ, upsert
from bot.store.product_queries import change_mark
from bot.store.products import Product, Recall


class ProductRow(Row):
    """A product, or a variant of one."""

    key_field = "sku"

    sku: Id
    name: LocalTexts
    category: Id
    prices: dict[Currency, Amount]
    description: LocalTexts
    url: Url | None = None
    image_url: Url | None = None
    parent_sku: Id | None = None
    options: dict[str, SpecValue] | None = None
    stock: Count
    specs: dict[str, SpecValue] | None = None
    assembly_url: Url | None = None
    fits: list[Id] | None = None
    upgrade_of: list[Id] | None = None
    final_sale: bool | None = None
    hygiene: bool | None = None
    warranty_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    released_at: Moment | None = None

    def references(self) -> Iterator[Reference]:
        """The products it belongs to."""
        if self.parent_sku:
            yield Reference("parent_sku", "product", self.parent_sku)
        for name in ("fits", "upgrade_of"):
            for sku in getattr(self, name) or ():
                yield Reference(name, "product", sku)

    def doubts(self, content: Content) -> Iterator[str]:
        """A category without rules of its own."""
        if self.category not in content.catalogue.ids():
            yield (
                f"category: {self.category!r} is not in content/catalogue.yaml; "
                f"the rules of {DEFAULT_CATEGORY!r} hold"
            )

    def record(self) -> dict[str, Any]:
        """Its columns."""
        given = {name: getattr(self, name) for name in ProductRow.model_fields}
        return given | {
            "prices": {currency: str(amount) for currency, amount in self.prices.items()},
            "options": self.options or {},
            "specs": self.specs or {},
            "fits": self.fits or [],
            "upgrade_of": self.upgrade_of or [],
            "final_sale": bool(self.final_sale),
            "hygiene": bool(self.hygiene),
        }


class RecallRow(Row):
    """A recall of some products."""

    key_field = "id"

    id: Id
    skus: Annotated[list[Id], Field(min_length=1)]
    severity: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=20)]
    text: LocalTexts
    remedy: LocalTexts
    at: Moment

    def references(self) -> Iterator[Reference]:
        """The products that are recalled."""
        return (Reference("skus", "product", sku) for sku in self.skus)

    def doubts(self, content: Content) -> Iterator[str]:
        """A severity that we do not know."""
        del content
        if self.severity not in set(Severity):
            yield f"severity: {self.severity!r} is not known; it counts as {Severity.SAFETY.value!r}"

    def record(self) -> dict[str, Any]:
        """Its columns."""
        return {name: getattr(self, name) for name in RecallRow.model_fields}


async def write_products(session: AsyncSession, rows: Sequence[ProductRow]) -> None:
    """Products as given now."""
    await _write(session, Product, rows)


async def write_recalls(session: AsyncSession, rows: Sequence[RecallRow]) -> None:
    """Recalls as given now."""
    await _write(session, Recall, rows)


async def _write(
    session: AsyncSession, table: type[Product] | type[Recall], rows: Sequence[ProductRow | RecallRow]
) -> None:
    """Write the rows; only if that changes anything, mark what programs keep in memory as old."""
    records = [row.record() for row in rows]
    if await differ(session, table, records):
        await upsert(session, table, records)
        await change_mark(session)
