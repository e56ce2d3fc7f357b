"""The private port: whether a real message gets a real answer, and the figures."""

import asyncio
import time

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.gateway.keys import RUNTIME
from bot.gateway.rasa import RasaClient, RasaFailed
from bot.services.conversations import probe_dialogue
from bot.services.turns import probe_turn

GOOD_SECONDS = 30.0
BAD_SECONDS = 2.0
QUESTION = "how much is shipping to Finland?"

PROBE: "web.AppKey[Probe]" = web.AppKey("probe")

routes = web.RouteTableDef()


class Probe:
    """Asks Rasa a customer's question, which takes an action and the database to answer; keeps the result."""

    def __init__(self, rasa: RasaClient) -> None:
        """Nothing is asked yet."""
        self._rasa = rasa
        self._lock = asyncio.Lock()
        self._result = ""
        self._until = 0.0

    async def problem(self, request: web.Request) -> str:
        """Why the system is not ready; empty if it is."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._result = await self._ask(request)
                self._until = time.monotonic() + (BAD_SECONDS if self._result else GOOD_SECONDS)
            return self._result

    async def _ask(self, request: web.Request) -> str:
        dialogue_id = await probe_dialogue(request.app[RUNTIME])
        turn = probe_turn(dialogue_id, QUESTION)
        try:
            await self._rasa.answer(turn)
        except RasaFailed as failure:
            return str(failure)
        return ""


@routes.get("/readyz")
async def get_ready(request: web.Request) -> web.Response:
    """200 when a real message got a real answer within the last half minute."""
    problem = await request.app[PROBE].problem(request)
    return web.json_response({"ready": not problem, "problem": problem}, status=503 if problem else 200)


@routes.get("/metrics")
async def get_metrics(_request: web.Request) -> web.Response:
    """Figures for Prometheus."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
