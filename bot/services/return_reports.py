"""Returns under way: how far each has come, and calling one off while nothing has been sent."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.conversations import conversation_of
from bot.services.emails import queue_email
from bot.services.fingerprints import fingerprint
from bot.services.incentives import returns_changed
from bot.services.order_access import open_orders
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, ProofNeeded, read_order, refuse_write
from bot.services.return_labels import label_url
from bot.services.return_mails import mail_values
from bot.services.return_progress import add_event, move
from bot.services.return_requests import has_label
from bot.services.returns import variant_name
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.shop.content.base import Language, Money
from bot.shop.deadlines import local_day
from bot.shop.errors import Conflict, NotAllowed, NotFound
from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestKind
from bot.shop.return_status import CANCELLABLE, RefundStatus, ReturnStatus
from bot.shop.returns import ReturnKind
from bot.store.product_queries import find_product
from bot.store.return_queries import events_of, find_return, lock_order, returns_of_orders
from bot.store.returns import Refund, Return


@dataclass(frozen=True)
class Step:
    """One step of a return's history."""

    kind: str
    day: date


@dataclass(frozen=True)
class ReturnReport:
    """A return as its customer is told of it."""

    number: str
    order_number: str
    kind: ReturnKind
    status: ReturnStatus
    items: tuple[str, ...]
    refund: Money | None
    refund_to: str
    refund_status: RefundStatus | None
    refunded_on: date | None
    exchange_name: str | None
    price_difference: Decimal | None
    send_by: date | None
    steps: tuple[Step, ...]
    label: str | None
    cancellable: bool
    shown: str


async def returns_of_conversation(
    runtime: Runtime, dialogue_id: str, language: Language
) -> list[ReturnReport]:
    """Every return of the orders that are open to the conversation, the newest first."""
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
        numbers = await open_orders(runtime, session, conversation)
        rows = await returns_of_orders(session, numbers)
        reports = []
        for row in rows:
            try:
                opened = await read_order(runtime, session, dialogue_id, row.order_number, Need.READ)
            except ProofNeeded:
                continue
            reports.append(await _report(runtime, session, opened.case, row, language))
    return reports


async def return_report(runtime: Runtime, dialogue_id: str, number: str, language: Language) -> ReturnReport:
    """One return by its number. Raises NotFound unless its order is open to the conversation."""
    async with runtime.database.reading() as session:
        row, opened = await _opened(runtime, session, dialogue_id, number, Need.READ)
        return await _report(runtime, session, opened.case, row, language)


async def _opened(
    runtime: Runtime, session: AsyncSession, dialogue_id: str, number: str, need: Need
) -> tuple[Return, OpenedOrder]:
    row = await find_return(session, number)
    if row is None:
        raise NotFound("no such return for this conversation")
    return row, await read_order(runtime, session, dialogue_id, row.order_number, need)


async def _report(
    runtime: Runtime, session: AsyncSession, case: OrderCase, row: Return, language: Language
) -> ReturnReport:
    refund = await session.get(Refund, row.number)
    wanted = await find_product(session, row.exchange_sku) if row.exchange_sku else None
    status = ReturnStatus(row.status)
    labelled = status in CANCELLABLE and has_label(runtime, row.method)
    return ReturnReport(
        number=row.number,
        order_number=row.order_number,
        kind=ReturnKind(row.kind),
        status=status,
        items=_items(case, row, language),
        refund=Money(amount=refund.amount, currency=refund.currency) if refund else None,
        refund_to=row.refund_to,
        refund_status=RefundStatus(refund.status) if refund else None,
        refunded_on=_paid_on(case, refund),
        exchange_name=variant_name(wanted, language) if wanted else row.exchange_sku,
        price_difference=row.price_difference,
        send_by=row.send_by,
        steps=tuple(Step(event.kind, _day(case, event.at)) for event in await events_of(session, row.number)),
        label=label_url(runtime, row.number) if labelled else None,
        cancellable=status in CANCELLABLE,
        shown=_shown(row),
    )


def _items(case: OrderCase, row: Return, language: Language) -> tuple[str, ...]:
    return tuple(
        f"{line['quantity']} × {case.name_of(line['line_id'], language)}"
        if line["quantity"] > 1
        else case.name_of(line["line_id"], language)
        for line in row.lines
    )


def _day(case: OrderCase, at: datetime) -> date:
    return local_day(at, case.facts.zone)


def _paid_on(case: OrderCase, refund: Refund | None) -> date | None:
    paid = refund is not None and refund.status == RefundStatus.PAID
    return _day(case, refund.settled_at) if refund and paid and refund.settled_at else None


def _shown(row: Return) -> str:
    return fingerprint("cancel_return", row.number, row.lines, row.amount)


async def cancel_return(
    runtime: Runtime, dialogue_id: str, number: str, shown: str, language: Language
) -> bool:
    """Call a return off before anything was sent; gives whether this was the first time.

    Raises NotFound and ProofNeeded, and Conflict when it has gone too far or is not what was shown.
    """
    try:
        async with runtime.database.transaction() as session:
            found = await find_return(session, number)
            if found is not None:
                await lock_order(session, found.order_number)
                await session.refresh(found)
            row, opened = await _opened(runtime, session, dialogue_id, number, Need.WRITE)
            if row.status == ReturnStatus.CANCELLED:
                return False
            if ReturnStatus(row.status) not in CANCELLABLE or shown != _shown(row):
                raise Conflict("the return is no longer what was shown")
            await _cancel(runtime, session, opened, row, language)
            return True
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.CANCEL_RETURN)
        raise


async def _cancel(
    runtime: Runtime, session: AsyncSession, opened: OpenedOrder, row: Return, language: Language
) -> None:
    now = runtime.clock()
    await add_event(session, row.number, CaseEventKind.CANCELLED, now, "customer")
    await move(session, row, ReturnStatus.CANCELLED, now)
    await write_request(
        runtime,
        session,
        RequestKind.CANCEL_RETURN,
        subject=f"return:{row.number}",
        payload={"number": row.number, "order_number": row.order_number},
        key=f"{RequestKind.CANCEL_RETURN}:{row.number}",
        conversation_id=opened.conversation.id,
    )
    await queue_email(
        runtime,
        session,
        "return_cancelled",
        to=opened.case.order.email,
        language=language,
        key=f"return_cancelled:{row.number}",
        conversation_id=opened.conversation.id,
        **mail_values(runtime, language, opened.case, row, None),
    )
    await returns_changed(runtime, session, row.order_number)
