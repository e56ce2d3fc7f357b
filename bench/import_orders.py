"""Measures the import of many orders: `python -m bench.import_orders [--orders N] [--database-url URL]`."""

import asyncio
import json
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bench.world import PER_CUSTOMER, PRODUCTS, arguments, customer_of, email_of, make_runtime, number_of
from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.services.shop_data.reading import Refusal
from bot.store.migrate import migrate

START = datetime(2024, 1, 1, tzinfo=UTC)
ADDRESS = {"id": "home", "line1": "Koivukuja 7 B 12", "city": "Espoo", "postcode": "02210", "country": "FI"}


class Progress:
    """Shows the bar; the measurement's rows are all good."""

    def __init__(self, total: int) -> None:
        """`total` is the size of the files."""
        self.bar = tqdm(total=total, unit="B", unit_scale=True, disable=None)

    def refused(self, refusal: Refusal) -> None:
        """Never, in made-up data."""
        raise ValueError(str(refusal))

    def advanced(self, size: int) -> None:
        """Move the bar."""
        self.bar.update(size)


async def main() -> None:
    """Make the files, import them twice, print what it took."""
    options = arguments("Measure the import of many orders.")
    folder = options.folder / "shop"
    write_shop(folder, options.orders)
    runtime = make_runtime(options)
    await migrate(runtime.database)
    print(f"database: {runtime.database.engine.url.render_as_string(hide_password=True)}")
    for name in ("first import", "second import"):
        await measure(name, runtime, folder)
    await runtime.database.close()


async def measure(name: str, runtime: Runtime, folder: Path) -> None:
    """Import once; print rows per second and how far memory has grown."""
    before = peak_mebibytes()
    begun = time.perf_counter()
    imported = await import_folder(runtime, folder, Progress(size_of(folder)))
    seconds = time.perf_counter() - begun
    rows = sum(imported.accepted.values())
    print(
        f"{name}: {rows} rows, {imported.accepted['orders.jsonl']} orders in {seconds:.1f} s, "
        f"{rows / seconds:.0f} rows/s; share of the 300 s allowed: {seconds / 300:.2f}; "
        f"peak memory {before:.0f} -> {peak_mebibytes():.0f} MiB"
    )


def size_of(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.glob("*.jsonl"))


def peak_mebibytes() -> float:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_shop(folder: Path, orders: int) -> None:
    """Files with that many orders, the same each time."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    write(folder / "customers.jsonl", (customer(place) for place in range(0, orders, PER_CUSTOMER)))
    write(folder / "products.jsonl", (product(place) for place in range(PRODUCTS)))
    write(folder / "orders.jsonl", (order(place, chance) for place in range(orders)))


def write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """One row on each line."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def customer(place: int) -> dict[str, Any]:
    """A customer with an address."""
    return {
        "id": customer_of(place),
        "email": email_of(place),
        "name": f"Customer {place}",
        "joined_at": START.isoformat(),
        "addresses": [ADDRESS],
    }


def product(place: int) -> dict[str, Any]:
    """A product with two texts."""
    return {
        "sku": f"sku-{place}",
        "name": {"en": f"Product {place}", "fi": f"Tuote {place}"},
        "category": "kitchenware",
        "prices": {"EUR": "19.90"},
        "description": "Made up.",
        "stock": 5,
    }


def order(place: int, chance: random.Random) -> dict[str, Any]:
    """An order of one to four lines in one or two parcels."""
    number = number_of(place)
    placed = START + timedelta(minutes=10 * place)
    lines = [line(f"{number}-{position}", chance) for position in range(chance.randint(1, 4))]
    parcels = [lines[:2], lines[2:]] if len(lines) > 2 else [lines]
    return {
        "number": number,
        "customer_id": customer_of(place),
        "email": email_of(place),
        "placed_at": placed.isoformat(),
        "status": "delivered",
        "ship_to": ADDRESS,
        "payments": [{"id": "p1", "method": "card", "last4": "4242", "amount": euros("19.90")}],
        "shipping_fee": euros("4.90"),
        "lines": lines,
        "shipments": [shipment(f"s{at}", placed, carried) for at, carried in enumerate(parcels)],
    }


def line(line_id: str, chance: random.Random) -> dict[str, Any]:
    """One product of many."""
    sku = f"sku-{chance.randrange(PRODUCTS)}"
    return {"id": line_id, "sku": sku, "quantity": 1, "unit_price": euros("19.90")}


def shipment(shipment_id: str, placed: datetime, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """A parcel that came after four days."""
    return {
        "id": shipment_id,
        "carrier": "Posti",
        "tracking": f"JJFI{shipment_id}",
        "shipped_at": (placed + timedelta(days=1)).isoformat(),
        "delivered_at": (placed + timedelta(days=4)).isoformat(),
        "line_ids": [item["id"] for item in lines],
    }


def euros(amount: str) -> dict[str, str]:
    """Money."""
    return {"amount": amount, "currency": "EUR"}


if __name__ == "__main__":
    asyncio.run(main())
