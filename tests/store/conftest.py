"""What the tests of shop data share."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from bot.services.imports import Imported, import_folder
from bot.services.runtime import Runtime
from bot.services.shop_data.reading import Refusal
from tests.store.shop_rows import Row, write_folder


class Heard:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.bytes = 0

    def refused(self, refusal: Refusal) -> None:
        self.refusals.append(str(refusal))

    def advanced(self, size: int) -> None:
        self.bytes += size


class ImportResult:
    """What an import answered and said meanwhile."""

    def __init__(self, imported: Imported, heard: Heard) -> None:
        self.accepted = dict(imported.accepted)
        self.refused = dict(imported.refused)
        self.remarks = list(imported.remarks)
        self.refusals = heard.refusals
        self.bytes = heard.bytes


ImportRows = Callable[..., Awaitable[ImportResult]]


@pytest.fixture
def import_rows(runtime: Runtime, tmp_path: Path) -> ImportRows:
    """Imports files that are given by their names without the ending: `orders=[...]`."""
    return importer(runtime, tmp_path)


@pytest.fixture
def import_on_sqlite(sqlite_runtime: Runtime, tmp_path: Path) -> ImportRows:
    """The same, where the kind of database does not matter."""
    return importer(sqlite_runtime, tmp_path)


def importer(runtime: Runtime, tmp_path: Path) -> ImportRows:
    calls = 0

    async def import_rows(**files: Iterable[Row | bytes]) -> ImportResult:
        nonlocal calls
        calls += 1
        named = {f"{name}.jsonl": rows for name, rows in files.items()}
        heard = Heard()
        folder = write_folder(tmp_path / f"shop-{calls}", named)
        return ImportResult(await import_folder(runtime, folder, heard), heard)

    return import_rows
