"""Accounts that are due: coupons are granted once, points are posted once where the ledger is ours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.services.coupons import sweep_coupons
from bot.services.incentives import settle_due_accounts, settle_one
from bot.services.runtime import Runtime
from bot.shop.coupons import CouponStatus
from bot.store.base import new_id
from bot.store.handoff import AuditEntry
from bot.store.reward_queries import make_due
from bot.store.rewards import Coupon, LedgerEntry, RewardAccount
from tests.fakes import FakeClock
from tests.store.conftest import ImportRows
from tests.store.reward_steps import CUSTOMER, coupons, ledger
from tests.store.shop_rows import customer_row, euros, order_row, product_row, reward_row


@pytest.fixture
def ours(runtime: Runtime) -> Runtime:
    """A runtime whose ledger is posted here."""
    return replace(runtime, settings=runtime.settings.model_copy(update={"ledger_owner": "aftercare"}))


async def look_again(runtime: Runtime) -> None:
    """As after an import or a restart: every account is due."""
    async with runtime.database.transaction() as session:
        await make_due(session, [CUSTOMER])
    await settle_due_accounts(runtime)


async def import_order(import_rows: ImportRows, **changes: object) -> None:
    result = await import_rows(
        customers=[customer_row()], products=[product_row()], orders=[order_row(**changes)]
    )
    assert result.refusals == []


def kinds(entries: Sequence[LedgerEntry]) -> list[tuple[str, int]]:
    return [(entry.kind, entry.points) for entry in entries]


async def test_imported_first_order_grants_a_coupon(runtime: Runtime, import_rows: ImportRows) -> None:
    await import_order(import_rows)
    await settle_due_accounts(runtime)
    (coupon,) = await coupons(runtime)
    assert (coupon.customer_id, coupon.grant_key, coupon.source) == (CUSTOMER, "first_order:1", "first_order")
    assert (coupon.kind, coupon.value["percent"], coupon.status) == ("percent", 10, CouponStatus.GRANTED)


async def test_import_and_look_repeated_grant_nothing_twice(
    runtime: Runtime, import_rows: ImportRows, clock: FakeClock
) -> None:
    for _ in range(3):
        await import_order(import_rows)
        await settle_due_accounts(runtime)
        clock.advance(days=3)
    assert len(await coupons(runtime)) == 1
    async with runtime.database.reading() as session:
        granted = select(AuditEntry).where(AuditEntry.action == "grant_coupon")
        assert len(list(await session.scalars(granted))) == 1


async def test_account_is_looked_at_again_when_its_order_can_no_longer_come_back(
    runtime: Runtime, import_rows: ImportRows
) -> None:
    await import_order(import_rows)
    await settle_due_accounts(runtime)
    assert await settle_one(runtime) is False
    async with runtime.database.reading() as session:
        account = await session.get_one(RewardAccount, CUSTOMER)
    assert account.due_at == runtime.clock() + timedelta(days=1)


async def test_guests_order_makes_no_account(runtime: Runtime, import_rows: ImportRows) -> None:
    await import_rows(products=[product_row()], orders=[order_row(customer_id=None)])
    assert await settle_one(runtime) is False


async def test_where_the_ledger_is_the_shops_nothing_is_posted(
    runtime: Runtime, import_rows: ImportRows, clock: FakeClock
) -> None:
    await import_order(import_rows)
    clock.advance(days=900)
    await settle_due_accounts(runtime)
    assert await ledger(runtime) == []


async def test_delivered_value_earns_once_and_is_pending_until_the_window_closes(
    ours: Runtime, import_rows: ImportRows
) -> None:
    await import_order(import_rows)
    for _ in range(3):
        await look_again(ours)
    (entry,) = await ledger(ours)
    assert entry.idempotency_key == "aftercare:earn:10482:l1"
    assert (entry.kind, entry.points, entry.order_number) == ("earn", 89, "10482")
    assert entry.available_at is not None
    assert entry.available_at > ours.clock()


async def test_points_expire_once(ours: Runtime, import_rows: ImportRows, clock: FakeClock) -> None:
    await import_order(import_rows)
    await settle_due_accounts(ours)
    clock.advance(days=760)
    for _ in range(3):
        await look_again(ours)
    assert kinds(await ledger(ours)) == [("earn", 89), ("expire", -89)]


async def test_clock_that_jumps_back_expires_nothing_anew(
    ours: Runtime, import_rows: ImportRows, clock: FakeClock
) -> None:
    await import_order(import_rows)
    await settle_due_accounts(ours)
    clock.advance(days=760)
    await look_again(ours)
    clock.advance(days=-700)
    await look_again(ours)
    clock.advance(days=700)
    await look_again(ours)
    assert kinds(await ledger(ours)) == [("earn", 89), ("expire", -89)]


async def test_order_that_the_shop_gave_points_for_earns_none_here(
    runtime: Runtime, ours: Runtime, import_rows: ImportRows
) -> None:
    await import_order(import_rows)
    await import_rows(reward_entries=[reward_row(order_number="10482")])
    await settle_due_accounts(ours)
    assert [entry.idempotency_key for entry in await ledger(runtime)] == ["E-1"]


async def test_cancelled_order_earns_nothing(ours: Runtime, import_rows: ImportRows) -> None:
    await import_order(import_rows, status="cancelled", shipments=[])
    await settle_due_accounts(ours)
    assert await ledger(ours) == []
    assert await coupons(ours) == []


async def test_fifth_order_grants_the_regulars_coupon(runtime: Runtime, import_rows: ImportRows) -> None:
    payments = [{"id": "p1", "method": "card", "amount": euros("94.80")}]
    orders = [order_row(number=f"2000{number}", payments=payments) for number in range(5)]
    await import_rows(customers=[customer_row()], products=[product_row()], orders=orders)
    await settle_due_accounts(runtime)
    assert [coupon.grant_key for coupon in await coupons(runtime)] == ["first_order:1", "regular:1"]


async def test_unused_coupon_expires_and_a_reservation_lapses(runtime: Runtime, clock: FakeClock) -> None:
    now = runtime.clock()
    async with runtime.database.transaction() as session:
        for number, status, reserved in ((1, "granted", None), (2, "reserved", now + timedelta(minutes=30))):
            session.add(
                Coupon(
                    code=f"CODE-{number}",
                    customer_id=CUSTOMER,
                    grant_key=new_id(),
                    source="first_order",
                    kind="percent",
                    value={"kind": "percent", "percent": 10},
                    version="2026-1",
                    status=status,
                    granted_at=now,
                    valid_from=now,
                    valid_until=now + timedelta(days=number * 10),
                    holder="cart" if reserved else None,
                    reserved_until=reserved,
                )
            )
    clock.advance(days=11)
    await sweep_coupons(runtime)
    assert {coupon.code: coupon.status for coupon in await coupons(runtime)} == {
        "CODE-1": CouponStatus.EXPIRED,
        "CODE-2": CouponStatus.RELEASED,
    }
    clock.advance(days=10)
    await sweep_coupons(runtime)
    assert {coupon.status for coupon in await coupons(runtime)} == {CouponStatus.EXPIRED}
