"""Measures looking up orders, after bench.import_orders with the same options: `python -m bench.lookup`."""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable

from bench.world import arguments, customer_of, email_of, make_runtime, number_of
from bot.services import orders
from bot.services.runtime import Runtime

LOOKUPS = 1000
ALLOWED_MS = 20


async def main() -> None:
    """Look up in three ways; print the times and their share of what is allowed."""
    options = arguments("Measure looking up orders.")
    runtime = make_runtime(options)
    chance = random.Random(2)
    ways: dict[str, Callable[[Runtime, int], Awaitable[object]]] = {
        "number": lambda runtime, place: orders.order(runtime, number_of(place)),
        "customer": lambda runtime, place: orders.orders_of_customer(runtime, customer_of(place)),
        "e-mail": lambda runtime, place: orders.orders_of_email(runtime, email_of(place)),
    }
    for name, way in ways.items():
        await way(runtime, 0)
        begun = time.process_time()
        times = [await timed(way(runtime, chance.randrange(options.orders))) for _ in range(LOOKUPS)]
        report(name, times, 1000 * (time.process_time() - begun) / LOOKUPS)
    await runtime.database.close()


async def timed(lookup: Awaitable[object]) -> float:
    """Milliseconds it took; it must find something."""
    begun = time.perf_counter()
    found = await lookup
    took = (time.perf_counter() - begun) * 1000
    if not found:
        raise ValueError("nothing was found: run python -m bench.import_orders first, with the same options")
    return took


def report(name: str, times: list[float], working: float) -> None:
    """One line; the time this process works for a look-up tells a busy machine from a slow look-up."""
    median, late = statistics.median(times), statistics.quantiles(times, n=100)[98]
    within = sum(took < ALLOWED_MS for took in times) / len(times)
    print(
        f"by {name}: median {median:.2f} ms, 99 of 100 under {late:.2f} ms, max {max(times):.1f} ms; "
        f"median / {ALLOWED_MS} ms = {median / ALLOWED_MS:.2f}; under {ALLOWED_MS} ms: {within:.3f}; "
        f"{working:.2f} ms of processor time each"
    )


if __name__ == "__main__":
    asyncio.run(main())
