"""Rows of shop data as a shop may send them, and folders of them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]

ADDRESS = {"id": "home", "line1": "Koivukuja 7", "city": "Espoo", "postcode": "02210", "country": "FI"}


def euros(amount: str) -> Row:
    return {"amount": amount, "currency": "EUR"}


def customer_row(**changes: Any) -> Row:
    return {
        "id": "c-1",
        "email": "Aino@Posti.Example",
        "name": "Aino Laaksonen",
        "joined_at": "2025-01-02T10:00:00+02:00",
        "addresses": [ADDRESS],
    } | changes


def product_row(**changes: Any) -> Row:
    return {
        "sku": "blender",
        "name": {"en": "Blender", "fi": "Tehosekoitin"},
        "category": "small_appliances",
        "prices": {"EUR": "89.90"},
        "description": "Blends.",
        "stock": 3,
    } | changes


def order_row(**changes: Any) -> Row:
    return {
        "number": "10482",
        "customer_id": "c-1",
        "email": "aino@posti.example",
        "placed_at": "2026-05-01T19:42:00+03:00",
        "status": "delivered",
        "ship_to": ADDRESS,
        "payments": [{"id": "p1", "method": "card", "last4": "4242", "amount": euros("94.80")}],
        "shipping_fee": euros("4.90"),
        "lines": [{"id": "l1", "sku": "blender", "quantity": 1, "unit_price": euros("89.90")}],
        "shipments": [
            {
                "id": "s1",
                "carrier": "Posti",
                "tracking": "JJFI1",
                "shipped_at": "2026-05-02T08:00:00Z",
                "delivered_at": "2026-05-04T12:00:00Z",
                "line_ids": ["l1"],
            }
        ],
    } | changes


def contract_row(**changes: Any) -> Row:
    return {
        "id": "P-1",
        "plan_id": "care_plus",
        "customer_id": "c-1",
        "email": "aino@posti.example",
        "order_number": "10482",
        "line_id": "l1",
        "starts_at": "2026-05-01T19:42:00+03:00",
        "ends_at": "2029-05-01T19:42:00+03:00",
        "status": "active",
    } | changes


def reward_row(**changes: Any) -> Row:
    return {
        "id": "E-1",
        "customer_id": "c-1",
        "kind": "earn",
        "points": 90,
        "at": "2026-05-04T12:00:00Z",
    } | changes


def event_row(**changes: Any) -> Row:
    return {"id": "ev-1", "number": "R-1", "kind": "received", "at": "2026-05-04T12:00:00Z"} | changes


def recall_row(**changes: Any) -> Row:
    return {
        "id": "rc-1",
        "skus": ["blender"],
        "severity": "safety",
        "text": "The blade may come loose.",
        "remedy": {"en": "Your money back."},
        "at": "2026-05-04T12:00:00Z",
    } | changes


WHOLE_SHOP: dict[str, list[Row]] = {
    "customers.jsonl": [
        customer_row(
            phone="+358 9 123",
            language="fi-FI",
            time_zone="Europe/Helsinki",
            consents=[{"channel": "email", "topic": "sale", "granted": True, "at": "2026-01-01T00:00:00Z"}],
        )
    ],
    "products.jsonl": [product_row(specs={"power": "1200 W", "safe": True}, options={"colour": "red"})],
    "orders.jsonl": [order_row(discounts=[{"code": "WELCOME10", "amount": euros("9.00")}])],
    "plan_contracts.jsonl": [contract_row()],
    "reward_entries.jsonl": [reward_row(order_number="10482", expires_at="2028-05-04T12:00:00Z")],
    "return_events.jsonl": [event_row()],
    "claim_events.jsonl": [event_row(id="ev-2", kind="visit_done", note="Done.")],
    "recalls.jsonl": [recall_row()],
}


def write_folder(folder: Path, files: Mapping[str, Iterable[Row | bytes]]) -> Path:
    """Write files of rows; bytes go in as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
        (folder / name).write_bytes(b"".join(line + b"\n" for line in lines))
    return folder
