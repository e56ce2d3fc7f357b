"""The catalogue in memory, with what finds names in it; as new as the last import.

Every import that changes a product or a recall changes one row in the same transaction. Each question
reads that row, and all else again only when it has changed. Counting rows would miss a renamed product,
and a time a second import within it. What finds the names is made anew only when a name has changed.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from bot.services.product_match import ProductMatcher, make_matcher
from bot.services.runtime import Runtime
from bot.shop.assortment import Assortment
from bot.store import product_queries
from bot.store.database import Database


@dataclass(frozen=True)
class Catalogue:
    """All products and recalls at one moment, and the matcher of their names."""

    mark: str | None
    names: Hashable
    assortment: Assortment
    matcher: ProductMatcher


_kept: WeakKeyDictionary[Database, Catalogue] = WeakKeyDictionary()


async def current_catalogue(runtime: Runtime) -> Catalogue:
    """The catalogue as it is now."""
    kept = _kept.get(runtime.database)
    async with runtime.database.reading() as session:
        mark = await product_queries.find_mark(session)
        if kept and mark is not None and kept.mark == mark:
            return kept
        products = await product_queries.find_products(session)
        recalls = await product_queries.find_recalls(session)
    made = await asyncio.to_thread(_make, runtime, mark, Assortment(products, recalls), kept)
    _kept[runtime.database] = made
    return made


def _make(runtime: Runtime, mark: str | None, assortment: Assortment, kept: Catalogue | None) -> Catalogue:
    names = frozenset(
        (one.sku, one.name.en, one.name.fi, one.name.fil, one.parent_sku, one.fits)
        for one in assortment.products.values()
    )
    if kept and kept.names == names:
        return Catalogue(mark, names, assortment, kept.matcher.with_products(assortment))
    return Catalogue(mark, names, assortment, make_matcher(runtime.content, assortment))
