"""`python -m bot gateway`: the three applications and, unless apart, the worker's loops, until a signal."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Sequence

from aiohttp import web

from bot import bootstrap
from bot.gateway.app import files_app, ops_app, public_app
from bot.gateway.keys import HUB
from bot.services.runtime import Runtime
from bot.shop.errors import ShopError
from bot.store.migrate import migrate
from bot.worker.loops import run_loops

SHUTDOWN_SECONDS = 3.0


def command(_arguments: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM; 2 when the content or a port cannot be used."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_serve(bootstrap.runtime()))
    except ShopError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"the gateway cannot listen: {error.strerror or error}", file=sys.stderr)
        return 2
    return 0


async def _serve(runtime: Runtime) -> None:
    await migrate(runtime.database)
    settings = runtime.settings
    public = public_app(runtime)
    places = (
        (public, settings.host, settings.port),
        (files_app(runtime), settings.host, settings.files_port),
        (ops_app(runtime), "127.0.0.1", settings.ops_port),
    )
    runners = []
    try:
        for app, host, port in places:
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
            await runner.setup()
            runners.append(runner)
            await web.TCPSite(runner, host, port).start()
        gc.freeze()
        await _until_stopped(runtime, public)
    finally:
        for runner in reversed(runners):
            await runner.cleanup()
        await runtime.database.close()


async def _until_stopped(runtime: Runtime, public: web.Application) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    loops = run_loops(runtime, public[HUB]) if runtime.settings.worker_in_gateway else stop.wait()
    working = asyncio.ensure_future(loops)
    try:
        await stop.wait()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
