"""Orders as rules see them."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """How far an order has come."""

    PENDING = "pending"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
