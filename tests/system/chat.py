"""A customer's side of the chat API, with nothing but the standard library."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

Event = dict[str, Any]

TURN_SECONDS = 90


def fetch(
    method: str, url: str, data: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """One request on a connection of its own: the status and the body."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=60)
    try:
        connection.request(method, f"{address.path}?{address.query}", data, headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@dataclass(frozen=True)
class Turn:
    """What was said to one message."""

    messages: list[Event]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def buttons(self) -> list[str]:
        return [choice["title"] for message in self.messages for choice in message.get("choices", [])]

    @property
    def links(self) -> list[str]:
        return [card["url"] for message in self.messages for card in message.get("cards", [])]


@dataclass(frozen=True)
class Refusal:
    """A problem document."""

    status: int
    problem: dict[str, Any]


class Chat:
    """One customer's conversation, from a network address of their own if one is given."""

    def __init__(self, url: str, address: str | None = None, **body: Any) -> None:
        self.url = f"{url}/api/chat"
        self.headers = {"Content-Type": "application/json"}
        if address:
            self.headers["X-Forwarded-For"] = address
        opened = self.call("POST", "/sessions", body)
        assert isinstance(opened, dict), opened
        self.conversation_id: str = opened["conversation_id"]
        self.headers["Authorization"] = f"Bearer {opened['token']}"
        self.events: list[Event] = []

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any] | Refusal:
        """The answer's document, or the refusal."""
        data = None if body is None else json.dumps(body).encode()
        status, content = fetch(method, self.url + path, data, self.headers)
        answer: dict[str, Any] = json.loads(content) if content else {}
        return answer if status < 400 else Refusal(status, answer)

    def send(
        self,
        text: str | None = None,
        *,
        client_id: str | None = None,
        choice: str | None = None,
        files: Sequence[str] = (),
    ) -> int:
        """Send a message and do not wait; its number."""
        said: dict[str, Any] = {"text": text} if choice is None else {"choice": choice}
        if files:
            said["attachment_ids"] = list(files)
        sent = self.call("POST", "/messages", {"client_id": client_id or str(uuid4()), **said})
        assert isinstance(sent, dict), sent
        seq: int = sent["seq"]
        return seq

    def upload(self, name: str, content: bytes) -> str:
        """Send a file that a message may then carry; its id."""
        mark = uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers = self.headers | {"Content-Type": f"multipart/form-data; boundary={mark}"}
        status, answer = fetch("POST", self.url + "/attachments", body, headers)
        assert status == 201, answer
        file_id: str = json.loads(answer)["id"]
        return file_id

    def ask(self, text: str) -> Turn:
        """Send a message and wait for the end of its turn."""
        return self.answer_to(self.send(text))

    def press(self, title: str) -> Turn:
        """Press the newest button of that title."""
        return self.answer_to(self.send(choice=self.choice(title)))

    def choice(self, title: str) -> str:
        """The id of the newest button of that title."""
        choices = [choice for event in self.look() for choice in event.get("choices", [])]
        ids = [choice["id"] for choice in choices if choice["title"] == title]
        assert ids, f"no button {title!r} among {[choice['title'] for choice in choices]}"
        key: str = ids[-1]
        return key

    def answer_to(self, seq: int, seconds: float = TURN_SECONDS) -> Turn:
        """What was said between the end of the turn before and this turn's end."""
        limit = time.monotonic() + seconds
        while seq not in self.done():
            assert time.monotonic() < limit, f"no end of turn {seq} in {self.events}"
            self.look(wait=5)
        said: list[Event] = []
        for event in self.events:
            if event["type"] == "turn_done":
                if event["in_reply_to"] == seq:
                    break
                said = []
            elif event["type"] == "message" and event["author"] == "bot":
                said.append(event)
        return Turn([message for message in said if message["seq"] > seq])

    def done(self) -> list[int]:
        """The messages whose turns have ended, in that order."""
        return [event["in_reply_to"] for event in self.events if event["type"] == "turn_done"]

    def look(self, wait: float = 0) -> list[Event]:
        """Everything in the log by now; waits for news so long, if there are none."""
        after = self.events[-1]["seq"] if self.events else 0
        page = self.call("GET", "/events?" + urlencode({"after": after, "wait": wait}))
        assert isinstance(page, dict), page
        self.events += [event for event in page["events"] if "seq" in event]
        return self.events

    def wait_for(self, kind: str, seconds: float = 60, **fields: Any) -> Event:
        """The first event of that kind with these values."""
        limit = time.monotonic() + seconds
        while True:
            for event in self.look(wait=5):
                if event["type"] == kind and fields.items() <= event.items():
                    return event
            assert time.monotonic() < limit, f"no {kind} {fields} in {self.events}"

    def said_by(self, author: str) -> list[str]:
        """All texts of one author, in order."""
        messages = (event for event in self.events if event["type"] == "message")
        return [message["text"] for message in messages if message["author"] == author]
