"""The demo shop Havu Home: its shop data, written as files that the ordinary import takes in."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.demo.dates import DemoCalendar
from bot.demo.orders import OrderBook
from bot.demo.products import product_rows, recall_rows
from bot.settings import Settings

HERE = Path(__file__).parent
# Remembers which day is the demo's today; the import passes over hidden files.
TODAY_FILE = ".today"

Row = dict[str, Any]


def write_demo_shop(settings: Settings, zone: str, *, fresh: bool = False) -> Path:
    """Write the demo's files and give their folder.

    The first time, and when `fresh`, all dates count from now; later the files stay as they are.
    """
    folder = settings.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    now = _today(folder, settings.current_time(), fresh=fresh)
    for name, rows in demo_rows(now, zone, settings.base_url).items():
        _write(folder / name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return folder


def demo_rows(now: datetime, zone: str, site: str) -> dict[str, list[Row]]:
    """The rows of each file, with dates that count from `now`."""
    calendar = DemoCalendar(now, zone)
    goods, people, sales = (_told(name) for name in ("products", "customers", "orders"))
    customers = [_customer(customer, calendar) for customer in people["customers"]]
    products = list(product_rows(goods, site))
    book = OrderBook(_by(customers, "id"), _by(products, "sku"), calendar)
    return {
        "customers.jsonl": customers,
        "products.jsonl": products,
        "orders.jsonl": list(book.order_rows(sales)),
        "plan_contracts.jsonl": list(book.contract_rows(sales)),
        "reward_entries.jsonl": [_reward(entry, calendar) for entry in people["rewards"]],
        "recalls.jsonl": list(recall_rows(goods, calendar)),
    }


def _customer(told: Row, calendar: DemoCalendar) -> Row:
    row = {name: told[name] for name in ("id", "name", "email", "language", "phone") if name in told}
    joined = calendar.iso(told["joined"])
    return row | {
        "time_zone": told["zone"],
        "joined_at": joined,
        "addresses": [{"id": "home"} | told["address"]],
        "consents": [consent | {"at": joined} for consent in told.get("consents", ())],
    }


def _reward(told: Row, calendar: DemoCalendar) -> Row:
    row = {name: told[name] for name in ("id", "kind", "points", "reason")}
    return row | {
        "customer_id": told["customer"],
        "order_number": told.get("order"),
        "at": calendar.iso(told["at"]),
        "available_at": calendar.iso(told.get("available")),
        "expires_at": calendar.iso(told.get("expires")),
    }


def _told(name: str) -> Row:
    told: Row = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return told


def _by(rows: Iterable[Row], key: str) -> dict[str, Row]:
    return {row[key]: row for row in rows}


def _today(folder: Path, now: datetime, *, fresh: bool) -> datetime:
    path = folder / TODAY_FILE
    if not fresh:
        try:
            return datetime.fromisoformat(path.read_text(encoding="utf-8").strip()).astimezone(UTC)
        except (FileNotFoundError, ValueError):
            pass  # the first time, or a start that was cut off
    _write(path, now.isoformat())
    return now


def _write(path: Path, text: str) -> None:
    """All of it or nothing: another start may read it."""
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
