"""A visitor's browser in tests: sends, reads, and holds every answer to the API's document."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse, FormData
from aiohttp.test_utils import TestClient

from tests.gateway.schema import hold_to

Client = TestClient[Any, Any]
Event = dict[str, Any]


def new_client_id() -> str:
    return str(uuid4())


async def refused(response: ClientResponse, status: int, name: str) -> dict[str, Any]:
    """The problem document, which must be of that kind."""
    assert response.status == status, await response.text()
    assert response.content_type == "application/problem+json"
    problem: dict[str, Any] = await response.json()
    hold_to("Problem", problem)
    assert problem["type"] == f"/problems/{name}"
    assert problem["status"] == status
    return problem


@dataclass
class Visit:
    """One open chat."""

    client: Client
    token: str
    conversation_id: str
    cursor: int

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @classmethod
    async def open(cls, client: Client, **body: Any) -> "Visit":
        response = await client.post("/api/chat/sessions", json=body)
        assert response.status == 201, await response.text()
        opened = await response.json()
        hold_to("Session", opened)
        return cls(client, opened["token"], opened["conversation_id"], opened["cursor"])

    async def post(self, path: str, body: Any) -> ClientResponse:
        return await self.client.post(f"/api/chat/{path}", json=body, headers=self.headers)

    async def post_message(self, text: str | None = None, **more: Any) -> ClientResponse:
        body = {"client_id": new_client_id(), **({"text": text} if text is not None else {}), **more}
        return await self.post("messages", body)

    async def send(self, text: str | None = None, **more: Any) -> int:
        """Send a message; gives its number."""
        response = await self.post_message(text, **more)
        assert response.status == 202, await response.text()
        accepted = await response.json()
        hold_to("Accepted", accepted)
        seq: int = accepted["seq"]
        return seq

    async def page(self, after: int = 0, wait: float = 0) -> dict[str, Any]:
        query = {"after": str(after), "wait": str(wait)}
        response = await self.client.get("/api/chat/events", params=query, headers=self.headers)
        assert response.status == 200, await response.text()
        page: dict[str, Any] = await response.json()
        hold_to("EventPage", page)
        return page

    async def log(self, after: int = 0) -> list[Event]:
        """The whole log above `after`."""
        events: list[Event] = []
        while found := [event for event in (await self.page(after))["events"] if "seq" in event]:
            events += found
            after = found[-1]["seq"]
        return events

    async def until_done(self, *seqs: int, seconds: float = 15) -> list[Event]:
        """The log once the turn of each of these messages is done."""
        async with asyncio.timeout(seconds):
            while True:
                events = await self.log()
                done = {event["in_reply_to"] for event in events if event["type"] == "turn_done"}
                if done.issuperset(seqs):
                    return events
                await asyncio.sleep(0.02)

    async def ask(self, text: str | None = None, **more: Any) -> list[Event]:
        """Send a message and wait for its turn's end; gives what the bot said to it."""
        seq = await self.send(text, **more)
        return said_to(await self.until_done(seq), seq)

    async def upload(self, data: bytes, name: str = "photo.jpg") -> ClientResponse:
        form = FormData()
        form.add_field("file", data, filename=name)
        return await self.client.post("/api/chat/attachments", data=form, headers=self.headers)


def said_to(events: list[Event], seq: int) -> list[Event]:
    """The bot's messages between the end of the turn before that of `seq` and its own."""
    said: list[Event] = []
    for event in events:
        if event["type"] == "turn_done":
            if event["in_reply_to"] == seq:
                return said
            said = []
        elif event["type"] == "message" and event["author"] == "bot" and event["seq"] > seq:
            said.append(event)
    raise AssertionError(f"the turn of {seq} is not done")
