"""Reading products and recalls: what leaves this module are the frozen values of `bot.shop`."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.shop.content.base import LocalText
from bot.shop.products import Product as ShopProduct
from bot.shop.products import Recall as ShopRecall
from bot.store.base import new_id
from bot.store.bulk import upsert
from bot.store.products import CatalogueMark, Product, Recall


async def find_products(session: AsyncSession) -> list[ShopProduct]:
    """The whole catalogue, by category and sku."""
    rows = await session.scalars(select(Product).order_by(Product.category, Product.sku))
    return [_product(row) for row in rows]


async def find_product(session: AsyncSession, sku: str) -> ShopProduct | None:
    """The product of that sku."""
    row = await session.get(Product, sku)
    return None if row is None else _product(row)


async def find_recalls(session: AsyncSession) -> list[ShopRecall]:
    """All recalls, the newest first."""
    rows = await session.scalars(select(Recall).order_by(Recall.at.desc(), Recall.id))
    return [_recall(row) for row in rows]


async def find_mark(session: AsyncSession) -> str | None:
    """What the last change of products and recalls left; none before the first import."""
    return await session.scalar(select(CatalogueMark.mark))


async def change_mark(session: AsyncSession) -> None:
    """Say, in the transaction that changes products or recalls, that they have changed."""
    await upsert(session, CatalogueMark, [{"id": 1, "mark": new_id()}])


def _product(row: Product) -> ShopProduct:
    return ShopProduct(
        sku=row.sku,
        name=_text(row.name),
        category=row.category,
        prices={currency: Decimal(amount) for currency, amount in row.prices.items()},
        description=_text(row.description),
        url=row.url,
        image_url=row.image_url,
        parent_sku=row.parent_sku,
        options=row.options,
        stock=row.stock,
        specs=row.specs,
        assembly_url=row.assembly_url,
        fits=tuple(row.fits),
        upgrade_of=tuple(row.upgrade_of),
        final_sale=row.final_sale,
        hygiene=row.hygiene,
        warranty_months=row.warranty_months,
        released_at=row.released_at,
    )


def _recall(row: Recall) -> ShopRecall:
    return ShopRecall(
        id=row.id,
        skus=tuple(row.skus),
        severity=row.severity,
        text=_text(row.text),
        remedy=_text(row.remedy),
        at=row.at,
    )


def _text(texts: dict[str, str]) -> LocalText:
    """As the shop gave it; where English is missing, the first language given stands for it."""
    return LocalText.model_validate({"en": next(iter(texts.values()))} | texts)
