"""Taking in shop data: good rows go in whole, bad ones are told of, and repeating changes nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from bot.services.runtime import Runtime
from bot.services.shop_data.fields import unknown_fields
from bot.services.shop_data.files import DataFile, data_files
from bot.services.shop_data.notes import Notes
from bot.services.shop_data.reading import Line, Refusal, RowReader
from bot.services.shop_data.references import MissingReferences
from bot.store.bulk import is_the_records_fault
from bot.store.handoff import AuditEntry

# Rows of one transaction: many enough to be quick, few enough that the running system never waits long.
AT_ONCE = 250
BYTES_AT_ONCE = 8 * 1024 * 1024


class Listener(Protocol):
    """Hears how an import goes."""

    def refused(self, refusal: Refusal) -> None:
        """A row did not go in."""

    def advanced(self, size: int) -> None:
        """So many more bytes are done."""


@dataclass(frozen=True)
class Imported:
    """How many rows of each file went in and how many were refused, and what else is worth a word."""

    accepted: Mapping[str, int]
    refused: Mapping[str, int]
    remarks: Sequence[str]


async def import_folder(runtime: Runtime, folder: Path, listener: Listener) -> Imported:
    """Take in a folder of JSON Lines files.

    Raises InvalidInput, before anything is changed, for a wrong folder.
    """
    files = data_files(folder)
    importer = _Importer(runtime, listener)
    for file in files:
        await importer.take(file, folder / file.name)
    return await importer.finish()


class _Importer:
    """One import: what it has counted and noted so far."""

    def __init__(self, runtime: Runtime, listener: Listener) -> None:
        self.runtime = runtime
        self.listener = listener
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.notes = Notes()
        self.missing = MissingReferences()

    async def take(self, file: DataFile, path: Path) -> None:
        """Take in one file, some rows at a time."""
        self.accepted[file.name] = self.refused[file.name] = 0
        context = {"ledger_owner": self.runtime.settings.ledger_owner}
        reader = RowReader(file.name, file.model, context)
        for lines in _batches(reader.read(path)):
            for line in lines:
                if line.row is None:
                    self._refuse(line.refusals)
            await self._write(file, [line for line in lines if line.row is not None])
            self.listener.advanced(sum(line.size for line in lines))

    async def finish(self) -> Imported:
        """What came of it all; the audit log keeps the numbers."""
        async with self.runtime.database.transaction() as session:
            await self.missing.note(session, self.notes)
            refused = self.refused.total()
            session.add(
                AuditEntry(
                    actor="cli",
                    action="import",
                    subject="shop data",
                    outcome=f"{self.accepted.total()} in, {refused} refused",
                    at=self.runtime.clock(),
                )
            )
        return Imported(self.accepted, self.refused, list(self.notes.sentences()))

    async def _write(self, file: DataFile, lines: list[Line]) -> None:
        if not lines:
            return
        try:
            await self._write_together(file, lines)
        except DBAPIError as error:
            if not is_the_records_fault(error):
                raise
            await self._write_one_by_one(file, lines)
        else:
            self._accept(file, lines)

    async def _write_together(self, file: DataFile, lines: Sequence[Line]) -> None:
        """In one transaction; of rows with the same key the last."""
        rows = {line.row.key(): line.row for line in lines if line.row is not None}
        mentioned = [(line.number, item) for line in lines if line.row for item in line.row.references()]
        async with self.runtime.database.transaction() as session:
            await file.write(session, list(rows.values()))
            await self.missing.look_for(session, file.name, mentioned)

    async def _write_one_by_one(self, file: DataFile, lines: Sequence[Line]) -> None:
        """The database refused some row: find out which, and take in the others."""
        for line in lines:
            try:
                await self._write_together(file, [line])
            except DBAPIError as error:
                if not is_the_records_fault(error):
                    raise
                reason = f"the database refused it: {type(error.orig).__name__}"
                self._refuse([Refusal(file.name, line.number, "line", reason)])
            else:
                self._accept(file, [line])

    def _accept(self, file: DataFile, lines: Sequence[Line]) -> None:
        self.accepted[file.name] += len(lines)
        for line in lines:
            if line.row is None:
                continue
            for name in unknown_fields(line.row):
                self.notes.add(file.name, line.number, f"{name}: is not known and was left out")
            for doubt in line.row.doubts(self.runtime.content):
                self.notes.add(file.name, line.number, doubt)

    def _refuse(self, refusals: Sequence[Refusal]) -> None:
        for refusal in refusals:
            self.listener.refused(refusal)
        self.refused[refusals[0].file] += 1


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += line.size
        if len(batch) == AT_ONCE or size >= BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
