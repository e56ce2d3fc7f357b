"""plan_contracts.jsonl, return_events.jsonl and claim_events.jsonl."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.claim_progress import apply_claim_events
from bot.services.return_progress import apply_events
from bot.services.shop_data.fields import Email, Id, Moment, Number, Reference, Row, Word, limited
from bot.shop.content import Content
from bot.shop.keys import email_key
from bot.shop.plans import CaseEventKind, ContractStatus
from bot.store.bulk import upsert
from bot.store.plans import ClaimEvent, PlanContract, ReturnEvent

REPORTED_BY = "shop"
# Other shops' words for the same.
SAME_STATUS = {"running": "active", "ended": "expired", "canceled": "cancelled"}


def _status(value: Any) -> Any:
    return SAME_STATUS.get(value, value) if isinstance(value, str) else value


class PlanContractRow(Row):
    """A ServicePlan bought for one order line."""

    key_field = "id"

    id: Id
    plan_id: Id
    customer_id: Id | None = None
    email: Email
    order_number: Number
    line_id: Id
    starts_at: Moment
    ends_at: Moment
    status: Annotated[ContractStatus, BeforeValidator(_status)]

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise ValueError("ends_at: is not after starts_at")
        return self

    def references(self) -> Iterator[Reference]:
        """The customer and the order."""
        if self.customer_id:
            yield Reference("customer_id", "customer", self.customer_id)
        yield Reference("order_number", "order", self.order_number)

    def doubts(self, content: Content) -> Iterator[str]:
        """A plan whose terms nobody knows."""
        if self.plan_id not in {plan.id for plan in content.plans.plans}:
            yield f"plan_id: {self.plan_id!r} is not in content/plans.yaml; nothing can be claimed under it"

    def record(self) -> dict[str, Any]:
        """Its columns."""
        given = {name: getattr(self, name) for name in PlanContractRow.model_fields}
        return given | {"status": self.status.value, "email_key": email_key(self.email)}


class CaseEventRow(Row):
    """A step in the history of a return or claim; `number` is the return's or claim's."""

    key_field = "id"

    id: Id
    number: Number
    kind: Word
    at: Moment
    note: Annotated[str, limited(4000, empty=True)] | None = None

    def doubts(self, content: Content) -> Iterator[str]:
        """A kind that we have no words for."""
        del content
        if self.kind not in set(CaseEventKind):
            yield f"kind: {self.kind!r} is not known; it is kept but changes nothing"

    def record(self) -> dict[str, Any]:
        """Its columns."""
        return {name: getattr(self, name) for name in CaseEventRow.model_fields} | {"actor": REPORTED_BY}


async def write_plan_contracts(session: AsyncSession, rows: Sequence[PlanContractRow]) -> None:
    """Contracts as given now."""
    await upsert(session, PlanContract, [row.record() for row in rows])


async def write_return_events(session: AsyncSession, rows: Sequence[CaseEventRow]) -> None:
    """What happened to returns, and how far that brings them."""
    await upsert(session, ReturnEvent, [row.record() for row in rows])
    await apply_events(session, {row.number for row in rows})


async def write_claim_events(session: AsyncSession, rows: Sequence[CaseEventRow]) -> None:
    """What happened to claims, and how far that brings them."""
    await upsert(session, ClaimEvent, [row.record() for row in rows])
    await apply_claim_events(session, {row.number for row in rows})
