"""How much one visitor may ask: token buckets in memory, forgotten when full again."""

import time
from collections import OrderedDict

from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.gateway.problems import Refused

KEPT = 50_000


class Limiter:
    """`per_minute` requests for each key, in bursts of as many."""

    def __init__(self, per_minute: int) -> None:
        """The burst is the whole minute's allowance."""
        self._rate = per_minute / 60
        self._burst = float(per_minute)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float) -> float:
        """Take one; gives 0 if there was one, else the seconds until there is."""
        level, at = self._buckets.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate)
        granted = level >= 1
        self._buckets[key] = (level - 1 if granted else level, now)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - level) / self._rate

    def check(self, key: str) -> None:
        """Take one, or refuse with the seconds to wait. Raises Refused."""
        wait = self.take(key, time.monotonic())
        if wait > 0:
            raise Refused("too-many-requests", headers={"Retry-After": str(int(wait) + 1)})


SESSION_LIMIT = web.AppKey("session_limit", Limiter)
MESSAGE_LIMIT = web.AppKey("message_limit", Limiter)


def client_address(request: web.Request) -> str:
    """Where the request came from; a proxy is believed only if the settings name it."""
    peer = request.remote or "unknown"
    proxies = request.app[RUNTIME].settings.proxies
    if peer not in proxies:
        return peer
    # Some proxies add a line of their own below the one that the client forged.
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
    for hop in reversed([part.strip() for part in forwarded.split(",")]):
        if hop and hop not in proxies:
            return hop
    return peer
