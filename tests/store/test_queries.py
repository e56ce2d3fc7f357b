from decimal import Decimal

import pytest

from bot.services import customers, orders, products
from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.shop.orders import OrderStatus
from tests.store.conftest import ImportRows
from tests.store.shop_rows import (
    customer_row,
    euros,
    order_row,
    product_row,
    recall_row,
)


async def test_an_order_is_found_with_all_its_parts(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(orders=[order_row(discounts=[{"code": "X", "amount": euros("5.00")}])])
    order = await orders.order(runtime, "10482")
    assert (order.status, order.currency, order.shipping_fee) == (
        OrderStatus.DELIVERED,
        "EUR",
        Decimal("4.90"),
    )
    assert (order.payments[0].last4, order.discounts[0].amount) == ("4242", Decimal("5.00"))
    assert order.lines[0].unit_price == Decimal("89.90")
    assert order.delivered_at("l1") == order.shipments[0].delivered_at
    assert order.delivered_at("l2") is None
    assert order.ship_to.postcode == "02210"


@pytest.mark.parametrize("written", ["10482", "#10482", "10-482", " 10 482 "])
async def test_an_order_is_found_however_its_number_is_written(
    import_on_sqlite: ImportRows, sqlite_runtime: Runtime, written: str
) -> None:
    await import_on_sqlite(orders=[order_row()])
    assert (await orders.order(sqlite_runtime, written)).number == "10482"


async def test_a_number_that_may_mean_two_orders_finds_the_exact_one_or_none(
    import_on_sqlite: ImportRows, sqlite_runtime: Runtime
) -> None:
    await import_on_sqlite(orders=[order_row(number="A-12"), order_row(number="A12")])
    assert (await orders.order(sqlite_runtime, "A-12")).number == "A-12"
    with pytest.raises(NotFound):
        await orders.order(sqlite_runtime, "a 12")


@pytest.mark.parametrize("written", ["", "#", "99999", "%"])
async def test_what_is_no_number_finds_no_order(
    import_on_sqlite: ImportRows, sqlite_runtime: Runtime, written: str
) -> None:
    await import_on_sqlite(orders=[order_row()])
    with pytest.raises(NotFound):
        await orders.order(sqlite_runtime, written)


async def test_orders_of_a_customer_and_of_an_address_come_newest_first(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    old = order_row(number="1", placed_at="2025-01-01T00:00:00Z")
    guest = order_row(number="3", customer_id=None, placed_at="2026-05-02T00:00:00Z")
    await import_rows(orders=[old, order_row(number="2"), guest, order_row(number="4", email="b@c.example")])
    of_customer = await orders.orders_of_customer(runtime, "c-1")
    of_address = await orders.orders_of_email(runtime, " AINO@posti.example ")
    assert [order.number for order in of_customer] == ["4", "2", "1"]
    assert [order.number for order in of_address] == ["3", "2", "1"]


async def test_a_line_in_two_parcels_is_delivered_with_the_last(
    import_on_sqlite: ImportRows, sqlite_runtime: Runtime
) -> None:
    first = order_row()["shipments"][0]
    await import_on_sqlite(orders=[order_row(shipments=[first, first | {"id": "s2", "delivered_at": None}])])
    assert (await orders.order(sqlite_runtime, "10482")).delivered_at("l1") is None


async def test_products_come_with_exact_prices_and_texts(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(products=[product_row(), product_row(sku="mixer", name={"fi": "Sekoitin"})])
    blender = await products.product(runtime, "blender")
    assert blender.prices == {"EUR": Decimal("89.90")}
    assert (blender.name_in("fi"), blender.name_in("fil")) == ("Tehosekoitin", "Blender")
    assert (await products.product(runtime, "mixer")).name_in("en") == "Sekoitin"
    assert [product.sku for product in await products.list_products(runtime)] == ["blender", "mixer"]
    with pytest.raises(NotFound):
        await products.product(runtime, "toaster")


async def test_recalls_come_newest_first(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(recalls=[recall_row(id="old", at="2020-01-01T00:00:00Z"), recall_row()])
    assert [recall.id for recall in await products.list_recalls(runtime)] == ["rc-1", "old"]


async def test_customers_come_with_their_addresses(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(customers=[customer_row(), customer_row(id="c-0")])
    customer = await customers.customer(runtime, "c-1")
    assert customer.addresses[0].city == "Espoo"
    assert [item.id for item in await customers.list_customers(runtime)] == ["c-0", "c-1"]
    with pytest.raises(NotFound):
        await customers.customer(runtime, "c-9")
