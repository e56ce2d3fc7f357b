"""Contracts and claims as rules see them."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.shop.faults import Fault
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.plans import ContractStatus


@dataclass(frozen=True)
class ContractFacts:
    """A plan that was bought for an order line, and what was claimed under it."""

    id: str
    plan_id: str
    order_number: str
    line_id: str
    starts_at: datetime
    ends_at: datetime
    status: ContractStatus = ContractStatus.ACTIVE
    claims_made: int = 0
    claim_open: bool = False


@dataclass(frozen=True)
class BrokenItem:
    """An item of an order that is broken, and the contracts that may cover it."""

    order: OrderFacts
    line: LineFacts
    fault: Fault = field(default_factory=Fault)
    contracts: tuple[ContractFacts, ...] = ()
