"""Returns in the database: once, whole or not at all, moved on by what the shop reports."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.services import return_requests
from bot.services.conversations import open_chat
from bot.services.exports import export_table
from bot.services.order_access import open_order
from bot.services.order_reading import ProofNeeded
from bot.services.privacy import forget
from bot.services.return_labels import draw_label, label_pdf
from bot.services.return_reports import cancel_return, return_report, returns_of_conversation
from bot.services.return_requests import (
    RequestedReturn,
    ReturnChanged,
    ReturnOrder,
    ReturnRefused,
    request_return,
)
from bot.services.returns import look_at_return
from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests, settle_request
from bot.shop.errors import Conflict, NotFound
from bot.shop.requests import RequestStatus
from bot.shop.return_offers import Wanted
from bot.shop.return_status import ReturnStatus
from bot.shop.returns import StatedReason
from bot.store.conversations import Conversation
from bot.store.outbox import OutboxMessage
from bot.store.returns import Refund, Return, ReturnPiece
from bot.store.shop_requests import ShopRequest
from tests.fakes import FakeClock
from tests.store.conftest import ImportRows
from tests.store.shop_rows import customer_row, euros, order_row, product_row

WANTED = Wanted({"l1": 1}, StatedReason.CHANGE_OF_MIND, packaging=True, method="shop", refund_to="original")
Confirm = Callable[..., Awaitable[ReturnOrder]]


@pytest.fixture
async def dialogue(runtime: Runtime, import_rows: ImportRows) -> str:
    """The dialogue of the customer of order 10482, who is signed in."""
    two = {"id": "l2", "sku": "blender", "quantity": 3, "unit_price": euros("89.90")}
    order = order_row()
    more = order_row(
        number="10483", payments=[], lines=[two], shipments=[order["shipments"][0] | {"line_ids": ["l2"]}]
    )
    await import_rows(customers=[customer_row()], products=[product_row()], orders=[order, more])
    return await _signed_in(runtime)


async def _signed_in(runtime: Runtime, customer_id: str | None = "c-1") -> str:
    opened = await open_chat(runtime, locale="en", claims=None)
    async with runtime.database.transaction() as session:
        await session.execute(
            update(Conversation)
            .where(Conversation.id == opened.conversation_id)
            .values(
                customer_id=customer_id,
                identity_level=2 if customer_id else 0,
                identity_expires_at=runtime.clock() + timedelta(days=900),
            )
        )
        return (await session.get_one(Conversation, opened.conversation_id)).dialogue_id


async def _confirm(
    runtime: Runtime, dialogue: str, key: str = "k-1", wanted: Wanted = WANTED, number: str = "10482"
) -> ReturnOrder:
    view = await look_at_return(runtime, dialogue, number, wanted, "en")
    return ReturnOrder(number, wanted, view.shown, key, "en")


async def _count(runtime: Runtime, table: type[Any]) -> int:
    async with runtime.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def _start(runtime: Runtime, dialogue: str, key: str = "k-1") -> RequestedReturn:
    return await request_return(runtime, dialogue, await _confirm(runtime, dialogue, key))


async def test_two_confirmations_at_once_write_one_return(runtime: Runtime, dialogue: str) -> None:
    confirmed = await _confirm(runtime, dialogue)
    done = await asyncio.gather(*(request_return(runtime, dialogue, confirmed) for _ in range(4)))
    assert sorted(found.new for found in done) == [False, False, False, True]
    for table in (Return, ReturnPiece, Refund, ShopRequest, OutboxMessage):
        assert await _count(runtime, table) == 1


async def test_two_tabs_return_one_piece_once(runtime: Runtime, dialogue: str) -> None:
    other = await _signed_in(runtime)
    orders = [await _confirm(runtime, who, key) for who, key in ((dialogue, "k-1"), (other, "k-2"))]
    done = await asyncio.gather(
        request_return(runtime, dialogue, orders[0]),
        request_return(runtime, other, orders[1]),
        return_exceptions=True,
    )
    assert sum(isinstance(found, RequestedReturn) for found in done) == 1
    assert sum(isinstance(found, ReturnRefused) for found in done) == 1
    assert await _count(runtime, Return) == 1


async def test_failure_half_way_leaves_nothing(
    runtime: Runtime, dialogue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed = await _confirm(runtime, dialogue)

    async def dies(*_args: object, **_values: object) -> None:
        raise ConnectionResetError("the machine went away")

    with monkeypatch.context() as patched:
        patched.setattr(return_requests, "queue_email", dies)
        with pytest.raises(ConnectionResetError):
            await request_return(runtime, dialogue, confirmed)
    for table in (Return, ReturnPiece, Refund, ShopRequest):
        assert await _count(runtime, table) == 0
    assert (await request_return(runtime, dialogue, confirmed)).number == "RET-2026-000001"


async def test_rules_are_checked_again_in_the_write(
    runtime: Runtime, dialogue: str, clock: FakeClock
) -> None:
    confirmed = await _confirm(runtime, dialogue)
    clock.advance(days=400)
    with pytest.raises(ReturnRefused) as refused:
        await request_return(runtime, dialogue, confirmed)
    assert refused.value.verdict.reason == "window_over"
    assert refused.value.verdict.last_day is not None
    assert await _count(runtime, Return) == 0


async def test_what_was_not_shown_is_not_written(runtime: Runtime, dialogue: str) -> None:
    confirmed = await _confirm(runtime, dialogue)
    other = ReturnOrder(confirmed.number, WANTED, "0" * 16, "k-1", "en")
    with pytest.raises(ReturnChanged):
        await request_return(runtime, dialogue, other)


async def test_nobody_else_returns_an_order(runtime: Runtime, dialogue: str) -> None:
    confirmed = await _confirm(runtime, dialogue)
    stranger = await _signed_in(runtime, "c-2")
    with pytest.raises(NotFound):
        await request_return(runtime, stranger, confirmed)
    assert await _count(runtime, Return) == 0


async def test_level_one_reads_but_does_not_return(runtime: Runtime, dialogue: str) -> None:
    confirmed = await _confirm(runtime, dialogue)
    guest = await _signed_in(runtime, None)
    await open_order(runtime, guest, "10482", "aino@posti.example")
    with pytest.raises(ProofNeeded):
        await request_return(runtime, guest, confirmed)


async def test_pieces_come_back_one_after_the_other_and_never_more(runtime: Runtime, dialogue: str) -> None:
    one = Wanted({"l2": 2}, packaging=True, method="shop", refund_to="original")
    await request_return(runtime, dialogue, await _confirm(runtime, dialogue, "a", one, "10483"))
    with pytest.raises(ReturnRefused):
        await request_return(runtime, dialogue, await _confirm(runtime, dialogue, "b", one, "10483"))
    last = Wanted({"l2": 1}, packaging=True, method="shop", refund_to="original")
    await request_return(runtime, dialogue, await _confirm(runtime, dialogue, "c", last, "10483"))
    async with runtime.database.reading() as session:
        amounts = list(await session.scalars(select(Refund.amount)))
        held = sorted(piece.held or 0 for piece in await session.scalars(select(ReturnPiece)))
    assert held == [1, 2, 3]
    assert sum(amounts) == 3 * Decimal("89.90") + Decimal("4.90")


async def test_called_off_return_frees_its_pieces(runtime: Runtime, dialogue: str) -> None:
    first = await _start(runtime, dialogue)
    report = await return_report(runtime, dialogue, first.number, "en")
    assert await cancel_return(runtime, dialogue, first.number, report.shown, "en")
    assert not await cancel_return(runtime, dialogue, first.number, report.shown, "en")
    again = await _start(runtime, dialogue, "k-2")
    assert again.number == "RET-2026-000002"
    kinds = [request.kind for request in await list_requests(runtime)]
    assert sorted(kinds) == ["cancel_return", "start_return", "start_return"]


async def test_return_that_reached_the_shop_is_not_called_off(
    runtime: Runtime, dialogue: str, import_rows: ImportRows
) -> None:
    first = await _start(runtime, dialogue)
    shown = (await return_report(runtime, dialogue, first.number, "en")).shown
    await import_rows(return_events=[_event("e1", first.number, "received", 6)])
    with pytest.raises(Conflict):
        await cancel_return(runtime, dialogue, first.number, shown, "en")


def _event(key: str, number: str, kind: str, day: int) -> dict[str, Any]:
    return {"id": key, "number": number, "kind": kind, "at": f"2026-05-{day:02d}T12:00:00Z"}


async def test_reports_of_the_shop_move_a_return_whatever_their_order(
    runtime: Runtime, dialogue: str, import_rows: ImportRows
) -> None:
    first = await _start(runtime, dialogue)
    paid, came = _event("e2", first.number, "refunded", 9), _event("e1", first.number, "received", 7)
    for rows in ([paid], [came], [came, paid], [_event("e3", first.number, "polished", 10)]):
        await import_rows(return_events=rows)
    (report,) = await returns_of_conversation(runtime, dialogue, "en")
    assert report.status == ReturnStatus.REFUNDED
    assert report.refunded_on == date(2026, 5, 9)
    assert [step.kind for step in report.steps] == ["opened", "received", "refunded", "polished"]
    assert report.label is None


async def test_rejected_goods_may_come_back_another_time(
    runtime: Runtime, dialogue: str, import_rows: ImportRows
) -> None:
    first = await _start(runtime, dialogue)
    await import_rows(return_events=[_event("e1", first.number, "rejected", 8)])
    async with runtime.database.reading() as session:
        assert (await session.get_one(Refund, first.number)).status == "rejected"
    assert (await _start(runtime, dialogue, "k-2")).new


async def test_answer_of_the_shop_to_the_request_settles_the_return(runtime: Runtime, dialogue: str) -> None:
    first = await _start(runtime, dialogue)
    (request,) = await list_requests(runtime)
    await settle_request(runtime, request.id, RequestStatus.ACCEPTED)
    assert (await return_report(runtime, dialogue, first.number, "en")).status == ReturnStatus.APPROVED
    await settle_request(runtime, request.id, RequestStatus.REJECTED)
    assert (await return_report(runtime, dialogue, first.number, "en")).status == ReturnStatus.REJECTED


async def test_export_names_lines_and_money(runtime: Runtime, dialogue: str) -> None:
    await _start(runtime, dialogue)
    (row,) = [line async for line in export_table(runtime, "returns")]
    for name in ("lines", "kind", "reason", "condition", "method", "refund_to", "amount", "override_by"):
        assert f'"{name}"' in row
    (refund,) = [line async for line in export_table(runtime, "refunds")]
    assert '"target": "original"' in refund


async def test_label_is_for_returns_that_wait_to_be_sent(
    runtime: Runtime, dialogue: str, import_rows: ImportRows
) -> None:
    first = await _start(runtime, dialogue)
    assert (await label_pdf(runtime, first.number)).startswith(b"%PDF-")
    await import_rows(return_events=[_event("e1", first.number, "received", 7)])
    with pytest.raises(NotFound):
        await label_pdf(runtime, first.number)


def test_label_holds_the_letters_of_many_languages() -> None:
    label = draw_label("Käsityö & Co <b>", ["Åkerögränd 4"], ["Łódź 1", "日本"], "RET-2026-000001", "10482")
    assert label.startswith(b"%PDF-")
    assert label.rstrip().endswith(b"%%EOF")


async def test_forgotten_customer_leaves_no_return(runtime: Runtime, dialogue: str) -> None:
    await _start(runtime, dialogue)
    await forget(runtime, "c-1")
    for table in (Return, ReturnPiece, Refund, ShopRequest):
        assert await _count(runtime, table) == 0
