"""Products and recalls as rules see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.shop.content.base import Language, LocalText


class Severity(StrEnum):
    """How serious a recall is; a word we do not know counts as `safety`."""

    SAFETY = "safety"
    QUALITY = "quality"
    NOTICE = "notice"


@dataclass(frozen=True)
class Product:
    """A product, or with `parent_sku` a variant of one. `prices` maps a currency to an amount."""

    sku: str
    name: LocalText
    category: str
    prices: Mapping[str, Decimal]
    description: LocalText
    url: str | None
    image_url: str | None
    parent_sku: str | None
    options: Mapping[str, Any]
    stock: int
    specs: Mapping[str, Any]
    assembly_url: str | None
    fits: tuple[str, ...]
    upgrade_of: tuple[str, ...]
    final_sale: bool
    hygiene: bool
    warranty_months: int | None
    released_at: datetime | None

    def name_in(self, language: Language) -> str:
        """The name as customers of that language know it."""
        return self.name.in_language(language)


@dataclass(frozen=True)
class Recall:
    """What is dangerous about some products, and what their buyers get."""

    id: str
    skus: tuple[str, ...]
    severity: str
    text: LocalText
    remedy: LocalText
    at: datetime
