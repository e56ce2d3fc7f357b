"""docs/openapi.yaml and the running API say the same."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import requests
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, settings
from pydantic import BaseModel, SecretStr
from schemathesis import CheckFunction
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from bot.gateway import bodies, events
from bot.gateway.app import public_app
from bot.gateway.problems import STATUS
from bot.services.runtime import Runtime
from bot.settings import Settings
from bot.shop.content.messages import ProblemName
from bot.store.content import Content
from bot.store.database import Database
from bot.support.conversation import Author, EntryType, Owner
from tests.fakes import FakeClock
from tests.gateway.schema import DOCUMENT_PATH, document

schema = schemathesis.openapi.from_path(DOCUMENT_PATH)
# A text that is too long is refused as such.
schema.config.checks.negative_data_rejection.expected_statuses += ["413"]
# A random token or button is refused though it has the right shape; an unknown query is left unread.
UNFIT: list[CheckFunction] = [positive_data_acceptance]
UNFIT_FOR_GET: list[CheckFunction] = [*UNFIT, negative_data_rejection]


@dataclass
class Live:
    """The public application, served from a thread of its own."""

    url: str

    def token(self) -> str:
        response = requests.post(f"{self.url}/api/chat/sessions", json={}, timeout=10)
        token: str = response.json()["token"]
        return token


@pytest.fixture(scope="module")
def live(
    sqlite_template: Path, shop_content: Content, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    database_file = folder / "aftercare.db"
    database_file.write_bytes(sqlite_template.read_bytes())
    configured = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{database_file}",
        rasa_url="http://127.0.0.1:1",
        identity_secret=SecretStr("the shop's secret, long enough for HS256"),
        messages_per_minute=1_000_000,
        sessions_per_minute=1_000_000,
    )
    loop, address, stop = asyncio.new_event_loop(), list[str](), asyncio.Event()
    served = threading.Event()

    async def serve() -> None:
        database = Database(configured.database)
        runtime = Runtime(configured, shop_content, database, FakeClock())
        runner = web.AppRunner(public_app(runtime), shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address.append("http://{}:{}".format(*runner.addresses[0][:2]))
        served.set()
        await stop.wait()
        await runner.cleanup()
        await database.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert served.wait(30)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(events, "MAX_WAIT", 0.05)
        yield Live(address[0])
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


@schema.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_documented(case: schemathesis.Case[Any], live: Live) -> None:
    headers = {"Authorization": f"Bearer {live.token()}"}
    unfit = UNFIT_FOR_GET if case.method == "GET" else UNFIT
    case.call_and_validate(base_url=live.url, headers=headers, excluded_checks=unfit, timeout=10)


def test_every_route_is_documented_and_every_documented_route_is_there(sqlite_runtime: Runtime) -> None:
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in public_app(sqlite_runtime).router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith("/api")
        and route.method != "HEAD"
    }
    methods = {"get", "put", "post", "delete", "patch"}
    documented = {
        (method, path)
        for path, operations in document()["paths"].items()
        for method in operations
        if method in methods
    }
    assert served == documented


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"][name]
    return found


def test_every_problem_is_documented() -> None:
    assert set(_schema("ProblemName")["enum"]) == set(get_args(ProblemName)) == set(STATUS)


def test_every_kind_of_event_is_documented() -> None:
    mapping = _schema("Event")["discriminator"]["mapping"]
    assert set(mapping) == {*EntryType, "typing"}
    assert set(_schema("OwnerEvent")["properties"]["owner"]["enum"]) == set(Owner)
    assert set(_schema("MessageEvent")["properties"]["author"]["enum"]) == set(Author)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("OpenSession", bodies.OpenSession),
        ("Identify", bodies.Identify),
        ("SendMessage", bodies.SendMessage),
        ("GiveFeedback", bodies.GiveFeedback),
        ("FirstFrame", events.FirstFrame),
    ],
)
def test_every_field_that_is_taken_is_documented(name: str, model: type[BaseModel]) -> None:
    assert set(_schema(name)["properties"]) == set(model.model_fields)
    required = {field for field, info in model.model_fields.items() if info.is_required()}
    assert set(_schema(name).get("required", [])) == required


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    shared = document()["components"]["responses"]
    found: dict[str, Any] = shared[response["$ref"].rsplit("/", 1)[1]] if "$ref" in response else response
    return found


def test_every_refusal_is_documented_as_a_problem_document() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                problem = "application/problem+json" in _resolved(response).get("content", {})
                assert problem == (int(status) >= 400), (path, method, status)
