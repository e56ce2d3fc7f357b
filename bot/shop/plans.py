"""Service-plan contracts as rules see them, and the words of what happens to returns and claims."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ContractStatus(StrEnum):
    """What the shop says of a contract; whether it covers a day is decided with its dates."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class CaseEventKind(StrEnum):
    """What the shop or a provider reports of a return or a claim. Other kinds are kept as they come."""

    OPENED = "opened"
    APPROVED = "approved"
    RECEIVED = "received"
    INSPECTED = "inspected"
    REPAIRED = "repaired"
    REPLACED = "replaced"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    VISIT_SCHEDULED = "visit_scheduled"
    VISIT_DONE = "visit_done"
    REFUNDED = "refunded"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    CLOSED = "closed"


@dataclass(frozen=True)
class PlanContract:
    """A ServicePlan bought for one order line."""

    id: str
    plan_id: str
    customer_id: str | None
    email: str
    order_number: str
    line_id: str
    starts_at: datetime
    ends_at: datetime
    status: ContractStatus
