"""What both measurements share: a database of their own, and how its orders are named."""

import argparse
from pathlib import Path
from tempfile import gettempdir

from bot.services.runtime import Runtime
from bot.settings import ROOT, Settings
from bot.store import content
from bot.store.database import Database

PER_CUSTOMER = 5
PRODUCTS = 2000


def arguments(description: str) -> argparse.Namespace:
    """The options of both measurements."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()) / "aftercare-bench")
    parser.add_argument("--database-url", default="", help="an empty one; SQLite in the folder unless given")
    return parser.parse_args()


def make_runtime(options: argparse.Namespace) -> Runtime:
    """A runtime on the measurement's database, with the shop's content."""
    options.folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(data_dir=options.folder, database_url=options.database_url)
    return Runtime(
        settings=settings,
        content=content.load(ROOT / "content"),
        database=Database(settings.database),
        clock=settings.current_time,
    )


def number_of(place: int) -> str:
    """The number of the order at that place."""
    return str(100_000 + place)


def customer_of(place: int) -> str:
    """Who made the order at that place."""
    return f"c-{place // PER_CUSTOMER}"


def email_of(place: int) -> str:
    """With which address."""
    return f"{customer_of(place)}@bench.example"
