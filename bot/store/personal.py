"""Where personal data is, table by table: how a person's rows are found, and what erasing does with them.

Every table stands here, so that a new one cannot be forgotten: a test compares this with the metadata.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Table, false, or_

from bot.store.tables import METADATA


class Erasure(StrEnum):
    """What becomes of a person's rows when the person is erased."""

    DELETE = "delete"
    PSEUDONYM = "pseudonym"
    NONE = "none"


@dataclass(frozen=True)
class Person:
    """By what a person's rows are known: the account, its addresses, its orders, its conversations.

    `subjects` are what requests to the shop are about: `order:10482`, `return:...`, `claim:...`.
    """

    customer_id: str
    email_keys: frozenset[str]
    order_numbers: frozenset[str]
    conversation_ids: frozenset[str]
    subjects: frozenset[str]


@dataclass(frozen=True)
class Holding:
    """How one table holds personal data: `by` names the columns that lead to a person, keys of `FINDERS`."""

    by: tuple[str, ...] = ()
    erasure: Erasure = Erasure.DELETE


def _in(values: Collection[str], column: Column[str]) -> ColumnElement[bool]:
    return column.in_(sorted(values)) if values else false()


def _begins(values: Collection[str], column: Column[str]) -> ColumnElement[bool]:
    return or_(false(), *(column.startswith(f"{value}:", autoescape=True) for value in sorted(values)))


Finder = Callable[[Person, Column[str]], ColumnElement[bool]]

FINDERS: dict[str, Finder] = {
    "id": lambda person, column: _in({person.customer_id}, column),
    "customer_id": lambda person, column: _in({person.customer_id}, column),
    "conversation_id": lambda person, column: _in(person.conversation_ids, column),
    "email_key": lambda person, column: _in(person.email_keys, column),
    "recipient_key": lambda person, column: _in(person.email_keys, column),
    "order_number": lambda person, column: _in(person.order_numbers, column),
    "number": lambda person, column: _in(person.order_numbers, column),
    "subject": lambda person, column: _in(person.subjects, column),
    "external_id": lambda person, column: _begins(person.conversation_ids, column),
}

KEPT_WITHOUT_PERSON = Holding(("customer_id",), Erasure.PSEUDONYM)
NOTHING_PERSONAL = Holding(erasure=Erasure.NONE)

HOLDINGS: dict[str, Holding] = {
    "addresses": Holding(("customer_id",)),
    "attachments": Holding(("conversation_id",)),
    "chat_sessions": Holding(("conversation_id",)),
    "choices": Holding(("conversation_id",)),
    "claims": Holding(("customer_id", "order_number", "conversation_id")),
    "conversations": Holding(("customer_id",)),
    "customers": Holding(("id",)),
    "delivery_cases": Holding(("order_number", "conversation_id")),
    "feedback": Holding(("conversation_id",)),
    "fitting_offers": Holding(("conversation_id",)),
    "inbox": Holding(("external_id",)),
    "messages": Holding(("conversation_id",)),
    "one_time_codes": Holding(("conversation_id", "email_key")),
    "order_grants": Holding(("conversation_id", "order_number")),
    "return_lines": Holding(("order_number",)),
    "refunds": Holding(("order_number",)),
    "returns": Holding(("customer_id", "order_number")),
    "withdrawals": Holding(("email_key", "conversation_id")),
    "order_lines": Holding(("order_number",)),
    "orders": Holding(("customer_id", "number")),
    "outbox": Holding(("conversation_id", "recipient_key")),
    "plan_contracts": Holding(("customer_id", "email_key")),
    "reward_accounts": Holding(("customer_id",)),
    "shipments": Holding(("order_number",)),
    "shop_requests": Holding(("conversation_id", "subject")),
    "staff_messages": Holding(("conversation_id",)),
    # The shop's books, and what proves that somebody agreed or was refused: kept without the person.
    "consents": KEPT_WITHOUT_PERSON,
    "coupons": KEPT_WITHOUT_PERSON,
    "ledger_entries": KEPT_WITHOUT_PERSON,
    # Ids only; the audit's `customer:<id>` is replaced by bot.services.privacy.
    "audit": NOTHING_PERSONAL,
    "attempts": NOTHING_PERSONAL,
    "catalogue_mark": NOTHING_PERSONAL,
    "claim_events": NOTHING_PERSONAL,
    "counters": NOTHING_PERSONAL,
    "coupon_redemptions": NOTHING_PERSONAL,
    "products": NOTHING_PERSONAL,
    "recalls": NOTHING_PERSONAL,
    "return_events": NOTHING_PERSONAL,
    "used_tokens": NOTHING_PERSONAL,
}


def rows_of(table: Table, person: Person) -> ColumnElement[bool]:
    """The condition that holds for a person's rows of a table."""
    return or_(false(), *(FINDERS[column](person, table.c[column]) for column in HOLDINGS[table.name].by))


def personal_tables() -> Sequence[Table]:
    """The tables with personal data, those that point to others before those."""
    tables = reversed(METADATA.sorted_tables)
    return [table for table in tables if HOLDINGS[table.name].erasure is not Erasure.NONE]
