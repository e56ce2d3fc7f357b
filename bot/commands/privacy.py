"""`python -m bot access CUSTOMER` and `python -m bot forget CUSTOMER`."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence

from bot import bootstrap
from bot.services import privacy
from bot.services.runtime import Runtime
from bot.shop.errors import NotFound

DONE, WRONG = 0, 2


def access_command(arguments: Sequence[str]) -> int:
    """Write all that is held of a customer to standard output, as one JSON document."""

    async def write(runtime: Runtime, customer_id: str) -> None:
        held = await privacy.held_of(runtime, customer_id)
        print(json.dumps(held, ensure_ascii=False, indent=2, default=str))

    return _for_customer("access", arguments, write)


def forget_command(arguments: Sequence[str]) -> int:
    """Erase a customer everywhere, and say under which pseudonym the books go on."""

    async def erase(runtime: Runtime, customer_id: str) -> None:
        pseudonym = await privacy.forget(runtime, customer_id)
        print(f"{customer_id} is erased; what must be kept is kept as {pseudonym}")

    return _for_customer("forget", arguments, erase)


def _for_customer(
    name: str, arguments: Sequence[str], work: Callable[[Runtime, str], Awaitable[None]]
) -> int:
    if len(arguments) != 1:
        print(f"usage: python -m bot {name} CUSTOMER", file=sys.stderr)
        return WRONG

    async def run() -> None:
        runtime = bootstrap.runtime()
        try:
            await work(runtime, arguments[0])
        finally:
            await runtime.database.close()

    try:
        asyncio.run(run())
    except NotFound as error:
        print(error, file=sys.stderr)
        return WRONG
    return DONE
