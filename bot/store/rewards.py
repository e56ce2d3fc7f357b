"""Rewards: the ledger, append-only, and the coupons that were granted or paid for with points."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base


class RewardAccount(Base):
    """A customer's account: the row that whoever changes its points locks, and when to look at it again."""

    __tablename__ = "reward_accounts"

    customer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)


class LedgerEntry(Base):
    """Points gained (positive) or lost (negative); the balance is their sum."""

    __tablename__ = "ledger_entries"

    idempotency_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    points: Mapped[int]
    at: Mapped[datetime]
    available_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    order_number: Mapped[str | None] = mapped_column(String(32), index=True)
    reason: Mapped[str | None] = mapped_column(Text)


class Coupon(Base):
    """A coupon of one customer.

    `grant_key` says what it was given for, once for each customer; `source` is the incentive, the reward that
    points paid for, `punch_card` or `early_access`; `holder` is the checkout that reserved or committed it.
    """

    __tablename__ = "coupons"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(64))
    grant_key: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[dict[str, Any]]
    version: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    granted_at: Mapped[datetime]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    holder: Mapped[str | None] = mapped_column(String(80))
    reserved_until: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("customer_id", "grant_key"),
        Index("ix_coupons_status_reserved_until", "status", "reserved_until"),
        Index("ix_coupons_status_valid_until", "status", "valid_until"),
    )


class CouponRedemption(Base):
    """What a checkout asked of a coupon and was answered, so that the same request gets the same answer."""

    __tablename__ = "coupon_redemptions"

    idempotency_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("coupons.code"), index=True)
    action: Mapped[str] = mapped_column(String(12))
    holder: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40))
    rule_id: Mapped[str] = mapped_column(String(60))
    reserved_until: Mapped[datetime | None]
    at: Mapped[datetime]
