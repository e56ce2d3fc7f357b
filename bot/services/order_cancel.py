"""Asking the shop to cancel an order: looked at, listed, asked for once."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.fingerprints import fingerprint
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, read_order, refuse_write
from bot.services.order_status import line_names
from bot.services.runtime import Runtime
from bot.services.shop_requests import order_subject, requests_on, write_request
from bot.shop.content.base import Language, Money
from bot.shop.errors import Conflict, NotAllowed, NotFound
from bot.shop.order_rules import may_cancel
from bot.shop.refunds import refund_of_cancelled
from bot.shop.requests import OPEN_STATUSES, RequestKind, RequestStatus
from bot.shop.verdicts import Verdict


@dataclass(frozen=True)
class CancelOffer:
    """What cancelling would do, or why it cannot be; `shown` is the fingerprint of what is listed."""

    number: str
    verdict: Verdict
    items: tuple[str, ...]
    total: Money
    already_requested: bool
    shown: str


async def look_at_cancelling(
    runtime: Runtime, dialogue_id: str, number: str, language: Language
) -> CancelOffer:
    """Whether the order can be cancelled now, and what that means. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
        already = await _open_request(session, opened.case.order.number)
    return CancelOffer(
        number=opened.case.order.number,
        verdict=may_cancel(runtime.content, opened.case.facts, runtime.clock()),
        items=line_names(opened.case, opened.case.facts.lines, language),
        total=Money(amount=_total(opened.case), currency=opened.case.order.currency),
        already_requested=already,
        shown=_shown(opened.case),
    )


async def request_cancelling(runtime: Runtime, dialogue_id: str, number: str, shown: str) -> bool:
    """Ask the shop to cancel the order; gives whether this was the first time.

    `shown` is the fingerprint of the list the customer said yes to. Raises NotFound and ProofNeeded, and
    Conflict when the order is not what was shown or can no longer be cancelled.
    """
    try:
        async with runtime.database.transaction() as session:
            opened = await read_order(runtime, session, dialogue_id, number, Need.WRITE)
            return await _request(runtime, session, opened, shown)
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.CANCEL_ORDER)
        raise


async def _request(runtime: Runtime, session: AsyncSession, opened: OpenedOrder, shown: str) -> bool:
    order = opened.case.order
    subject = order_subject(order.number)
    earlier = await requests_on(session, subject)
    if any(_is_open_cancelling(request.kind, request.status) for request in earlier):
        return False
    verdict = may_cancel(runtime.content, opened.case.facts, runtime.clock())
    if not verdict.allowed or shown != _shown(opened.case):
        raise Conflict("the order is no longer what was shown")
    _, new = await write_request(
        runtime,
        session,
        RequestKind.CANCEL_ORDER,
        subject=subject,
        payload={
            "order_number": order.number,
            "lines": [
                {"line_id": line.id, "sku": line.sku, "quantity": line.quantity} for line in order.lines
            ],
            "refund": {"amount": str(_total(opened.case)), "currency": order.currency},
            "rule_id": verdict.rule_id,
        },
        key=f"{RequestKind.CANCEL_ORDER}:{order.number}:{len(earlier)}",
        conversation_id=opened.conversation.id,
    )
    return new


async def _open_request(session: AsyncSession, number: str) -> bool:
    found = await requests_on(session, order_subject(number))
    return any(_is_open_cancelling(request.kind, request.status) for request in found)


def _is_open_cancelling(kind: RequestKind, status: RequestStatus) -> bool:
    return kind == RequestKind.CANCEL_ORDER and status in OPEN_STATUSES


def _total(case: OrderCase) -> Decimal:
    return refund_of_cancelled(case.facts).total


def _shown(case: OrderCase) -> str:
    lines = [(line.id, line.sku, line.quantity) for line in case.order.lines]
    return fingerprint("cancel_order", case.order.number, lines, _total(case), case.order.currency)
