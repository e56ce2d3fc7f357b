"""What belongs to others: told to nobody in these conversations, and changed by none of them."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.system.chat import Chat
from tests.system.running import System

Row = dict[str, Any]
# Tables that a conversation writes for its customer, with the column that says whose or about what a row is.
WRITTEN = {
    "claims": "order_number",
    "coupon_redemptions": "code",
    "customers": "id",
    "delivery_cases": "order_number",
    "orders": "number",
    "plan_contracts": "order_number",
    "refunds": "order_number",
    "return_lines": "order_number",
    "returns": "order_number",
    "staff_messages": "conversation_id",
    "withdrawals": "conversation_id",
}
SPENT = ("redeem", "reverse", "adjust")


def secrets_of_others(system: System, ids: Iterable[str], numbers: Iterable[str]) -> Iterator[str]:
    """The words no answer may hold: what tells of customers and orders that are not these."""
    known, own = set(ids), set(numbers)
    for row in system.rows("customers"):
        if row["id"] not in known:
            yield row["email"]
    for order in system.rows("orders"):
        if order["number"] not in own:
            yield from (order["number"], order["email"], order["ship_to"]["line1"])
    for row in system.rows("shipments"):
        if row["order_number"] not in own:
            yield row["tracking"]
    for table, column, key in (
        ("claims", "order_number", "number"),
        ("returns", "order_number", "number"),
        ("plan_contracts", "order_number", "id"),
    ):
        yield from (row[key] for row in system.rows(table) if row[column] not in own)
    yield from (row["code"] for row in system.rows("coupons") if row["customer_id"] not in known)


def told(chat: Chat) -> str:
    """Everything that was said to the customer: texts, buttons and cards."""
    said: list[str] = []
    for event in chat.events:
        if event["type"] == "message" and event["author"] == "bot":
            titles = [choice["title"] for choice in event.get("choices", [])]
            cards = [str(value) for card in event.get("cards", []) for value in card.values()]
            said += [event["text"], *titles, *cards]
    return "\n".join(said)


def leaked(system: System, chat: Chat, ids: Iterable[str], numbers: Iterable[str]) -> list[str]:
    """What was told of others; what the customer wrote themselves may be said back."""
    said, written = told(chat), " ".join(chat.said_by("customer"))
    found = secrets_of_others(system, ids, numbers)
    return [word for word in found if word and _stands_in(word, said) and word not in written]


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def belongings(system: System, ids: Iterable[str], numbers: Iterable[str], chats: Iterable[str]) -> list[Row]:
    """All rows a conversation might write that do not belong to these customers, orders and conversations."""
    own = {*ids, *numbers, *chats}
    found = [
        {"table": table, **row}
        for table, column in WRITTEN.items()
        for row in system.rows(table)
        if row[column] not in own
    ]
    found += [
        {"table": "shop_requests", **row}
        for row in system.rows("shop_requests")
        if row["conversation_id"] not in own
    ]
    found += [
        {"table": "ledger_entries", **row}
        for row in system.rows("ledger_entries")
        if row["customer_id"] not in own and row["kind"] in SPENT
    ]
    return found
