"""Measures a running Aftercare from a customer's side: `make bench`, with AFTERCARE_PORT as it runs.

Each customer asks, waits for the end of the turn, and asks again. The defaults stay below the gateway's
limits per address; for more, start it with higher AFTERCARE_SESSIONS_PER_MINUTE and
AFTERCARE_MESSAGES_PER_MINUTE.
"""

import argparse
import asyncio
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import aiohttp

from bot import settings

QUESTIONS = (
    "how much is shipping to Finland?",
    "can I return a lamp I have opened",
    "how long is the warranty on a kettle",
    "do you ship to Norway",
    "my parcel never came",
    "thank you",
)


class Refused(Exception):
    """The gateway did not take part."""


async def measure(base_url: str, customers: int, messages: int) -> list[float]:
    """Seconds from sending to the end of the turn, for every message of every customer."""
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(base_url, timeout=limit) as client:
        turns = (_customer(client, messages, first) for first in range(customers))
        return [seconds for customer in await asyncio.gather(*turns) for seconds in customer]


async def _customer(client: aiohttp.ClientSession, messages: int, first: int) -> list[float]:
    session = await _post(client, "/api/chat/sessions", {}, {})
    headers = {"Authorization": f"Bearer {session['token']}"}
    cursor: int = session["cursor"]
    taken = []
    for number in range(messages):
        text = QUESTIONS[(first + number) % len(QUESTIONS)]
        begun = time.monotonic()
        message = {"client_id": str(uuid.uuid4()), "text": text}
        sent = await _post(client, "/api/chat/messages", message, headers)
        cursor = await _turn_end(client, headers, cursor, sent["seq"])
        taken.append(time.monotonic() - begun)
    return taken


async def _turn_end(client: aiohttp.ClientSession, headers: dict[str, str], cursor: int, seq: int) -> int:
    while True:
        query = {"after": str(cursor), "wait": "25"}
        async with client.get("/api/chat/events", params=query, headers=headers) as response:
            answer = await _checked(response)
        cursor = answer["cursor"]
        if any(event["type"] == "turn_done" and event["in_reply_to"] >= seq for event in answer["events"]):
            return cursor


async def _post(
    client: aiohttp.ClientSession, path: str, body: dict[str, str], headers: dict[str, str]
) -> dict[str, Any]:
    async with client.post(path, json=body, headers=headers) as response:
        return await _checked(response)


async def _checked(response: aiohttp.ClientResponse) -> dict[str, Any]:
    answer: dict[str, Any] = await response.json(content_type=None)
    if response.status >= 400:
        raise Refused(f"{response.status} {answer.get('title')}: {answer.get('detail')}")
    return answer


def report(taken: list[float], elapsed: float) -> Iterator[str]:
    """The figures, one a line."""
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    yield f"messages answered: {len(taken)}, {len(taken) / elapsed:.1f} a second"
    yield f"seconds to the end of the turn: p50 {cuts[49]:.3f}, p95 {cuts[94]:.3f}, most {max(taken):.3f}"


def main() -> int:
    """0 with figures, 1 with the reason why there are none."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=4, help="how many ask at the same time")
    parser.add_argument("--messages", type=int, default=6, help="how many each of them asks")
    options = parser.parse_args()
    begun = time.monotonic()
    try:
        taken = asyncio.run(measure(settings.load().base_url, options.customers, options.messages))
    except (Refused, aiohttp.ClientError, TimeoutError) as problem:
        print(f"No figures: {problem}. Is Aftercare running (make run)?", file=sys.stderr)
        return 1
    print(*report(taken, time.monotonic() - begun), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
