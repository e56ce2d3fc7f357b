import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.dates import DemoCalendar
from bot.demo.shop import demo_rows, write_demo_shop
from bot.services import customers, orders, products
from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.settings import ROOT, Settings
from bot.shop.content import Content
from bot.shop.orders import Order, OrderStatus
from tests.store.conftest import Heard

NOW = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)
HELSINKI = "Europe/Helsinki"


@pytest.fixture
async def demo(sqlite_runtime: Runtime) -> Runtime:
    folder = write_demo_shop(sqlite_runtime.settings, HELSINKI)
    heard = Heard()
    imported = await import_folder(sqlite_runtime, folder, heard)
    assert heard.refusals == []
    assert list(imported.remarks) == []
    return sqlite_runtime


def parcels_late(order: Order, now: datetime) -> Sequence[str]:
    return [
        parcel.id
        for parcel in order.shipments
        if parcel.delivered_at is None and parcel.expected_at and parcel.expected_at < now
    ]


async def test_the_demo_shop_has_its_customers_and_products(demo: Runtime) -> None:
    shown = await products.list_products(demo)
    assert len(await customers.list_customers(demo)) == 15
    assert len([product for product in shown if product.parent_sku is None]) == 40
    assert len({product.category for product in shown}) == 8
    assert any(product.stock == 0 for product in shown)
    assert all(set(product.prices) == {"EUR", "USD", "GBP", "PHP"} for product in shown)


async def test_only_the_parcel_that_shall_be_late_is_late(demo: Runtime) -> None:
    late = []
    for customer in await customers.list_customers(demo):
        for order in await orders.orders_of_customer(demo, customer.id):
            late += [order.number] * bool(parcels_late(order, NOW))
    assert late == ["10515"]


async def test_the_blender_of_10482_came_twelve_days_ago(demo: Runtime) -> None:
    order = await orders.order(demo, "10482")
    delivered = order.delivered_at("10482-1")
    assert delivered is not None
    assert NOW.date() - delivered.date() == timedelta(days=12)
    assert order.lines[0].sku == "tuisku-blender"


async def test_a_guest_has_two_orders_under_one_address(demo: Runtime) -> None:
    found = await orders.orders_of_email(demo, "venla.korhonen@posti.example")
    assert [(order.number, order.customer_id) for order in found] == [("10502", None), ("10460", None)]


async def test_one_order_can_still_be_cancelled_and_one_was(demo: Runtime) -> None:
    found = {order.number: order.status for order in await orders.orders_of_customer(demo, "c-1011")}
    assert found["10521"] is OrderStatus.PENDING
    assert found["10471"] is OrderStatus.CANCELLED


async def test_the_recalled_heater_was_sold(demo: Runtime) -> None:
    (recall,) = await products.list_recalls(demo)
    order = await orders.order(demo, "10266")
    assert order.lines[0].sku in recall.skus
    assert recall.at < NOW


async def test_payments_add_up(demo: Runtime) -> None:
    for customer in await customers.list_customers(demo):
        for order in await orders.orders_of_customer(demo, customer.id):
            goods = sum(line.unit_price * line.quantity for line in order.lines)
            fee = order.shipping_fee or 0
            discount = sum(item.amount for item in order.discounts)
            assert order.payments[0].amount == goods + fee - discount


def test_categories_and_plans_are_those_of_the_content(shop_content: Content) -> None:
    rows = demo_rows(NOW, HELSINKI, "http://shop.example")
    assert {row["category"] for row in rows["products.jsonl"]} <= shop_content.catalogue.ids()
    plans = {plan.id for plan in shop_content.plans.plans}
    assert {row["plan_id"] for row in rows["plan_contracts.jsonl"]} <= plans


def test_plans_are_running_ended_and_in_their_waiting_time(shop_content: Content) -> None:
    waiting = {plan.id: timedelta(days=plan.waiting_days) for plan in shop_content.plans.plans}
    contracts = {row["id"]: row for row in demo_rows(NOW, HELSINKI, "")["plan_contracts.jsonl"]}
    begins = {
        key: datetime.fromisoformat(row["starts_at"]) + waiting[row["plan_id"]]
        for key, row in contracts.items()
    }
    ends = {key: datetime.fromisoformat(row["ends_at"]) for key, row in contracts.items()}
    assert begins["P-4101"] < NOW < ends["P-4101"]
    assert ends["P-2007"] < NOW
    assert begins["P-4118"] > NOW


def read(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.jsonl")}


def test_a_later_start_keeps_the_dates_and_a_fresh_one_moves_them(tmp_path: Path) -> None:
    folder = write_demo_shop(Settings(data_dir=tmp_path, now=NOW), HELSINKI)
    first = read(folder)
    later = Settings(data_dir=tmp_path, now=NOW + timedelta(days=30))
    write_demo_shop(later, HELSINKI)
    assert read(folder) == first
    write_demo_shop(later, HELSINKI, fresh=True)
    moved = json.loads(read(folder)["orders.jsonl"].splitlines()[0])
    before = json.loads(first["orders.jsonl"].splitlines()[0])
    days = [datetime.fromisoformat(order["placed_at"]).date() for order in (before, moved)]
    assert days[1] - days[0] == timedelta(days=30)


def test_addresses_lead_nowhere() -> None:
    rows = demo_rows(NOW, HELSINKI, "")
    addresses = [row["email"] for name in ("customers.jsonl", "orders.jsonl") for row in rows[name]]
    assert all(address.endswith(".example") for address in addresses)


def test_a_time_is_told_in_the_shops_zone() -> None:
    told = DemoCalendar(datetime(2026, 5, 4, 22, 0, tzinfo=UTC), HELSINKI).moment("-1d 15:20")
    assert told == datetime(2026, 5, 4, 15, 20, tzinfo=ZoneInfo(HELSINKI))
    with pytest.raises(ValueError, match="not a time"):
        DemoCalendar(NOW, HELSINKI).moment("yesterday")


def test_every_customer_and_order_is_told_of() -> None:
    page = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    rows = demo_rows(NOW, HELSINKI, "")
    assert [row["id"] for row in rows["customers.jsonl"] if f"`{row['id']}`" not in page] == []
    assert [row["number"] for row in rows["orders.jsonl"] if row["number"] not in page] == []
