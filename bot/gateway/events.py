"""Events to the client: the log from a cursor on, by long-poll or WebSocket, and typing in passing."""

import asyncio
import contextlib
import time
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import Field, ValidationError

from bot.gateway.attachments import file_url
from bot.gateway.bodies import Body, Token
from bot.gateway.keys import HUB, RUNTIME
from bot.gateway.limits import MESSAGE_LIMIT, client_address
from bot.gateway.metrics import LISTENERS
from bot.gateway.problems import Refused
from bot.gateway.visitors import visitor
from bot.services.conversations import LogEvent, Visitor, events_after, visitor_of
from bot.support.conversation import EntryType

MAX_WAIT = 25.0
# How long a lost wake-up may delay news.
LOOK_SECONDS = 5.0
FIRST_FRAME_SECONDS = 10.0
MAX_SEQ = 2**31 - 1

routes = web.RouteTableDef()


def event_json(event: LogEvent, request: web.Request) -> dict[str, Any]:
    """The event as clients see it (interfaces: Chat API)."""
    shown: dict[str, Any] = {"seq": event.seq, "type": event.type, "at": event.at.isoformat()}
    if event.type != EntryType.MESSAGE:
        return {**shown, **event.parts}
    shown |= {"author": event.author, "text": event.text}
    if event.choices:
        shown["choices"] = [{"id": key, "title": title} for key, title in event.choices]
    if "cards" in event.parts:
        shown["cards"] = event.parts["cards"]
    if "attachments" in event.parts:
        settings = request.app[RUNTIME].settings
        shown["attachments"] = [
            {**file, "url": file_url(settings, file["id"])} for file in event.parts["attachments"]
        ]
    if event.client_id is not None:
        shown["client_id"] = event.client_id
    return shown


@routes.get("/api/chat/events")
async def get_events(request: web.Request) -> web.Response:
    """Events above `after`; waits up to `wait` seconds for the first."""
    who = await visitor(request)
    after = _number(request, "after", 0, MAX_SEQ)
    wait = min(_number(request, "wait", 0, 3600), MAX_WAIT)
    events = await _wait_for_events(request, who.conversation_id, int(after), wait)
    cursor = max([int(after), *(event["seq"] for event in events if "seq" in event)])
    return web.json_response({"events": events, "cursor": cursor})


def _number(request: web.Request, name: str, least: int, most: int) -> float:
    raw = request.query.get(name, "0")
    try:
        value = float(raw) if name == "wait" else int(raw)
    except ValueError as error:
        raise Refused("invalid-request", fields=[name]) from error
    if not least <= value <= most:
        raise Refused("invalid-request", fields=[name])
    return value


async def _wait_for_events(
    request: web.Request, conversation_id: str, after: int, wait: float
) -> list[dict[str, Any]]:
    until = time.monotonic() + wait
    async with request.app[HUB].listening(conversation_id) as notices:
        with LISTENERS.labels("poll").track_inprogress():
            while True:
                found = await events_after(request.app[RUNTIME], conversation_id, after)
                left = until - time.monotonic()
                if found or left <= 0:
                    return [event_json(event, request) for event in found]
                with contextlib.suppress(TimeoutError):
                    passing = await asyncio.wait_for(notices.get(), min(left, LOOK_SECONDS))
                    if passing is not None:
                        return [passing]
                await visitor(request)  # who logged out meanwhile learns no more


class FirstFrame(Body):
    """What a WebSocket client says first; the token is never in an address."""

    token: Token
    after: int = Field(default=0, ge=0, le=MAX_SEQ)


@routes.get("/api/chat/ws")
async def get_socket(request: web.Request) -> web.WebSocketResponse:
    """The same events, pushed. Only our own pages may connect: a foreign Origin is refused."""
    _check_origin(request)
    request.app[MESSAGE_LIMIT].check(f"socket:{client_address(request)}")
    socket = web.WebSocketResponse(heartbeat=25, max_msg_size=8192)
    await socket.prepare(request)
    try:
        await _converse(request, socket)
    finally:
        # Also when the database failed: a client whose socket is closed comes again, with its cursor.
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)
    return socket


async def _converse(request: web.Request, socket: web.WebSocketResponse) -> None:
    frame = await _first_frame(socket)
    who = await visitor_of(request.app[RUNTIME], frame.token) if frame else None
    if frame is None or who is None:
        await socket.close(code=4401, message=b"not signed in")
        return
    with LISTENERS.labels("socket").track_inprogress():
        pushing = asyncio.create_task(_push(request, socket, frame, who))
        reading = asyncio.create_task(_read_to_the_end(socket))
        await _first_of(pushing, reading)


async def _read_to_the_end(socket: web.WebSocketResponse) -> None:
    """The client only listens; reading notices that it went away."""
    async for _ in socket:
        pass


async def _first_of(*tasks: asyncio.Task[None]) -> None:
    """Wait until one of them ends, end the others, and raise what it raised."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        with contextlib.suppress(ConnectionError):
            task.result()


def _check_origin(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    own = {request.app[RUNTIME].settings.base_url, f"{request.scheme}://{request.host}"}
    if origin is not None and origin not in own:
        raise Refused("wrong-origin")


async def _first_frame(socket: web.WebSocketResponse) -> FirstFrame | None:
    try:
        frame = await socket.receive(timeout=FIRST_FRAME_SECONDS)
        return FirstFrame.model_validate_json(frame.data) if frame.type is WSMsgType.TEXT else None
    except (TimeoutError, ValidationError, ValueError):
        return None


async def _push(request: web.Request, socket: web.WebSocketResponse, frame: FirstFrame, who: Visitor) -> None:
    """Send the log from the cursor on, then whatever comes, until the client or the session is gone."""
    cursor = frame.after
    runtime = request.app[RUNTIME]
    async with request.app[HUB].listening(who.conversation_id) as notices:
        while not socket.closed:
            if await visitor_of(runtime, frame.token) is None:
                await socket.close(code=4401, message=b"not signed in")
                return
            while found := await events_after(runtime, who.conversation_id, cursor):
                for event in found:
                    await socket.send_json(event_json(event, request))
                    cursor = event.seq
            with contextlib.suppress(TimeoutError):
                passing = await asyncio.wait_for(notices.get(), LOOK_SECONDS)
                if passing is not None:
                    await socket.send_json(passing)
