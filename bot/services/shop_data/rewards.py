"""reward_entries.jsonl."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import ValidationInfo, field_validator, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.shop_data.fields import Count, Id, Moment, Number, Reference, Row, limited
from bot.shop.rewards import OWN_ENTRY_PREFIX, OWNED_KINDS, EntryKind
from bot.store.bulk import upsert
from bot.store.reward_queries import make_due
from bot.store.rewards import LedgerEntry

# The sign that points of a kind have; the others may have either.
GAINED = frozenset({EntryKind.EARN})
LOST = frozenset({EntryKind.REDEEM, EntryKind.EXPIRE})


class RewardEntryRow(Row):
    """Points gained or lost. Validated with the context `ledger_owner`: shop or aftercare."""

    key_field = "id"

    id: Id
    customer_id: Id
    kind: EntryKind
    points: Count
    at: Moment
    available_at: Moment | None = None
    expires_at: Moment | None = None
    order_number: Number | None = None
    reason: Annotated[str, limited(400, empty=True)] | None = None

    @field_validator("id")
    @classmethod
    def _is_the_shops(cls, value: str) -> str:
        if value.startswith(OWN_ENTRY_PREFIX):
            raise ValueError(f"begins with {OWN_ENTRY_PREFIX!r}, which only entries made here do")
        return value

    @field_validator("kind")
    @classmethod
    def _is_for_the_shop_to_post(cls, value: EntryKind, info: ValidationInfo) -> EntryKind:
        if value in OWNED_KINDS and (info.context or {}).get("ledger_owner") == "aftercare":
            raise ValueError(f"{value.value} entries are posted here, since AFTERCARE_LEDGER_OWNER=aftercare")
        return value

    @model_validator(mode="after")
    def _sign_fits_kind(self) -> Self:
        if self.kind in GAINED and self.points < 0:
            raise ValueError(f"points: {self.kind.value} cannot be negative")
        if self.kind in LOST and self.points > 0:
            raise ValueError(f"points: {self.kind.value} cannot be positive")
        return self

    def references(self) -> Iterator[Reference]:
        """The customer and the order."""
        yield Reference("customer_id", "customer", self.customer_id)
        if self.order_number:
            yield Reference("order_number", "order", self.order_number)

    def record(self) -> dict[str, Any]:
        """Its columns; the shop's id is what keeps an entry from counting twice."""
        given = {name: getattr(self, name) for name in RewardEntryRow.model_fields if name != "id"}
        return given | {"idempotency_key": self.id, "kind": self.kind.value}


async def write_reward_entries(session: AsyncSession, rows: Sequence[RewardEntryRow]) -> None:
    """The shop's entries as given now."""
    await upsert(session, LedgerEntry, [row.record() for row in rows])
    await make_due(session, [row.customer_id for row in rows])
