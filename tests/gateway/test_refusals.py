"""Whatever is sent: a documented problem, never a failure of ours, and nobody's data."""

import itertools
import json
import secrets
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.gateway.marks import both_databases
from tests.gateway.visit import Client, Visit, new_client_id, refused

ID = "6f1e1a52-1111-4111-8111-111111111111"
POSTS = ["sessions", "identity", "messages", "feedback"]

BROKEN_BODIES: list[bytes] = [
    b"{",
    b"nothing",
    b"[]",
    b'"text"',
    b"null",
    b"\xff\xfe\x00",
    b'{"a": 1}',
    b"[" * 60_000,
    b'{"a":' * 20_000,
    b"1" * 10_000,
    b'{"\\ud800": 1}',
    b'{"score": NaN, "words": Infinity}',
    b'{"text": {"a": 1}, "score": "five", "locale": 5, "identity_token": []}',
]


WRONG_MESSAGES: list[dict[str, Any]] = [
    {"client_id": ID},
    {"client_id": ID, "text": None},
    {"client_id": ID, "text": 5},
    {"client_id": ID, "text": ["x"]},
    {"client_id": 5, "text": "x"},
    {"client_id": "not an id", "text": "x"},
    {"client_id": "", "text": "x"},
    {"text": "x"},
    {"client_id": ID, "text": "x", "seq": 1},
    {"client_id": ID, "text": "x", "choice": "0" * 32},
    {"client_id": ID, "choice": "0" * 65},
    {"client_id": ID, "choice": "0" * 32, "attachment_ids": ["0" * 32]},
    {"client_id": ID, "attachment_ids": "0" * 32},
    {"client_id": ID, "attachment_ids": [1]},
    {"client_id": ID, "attachment_ids": ["../../etc/passwd"]},
    {"client_id": ID, "attachment_ids": ["0" * 32] * 6},
    {"client_id": ID, "text": "x", "attachment_ids": None},
]


async def raw(visit: Visit, path: str, data: bytes) -> ClientResponse:
    headers = {**visit.headers, "Content-Type": "application/json"}
    return await visit.client.post(f"/api/chat/{path}", data=data, headers=headers)


@pytest.mark.parametrize("path", POSTS)
async def test_a_broken_body_is_refused_in_words(visit: Visit, path: str) -> None:
    for data in BROKEN_BODIES:
        problem = await refused(await raw(visit, path, data), 422, "invalid-request")
        assert problem["fields"]


@pytest.mark.parametrize("path", POSTS)
async def test_a_huge_body_is_refused(visit: Visit, path: str) -> None:
    await refused(await raw(visit, path, b'{"text": "' + b"x" * 3_000_000 + b'"}'), 413, "message-too-long")


async def test_a_message_of_the_wrong_shape_is_refused(visit: Visit) -> None:
    for body in WRONG_MESSAGES:
        await refused(await visit.post("messages", body), 422, "invalid-request")
    assert len(await visit.log()) == 1


async def test_a_message_without_content_is_refused(visit: Visit) -> None:
    for text in ("", "   ", "\n\t", "\x00", "\ud800", "\x00\x07 \x1f", "\u2003"):
        await refused(await visit.post_message(text), 422, "empty-message")


async def test_eight_thousand_characters_are_taken_and_one_more_is_not(visit: Visit) -> None:
    await visit.send("ä" * 8000)
    await visit.send("\U0001f600" * 8000)
    await visit.send("  " + "x" * 8000 + "  ")
    await refused(await visit.post_message("x" * 8001), 413, "message-too-long")


@both_databases
async def test_characters_that_no_store_takes_are_removed(visit: Visit) -> None:
    said = await visit.ask("a\x00b\ud800c\x1b[31m\r\nd\u0007")
    assert said[0]["text"] == "You said: abc[31m\nd"
    assert (await visit.log())[1]["text"] == "abc[31m\nd"


async def test_a_method_that_is_not_offered_is_refused(visit: Visit) -> None:
    for method in ("PUT", "PATCH", "GET", "OPTIONS"):
        response = await visit.client.request(method, "/api/chat/messages", headers=visit.headers)
        await refused(response, 405, "method-not-allowed")
        assert response.headers["Allow"] == "POST"


async def test_an_unknown_address_is_a_problem_document(visit: Visit) -> None:
    for path in ("/api", "/api/chat", "/api/chat/conversations/1", "/problems/x", "/%00", "/..%2f"):
        await refused(await visit.client.get(path, headers=visit.headers), 404, "not-found")


async def test_a_wrong_cursor_or_wait_is_refused(visit: Visit) -> None:
    for name, value in (
        *(("after", value) for value in ("-1", "x", "1.5", "99999999999", "9" * 5000)),
        *(("wait", value) for value in ("-1", "x", "nan", "inf", "-inf")),
    ):
        response = await visit.client.get(f"/api/chat/events?{name}={value}", headers=visit.headers)
        assert (await refused(response, 422, "invalid-request"))["fields"] == [name]


REQUESTS = [
    ("POST", "identity", {"identity_token": "x"}),
    ("POST", "messages", {"client_id": ID, "text": "x"}),
    ("POST", "attachments", None),
    ("POST", "feedback", {"score": 5}),
    ("DELETE", "sessions", None),
    ("GET", "events", None),
]
AUTHORIZATIONS = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Bearer " + "x" * 5000,
    "Basic eDp4",
    "bearer null",
    "Bearer é",
    "Bearer \udcff\udcfe",
]


async def test_without_a_token_that_is_known_nothing_is_given(client: Client) -> None:
    for authorization, (method, path, body) in itertools.product(AUTHORIZATIONS, REQUESTS):
        headers = {"Authorization": authorization} if authorization is not None else {}
        response = await client.request(method, f"/api/chat/{path}", json=body, headers=headers)
        await refused(response, 401, "not-signed-in")
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_guessed_names_of_conversations_give_nothing(visit: Visit) -> None:
    await visit.ask("my secret")
    names = [
        visit.conversation_id,
        visit.conversation_id[:-1] + "0",
        *(secrets.token_hex(16) for _ in range(50)),
    ]
    for name in names:
        response = await visit.client.get(
            f"/api/chat/events?conversation_id={name}&token={visit.token}",
            headers={"Authorization": f"Bearer {name}"},
        )
        assert response.status == 401
        assert "my secret" not in await response.text()
        response = await visit.client.get(f"/api/chat/conversations/{name}/events", headers=visit.headers)
        assert response.status == 404


async def test_two_visitors_see_only_their_own(visit: Visit) -> None:
    other = await Visit.open(visit.client)
    await visit.ask("mine alone")
    await other.ask("theirs alone")
    assert "theirs" not in json.dumps(await visit.log())
    assert "mine" not in json.dumps(await other.log())
    page = await other.page(after=0)
    stolen = await visit.client.get(
        f"/api/chat/events?conversation_id={visit.conversation_id}", headers=other.headers
    )
    assert (await stolen.json())["events"] == page["events"]


async def test_after_logout_the_token_is_worth_nothing_in_any_tab(visit: Visit) -> None:
    await visit.ask("before")
    first = await visit.client.delete("/api/chat/sessions", headers=visit.headers)
    assert first.status == 204
    for method, path, body in REQUESTS:
        response = await visit.client.request(method, f"/api/chat/{path}", json=body, headers=visit.headers)
        await refused(response, 401, "not-signed-in")


async def test_problems_are_in_the_language_that_is_asked_for(visit: Visit) -> None:
    body = {"client_id": new_client_id(), "text": ""}
    headers = {**visit.headers, "Accept-Language": "fi-FI,fi;q=0.9,en;q=0.8"}
    response = await visit.client.post("/api/chat/messages", json=body, headers=headers)
    assert (await refused(response, 422, "empty-message"))["title"] == "Viesti on tyhjä"
