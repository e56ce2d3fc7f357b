"""Rewards as rules see them."""

from enum import StrEnum


class EntryKind(StrEnum):
    """Why points moved."""

    EARN = "earn"
    REDEEM = "redeem"
    EXPIRE = "expire"
    REVERSE = "reverse"
    ADJUST = "adjust"


# Posted either by the shop or here, as the setting AFTERCARE_LEDGER_OWNER says, never by both.
OWNED_KINDS = frozenset({EntryKind.EARN, EntryKind.REVERSE, EntryKind.EXPIRE})

# The idempotency keys of entries made here begin so; the shop's do not.
OWN_ENTRY_PREFIX = "aftercare:"
