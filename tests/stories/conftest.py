"""Rasa with the trained model and the action server, on ports and data of their own."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT
from bot.store.conversations import Conversation
from bot.store.database import Database
from bot.store.migrate import migrate

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
START_SECONDS = 180


@pytest.fixture(scope="session")
def models() -> Path:
    """Where the trained models are."""
    return Path(os.environ.get("AFTERCARE_TEST_MODELS_DIR", ROOT / "var" / "models"))


@dataclass
class Said:
    """What Rasa answered to one message."""

    texts: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)


class Programs:
    """Rasa and the action server."""

    def __init__(self, data: Path) -> None:
        self.database = data / "aftercare.db"
        self.rasa_port, actions_port = _free_port(), _free_port()
        environment = {
            **os.environ,
            "AFTERCARE_DATA_DIR": str(data),
            "AFTERCARE_RASA_PORT": str(self.rasa_port),
            "AFTERCARE_ACTIONS_PORT": str(actions_port),
            "AFTERCARE_RASA_TOKEN": "rasa-of-the-tests",
            "AFTERCARE_ACTIONS_TOKEN": "actions-of-the-tests",
            "RASA_TELEMETRY_ENABLED": "false",
        }
        commands = {
            "actions": [sys.executable, "-m", "bot", "actions"],
            "rasa": [str(RASA_PYTHON), "-m", "bot.nlu.serve"],
        }
        self.processes = []
        for name, command in commands.items():
            with (data / f"{name}.log").open("wb") as log:
                started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            self.processes.append(started)

    def wait(self) -> None:
        """Until a real message gets a real answer."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert all(process.poll() is None for process in self.processes), "a program ended at its start"
            try:
                if self.send("starting", "hello", None):
                    return
            except OSError:
                pass
            time.sleep(1)
        raise TimeoutError(f"no answer within {START_SECONDS} s")

    def send(self, dialogue_id: str, text: str, language: str | None) -> list[dict[str, Any]]:
        """One message as the gateway sends it."""
        metadata = {"seq": 1, **({"language": language} if language else {})}
        body = json.dumps({"sender": dialogue_id, "message": text, "metadata": metadata}).encode()
        url = f"http://127.0.0.1:{self.rasa_port}/webhooks/rest/webhook"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            answers: list[dict[str, Any]] = json.load(response)
        return answers

    def stop(self) -> None:
        """End both."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


@dataclass
class Customer:
    """Talks in a dialogue of its own."""

    programs: Programs
    dialogue_id: str
    last: Said = field(default_factory=Said)

    def says(self, text: str, language: str | None = "en") -> Said:
        """A message and its answer, which is never silence."""
        answers = self.programs.send(self.dialogue_id, text, language)
        assert answers, f"no answer to {text}"
        found = [button for answer in answers for button in answer.get("buttons") or []]
        texts = [answer.get("text") or "" for answer in answers]
        self.last = Said(texts, {button["title"]: button["payload"] for button in found})
        return self.last

    def presses(self, title: str) -> Said:
        """A button of the last answer."""
        return self.says(self.last.buttons[title], None)

    def left_messages(self) -> list[tuple[str, str, str]]:
        """Topic, text and address of all this customer has left for staff."""
        query = (
            "SELECT topic, text, reply_to FROM staff_messages WHERE conversation_id ="
            " (SELECT id FROM conversations WHERE dialogue_id = ?) ORDER BY at, text"
        )
        with sqlite3.connect(self.programs.database) as connection:
            return list(connection.execute(query, (self.dialogue_id,)))


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Programs]:
    """Started once for all conversations."""
    data = tmp_path_factory.mktemp("dialogue")
    (data / "models").symlink_to(models)
    asyncio.run(_prepare(data / "aftercare.db"))
    running = Programs(data)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.fixture
def customer(programs: Programs) -> Customer:
    """A new customer."""
    return Customer(programs, asyncio.run(_open_conversation(programs.database)))


async def _prepare(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    await database.close()


async def _open_conversation(path: Path) -> str:
    database = Database(f"sqlite+aiosqlite:///{path}")
    now = datetime.now(UTC)
    conversation = Conversation(channel="website", language="en", created_at=now, last_activity_at=now)
    async with database.transaction() as session:
        session.add(conversation)
        await session.flush()
        dialogue_id = conversation.dialogue_id
    await database.close()
    return dialogue_id


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
