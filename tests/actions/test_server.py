"""The action server: who may call, and what a failure tells."""

import json
import logging
import zlib
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient
from rasa_sdk.executor import ActionExecutor

from actions.server import create_app
from tests.actions.dialogue import load_domain

TOKEN = "the shared secret"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
SECRET_TEXT = "my card is 4111"

Client = TestClient[web.Request, web.Application]


def call(action: str) -> dict[str, Any]:
    """A call as Rasa 3.6 makes it."""
    message = {"text": SECRET_TEXT, "intent": {"name": "greet", "confidence": 1.0}, "entities": []}
    tracker = {
        "sender_id": "dialogue-1",
        "slots": {"language": "en"},
        "latest_message": message,
        "events": [],
    }
    return {"next_action": action, "version": "3.6.21", "tracker": tracker, "domain": load_domain()}


@pytest.fixture
async def client(executor: ActionExecutor, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(create_app(executor, TOKEN))


async def test_action_is_run_for_whoever_knows_the_secret(client: Client) -> None:
    response = await client.post("/webhook", json=call("action_greet"), headers=HEADERS)
    assert response.status == 200
    (said,) = (await response.json())["responses"]
    assert said["response"] == "utter_smalltalk_greeting"


async def test_compressed_call_is_run(client: Client) -> None:
    body = zlib.compress(json.dumps(call("action_greet")).encode())
    headers = {**HEADERS, "Content-Encoding": "deflate"}
    assert (await client.post("/webhook", data=body, headers=headers)).status == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
async def test_others_are_refused(client: Client, headers: dict[str, str]) -> None:
    assert (await client.post("/webhook", json=call("action_greet"), headers=headers)).status == 401


async def test_health_needs_no_secret(client: Client) -> None:
    health = await (await client.get("/health")).json()
    assert health["status"] == "ok"
    assert health["actions"] > 20


async def test_unknown_action_is_named(client: Client) -> None:
    response = await client.post("/webhook", json=call("action_dance"), headers=HEADERS)
    assert response.status == 404
    assert (await response.json())["action_name"] == "action_dance"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"next_action": 1}', b"\xff"])
async def test_what_is_no_call_is_refused(client: Client, body: bytes) -> None:
    assert (await client.post("/webhook", data=body, headers=HEADERS)).status == 422


async def test_unexpected_failure_is_a_500_without_the_customers_words(
    client: Client,
    executor: ActionExecutor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(dispatcher: Any, tracker: Any, domain: Any) -> None:
        raise RuntimeError(f"cannot store {SECRET_TEXT}")

    monkeypatch.setitem(executor.actions, "action_greet", fail)
    with caplog.at_level(logging.ERROR):
        response = await client.post("/webhook", json=call("action_greet"), headers=HEADERS)
    assert response.status == 500
    assert SECRET_TEXT not in await response.text()
    assert SECRET_TEXT not in caplog.text
    assert "RuntimeError in action_greet, dialogue dialogue-1" in caplog.text
