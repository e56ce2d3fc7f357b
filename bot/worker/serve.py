"""`python -m bot worker`: the loops apart from the gateway, which has AFTERCARE_WORKER_IN_GATEWAY=false."""

import asyncio
import logging
import signal
from collections.abc import Sequence

from bot import bootstrap
from bot.services.runtime import Runtime
from bot.store.news import Hub
from bot.worker.loops import run_loops


def command(_arguments: Sequence[str]) -> int:
    """Work until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_work(bootstrap.runtime()))
    return 0


async def _work(runtime: Runtime) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    hub = Hub(runtime.settings.redis_url)
    loops = asyncio.create_task(run_loops(runtime, hub))
    try:
        await stop.wait()
    finally:
        loops.cancel()
        await asyncio.gather(loops, return_exceptions=True)
        await hub.stop()
        await runtime.database.close()
