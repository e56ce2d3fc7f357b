"""How far a claim has come, and what may happen to it next."""

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


def status_after(status: ClaimStatus, event: str) -> ClaimStatus:
    """The status after a report; what has ended stays ended, whatever comes late."""
    return status if status in ENDED else AFTER_EVENT.get(event, status)
