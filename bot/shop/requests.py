"""What is asked of the shop's systems, and how far that has come."""

from enum import StrEnum


class RequestKind(StrEnum):
    """What the shop is asked to do."""

    CANCEL_ORDER = "cancel_order"
    RESHIP_PARCEL = "reship_parcel"
    REFUND_PARCEL = "refund_parcel"
    START_RETURN = "start_return"
    EXCHANGE = "exchange"
    CANCEL_RETURN = "cancel_return"
    WITHDRAWAL = "withdrawal"
    OPEN_CLAIM = "open_claim"
    CHANGE_CLAIM = "change_claim"
    CANCEL_CLAIM = "cancel_claim"
    CHARGE_ITEM = "charge_item"


class RequestStatus(StrEnum):
    """What the shop has said to it so far."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DONE = "done"
    REJECTED = "rejected"


OPEN_STATUSES = frozenset({RequestStatus.REQUESTED, RequestStatus.ACCEPTED})
# What may follow on what; a settled request stays as it is.
NEXT_STATUSES: dict[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.REQUESTED: frozenset({RequestStatus.ACCEPTED, RequestStatus.DONE, RequestStatus.REJECTED}),
    RequestStatus.ACCEPTED: frozenset({RequestStatus.DONE, RequestStatus.REJECTED}),
    RequestStatus.DONE: frozenset(),
    RequestStatus.REJECTED: frozenset(),
}


class DeliveryCaseStatus(StrEnum):
    """How far the shop's answer to a delivery problem has come."""

    WATCHING = "watching"
    REQUESTED = "requested"
    SETTLED = "settled"
    REJECTED = "rejected"
    CLOSED = "closed"
