"""Customers of the tests' own: each a copy of one of the demo shop's, under numbers that nobody else has.

What a conversation writes is then this customer's only, and no other test meets it.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jwt

from bot.demo.dates import DemoCalendar
from bot.demo.shop import TODAY_FILE, demo_rows
from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.services.shop_data.reading import Refusal
from bot.settings import DEMO_ENV_FILE, Settings
from bot.shop.content import Content
from bot.store.database import Database
from tests.system.running import System

Row = dict[str, Any]
TAKEN = ("customers", "orders", "plan_contracts", "reward_entries")


@dataclass(frozen=True)
class Person:
    """Somebody who shops here; a guest has no id. `numbers` leads from the demo's order numbers to theirs."""

    id: str | None
    name: str
    email: str
    address: Mapping[str, str]
    numbers: Mapping[str, str]
    contracts: Mapping[str, str]

    def order(self, told: str) -> str:
        """The number of the copy of that demo order."""
        return self.numbers[told]


class _Strict:
    def refused(self, refusal: Refusal) -> None:
        raise AssertionError(str(refusal))

    def advanced(self, size: int) -> None:
        pass


class People:
    """Makes customers by importing them into the running system."""

    def __init__(self, system: System, content: Content, folder: Path) -> None:
        self.system = system
        self.content = content
        self.folder = folder
        self.zone = ZoneInfo(content.shop.time_zone)
        told = (system.data_dir / "demo" / TODAY_FILE).read_text(encoding="utf-8").strip()
        self.today = datetime.fromisoformat(told)
        self.calendar = DemoCalendar(self.today, content.shop.time_zone)
        self.shop = demo_rows(self.today, content.shop.time_zone, system.url)
        numbers = [int(row["number"]) for row in system.rows("orders") if row["number"].isdigit()]
        self._next = max(numbers) + 1
        # The ids and numbers of all rows that were made.
        self.brought: set[str] = set()

    def clone(self, told: str, changed: Mapping[str, Row] | None = None) -> Person:
        """A copy of a demo customer, or of the guest with that address, and of all they have.

        `changed` are fields of orders, by the demo's numbers.
        """
        rows = {file: list(self._rows_of(file, told)) for file in TAKEN}
        for order in rows["orders"]:
            order.update((changed or {}).get(order["number"], {}))
        person = self._rename(rows)
        self.brought |= {str(row.get("id") or row["number"]) for found in rows.values() for row in found}
        self.import_rows({f"{file}.jsonl": found for file, found in rows.items()})
        return person

    def import_rows(self, files: Mapping[str, list[Row]]) -> None:
        """Take in rows as `python -m bot import` does, without its start."""
        folder = self.folder / secrets.token_hex(4)
        folder.mkdir(parents=True)
        for name, rows in files.items():
            (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        asyncio.run(self._import(folder))

    async def _import(self, folder: Path) -> None:
        settings = Settings(data_dir=self.system.data_dir)
        database = Database(settings.database)
        try:
            runtime = Runtime(settings, self.content, database, lambda: datetime.now(UTC))
            await import_folder(runtime, folder, _Strict())
        finally:
            await database.close()

    def day(self, told: str) -> date:
        """The day the demo's files tell as `-12d`."""
        return self.calendar.moment(f"{told} 12:00").date()

    def written(self, told: str | date) -> str:
        """That day as answers write it."""
        day = told if isinstance(told, date) else self.day(told)
        return f"{day.day} {day:%B %Y}"

    def token(self, person: Person | str, **claims: Any) -> str:
        """As the shop's page would have it signed."""
        customer_id = person if isinstance(person, str) else person.id
        settings = Settings(_env_file=self.system.data_dir / DEMO_ENV_FILE)  # type: ignore[call-arg]
        said = {
            "aud": settings.shop_id,
            "sub": customer_id,
            "exp": datetime.now(UTC) + timedelta(minutes=4),
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode(said | claims, settings.identity_secret.get_secret_value(), algorithm="HS256")

    def _rows_of(self, file: str, told: str) -> Iterator[Row]:
        rows = self.shop[f"{file}.jsonl"]
        key = "id" if file == "customers" else "customer_id"
        return (json.loads(json.dumps(row)) for row in rows if told in (row.get(key), row.get("email")))

    def _rename(self, rows: dict[str, list[Row]]) -> Person:
        """Give everything in the rows a name of its own."""
        mark = self._next
        self._next += max(len(rows["orders"]), 1)
        customer = next(iter(rows["customers"]), {})
        email = customer.get("email") or rows["orders"][0]["email"]
        user, _, host = email.partition("@")
        numbers = {row["number"]: str(mark + place) for place, row in enumerate(rows["orders"])}
        contracts = {row["id"]: f"P-{mark + place}" for place, row in enumerate(rows["plan_contracts"])}
        renamed = {**numbers, **contracts, email: f"{user}{mark}@{host}"}
        renamed |= {row["id"]: f"{row['id']}-{mark}" for row in rows["reward_entries"]}
        renamed |= {customer["id"]: f"c-{mark}"} if customer else {}
        for file, found in rows.items():
            rows[file] = [_replaced(row, renamed) for row in found]
        return Person(
            id=renamed.get(customer.get("id", "")),
            name=customer.get("name", ""),
            email=renamed[email],
            address=_own_street(rows, mark),
            numbers=numbers,
            contracts=contracts,
        )


def _replaced(row: Row, renamed: Mapping[str, str]) -> Row:
    """The row with every name in it replaced, also inside other texts such as a tracking number."""
    text = json.dumps(row)
    for old, new in renamed.items():
        text = text.replace(old, new)
    replaced: Row = json.loads(text)
    return replaced


def _own_street(rows: Mapping[str, list[Row]], mark: int) -> Mapping[str, str]:
    """A house number of their own, so that an address that leaks is known for whose it is."""
    homes: list[Row] = [place for customer in rows["customers"] for place in customer["addresses"]]
    homes += [order["ship_to"] for order in rows["orders"]]
    for place in homes:
        place["line1"] = f"{place['line1'].split()[0]} {mark}"
    return homes[0]
