"""Returns with the pieces that come back, the money for them, and declarations of withdrawal."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base


class Return(Base):
    """A request to send lines of one order back; `idempotency_key` makes a repeat find the first.

    `amount` is what goes back to the customer, `price_difference` what an exchange costs on top (below zero:
    what it gives back). `condition` holds what the customer said of the goods.
    """

    __tablename__ = "returns"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(160), unique=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(64), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    lines: Mapped[list[Any]]
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    condition: Mapped[dict[str, Any]]
    method: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12), index=True)
    refund_to: Mapped[str] = mapped_column(String(12))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    exchange_sku: Mapped[str | None] = mapped_column(String(64), index=True)
    price_difference: Mapped[Decimal | None]
    rule_id: Mapped[str] = mapped_column(String(60))
    override_by: Mapped[str | None] = mapped_column(String(64))
    send_by: Mapped[date | None]
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ReturnPiece(Base):
    """One piece of an order line in a return.

    `held` numbers the pieces of a line that are in returns under way or done, so that no piece is in two of
    them; it is empty once the customer keeps the piece after all.
    """

    __tablename__ = "return_lines"

    return_number: Mapped[str] = mapped_column(ForeignKey("returns.number"), primary_key=True)
    line_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    piece: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_number: Mapped[str] = mapped_column(String(32))
    sku: Mapped[str] = mapped_column(String(64))
    held: Mapped[int | None]

    __table_args__ = (UniqueConstraint("order_number", "line_id", "held"),)


class Refund(Base):
    """The money of one return; `from_payments` is the part of the order's payments it gives back.

    As store credit the customer gets `amount`, which the shop's bonus may make more than that part.
    """

    __tablename__ = "refunds"

    number: Mapped[str] = mapped_column(ForeignKey("returns.number"), primary_key=True)
    order_number: Mapped[str] = mapped_column(String(32), index=True)
    amount: Mapped[Decimal]
    from_payments: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    target: Mapped[str] = mapped_column(String(12))
    payments: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Withdrawal(Base):
    """A consumer's declaration that they withdraw from a contract, as it was made.

    Whether name, number and address belong together is for the shop to check: the declaration is taken from
    anybody. `fingerprint` makes the same declaration one row.
    """

    __tablename__ = "withdrawals"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    order_number: Mapped[str] = mapped_column(String(32), index=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(3))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    status: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime]
