"""Talking to Rasa: a message in, answers out; every way of failing is one exception."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from bot.channels.website import clean_json, clean_text
from bot.services.turns import Answer, Turn
from bot.settings import Settings

# A tracker holds every event of its dialogue.
MAX_REPLY = 20_000_000
READ_AT_ONCE = 64 * 1024
# Below Sanic's 5 s: a connection that Rasa is about to close is not used for a message.
KEEP_ALIVE_SECONDS = 3.0


class RasaFailed(Exception):
    """Rasa gave no usable answer. `in_doubt`: it may have worked on the message all the same."""

    def __init__(self, reason: str, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.in_doubt = in_doubt


class RasaClient:
    """One keep-alive session to Rasa's REST channel and its HTTP API."""

    def __init__(self, settings: Settings) -> None:
        """The session is opened at the first call, inside the running loop."""
        self._base = settings.rasa_base_url
        self._token = {"token": settings.rasa_token.get_secret_value()}
        self._timeout = aiohttp.ClientTimeout(total=settings.rasa_timeout_seconds, connect=5)
        self._session: aiohttp.ClientSession | None = None

    async def answer(self, turn: Turn) -> list[Answer]:
        """Send the message of a turn; nothing answered is a failure too. Raises RasaFailed."""
        body = {
            "sender": turn.dialogue_id,
            "message": turn.for_bot,
            "metadata": {"seq": turn.seq, "language": turn.language},
        }
        reply = await self._post("/webhooks/rest/webhook", body)
        return _answers(reply)

    async def earlier_answer(self, turn: Turn) -> list[Answer] | None:
        """What Rasa answered to this message before a crash, or None. Raises RasaFailed."""
        path = f"/conversations/{turn.dialogue_id}/tracker"
        tracker = await self._get(path, {"include_events": "AFTER_RESTART"})
        events = tracker.get("events") if isinstance(tracker, dict) else None
        return _answered_before(events if isinstance(events, list) else [], turn.seq)

    async def clear_form(self, dialogue_id: str) -> None:
        """Bring a dialogue whose last turn was cut off back to listening, with no form open."""
        events = [
            {"event": "active_loop", "name": None},
            {"event": "slot", "name": "requested_slot", "value": None},
            {"event": "action", "name": "action_listen"},
        ]
        await self._post(f"/conversations/{dialogue_id}/tracker/events", events, params=self._token)

    async def has_open_form(self, dialogue_id: str) -> bool:
        """Whether the dialogue is in the middle of a task."""
        tracker = await self._get(f"/conversations/{dialogue_id}/tracker", {"include_events": "NONE"})
        loop = tracker.get("active_loop") if isinstance(tracker, dict) else None
        return bool(isinstance(loop, dict) and loop.get("name"))

    async def end_session(self, dialogue_id: str) -> None:
        """Begin a new session at Rasa: what it keeps in mind of each message stays short."""
        await self._post("/webhooks/rest/webhook", {"sender": dialogue_id, "message": "/session_start"})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, path: str, body: Any, params: dict[str, str] | None = None) -> Any:
        return await self._call("POST", path, json=body, params=params)

    async def _get(self, path: str, query: dict[str, str]) -> Any:
        return await self._call("GET", path, params={**query, **self._token})

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=connector)
        try:
            async with self._session.request(method, self._base + path, **options) as response:
                if response.status != 200:
                    raise RasaFailed(f"status {response.status}")
                return json.loads(await _whole(response))
        except TimeoutError as error:
            raise RasaFailed("no answer in time", in_doubt=True) from error
        except aiohttp.ClientConnectorError as error:
            raise RasaFailed("cannot be reached") from error
        except (aiohttp.ClientError, ValueError, RecursionError) as error:
            raise RasaFailed(f"broken answer: {type(error).__name__}", in_doubt=True) from error


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body, however many packets it comes in. Raises RasaFailed when it is endless."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(READ_AT_ONCE):
        body += chunk
        if len(body) > MAX_REPLY:
            raise RasaFailed("the answer is too large", in_doubt=True)
    return bytes(body)


def _answers(reply: Any) -> list[Answer]:
    """The messages of a reply. Raises RasaFailed for none: Rasa says 200 and `[]` when an action failed."""
    if not isinstance(reply, list):
        raise RasaFailed("the answer is no list")
    answers: list[Answer] = []
    for item in reply:
        _add(answers, _answer(item))
    if not answers:
        raise RasaFailed("nothing was answered")
    return answers


def _add(answers: list[Answer], answer: Answer | None) -> None:
    """Append it; cards alone join the words before them: Rasa's channel sends one response in parts."""
    if answer is None:
        return
    if answers and answer.parts and not (answer.text or answer.choices or answers[-1].parts):
        answers[-1] = replace(answers[-1], parts=answer.parts)
    else:
        answers.append(answer)


def _answer(item: Any) -> Answer | None:
    """One message; `custom` may carry cards. None for what has nothing to show.

    What a database cannot take, such as a NUL or half an emoji, is removed: the answer must get through.
    """
    if not isinstance(item, dict):
        return None
    custom = item.get("custom") or {}
    cards = custom.get("cards") if isinstance(custom, dict) else None
    parts = {"cards": clean_json(cards)} if isinstance(cards, list) and cards else {}
    text = clean_text(str(item.get("text") or ""))
    choices = _choices(item.get("buttons"))
    return Answer(text, choices, parts) if text or parts or choices else None


def _choices(buttons: Any) -> list[tuple[str, str]]:
    found = [
        (clean_text(str(button.get("title") or ""))[:200], clean_text(str(button.get("payload") or "")))
        for button in (buttons if isinstance(buttons, list) else [])
        if isinstance(button, dict)
    ]
    return [(title, payload) for title, payload in found if title and payload]


def _answered_before(events: Sequence[Any], seq: int) -> list[Answer] | None:
    """The bot's messages between the user event of `seq` and the next one."""
    found: list[Answer] | None = None
    for event in events:
        if not isinstance(event, dict):
            continue
        if event.get("event") == "user":
            if found is not None:
                break
            metadata = event.get("metadata")
            if isinstance(metadata, dict) and metadata.get("seq") == seq:
                found = []
        elif event.get("event") == "bot" and found is not None:
            _add(found, _answer({"text": event.get("text"), **_data(event)}))
    return found or None


def _data(event: dict[str, Any]) -> dict[str, Any]:
    data = event.get("data")
    return {"buttons": data.get("buttons"), "custom": data.get("custom")} if isinstance(data, dict) else {}
