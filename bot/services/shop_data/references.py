"""Mentions of customers, products and orders that are not known: taken in, but worth a word.

A shop may send an order before its product, so what is missing is looked for again at the end.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.services.shop_data.fields import Reference
from bot.services.shop_data.notes import Notes
from bot.store.bulk import existing
from bot.store.contact import Customer
from bot.store.orders import Order
from bot.store.products import Product

COLUMNS: dict[str, InstrumentedAttribute[str]] = {
    "customer": Customer.id,
    "product": Product.sku,
    "order": Order.number,
}
MAX_MISSING = 10_000
AT_ONCE = 1000


class MissingReferences:
    """What was mentioned and not found: each (file, reference) with its first line. Bounded."""

    def __init__(self) -> None:
        self._missing: dict[tuple[str, Reference], int] = {}

    async def look_for(
        self, session: AsyncSession, file: str, mentioned: Iterable[tuple[int, Reference]]
    ) -> None:
        """Remember which of these nobody knows yet."""
        by_kind: dict[str, dict[Reference, int]] = defaultdict(dict)
        for line, reference in mentioned:
            by_kind[reference.kind].setdefault(reference, line)
        for kind, references in by_kind.items():
            found = await existing(session, COLUMNS[kind], {item.value for item in references})
            for reference, line in references.items():
                if reference.value not in found and len(self._missing) < MAX_MISSING:
                    self._missing.setdefault((file, reference), line)

    async def note(self, session: AsyncSession, notes: Notes) -> None:
        """Note what is still not known."""
        for kind, column in COLUMNS.items():
            values = sorted({reference.value for _, reference in self._missing if reference.kind == kind})
            found: set[str] = set()
            for start in range(0, len(values), AT_ONCE):
                found |= await existing(session, column, values[start : start + AT_ONCE])
            for (file, reference), line in self._missing.items():
                if reference.kind == kind and reference.value not in found:
                    notes.add(file, line, f"{reference.field}: names a {kind} that is not known")
