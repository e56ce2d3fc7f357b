"""Withdrawing from a contract: taken from anybody, once, acknowledged at once, telling nothing."""

import asyncio

import pytest
from sqlalchemy import select

from bot.services.attempts import TooManyAttempts
from bot.services.runtime import Runtime
from bot.services.withdrawals import Declaration, declaration, declare_withdrawal
from bot.shop.errors import InvalidInput
from bot.store.outbox import OutboxMessage
from bot.store.returns import Withdrawal
from bot.store.shop_requests import ShopRequest
from tests.store.conftest import ImportRows
from tests.store.shop_rows import customer_row, order_row, product_row

MADE = Declaration("Aino Laaksonen", "10482", "aino@posti.example")


async def _requests(runtime: Runtime) -> list[ShopRequest]:
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(ShopRequest).order_by(ShopRequest.requested_at)))


async def test_declaration_is_one_row_with_one_receipt(runtime: Runtime) -> None:
    done = await asyncio.gather(*(declare_withdrawal(runtime, MADE, "en") for _ in range(3)))
    assert {receipt.number for receipt in done} == {"WDR-2026-000001"}
    assert sum(receipt.new for receipt in done) == 1
    again = await declare_withdrawal(
        runtime, declaration(" AINO  laaksonen ", "#10-482", "Aino@posti.example "), "en"
    )
    assert not again.new
    async with runtime.database.reading() as session:
        assert len((await session.scalars(select(Withdrawal))).all()) == 1
        (mail,) = await session.scalars(select(OutboxMessage))
    assert mail.recipient == MADE.email
    assert "12:00" in mail.body
    assert "WDR-2026-000001" in mail.subject


async def test_order_that_does_not_exist_gets_the_same_receipt(
    runtime: Runtime, import_rows: ImportRows
) -> None:
    await import_rows(customers=[customer_row()], products=[product_row()], orders=[order_row()])
    real = await declare_withdrawal(runtime, MADE, "en")
    bogus = await declare_withdrawal(runtime, Declaration("Aino Laaksonen", "99999", MADE.email), "en")
    assert (real.new, real.received_at) == (bogus.new, bogus.received_at)
    async with runtime.database.reading() as session:
        bodies = [mail.body for mail in await session.scalars(select(OutboxMessage))]
    assert len({body.replace("99999", "10482").replace("000002", "000001") for body in bodies}) == 1
    by_order = {row.payload["order_number"]: row.payload for row in await _requests(runtime)}
    assert (by_order["10482"]["order_found"], by_order["99999"]["order_found"]) == (True, False)
    assert by_order["10482"]["lines"][0]["last_day"] == "2026-05-18"


async def test_flood_to_one_address_ends(runtime: Runtime) -> None:
    for number in range(5):
        await declare_withdrawal(runtime, Declaration("A", f"A{number}1", "victim@posti.example"), "en")
    with pytest.raises(TooManyAttempts):
        await declare_withdrawal(runtime, Declaration("A", "B1", "victim@posti.example"), "en")


@pytest.mark.parametrize(
    "made",
    [Declaration("", "1", "a@b.example"), Declaration("A", "##", "a@b.example"), Declaration("A", "1", "a")],
)
async def test_incomplete_declaration_is_refused(sqlite_runtime: Runtime, made: Declaration) -> None:
    with pytest.raises(InvalidInput):
        await declare_withdrawal(sqlite_runtime, made, "en")
