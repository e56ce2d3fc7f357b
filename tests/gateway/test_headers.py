"""Security headers on every kind of answer, the frame's policy, and limits on how much one may ask."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from bot.gateway.app import ops_app, public_app
from bot.gateway.limits import Limiter, client_address
from bot.services.runtime import Runtime
from tests.gateway.visit import Client, Visit, refused

WithSettings = Callable[..., Awaitable[Client]]


async def test_every_kind_of_answer_carries_the_security_headers(visit: Visit, files_client: Client) -> None:
    client, headers = visit.client, visit.headers
    answers = [
        await client.post("/api/chat/sessions", json={}),
        await client.get("/api/chat/events", headers=headers),
        await client.get("/api/chat/events"),
        await client.get("/api/chat/ws"),
        await client.get("/nowhere"),
        await client.put("/api/chat/messages"),
        await client.post("/api/chat/messages", data=b"{", headers=headers),
        await client.get("/healthz"),
        await client.get("/widget.js"),
        await client.get("/widget/"),
        await client.get("/widget/assets/nothing.js"),
        await files_client.get("/files/x"),
        await client.delete("/api/chat/sessions", headers=headers),
    ]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.url
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "Server" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_nothing_of_the_api_is_cached(visit: Visit) -> None:
    for path in ("events", "ws", "nowhere"):
        answer = await visit.client.get(f"/api/chat/{path}", headers=visit.headers)
        assert answer.headers["Cache-Control"] == "no-store"
    assert (await visit.post_message("hello")).headers["Cache-Control"] == "no-store"


async def test_a_failure_of_ours_is_a_problem_document_with_a_reference(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_arguments: object) -> None:
        raise RuntimeError("the database is gone: my secret")

    monkeypatch.setattr("bot.gateway.events.events_after", broken)
    answer = await visit.client.get("/api/chat/events", headers=visit.headers)
    problem = await refused(answer, 500, "internal-error")
    assert problem["reference"]
    assert "secret" not in str(problem)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_https_is_insisted_on_where_the_public_address_has_it(with_settings: WithSettings) -> None:
    plain = await with_settings()
    assert "Strict-Transport-Security" not in (await plain.get("/healthz")).headers
    secure = await with_settings(public_url="https://chat.shop.example/")
    assert "max-age=" in (await secure.get("/healthz")).headers["Strict-Transport-Security"]


async def test_the_frame_runs_only_its_own_files_and_only_inside_the_shop(
    with_settings: WithSettings, tmp_path: Path
) -> None:
    (tmp_path / "widget" / "assets").mkdir(parents=True)
    (tmp_path / "widget" / "index.html").write_text("<!doctype html>")
    (tmp_path / "widget" / "assets" / "main.js").write_text("1")
    (tmp_path / "widget.js").write_text("1")
    client = await with_settings(
        web_dir=tmp_path,
        public_url="https://chat.shop.example",
        files_url="https://files.shop.example",
        shop_origins="https://shop.example, https://www.shop.example",
    )
    frame = await client.get("/widget/")
    policy = dict(part.split(" ", 1) for part in frame.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' wss://chat.shop.example"
    assert "https://files.shop.example" in policy["img-src"].split()
    assert policy["frame-ancestors"] == "'self' https://shop.example https://www.shop.example"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert frame.headers["Cache-Control"] == "no-store"
    loader = await client.get("/widget.js")
    assert loader.content_type == "text/javascript"
    assert loader.headers["Cache-Control"] == "public, max-age=300"
    asset = await client.get("/widget/assets/main.js")
    assert "immutable" in asset.headers["Cache-Control"]
    for name in ("..%2findex.html", "..%2f..%2fwidget.js", "nothing.js", "%00"):
        await refused(await client.get(f"/widget/assets/{name}"), 404, "not-found")


async def test_too_many_messages_are_told_when_to_come_again(with_settings: WithSettings) -> None:
    client = await with_settings(messages_per_minute=3)
    visit, other = await Visit.open(client), await Visit.open(client)
    for number in range(3):
        await visit.send(f"question {number}")
    answer = await visit.post_message("one too many")
    await refused(answer, 429, "too-many-requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 21
    await other.send("I may")
    for _ in range(3):
        assert (await visit.upload(b"x")).status == 415
    await refused(await visit.upload(b"x"), 429, "too-many-requests")


async def test_too_many_sessions_of_one_address_are_told_to_wait(with_settings: WithSettings) -> None:
    client = await with_settings(sessions_per_minute=2)
    visit = await Visit.open(client)
    await Visit.open(client)
    answer = await client.post("/api/chat/sessions", json={}, headers={"X-Forwarded-For": "203.0.113.9"})
    await refused(answer, 429, "too-many-requests")
    assert int(answer.headers["Retry-After"]) >= 1
    await refused(await visit.post("identity", {"identity_token": "x"}), 429, "too-many-requests")


async def test_too_many_sockets_of_one_address_are_told_to_wait(with_settings: WithSettings) -> None:
    client = await with_settings(messages_per_minute=2)
    for _ in range(2):
        await (await client.ws_connect("/api/chat/ws")).close()
    await refused(await client.get("/api/chat/ws"), 429, "too-many-requests")


def test_a_limit_refills_with_time() -> None:
    limiter = Limiter(per_minute=6)
    assert [limiter.take("key", 100.0) for _ in range(6)] == [0.0] * 6
    assert limiter.take("key", 100.0) == pytest.approx(10)
    assert limiter.take("key", 105.0) == pytest.approx(5)
    assert limiter.take("other", 105.0) == 0
    assert limiter.take("key", 110.0) == 0
    assert limiter.take("key", 110.0) > 0


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ([], "10.0.0.1"),
        (["203.0.113.9"], "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ([", ,"], "10.0.0.1"),
    ],
)
def test_the_address_is_the_last_that_no_proxy_of_ours_has(
    runtime: Runtime, forwarded: list[str], address: str
) -> None:
    settings = runtime.settings.model_copy(update={"trusted_proxies": "10.0.0.1 10.0.0.2"})
    app = public_app(replace(runtime, settings=settings))
    headers = CIMultiDict([("X-Forwarded-For", line) for line in forwarded])
    transport = Mock()
    for peer, expected in (("10.0.0.1", address), ("192.0.2.1", "192.0.2.1")):
        transport.get_extra_info.return_value = (peer, 1)
        request = make_mocked_request("GET", "/", headers=headers, app=app, transport=transport)
        assert client_address(request) == expected


async def test_operators_see_whether_a_real_message_gets_an_answer(
    runtime: Runtime, rasa: object, aiohttp_client: Callable[..., Awaitable[Client]]
) -> None:
    client = await aiohttp_client(ops_app(runtime))
    ready = await client.get("/readyz")
    assert (ready.status, await ready.json()) == (200, {"ready": True, "problem": ""})
    metrics = await (await client.get("/metrics")).text()
    assert "aftercare_turns_total" in metrics
