"""Requests to the shop: delivered signed and once, tried again, listed and settled."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr, ValidationError
from sqlalchemy import update

from bot import bootstrap, cli
from bot.channels.webhook import sign
from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests, settle_request, take_due_request, write_request
from bot.settings import Settings
from bot.shop.errors import Conflict, NotFound
from bot.shop.requests import RequestKind, RequestStatus
from bot.store.shop_requests import ShopRequest
from bot.worker.webhook import deliver_requests
from tests.store.conftest import ImportRows
from tests.store.shop_rows import order_row
from tests.store.test_export import exported

SECRET = "webhook-of-the-tests"


async def ask(runtime: Runtime, key: str = "k1") -> tuple[str, bool]:
    """Write a request; gives its id and whether it is new."""
    async with runtime.database.transaction() as session:
        row, new = await write_request(
            runtime,
            session,
            RequestKind.CANCEL_ORDER,
            subject="order:10482",
            payload={"order_number": "10482"},
            key=key,
            conversation_id=None,
        )
        return row.id, new


@dataclass
class Shop:
    """A shop's server that keeps what it was sent and answers with these statuses, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append((dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_post("/requests", shop.take)
    async with TestServer(app) as server:
        shop.url = str(server.make_url("/requests"))
        yield shop


def calling(runtime: Runtime, shop: Shop) -> Runtime:
    """The runtime with the shop's address."""
    changed = {"shop_webhook_url": shop.url, "shop_webhook_secret": SecretStr(SECRET)}
    return replace(runtime, settings=runtime.settings.model_copy(update=changed))


async def make_due(runtime: Runtime) -> None:
    """Let the pause be over."""
    async with runtime.database.transaction() as session:
        await session.execute(update(ShopRequest).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))


async def test_same_key_is_one_request(runtime: Runtime) -> None:
    first, new = await ask(runtime)
    assert new
    assert await ask(runtime) == (first, False)
    assert len(await list_requests(runtime)) == 1


async def test_request_reaches_the_shop_signed_and_once(runtime: Runtime, shop: Shop) -> None:
    request_id, _ = await ask(runtime)
    for _ in range(2):
        await deliver_requests(calling(runtime, shop))
    ((headers, body),) = shop.calls
    assert headers["Aftercare-Signature"] == sign(SECRET, headers["Aftercare-Time"], body)
    assert headers["Idempotency-Key"] == request_id
    sent = json.loads(body)
    assert (sent["id"], sent["kind"], sent["subject"]) == (request_id, "cancel_order", "order:10482")
    (listed,) = await list_requests(runtime)
    assert listed.delivered_at is not None
    assert listed.status == RequestStatus.REQUESTED


def test_signature_is_of_time_and_body() -> None:
    signature = sign(SECRET, "1", b"{}")
    assert signature != sign(SECRET, "2", b"{}")
    assert signature != sign(SECRET, "1", b"[]")
    assert signature != sign("other", "1", b"{}")


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_refused_request_is_sent_again_after_a_pause(runtime: Runtime, shop: Shop, status: int) -> None:
    request_id, _ = await ask(runtime)
    shop.answers = [status]
    shop_runtime = calling(runtime, shop)
    await deliver_requests(shop_runtime)
    await deliver_requests(shop_runtime)
    assert len(shop.calls) == 1
    await make_due(runtime)
    await deliver_requests(shop_runtime)
    assert [headers["Idempotency-Key"] for headers, _ in shop.calls] == [request_id] * 2
    assert (await list_requests(runtime))[0].delivered_at is not None


async def test_shop_that_cannot_be_reached_is_tried_later(runtime: Runtime) -> None:
    await ask(runtime)
    await deliver_requests(calling(runtime, Shop(url="http://127.0.0.1:9/")))
    assert await take_due_request(runtime) is None
    (row,) = await exported(runtime, "shop_requests")
    assert row["error"] == "ClientConnectorError"
    assert row["attempts"] == 1


async def test_request_taken_by_a_worker_that_died_is_taken_again(runtime: Runtime) -> None:
    await ask(runtime)
    assert await take_due_request(runtime) is not None
    assert await take_due_request(runtime) is None
    await make_due(runtime)
    assert await take_due_request(runtime) is not None


async def test_settled_request_is_not_delivered_any_more(runtime: Runtime, shop: Shop) -> None:
    request_id, _ = await ask(runtime)
    await settle_request(runtime, request_id, RequestStatus.REJECTED)
    await deliver_requests(calling(runtime, shop))
    assert shop.calls == []


async def test_settling_twice_alike_changes_nothing_and_otherwise_is_a_conflict(runtime: Runtime) -> None:
    request_id, _ = await ask(runtime)
    accepted = await settle_request(runtime, request_id, RequestStatus.ACCEPTED)
    assert accepted.settled_at is None
    done = await settle_request(runtime, request_id, RequestStatus.DONE)
    assert done.settled_at == runtime.clock()
    assert await settle_request(runtime, request_id, RequestStatus.DONE) == done
    with pytest.raises(Conflict):
        await settle_request(runtime, request_id, RequestStatus.REJECTED)
    with pytest.raises(NotFound):
        await settle_request(runtime, "nothing", RequestStatus.DONE)


async def test_export_of_orders_names_the_requests_open_on_them(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    await import_rows(orders=[order_row(), order_row(number="1")])
    request_id, _ = await ask(runtime)
    assert [row["open_requests"] for row in await exported(runtime, "orders")] == [[], ["cancel_order"]]
    await settle_request(runtime, request_id, RequestStatus.DONE)
    assert [row["open_requests"] for row in await exported(runtime, "orders")] == [[], []]


def test_address_without_a_secret_is_refused() -> None:
    with pytest.raises(ValidationError, match="AFTERCARE_SHOP_WEBHOOK_SECRET"):
        Settings(shop_webhook_url="https://shop.example/requests")


def test_command_lists_and_settles(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERCARE_DATABASE_URL", sqlite_url)
    bootstrap.runtime.cache_clear()
    request_id, _ = asyncio.run(ask(bootstrap.runtime()))

    def run(*words: str) -> tuple[int, list[dict[str, object]]]:
        bootstrap.runtime.cache_clear()
        status = cli.main(["requests", *words])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [row["id"] for row in run("list")[1]] == [request_id]
    status, (settled,) = run("settle", request_id, "done", "--note", "by hand")
    assert (status, settled["status"], settled["note"]) == (0, "done", "by hand")
    assert run("list", "--status", "requested") == (0, [])
    assert run("settle", request_id, "rejected") == (2, [])
    bootstrap.runtime.cache_clear()
