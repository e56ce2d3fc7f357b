import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.services import imports
from bot.services.exports import export_table, table_names
from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.services.shop_data.reading import Refusal
from bot.services.shop_data.references import MissingReferences
from bot.shop.errors import InvalidInput
from bot.store.base import Base
from bot.store.contact import Address, Consent, Customer
from bot.store.handoff import AuditEntry
from bot.store.orders import Order, OrderLine, Shipment
from bot.store.products import Product
from bot.store.rewards import LedgerEntry
from tests.store.conftest import Heard, ImportRows, importer
from tests.store.shop_rows import (
    WHOLE_SHOP,
    customer_row,
    euros,
    order_row,
    product_row,
    reward_row,
    write_folder,
)


async def all_rows(runtime: Runtime) -> dict[str, list[str]]:
    """Every table but the audit log, which grows with each import."""
    names = [name for name in table_names() if name != "audit"]
    return {name: [line async for line in export_table(runtime, name)] for name in names}


async def count(runtime: Runtime, table: type[Base]) -> int:
    async with runtime.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def many_orders(number: int) -> list[dict[str, Any]]:
    return [order_row(number=str(20000 + place)) for place in range(number)]


async def test_every_file_goes_in(import_rows: ImportRows, runtime: Runtime) -> None:
    result = await import_rows(**{name.removesuffix(".jsonl"): rows for name, rows in WHOLE_SHOP.items()})
    assert result.accepted == dict.fromkeys(WHOLE_SHOP, 1)
    assert result.refusals == []
    assert result.remarks == []
    rows = await all_rows(runtime)
    for table in ("customers", "addresses", "consents", "products", "orders", "order_lines", "shipments"):
        assert len(rows[table]) == 1, table
    for table in ("plan_contracts", "ledger_entries", "return_events", "claim_events", "recalls"):
        assert len(rows[table]) == 1, table


async def test_repeating_an_import_changes_nothing(runtime: Runtime, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", {**WHOLE_SHOP})
    await import_folder(runtime, folder, Heard())
    before = await all_rows(runtime)
    await import_folder(runtime, folder, Heard())
    assert await all_rows(runtime) == before


async def test_a_bad_row_is_told_with_file_line_field_and_reason_and_the_others_go_in(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    result = await import_rows(
        orders=[order_row(), order_row(number="10483", status="lost"), order_row(number="10484")]
    )
    assert len(result.refusals) == 1
    assert result.refusals[0].startswith("orders.jsonl:2: status: ")
    assert (result.accepted, result.refused) == ({"orders.jsonl": 2}, {"orders.jsonl": 1})
    assert await count(runtime, Order) == 2


async def test_an_order_with_one_bad_line_leaves_nothing(import_rows: ImportRows, runtime: Runtime) -> None:
    good = order_row()["lines"][0]
    result = await import_rows(orders=[order_row(lines=[good, good | {"id": "l2", "quantity": 0}])])
    assert result.refusals[0].startswith("orders.jsonl:1: lines.1.quantity: ")
    assert [await count(runtime, table) for table in (Order, OrderLine, Shipment)] == [0, 0, 0]


async def test_a_later_line_replaces_the_whole_order(import_rows: ImportRows, runtime: Runtime) -> None:
    line = order_row()["lines"][0]
    two = order_row(lines=[line, line | {"id": "l2"}], status="shipped")
    one = order_row(lines=[line | {"quantity": 5}], shipments=[], shipping_fee=None)
    await import_rows(orders=[two, one])
    async with runtime.database.reading() as session:
        order = (await session.scalars(select(Order))).one()
        assert (order.status, order.shipping_fee) == ("delivered", None)
        assert (await session.scalars(select(OrderLine.quantity))).all() == [5]
    assert await count(runtime, Shipment) == 0


async def test_a_later_import_replaces_addresses_and_keeps_consents(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    consent = {"channel": "email", "topic": "sale", "granted": True, "at": "2026-01-01T00:00:00Z"}
    withdrawn = consent | {"granted": False, "at": "2026-02-01T00:00:00Z"}
    office = customer_row()["addresses"][0] | {"id": "office", "city": "Helsinki"}
    await import_rows(customers=[customer_row(consents=[consent], phone="123")])
    await import_rows(customers=[customer_row(consents=[withdrawn], addresses=[office])])
    async with runtime.database.reading() as session:
        assert (await session.scalars(select(Address.city))).all() == ["Helsinki"]
        assert (await session.scalars(select(Consent.granted).order_by(Consent.at))).all() == [True, False]
        assert (await session.scalars(select(Customer.phone))).all() == [None]
        assert (await session.scalars(select(Customer.email_key))).all() == ["aino@posti.example"]


async def test_an_order_may_come_before_its_product_and_customer(import_rows: ImportRows) -> None:
    first = await import_rows(orders=[order_row()])
    assert first.accepted == {"orders.jsonl": 1}
    assert sorted(first.remarks) == [
        "orders.jsonl: customer_id: names a customer that is not known (line 1)",
        "orders.jsonl: lines.sku: names a product that is not known (line 1)",
    ]
    later = await import_rows(products=[product_row()], customers=[customer_row()], orders=[order_row()])
    assert later.remarks == []


async def test_a_product_may_name_one_that_follows(import_rows: ImportRows) -> None:
    result = await import_rows(products=[product_row(sku="jar", fits=["blender"]), product_row()])
    assert result.remarks == []


async def test_an_unknown_category_goes_in_with_a_remark(import_rows: ImportRows, runtime: Runtime) -> None:
    toys = [product_row(sku=f"toy-{place}", category="toys") for place in range(3)]
    result = await import_rows(products=toys)
    assert len(result.remarks) == 1
    assert "'toys' is not in content/catalogue.yaml" in result.remarks[0]
    assert "3 times, first in line 1" in result.remarks[0]
    assert await count(runtime, Product) == 3


async def test_an_unknown_field_is_left_out_and_told_once(import_on_sqlite: ImportRows) -> None:
    address = customer_row()["addresses"][0] | {"floor": 3}
    rows = [customer_row(id=f"c-{place}", shoe_size=39, addresses=[address]) for place in range(3)]
    result = await import_on_sqlite(customers=rows)
    assert result.accepted == {"customers.jsonl": 3}
    assert result.remarks == [
        "customers.jsonl: shoe_size: is not known and was left out (3 times, first in line 1)",
        "customers.jsonl: addresses.floor: is not known and was left out (3 times, first in line 1)",
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "holds no shop data"),
        ({"orders.jsonl": [order_row()], "order.jsonl": []}, "no shop data: order.jsonl"),
        ({"orders.jsonl": [order_row()], "orders.csv": []}, "no shop data: orders.csv"),
    ],
)
async def test_a_wrong_folder_changes_nothing(
    sqlite_runtime: Runtime, tmp_path: Path, files: Mapping[str, Sequence[Any]], reason: str
) -> None:
    folder = write_folder(tmp_path / "shop", files)
    with pytest.raises(InvalidInput, match=reason):
        await import_folder(sqlite_runtime, folder, Heard())
    assert await count(sqlite_runtime, Order) == 0
    assert await count(sqlite_runtime, AuditEntry) == 0


async def test_a_missing_folder_is_refused(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a folder"):
        await import_folder(sqlite_runtime, tmp_path / "nowhere", Heard())


@pytest.mark.parametrize("kind", ["earn", "reverse", "expire"])
async def test_entries_that_are_posted_here_are_refused_from_the_shop(
    sqlite_runtime: Runtime, tmp_path: Path, kind: str
) -> None:
    owned = replace(
        sqlite_runtime, settings=sqlite_runtime.settings.model_copy(update={"ledger_owner": "aftercare"})
    )
    rows = [reward_row(kind=kind, points=0), reward_row(id="E-2", kind="redeem", points=-10)]
    result = await importer(owned, tmp_path)(reward_entries=rows)
    assert len(result.refusals) == 1
    assert result.refusals[0].startswith(f"reward_entries.jsonl:1: kind: {kind} entries are posted here")
    assert await count(sqlite_runtime, LedgerEntry) == 1


async def test_the_shop_posts_every_kind_of_entry_by_default(import_on_sqlite: ImportRows) -> None:
    points = {"earn": 5, "redeem": -5, "expire": -5, "reverse": -5, "adjust": 5}
    rows = [reward_row(id=kind, kind=kind, points=number) for kind, number in points.items()]
    result = await import_on_sqlite(reward_entries=rows)
    assert result.accepted == {"reward_entries.jsonl": 5}


class Interrupted(Exception):
    """The process ends here."""


class Interrupting(Heard):
    """A listener at which the import ends after its first transaction."""

    def advanced(self, size: int) -> None:
        raise Interrupted(size)


async def test_an_import_that_ends_half_way_leaves_whole_orders_and_can_be_repeated(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    folder = write_folder(tmp_path / "shop", {"orders.jsonl": many_orders(25)})
    with pytest.raises(Interrupted):
        await import_folder(runtime, folder, Interrupting())
    assert [await count(runtime, table) for table in (Order, OrderLine, Shipment)] == [10, 10, 10]
    await import_folder(runtime, folder, Heard())
    assert [await count(runtime, table) for table in (Order, OrderLine, Shipment)] == [25, 25, 25]


async def test_a_failure_inside_a_transaction_leaves_nothing_of_it(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise Interrupted

    monkeypatch.setattr(MissingReferences, "look_for", fail)
    folder = write_folder(tmp_path / "shop", {"orders.jsonl": many_orders(3)})
    with pytest.raises(Interrupted):
        await import_folder(runtime, folder, Heard())
    assert await count(runtime, Order) == 0


REFUSING = {
    True: "CREATE TRIGGER refuse BEFORE INSERT ON products WHEN new.sku = 'bad' "
    "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    False: "ALTER TABLE products ADD CONSTRAINT refuse CHECK (sku <> 'bad')",
}


async def test_a_row_the_database_refuses_is_told_and_its_neighbours_go_in(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    async with runtime.database.transaction() as session:
        await session.execute(text(REFUSING[runtime.database.sqlite]))
    try:
        result = await import_rows(products=[product_row(sku=sku) for sku in ("a", "bad", "b")])
    finally:
        if not runtime.database.sqlite:
            async with runtime.database.transaction() as session:
                await session.execute(text("ALTER TABLE products DROP CONSTRAINT refuse"))
    assert len(result.refusals) == 1
    assert result.refusals[0].startswith("products.jsonl:2: line: the database refused it")
    assert (result.accepted, result.refused) == ({"products.jsonl": 2}, {"products.jsonl": 1})
    assert await count(runtime, Product) == 2


async def test_the_system_writes_while_an_import_runs(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 20)
    folder = write_folder(tmp_path / "shop", {"orders.jsonl": many_orders(400)})

    async def write(number: int) -> None:
        async with runtime.database.transaction() as session:
            entry = AuditEntry(
                actor="x", action="write", subject=str(number), outcome="done", at=runtime.clock()
            )
            session.add(entry)

    async def keep_writing() -> None:
        for number in range(40):
            await write(number)

    await asyncio.gather(import_folder(runtime, folder, Heard()), keep_writing(), keep_writing())
    assert await count(runtime, Order) == 400
    assert await count(runtime, AuditEntry) == 81


async def test_the_audit_log_keeps_the_numbers(import_on_sqlite: ImportRows, sqlite_runtime: Runtime) -> None:
    await import_on_sqlite(products=[product_row(), product_row(sku="x", stock="many")])
    async with sqlite_runtime.database.reading() as session:
        entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.actor, entry.action, entry.outcome) == ("cli", "import", "1 in, 1 refused")


async def test_progress_adds_up_to_the_size_of_the_files(
    import_on_sqlite: ImportRows, tmp_path: Path
) -> None:
    result = await import_on_sqlite(products=[product_row(), b"", b"x" * 2_000_000, product_row(sku="b")])
    size = (tmp_path / "shop-1" / "products.jsonl").stat().st_size
    assert size - result.bytes == 1  # the empty line
    assert result.refusals == ["products.jsonl:3: line: is longer than 1048576 bytes"]


async def test_amounts_in_two_currencies_are_refused(import_on_sqlite: ImportRows) -> None:
    fee = euros("4.90") | {"currency": "USD"}
    result = await import_on_sqlite(orders=[order_row(shipping_fee=fee)])
    assert result.refusals == ["orders.jsonl:1: shipping_fee: is in USD, but the first line is in EUR"]


def test_a_refusal_reads_file_line_field_reason() -> None:
    assert str(Refusal("orders.jsonl", 7, "status", "is missing")) == "orders.jsonl:7: status: is missing"
