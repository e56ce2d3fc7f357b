"""Customers as rules see them, and the words of consent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConsentTopic(StrEnum):
    """What a customer agrees to be sent."""

    RECALL = "recall"
    SALE = "sale"
    SPECIAL = "special"
    PROMO = "promo"
    NEW_PRODUCT = "new_product"


@dataclass(frozen=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    id: str | None
    line1: str
    line2: str | None
    city: str
    region: str | None
    postcode: str
    country: str


@dataclass(frozen=True)
class Customer:
    """A shopper with an account."""

    id: str
    email: str
    name: str
    phone: str | None
    language: str | None
    time_zone: str | None
    joined_at: datetime
    addresses: tuple[Address, ...]
