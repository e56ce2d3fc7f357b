"""Waking those who wait for news of a conversation. The log is the truth; a lost wake-up costs only time."""

import asyncio
import contextlib
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import redis.asyncio as redis

log = logging.getLogger(__name__)

CHANNEL = "aftercare:news"
QUEUE_SIZE = 100
RECONNECT_SECONDS = 2.0
# A Redis that does not answer must not hold up customers.
TELL_SECONDS = 2.0


class Hub:
    """Tells waiting readers that a conversation has news, in this process and, with Redis, in all.

    A notice is None ("look into the log") or a passing event such as typing, which the log does not hold.
    """

    def __init__(self, redis_url: str = "") -> None:
        """Without a Redis URL only this process is told."""
        self._waiting: defaultdict[str, set[asyncio.Queue[dict[str, Any] | None]]] = defaultdict(set)
        self._name = secrets.token_hex(8)
        self._redis = redis.from_url(redis_url) if redis_url else None
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to the other processes, if there are any."""
        if self._redis is not None:
            self._listener = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    async def tell(self, conversation_id: str, event: dict[str, Any] | None = None) -> None:
        """There is news. Never fails: readers look by themselves now and then."""
        self._tell_here(conversation_id, event)
        if self._redis is not None:
            try:
                async with asyncio.timeout(TELL_SECONDS):
                    await self._redis.publish(CHANNEL, json.dumps([self._name, conversation_id, event]))
            except (redis.RedisError, OSError) as error:
                log.warning("other gateways are not told of news: %s", type(error).__name__)

    @contextlib.asynccontextmanager
    async def listening(self, conversation_id: str) -> AsyncIterator[asyncio.Queue[dict[str, Any] | None]]:
        """A queue that gets every notice of the conversation while the block lasts."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(QUEUE_SIZE)
        self._waiting[conversation_id].add(queue)
        try:
            yield queue
        finally:
            self._waiting[conversation_id].discard(queue)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def _tell_here(self, conversation_id: str, event: dict[str, Any] | None) -> None:
        for queue in tuple(self._waiting.get(conversation_id, ())):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(event)

    def _tell_others(self, teller: str, conversation_id: str, event: dict[str, Any] | None) -> None:
        if teller != self._name:
            self._tell_here(conversation_id, event)

    async def _listen(self) -> None:
        while self._redis is not None:
            try:
                async with self._redis.pubsub() as news:
                    await news.subscribe(CHANNEL)
                    async for notice in news.listen():
                        if notice["type"] == "message":
                            self._tell_others(*json.loads(notice["data"]))
            except (redis.RedisError, OSError, ValueError, TypeError) as error:
                log.warning("news of other gateways are late: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
