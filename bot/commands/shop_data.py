"""`python -m bot import DIR`, `export TABLE` and `demo-data`."""

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from bot import bootstrap
from bot.demo.shop import write_demo_shop
from bot.services.exports import export_table
from bot.services.imports import Imported, import_folder
from bot.services.runtime import Runtime
from bot.services.shop_data.reading import Refusal
from bot.shop.errors import InvalidInput, NotFound
from bot.store.content import WrongContent
from bot.store.migrate import migrate

DONE, FAILED, WRONG, SOME_REFUSED, INTERRUPTED = 0, 1, 2, 3, 130


def import_command(arguments: Sequence[str]) -> int:
    """Take in a folder of shop data: 0 if all rows went in, 3 if some were refused, 2 for a wrong folder."""
    parser = argparse.ArgumentParser(
        prog="python -m bot import", description="Take in shop data, as in docs/shop-data.md."
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder of JSON Lines files")
    folder: Path = parser.parse_args(arguments).folder
    return _run(partial(_import, folder=folder))


def export_command(arguments: Sequence[str]) -> int:
    """Write a table to standard output; 2 when there is no such table."""
    parser = argparse.ArgumentParser(
        prog="python -m bot export", description="Write a table as JSON Lines, as in docs/shop-data.md."
    )
    parser.add_argument("table", metavar="TABLE", help="a table's name; a wrong one lists them all")
    table: str = parser.parse_args(arguments).table
    try:
        return _run(partial(_export, table=table))
    except BrokenPipeError:
        # Whoever reads has enough (`| head`); Python's own flush at exit would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def demo_command(arguments: Sequence[str]) -> int:
    """Fill the database with the demo shop; 2 in production."""
    parser = argparse.ArgumentParser(
        prog="python -m bot demo-data", description="Put the demo shop of docs/demo.md into the database."
    )
    parser.add_argument("--fresh", action="store_true", help="move all dates so that the histories end today")
    return _run(partial(_demo, fresh=parser.parse_args(arguments).fresh))


def _run(work: Callable[[Runtime], Coroutine[Any, Any, int]]) -> int:
    try:
        return asyncio.run(_with_database(work))
    except (InvalidInput, NotFound, WrongContent) as error:
        print(error, file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        raise
    except OSError as error:
        print(error, file=sys.stderr)
        return FAILED
    except DBAPIError as error:
        print(f"The database failed, what is in is whole: {error.orig}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("Stopped; what is in is whole. Run it again for the rest.", file=sys.stderr)
        return INTERRUPTED


async def _with_database(work: Callable[[Runtime], Coroutine[Any, Any, int]]) -> int:
    runtime = bootstrap.runtime()
    try:
        await migrate(runtime.database)
        return await work(runtime)
    finally:
        await runtime.database.close()


async def _import(runtime: Runtime, folder: Path) -> int:
    with _progress(folder) as progress:
        imported = await import_folder(runtime, folder, _Terminal(progress))
    _report(imported)
    return SOME_REFUSED if any(imported.refused.values()) else DONE


def _progress(folder: Path) -> "tqdm[NoReturn]":
    """A bar on standard error, by bytes; `disable=None` leaves it out where no person looks on."""
    size = sum(path.stat().st_size for path in folder.glob("*.jsonl"))
    return tqdm(total=size, unit="B", unit_scale=True, disable=None, desc="import", file=sys.stderr)


class _Terminal:
    """Shows how an import goes: a bar where a person looks on, and each refusal as it comes."""

    def __init__(self, progress: "tqdm[NoReturn]") -> None:
        self.progress = progress

    def refused(self, refusal: Refusal) -> None:
        """One line; the bar moves out of its way."""
        self.progress.write(str(refusal), file=sys.stderr)

    def advanced(self, size: int) -> None:
        """Move the bar."""
        self.progress.update(size)


def _report(imported: Imported) -> None:
    for remark in imported.remarks:
        print(f"warning: {remark}", file=sys.stderr)
    for file, accepted in imported.accepted.items():
        print(f"{file}: {accepted} in, {imported.refused[file]} refused")


async def _export(runtime: Runtime, table: str) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    async with aclosing(export_table(runtime, table)) as lines:
        async for line in lines:
            sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return DONE


async def _demo(runtime: Runtime, *, fresh: bool) -> int:
    if not runtime.settings.demo:
        raise InvalidInput("the demo shop is for the demo; AFTERCARE_ENV says otherwise")
    folder = write_demo_shop(runtime.settings, runtime.content.shop.time_zone, fresh=fresh)
    return await _import(runtime, folder)
