"""Talking to Rasa: a message in, answers out; every way of failing is one exception."""

import json
from collections.abc import Sequence
from typing import Any

import aiohttp

from bot.services.turns import Answer, Turn
from bot.settings import Settings

MAX_REPLY = 2_000_000


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
        return _answered_before(events or [], turn.seq)

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
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.request(method, self._base + path, **options) as response:
                if response.status != 200:
                    raise RasaFailed(f"status {response.status}")
                return json.loads(await response.content.read(MAX_REPLY))
        except TimeoutError as error:
            raise RasaFailed("no answer in time", in_doubt=True) from error
        except aiohttp.ClientConnectorError as error:
            raise RasaFailed("cannot be reached") from error
        except (aiohttp.ClientError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise RasaFailed(f"broken answer: {type(error).__name__}", in_doubt=True) from error


def _answers(reply: Any) -> list[Answer]:
    """The messages of a reply. Raises RasaFailed for none: Rasa says 200 and `[]` when an action failed."""
    if not isinstance(reply, list):
        raise RasaFailed("the answer is no list")
    answers = [answer for item in reply if (answer := _answer(item)) is not None]
    if not answers:
        raise RasaFailed("nothing was answered")
    return answers


def _answer(item: Any) -> Answer | None:
    """One message; `custom` may carry cards. None for what has nothing to show."""
    if not isinstance(item, dict):
        return None
    custom = item.get("custom") or {}
    cards = custom.get("cards") if isinstance(custom, dict) else None
    parts = {"cards": cards} if isinstance(cards, list) and cards else {}
    text = item.get("text") or ""
    choices = _choices(item.get("buttons") or [])
    return Answer(str(text), choices, parts) if text or parts or choices else None


def _choices(buttons: Sequence[Any]) -> list[tuple[str, str]]:
    return [
        (str(button["title"])[:200], str(button["payload"]))
        for button in buttons
        if isinstance(button, dict) and button.get("title") and button.get("payload")
    ]


def _answered_before(events: Sequence[dict[str, Any]], seq: int) -> list[Answer] | None:
    """The bot's messages between the user event of `seq` and the next one."""
    found: list[Answer] | None = None
    for event in events:
        if event.get("event") == "user":
            if found is not None:
                break
            if (event.get("metadata") or {}).get("seq") == seq:
                found = []
        elif event.get("event") == "bot" and found is not None:
            answer = _answer({"text": event.get("text"), **_data(event)})
            if answer is not None:
                found.append(answer)
    return found or None


def _data(event: dict[str, Any]) -> dict[str, Any]:
    data = event.get("data") or {}
    return {"buttons": data.get("buttons"), "custom": data.get("custom")}
