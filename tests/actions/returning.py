"""What the tests of returns share: orders to send back, and dialogues that have come some way."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.store.returns import Return
from tests.actions.dialogue import Answer, Dialogue
from tests.actions.shop import paid, parcel
from tests.store.shop_rows import customer_row, euros, order_row, product_row, write_folder

Row = dict[str, Any]


class _Strict:
    def refused(self, refusal: object) -> None:
        raise AssertionError(str(refusal))

    def advanced(self, size: int) -> None:
        pass


def line(number: str, sku: str, price: str, quantity: int = 1) -> Row:
    return {"id": number, "sku": sku, "quantity": quantity, "unit_price": euros(price)}


PRODUCTS = [
    product_row(),
    product_row(sku="lamp", name={"en": "Hohde lamp"}, category="lighting", prices={"EUR": "50.00"}, stock=2),
    product_row(
        sku="towel", name={"en": "Sauna towel"}, category="bath", prices={"EUR": "30.00"}, hygiene=True
    ),
    product_row(sku="chair", name={"en": "Kaisla chair"}, category="lighting", prices={"EUR": "80.00"}),
    product_row(
        sku="chair-red",
        name={"en": "Kaisla chair, red"},
        category="lighting",
        prices={"EUR": "80.00"},
        parent_sku="chair",
        options={"colour": "red"},
        stock=3,
    ),
    product_row(
        sku="chair-blue",
        name={"en": "Kaisla chair, blue"},
        category="lighting",
        prices={"EUR": "95.00"},
        parent_sku="chair",
        options={"colour": "blue"},
        stock=1,
    ),
]
ARRIVED = [parcel("s1", ("l1", "l2"), delivered_at="2026-05-03T12:00:00Z")]
TWO = order_row(
    number="20001",
    shipping_fee=euros("4.90"),
    payments=paid("144.80"),
    lines=[line("l1", "blender", "89.90"), line("l2", "lamp", "50.00")],
    shipments=ARRIVED,
)
CHAIR = order_row(
    number="20002",
    shipping_fee=None,
    payments=paid("80.00"),
    lines=[line("l1", "chair-red", "80.00")],
    shipments=[parcel("s1", ("l1",), delivered_at="2026-05-03T12:00:00Z")],
)
OLD = order_row(
    number="20003",
    placed_at="2025-01-10T12:00:00Z",
    shipping_fee=None,
    payments=paid("50.00"),
    lines=[line("l1", "lamp", "50.00")],
    shipments=[parcel("s1", ("l1",), shipped_at="2025-01-11T12:00:00Z", delivered_at="2025-01-12T12:00:00Z")],
)
TOWELS = order_row(
    number="20004",
    shipping_fee=None,
    payments=paid("90.00"),
    lines=[line("l1", "towel", "30.00", 3)],
    shipments=[parcel("s1", ("l1",), delivered_at="2026-05-03T12:00:00Z")],
)
THEIRS = order_row(
    number="30001", customer_id="c-2", email="other@posti.example", shipping_fee=None, payments=paid("89.90")
)


async def fill(runtime: Runtime, folder: Path, *orders: Row, products: list[Row] | None = None) -> None:
    """Import the customers, the products and these orders."""
    files = {
        "customers.jsonl": [customer_row(), customer_row(id="c-2", email="other@posti.example")],
        "products.jsonl": PRODUCTS if products is None else products,
        "orders.jsonl": list(orders),
    }
    await import_folder(runtime, write_folder(folder / "returning", files), _Strict())


async def kept(runtime: Runtime) -> list[Return]:
    """All returns there are."""
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(Return).order_by(Return.number)))


async def to_summary(dialogue: Dialogue, text: str, reason: str = "change_of_mind") -> Answer:
    """Answers every question of a return with the first choice, and the reason with the one given."""
    answer = await dialogue.say(text, "start_return")
    for _ in range(8):
        slot = dialogue.slots["requested_slot"]
        if dialogue.form != "start_return_form" or slot == "return_confirmed":
            break
        if slot == "return_reason":
            answer = await dialogue.press(f'/inform{{"return_reason": "{reason}"}}')
        else:
            answer = await dialogue.press(str(answer.buttons[0]["payload"]))
    return answer
