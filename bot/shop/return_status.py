"""How far returns and their refunds have come, and what the shop's reports make of them."""

from collections.abc import Iterable
from enum import StrEnum

from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestStatus


class ReturnStatus(StrEnum):
    """How far a return has come, in the order in which one overrules the other."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    INSPECTED = "inspected"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXCHANGED = "exchanged"
    REFUNDED = "refunded"


class RefundStatus(StrEnum):
    """How far the money of a return has come."""

    REQUESTED = "requested"
    PAID = "paid"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class WithdrawalStatus(StrEnum):
    """How far a declaration of withdrawal has come; it counts from when it was received, whatever follows."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


# In these nothing has reached the shop yet, so the customer may still call it off.
CANCELLABLE = frozenset({ReturnStatus.REQUESTED, ReturnStatus.APPROVED})
# In these the goods stay, or are again, with the customer and may come back another time.
WITH_CUSTOMER = frozenset({ReturnStatus.CANCELLED, ReturnStatus.REJECTED})

OF_EVENT: dict[str, ReturnStatus] = {
    CaseEventKind.APPROVED: ReturnStatus.APPROVED,
    CaseEventKind.RECEIVED: ReturnStatus.RECEIVED,
    CaseEventKind.INSPECTED: ReturnStatus.INSPECTED,
    CaseEventKind.CANCELLED: ReturnStatus.CANCELLED,
    CaseEventKind.REJECTED: ReturnStatus.REJECTED,
    CaseEventKind.REPLACED: ReturnStatus.EXCHANGED,
    CaseEventKind.REFUNDED: ReturnStatus.REFUNDED,
}
OF_REQUEST: dict[RequestStatus, ReturnStatus] = {
    RequestStatus.ACCEPTED: ReturnStatus.APPROVED,
    RequestStatus.DONE: ReturnStatus.APPROVED,
    RequestStatus.REJECTED: ReturnStatus.REJECTED,
}
OF_REFUND: dict[ReturnStatus, RefundStatus] = {
    ReturnStatus.CANCELLED: RefundStatus.CANCELLED,
    ReturnStatus.REJECTED: RefundStatus.REJECTED,
    ReturnStatus.EXCHANGED: RefundStatus.PAID,
    ReturnStatus.REFUNDED: RefundStatus.PAID,
}

_ORDER = list(ReturnStatus)


def status_after(current: ReturnStatus, events: Iterable[str]) -> ReturnStatus:
    """The status once these events are known, in whatever order and however often they are reported."""
    reported = (OF_EVENT[kind] for kind in events if kind in OF_EVENT)
    return max((current, *reported), key=_ORDER.index)


def refund_status(status: ReturnStatus) -> RefundStatus:
    """How far the money is when the return has come this far."""
    return OF_REFUND.get(status, RefundStatus.REQUESTED)
