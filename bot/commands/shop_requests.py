"""`python -m bot requests list` and `requests settle`: for a shop that fetches instead of being called."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot import bootstrap
from bot.services.runtime import Runtime
from bot.services.shop_requests import OpenRequest, list_requests, settle_request
from bot.shop.errors import ShopError
from bot.shop.requests import RequestStatus
from bot.store.migrate import migrate

DONE, WRONG = 0, 2
SETTLING = [status.value for status in RequestStatus if status != RequestStatus.REQUESTED]


def command(arguments: Sequence[str]) -> int:
    """List requests as JSON Lines, or settle one; 2 when there is none or it is settled otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m bot requests", description="What the shop is asked to do, as in docs/integrators.md."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|settle")
    listing = commands.add_parser("list", help="one JSON object on each line, the newest first")
    listing.add_argument("--status", choices=[status.value for status in RequestStatus])
    settling = commands.add_parser("settle", help="say what became of a request")
    settling.add_argument("id")
    settling.add_argument("status", choices=SETTLING)
    settling.add_argument("--note", help="for staff; customers do not read it")
    return asyncio.run(_run(parser.parse_args(arguments)))


async def _run(given: argparse.Namespace) -> int:
    runtime = bootstrap.runtime()
    try:
        await migrate(runtime.database)
        return await (_list(runtime, given) if given.command == "list" else _settle(runtime, given))
    except ShopError as error:
        print(error, file=sys.stderr)
        return WRONG
    finally:
        await runtime.database.close()


async def _list(runtime: Runtime, given: argparse.Namespace) -> int:
    for request in await list_requests(runtime, RequestStatus(given.status) if given.status else None):
        _print(request)
    return DONE


async def _settle(runtime: Runtime, given: argparse.Namespace) -> int:
    _print(await settle_request(runtime, given.id, RequestStatus(given.status), note=given.note))
    return DONE


def _print(request: OpenRequest) -> None:
    print(json.dumps(asdict(request), ensure_ascii=False, default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
