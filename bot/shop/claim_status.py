"""How far a claim has come, and what may happen to it next."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.shop.plans import CaseEventKind


class ClaimStatus(StrEnum):
    """Where a claim stands. The first three are before anything was sent or done."""

    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    REPAIRED = "repaired"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class ClaimBasis(StrEnum):
    """What a claim stands on."""

    LIABILITY = "liability"
    WARRANTY = "warranty"
    PLAN = "plan"


ENDED = frozenset({ClaimStatus.CLOSED, ClaimStatus.CANCELLED, ClaimStatus.REJECTED})
# Until something is on its way the customer may still change or cancel it.
CHANGEABLE = frozenset({ClaimStatus.REQUESTED, ClaimStatus.ACKNOWLEDGED, ClaimStatus.SCHEDULED})
UNDER_WAY = frozenset({ClaimStatus.DISPATCHED, ClaimStatus.RECEIVED, ClaimStatus.REPAIRED})
# Claims that do not use up a contract's number of claims.
NOT_COUNTED = frozenset({ClaimStatus.CANCELLED, ClaimStatus.REJECTED})

# What a report of the shop or a provider makes of a claim; other reports only stand in its history.
AFTER_EVENT: dict[str, ClaimStatus] = {
    CaseEventKind.APPROVED: ClaimStatus.ACKNOWLEDGED,
    CaseEventKind.VISIT_SCHEDULED: ClaimStatus.SCHEDULED,
    CaseEventKind.DISPATCHED: ClaimStatus.DISPATCHED,
    CaseEventKind.REPLACED: ClaimStatus.DISPATCHED,
    CaseEventKind.RECEIVED: ClaimStatus.RECEIVED,
    CaseEventKind.REPAIRED: ClaimStatus.REPAIRED,
    CaseEventKind.VISIT_DONE: ClaimStatus.CLOSED,
    CaseEventKind.REFUNDED: ClaimStatus.CLOSED,
    CaseEventKind.CLOSED: ClaimStatus.CLOSED,
    CaseEventKind.REJECTED: ClaimStatus.REJECTED,
    CaseEventKind.CANCELLED: ClaimStatus.CANCELLED,
}
# Reminded so long before the last day to send a replaced item back.
REMIND_BEFORE = timedelta(days=4)
_ORDER = list(ClaimStatus)


class OwnEvent(StrEnum):
    """Steps that we write into a claim's history ourselves; they change no status."""

    SLOT_CHANGED = "slot_changed"
    SENT_BACK = "sent_back"
    REMINDED = "reminded"
    CHARGED = "charged"
    OVERDUE = "overdue"
    PROVIDER_MISSED = "provider_missed"


def status_of(events: Iterable[tuple[datetime, str]]) -> ClaimStatus:
    """The status after all that was reported, by when it happened, in whatever order it is told.

    What has ended stays ended; a later step back (received after repaired) counts, as it happened later.
    """
    reported = [(at, AFTER_EVENT[kind]) for at, kind in events if kind in AFTER_EVENT]
    status = ClaimStatus.REQUESTED
    for _, following in sorted(reported, key=lambda step: (step[0], _ORDER.index(step[1]))):
        if status not in ENDED and (status not in UNDER_WAY or following not in CHANGEABLE):
            status = following
    return status
