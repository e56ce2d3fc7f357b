"""Claims: what customers asked for a broken item, under the seller's liability, a warranty or a plan."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base

# One claim at a time for one item: a second one waits until the first has ended.
OPEN = text("status NOT IN ('closed', 'cancelled', 'rejected')")


class Claim(Base):
    """One request. Without a `contract_id` it stands on the liability or the warranty named by `rule_id`.

    `idempotency_key` is minted when the form starts, so that a repeated yes finds the first row. `address` is
    empty where nothing is sent; `slot` is the agreed time of a visit.
    """

    __tablename__ = "claims"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(160), unique=True)
    customer_id: Mapped[str | None] = mapped_column(String(64), index=True)
    contract_id: Mapped[str | None] = mapped_column(String(64), index=True)
    order_number: Mapped[str] = mapped_column(String(32), index=True)
    line_id: Mapped[str] = mapped_column(String(64))
    sku: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(20))
    symptom: Mapped[str] = mapped_column(Text)
    occurred_on: Mapped[date]
    option: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(20))
    rule_id: Mapped[str] = mapped_column(String(60))
    address: Mapped[dict[str, Any] | None]
    slot: Mapped[datetime | None]
    return_by: Mapped[date | None]
    deductible: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(3))
    hold_consent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(64))
    provider_due_at: Mapped[datetime | None]
    provider_acknowledged_at: Mapped[datetime | None]
    provider_missed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    charged_at: Mapped[datetime | None]
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    opened_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_claims_open_item",
            "order_number",
            "line_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )
