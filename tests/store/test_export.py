import json
from datetime import datetime

import pytest

from bot.services.exports import export_table, table_names
from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.store.tables import METADATA
from tests.store.conftest import ImportRows
from tests.store.shop_rows import order_row, reward_row


async def exported(runtime: Runtime, table: str) -> list[dict[str, object]]:
    return [json.loads(line) async for line in export_table(runtime, table)]


async def test_every_table_can_be_exported(runtime: Runtime) -> None:
    for name in table_names():
        rows = await exported(runtime, name)
        assert (rows != []) == (name == "audit")


async def test_every_column_is_there_in_the_order_of_the_key(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    await import_rows(orders=[order_row(number=number) for number in ("3", "1", "2")])
    rows = await exported(runtime, "orders")
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert set(rows[0]) == {*METADATA.tables["orders"].columns.keys(), "open_requests"}


async def test_amounts_keep_their_digits_and_times_their_zone(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    await import_rows(orders=[order_row()])
    (order,) = await exported(runtime, "orders")
    (line,) = await exported(runtime, "order_lines")
    assert order["shipping_fee"] == "4.90"
    assert line["unit_price"] == "89.90"
    assert order["placed_at"] == "2026-05-01T16:42:00+00:00"
    assert datetime.fromisoformat(str(order["placed_at"])).tzinfo is not None


async def test_a_ledger_entry_is_known_by_the_shops_id(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(reward_entries=[reward_row()])
    (entry,) = await exported(runtime, "ledger_entries")
    assert (entry["idempotency_key"], entry["kind"], entry["points"]) == ("E-1", "earn", 90)


async def test_an_unknown_table_is_refused_with_those_there_are(sqlite_runtime: Runtime) -> None:
    with pytest.raises(NotFound, match=r"no table 'secrets'; the tables are .*\borders\b"):
        await exported(sqlite_runtime, "secrets")


async def test_an_export_is_audited(sqlite_runtime: Runtime) -> None:
    await exported(sqlite_runtime, "orders")
    entry, *_ = await exported(sqlite_runtime, "audit")
    assert (entry["actor"], entry["action"], entry["subject"]) == ("cli", "export", "orders")


@pytest.mark.parametrize(
    "name",
    [
        *("conversations", "messages", "orders", "customers", "products", "ledger_entries", "consents"),
        *("staff_messages", "feedback", "audit", "claim_events", "plan_contracts", "recalls"),
    ],
)
def test_the_promised_tables_are_there(name: str) -> None:
    assert name in table_names()
