"""The shop that tests of orders talk about: some customers, orders in every state, and a time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.services.shop_data.reading import Refusal
from bot.store.conversations import Conversation
from tests.store.shop_rows import customer_row, euros, order_row, product_row, write_folder

AINO, GUEST = "aino@posti.example", "venla@posti.example"
Row = dict[str, Any]


class _Deaf:
    def refused(self, refusal: Refusal) -> None:
        raise AssertionError(str(refusal))

    def advanced(self, size: int) -> None:
        pass


def parcel(number: str = "s1", lines: tuple[str, ...] = ("l1",), **changes: Any) -> Row:
    tracking = {"id": number, "carrier": "Posti", "tracking": "JJFI1", "line_ids": list(lines)}
    return tracking | {"shipped_at": "2026-04-20T08:00:00Z"} | changes


def line(number: str, sku: str, price: str, quantity: int = 1) -> Row:
    return {"id": number, "sku": sku, "quantity": quantity, "unit_price": euros(price)}


def paid(amount: str) -> list[Row]:
    return [{"id": "p1", "method": "card", "last4": "4242", "amount": euros(amount)}]


PRODUCTS = [
    product_row(),
    product_row(sku="lamp", name={"en": "Hohde lamp", "fi": "Hohde-valaisin"}, category="lighting", stock=0),
    product_row(
        sku="grill", name={"en": "Hiillos grill", "fi": "Hiillos-grilli"}, category="garden", stock=4
    ),
]
DELIVERED = order_row(shipping_fee=None, payments=paid("89.90"))
PENDING = order_row(
    number="10521",
    status="pending",
    placed_at="2026-05-04T19:00:00+03:00",
    shipments=[],
    payments=paid("179.80"),
    shipping_fee=None,
    lines=[line("l1", "blender", "89.90", 2)],
)
LATE = order_row(
    number="10515",
    status="shipped",
    placed_at="2026-04-18T12:00:00Z",
    payments=paid("199.00"),
    shipping_fee=None,
    lines=[line("l1", "grill", "199.00")],
    shipments=[parcel(expected_at="2026-05-03T15:00:00Z")],
)
LOST = order_row(
    number="10499",
    status="shipped",
    placed_at="2026-03-18T12:00:00Z",
    payments=paid("199.00"),
    shipping_fee=None,
    lines=[line("l1", "grill", "199.00")],
    shipments=[parcel(shipped_at="2026-03-20T08:00:00Z", expected_at="2026-03-27T15:00:00Z")],
)
TWO_PARCELS = order_row(
    number="10507",
    status="shipped",
    payments=paid("100.00"),
    shipping_fee=None,
    lines=[line("l1", "blender", "50.00"), line("l2", "lamp", "50.00")],
    shipments=[
        parcel("s1", ("l1",), delivered_at="2026-05-03T12:00:00Z", expected_at="2026-05-03T15:00:00Z"),
        parcel("s2", ("l2",), expected_at="2026-05-09T15:00:00Z"),
    ],
)


async def fill(runtime: Runtime, folder: Path, *orders: Row) -> None:
    """Import the customer, the products and these orders."""
    files = {
        "customers.jsonl": [customer_row(), customer_row(id="c-2", email="other@posti.example")],
        "products.jsonl": PRODUCTS,
        "orders.jsonl": list(orders),
    }
    await import_folder(runtime, write_folder(folder / "shop", files), _Deaf())


async def sign_in(runtime: Runtime, dialogue_id: str, customer_id: str = "c-1") -> None:
    """As the shop's token would."""
    async with runtime.database.transaction() as session:
        await session.execute(
            update(Conversation)
            .where(Conversation.dialogue_id == dialogue_id)
            .values(
                customer_id=customer_id,
                identity_level=2,
                identity_expires_at=runtime.clock() + timedelta(hours=12),
            )
        )
