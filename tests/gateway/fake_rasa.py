"""A Rasa of the tests' own: REST channel and tracker, as quick, slow, broken or dead as a test wants it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Reply = list[dict[str, Any]]


@dataclass
class FakeRasa:
    """Answers every message with its own words; what it was asked is in `calls`."""

    delay: float = 0.0
    status: int = 200
    # Sent as it is instead of an answer.
    garbage: bytes | None = None
    replies: dict[str, Reply] = field(default_factory=dict)
    # While cleared, messages wait.
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    # Whether a message whose sender went away still gets into the tracker, as when it left a moment too late.
    finishes_alone: bool = True
    calls: list[dict[str, Any]] = field(default_factory=list)
    overlaps: int = 0
    trackers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pushed: list[dict[str, Any]] = field(default_factory=list)
    open_forms: set[str] = field(default_factory=set)
    _busy: Counter[str] = field(default_factory=Counter)
    _called: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        """It answers at once until told otherwise."""
        self.gate.set()

    @property
    def texts(self) -> list[str]:
        """What it was told, commands of sessions left out."""
        return [call["message"] for call in self.calls if call["message"] != "/session_start"]

    def app(self) -> web.Application:
        """The server's application."""
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/webhooks/rest/webhook", self._webhook)
        app.router.add_get("/conversations/{id}/tracker", self._tracker)
        app.router.add_post("/conversations/{id}/tracker/events", self._events)
        return app

    async def until_called(self, times: int = 1) -> None:
        """Wait until so many messages came in."""
        async with asyncio.timeout(10), self._called:
            await self._called.wait_for(lambda: len(self.texts) >= times)

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(body)
        async with self._called:
            self._called.notify_all()
        working = asyncio.ensure_future(self._work(body))
        # The server cancels what it does for somebody who went away.
        return await (asyncio.shield(working) if self.finishes_alone else working)

    async def _work(self, body: dict[str, Any]) -> web.Response:
        sender = body["sender"]
        self._busy[sender] += 1
        self.overlaps += self._busy[sender] > 1
        try:
            return await self._answer(body)
        finally:
            self._busy[sender] -= 1

    async def _answer(self, body: dict[str, Any]) -> web.Response:
        if self.delay:
            await asyncio.sleep(self.delay)
        await self.gate.wait()
        if self.garbage is not None:
            return web.Response(body=self.garbage, content_type="application/json")
        if self.status != 200:
            return web.Response(status=self.status)
        reply = self.replies.get(body["message"], [{"text": f"You said: {body['message']}"}])
        self._remember(body, reply)
        return web.json_response(reply)

    def _remember(self, body: dict[str, Any], reply: Reply) -> None:
        events = self.trackers.setdefault(body["sender"], [])
        events.append({"event": "user", "text": body["message"], "metadata": body.get("metadata", {})})
        for item in reply:
            data = {"buttons": item.get("buttons"), "custom": item.get("custom")}
            events.append({"event": "bot", "text": item.get("text"), "data": data})

    async def _tracker(self, request: web.Request) -> web.Response:
        sender = request.match_info["id"]
        form = {"name": "some_form"} if sender in self.open_forms else {}
        return web.json_response({"events": self.trackers.get(sender, []), "active_loop": form})

    async def _events(self, request: web.Request) -> web.Response:
        self.pushed.append({"sender": request.match_info["id"], "events": await request.json()})
        return web.json_response({})


@contextlib.asynccontextmanager
async def serving(rasa: FakeRasa) -> AsyncIterator[str]:
    """The address under which it can be reached while the block lasts."""
    server = TestServer(rasa.app())
    await server.start_server(shutdown_timeout=0.1)
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        rasa.gate.set()
        await server.close()
