"""Products and recalls, from the shop's catalogue."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base


class Product(Base):
    """A product or a variant of one. `prices` maps a currency to an amount as a decimal string.

    `name`, `description` are a string or texts by language, as the shop gave them.
    """

    __tablename__ = "products"

    sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[dict[str, Any]]
    category: Mapped[str] = mapped_column(String(64), index=True)
    prices: Mapped[dict[str, Any]]
    description: Mapped[dict[str, Any]]
    url: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    parent_sku: Mapped[str | None] = mapped_column(String(64), index=True)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stock: Mapped[int]
    specs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    assembly_url: Mapped[str | None] = mapped_column(Text)
    fits: Mapped[list[Any]] = mapped_column(default=list)
    upgrade_of: Mapped[list[Any]] = mapped_column(default=list)
    final_sale: Mapped[bool] = mapped_column(default=False)
    hygiene: Mapped[bool] = mapped_column(default=False)
    warranty_months: Mapped[int | None]
    released_at: Mapped[datetime | None]


class Recall(Base):
    """A recall: what is dangerous, and what the buyer gets."""

    __tablename__ = "recalls"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    skus: Mapped[list[Any]]
    severity: Mapped[str] = mapped_column(String(20))
    text: Mapped[dict[str, Any]]
    remedy: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class CatalogueMark(Base):
    """One row, changed with products and recalls: who keeps them in memory sees that they are old."""

    __tablename__ = "catalogue_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(32))


class FittingOffer(Base):
    """What was offered beside an answer about a product the customer has: one row to a conversation, ever."""

    __tablename__ = "fitting_offers"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(String(64))
    offered_sku: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
