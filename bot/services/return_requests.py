"""Asking the shop to take goods back: once, with what was shown, if the rules still allow it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count as counting
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.audit import record
from bot.services.emails import queue_email
from bot.services.incentives import returns_changed
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, read_order, refuse_write
from bot.services.return_labels import label_url
from bot.services.return_mails import mail_name, mail_values
from bot.services.return_progress import add_event
from bot.services.returns import ReturnView, family_of, view_of
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.shop.content.base import Language
from bot.shop.deadlines import local_day
from bot.shop.errors import Conflict, NotAllowed, NotFound
from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestKind
from bot.shop.return_offers import Wanted
from bot.shop.return_status import RefundStatus, ReturnStatus
from bot.shop.returns import ReturnKind
from bot.shop.verdicts import Verdict
from bot.store.counters import next_number
from bot.store.return_queries import held_pieces, lock_order
from bot.store.returns import Refund, Return, ReturnPiece

NUMBER_KIND = "RET"


class ReturnRefused(Conflict):
    """The goods cannot come back as was wanted; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.rule_id}: {verdict.reason}")
        self.verdict = verdict


class ReturnChanged(Conflict):
    """What the return comes to is not what was shown."""


@dataclass(frozen=True)
class RequestedReturn:
    """A return that was asked for; `new` is false when the same was asked before."""

    number: str
    status: ReturnStatus
    label: str | None
    send_by: date | None
    new: bool


@dataclass(frozen=True)
class ReturnOrder:
    """A return that was confirmed: `shown` is the summary the yes was said to, `key` makes it happen once."""

    number: str
    wanted: Wanted
    shown: str
    key: str
    language: Language


async def request_return(runtime: Runtime, dialogue_id: str, confirmed: ReturnOrder) -> RequestedReturn:
    """Ask the shop to take the goods back: return, pieces, refund, request and mail, all or none.

    The same key again gives the first return. Raises NotFound and ProofNeeded; ReturnRefused when the rules
    say no by now, and ReturnChanged when it comes to something else than was shown.
    """
    try:
        async with runtime.database.transaction() as session:
            await lock_order(session, confirmed.number)
            opened = await read_order(runtime, session, dialogue_id, confirmed.number, Need.WRITE)
            earlier = await _earlier(session, opened, confirmed.key)
            if earlier is not None:
                return _requested(runtime, earlier, new=False)
            row = await _write(runtime, session, opened, confirmed)
            return _requested(runtime, row, new=True)
    except (NotFound, NotAllowed):
        await refuse_write(runtime, dialogue_id, RequestKind.START_RETURN)
        raise


async def _earlier(session: AsyncSession, opened: OpenedOrder, key: str) -> Return | None:
    row = await session.scalar(select(Return).where(Return.idempotency_key == key))
    if row is not None and row.order_number != opened.case.order.number:
        raise Conflict("the key belongs to another order's return")
    return row


def _requested(runtime: Runtime, row: Return, *, new: bool) -> RequestedReturn:
    return RequestedReturn(
        number=row.number,
        status=ReturnStatus(row.status),
        label=label_url(runtime, row.number) if has_label(runtime, row.method) else None,
        send_by=row.send_by,
        new=new,
    )


def has_label(runtime: Runtime, method: str) -> bool:
    """Whether goods go back this way with a label of the shop's."""
    versions = runtime.content.returns
    return any(way.id == method and way.label for version in versions for way in version.methods)


async def _write(
    runtime: Runtime, session: AsyncSession, opened: OpenedOrder, confirmed: ReturnOrder
) -> Return:
    case, wanted = opened.case, confirmed.wanted
    family = await family_of(session, case, wanted)
    view = view_of(runtime, case, wanted, family, confirmed.language)
    if not view.offer.allowed:
        raise ReturnRefused(view.offer.deciding)
    if view.shown != confirmed.shown or not view.offer.complete:
        raise ReturnChanged("the return comes to something else than was shown")
    now = runtime.clock()
    number = await next_number(session, NUMBER_KIND, local_day(now, case.facts.zone).year)
    row = _row(opened, confirmed, view, number, now)
    session.add(row)
    await session.flush()
    session.add_all(await _pieces(session, case, wanted, number))
    if view.offer.money.total > 0:
        session.add(_refund(view, number, now))
    await add_event(session, number, CaseEventKind.OPENED, now, "customer")
    await session.flush()
    await _tell(runtime, session, opened, view, row, confirmed)
    return row


def _row(opened: OpenedOrder, confirmed: ReturnOrder, view: ReturnView, number: str, now: datetime) -> Return:
    offer, wanted, case = view.offer, confirmed.wanted, opened.case
    method, target = offer.method, offer.refund_to
    if method is None or target is None:
        raise ReturnChanged("the way back or the way of the money is not chosen")
    return Return(
        number=number,
        idempotency_key=confirmed.key,
        order_number=case.order.number,
        customer_id=case.order.customer_id,
        conversation_id=opened.conversation.id,
        lines=[
            {"line_id": line_id, "sku": case.facts.line(line_id).sku, "quantity": count}
            for line_id, count in wanted.pieces.items()
        ],
        kind=offer.kind,
        reason=wanted.reason,
        condition={"opened": wanted.opened, "packaging": wanted.packaging},
        method=method.id,
        status=ReturnStatus.REQUESTED,
        refund_to=target,
        amount=offer.money.total,
        currency=view.currency,
        exchange_sku=wanted.exchange_sku if offer.kind == ReturnKind.EXCHANGE else None,
        price_difference=offer.price_difference,
        rule_id=offer.deciding.rule_id,
        send_by=offer.send_by,
        requested_at=now,
    )


async def _pieces(session: AsyncSession, case: OrderCase, wanted: Wanted, number: str) -> list[ReturnPiece]:
    """A row for each piece, numbered by the first numbers of its line that no other return holds."""
    held: defaultdict[str, set[int]] = defaultdict(set)
    for line_id, taken in await held_pieces(session, case.order.number):
        held[line_id].add(taken)
    rows: list[ReturnPiece] = []
    for line_id, quantity in wanted.pieces.items():
        free = (one for one in counting(1) if one not in held[line_id])
        rows += [
            ReturnPiece(
                return_number=number,
                line_id=line_id,
                piece=index + 1,
                order_number=case.order.number,
                sku=case.facts.line(line_id).sku,
                held=next(free),
            )
            for index in range(quantity)
        ]
    return rows


def _refund(view: ReturnView, number: str, now: datetime) -> Refund:
    money = view.offer.money
    return Refund(
        number=number,
        order_number=view.number,
        amount=money.total,
        from_payments=money.from_payments,
        currency=view.currency,
        target=view.offer.refund_to or "original",
        payments={payment: str(part) for payment, part in money.payments.items()},
        status=RefundStatus.REQUESTED,
        requested_at=now,
    )


async def _tell(
    runtime: Runtime,
    session: AsyncSession,
    opened: OpenedOrder,
    view: ReturnView,
    row: Return,
    confirmed: ReturnOrder,
) -> None:
    """The shop by a request, the customer by mail, the account and the audit log: in the same transaction."""
    exchange = view.offer.kind == ReturnKind.EXCHANGE
    kind = RequestKind.EXCHANGE if exchange else RequestKind.START_RETURN
    await write_request(
        runtime,
        session,
        kind,
        subject=f"return:{row.number}",
        payload=_payload(view, row),
        key=f"{kind}:{row.number}",
        conversation_id=opened.conversation.id,
    )
    label = label_url(runtime, row.number) if has_label(runtime, row.method) else None
    await queue_email(
        runtime,
        session,
        mail_name(row),
        to=opened.case.order.email,
        language=confirmed.language,
        key=f"return:{row.number}",
        conversation_id=opened.conversation.id,
        **mail_values(runtime, confirmed.language, opened.case, row, label, view.exchange_name),
    )
    record(
        runtime, session, "customer", "start_return", f"return:{row.number}", "done", opened.conversation.id
    )
    await returns_changed(runtime, session, row.order_number)


def _payload(view: ReturnView, row: Return) -> dict[str, Any]:
    money = view.offer.money
    return {
        "number": row.number,
        "order_number": row.order_number,
        "lines": row.lines,
        "kind": row.kind,
        "reason": row.reason,
        "condition": row.condition,
        "method": row.method,
        "refund": {"amount": str(money.total), "currency": row.currency},
        "refund_to": row.refund_to,
        "payments": {payment: str(part) for payment, part in money.payments.items()},
        "fee": str(money.fee),
        "exchange_sku": row.exchange_sku,
        "price_difference": None if row.price_difference is None else str(row.price_difference),
        "rule_id": row.rule_id,
        "send_by": row.send_by.isoformat() if row.send_by else None,
    }
