"""Looking up products and recalls."""

from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.shop.products import Product, Recall
from bot.store import product_queries


async def list_products(runtime: Runtime) -> list[Product]:
    """The whole catalogue, variants too, by category and sku."""
    async with runtime.database.reading() as session:
        return await product_queries.find_products(session)


async def product(runtime: Runtime, sku: str) -> Product:
    """The product of that sku. Raises NotFound."""
    async with runtime.database.reading() as session:
        found = await product_queries.find_product(session, sku)
    if found is None:
        raise NotFound("no such product")
    return found


async def list_recalls(runtime: Runtime) -> list[Recall]:
    """All recalls, the newest first."""
    async with runtime.database.reading() as session:
        return await product_queries.find_recalls(session)
