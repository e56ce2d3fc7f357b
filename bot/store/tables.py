"""Every table, imported in one place so that the metadata is whole."""

from bot.store import (
    claims,
    contact,
    conversations,
    counters,
    delivery_cases,
    feedback,
    handoff,
    identity,
    orders,
    outbox,
    plans,
    products,
    returns,
    rewards,
    shop_requests,
)
from bot.store.base import Base

METADATA = Base.metadata
MODULES = (
    claims,
    contact,
    conversations,
    counters,
    delivery_cases,
    feedback,
    handoff,
    identity,
    orders,
    outbox,
    plans,
    products,
    returns,
    rewards,
    shop_requests,
)
