"""Returns, exchanges and withdrawals as rules see them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.shop.content.returns import ReturnReason, ReturnsPolicy
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.return_window import Goods

ORDER_NUMBER = "order_number"


class ReturnKind(StrEnum):
    """What the customer gets for the goods."""

    REFUND = "refund"
    EXCHANGE = "exchange"


class StatedReason(StrEnum):
    """Why goods come back, as the customer says it."""

    SIZE = "size"
    CHANGE_OF_MIND = "change_of_mind"
    FAULTY = "faulty"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"
    PACKAGING = "packaging"
    OTHER = "other"


# What the policy calls each reason. Reasons that are missing here are the customer's own choice.
SHOPS_FAULT: dict[StatedReason, ReturnReason] = {
    StatedReason.FAULTY: "faulty",
    StatedReason.NOT_AS_DESCRIBED: "wrong_item",
    StatedReason.WRONG_ITEM: "wrong_item",
    StatedReason.DAMAGED: "damaged",
    StatedReason.PACKAGING: "damaged",
}


@dataclass(frozen=True)
class ReturnCase:
    """One line that is to come back. None stands for what nobody has said yet.

    `proof` is the id of how the purchase is shown: an order found by its number is shown by that.
    `damaged` means: by the customer, beyond trying it out.
    """

    order: OrderFacts
    line: LineFacts
    quantity: int = 1
    reason: StatedReason = StatedReason.CHANGE_OF_MIND
    opened: bool | None = None
    packaging: bool | None = None
    damaged: bool = False
    proof: str | None = ORDER_NUMBER

    @property
    def shops_fault(self) -> bool:
        """Whether the goods come back for a reason the shop answers for."""
        return self.reason in SHOPS_FAULT

    @property
    def goods(self) -> Goods:
        """The goods as the window's rules see them; a fault lifts the exceptions for sales and seals."""
        line, fault = self.line, self.shops_fault
        return Goods(
            category=line.category,
            country=self.order.country,
            tier=self.order.tier,
            final_sale=line.final_sale and not fault,
            opened=bool(self.opened) and not fault,
            hygiene=line.hygiene,
        )


def policy_reason(policy: ReturnsPolicy, reason: StatedReason) -> ReturnReason:
    """The policy's word for a reason; a fault it has no costs of its own for counts as a faulty product."""
    named = SHOPS_FAULT.get(reason, "changed_mind")
    return named if any(cost.reason == named for cost in policy.costs) else "faulty"
