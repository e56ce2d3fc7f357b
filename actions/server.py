"""The action server: Rasa asks over loopback, with a shared secret, to run an action."""

import argparse
import json
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot import bootstrap
from bot.settings import Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HOST = "127.0.0.1"
# A call carries the whole session and the whole domain.
CALL_BYTES = 16 * 1024 * 1024
# Rasa waits for a running action; the supervisor waits a little longer than this.
SHUTDOWN_SECONDS = 4.0

_EXECUTOR = web.AppKey("executor", ActionExecutor)
_TOKEN = web.AppKey("token", str)
_ACTION = web.RequestKey("action", str)
_DIALOGUE = web.RequestKey("dialogue", str)

logger = logging.getLogger(__name__)


def create_app(executor: ActionExecutor, token: str) -> web.Application:
    """The server's routes; every call of an action must carry the token."""
    app = web.Application(client_max_size=CALL_BYTES, middlewares=[report_failures, check_token])
    app[_EXECUTOR] = executor
    app[_TOKEN] = token
    app.add_routes([web.get("/health", health), web.post("/webhook", run_action)])
    return app


@web.middleware
async def report_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn an unexpected exception into a 500 that tells nothing; Rasa fails and the gateway apologises.

    The message of an exception may quote what a customer wrote, so the log gets its type and places only.
    """
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001  the outermost loop: nothing else would report it
        places = "".join(traceback.format_tb(error.__traceback__))
        name, dialogue = request.get(_ACTION), request.get(_DIALOGUE)
        logger.error("%s in %s, dialogue %s\n%s", type(error).__name__, name, dialogue, places)  # noqa: TRY400
        return web.json_response({"error": "the action failed"}, status=500)


@web.middleware
async def check_token(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever does not know the secret that Rasa was given."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {request.app[_TOKEN]}"
    if request.path != "/health" and not secrets.compare_digest(given.encode(), expected.encode()):
        return web.json_response({"error": "the token is missing or wrong"}, status=401)
    return await handler(request)


async def health(request: web.Request) -> web.Response:
    """The process lives and has its actions."""
    return web.json_response({"status": "ok", "actions": len(request.app[_EXECUTOR].actions)})


async def run_action(request: web.Request) -> web.Response:
    """Run the action that Rasa names, on the dialogue it sends along."""
    call = _call(await request.read())
    if call is None:
        return web.json_response({"error": "the body is not a call of an action"}, status=422)
    request[_ACTION], request[_DIALOGUE] = call["next_action"], str(call["tracker"].get("sender_id"))
    try:
        result = await request.app[_EXECUTOR].run(call)
    except ActionExecutionRejection as rejection:
        return web.json_response({"error": str(rejection), "action_name": rejection.action_name}, status=400)
    except ActionNotFoundException as unknown:
        return web.json_response({"error": str(unknown), "action_name": unknown.action_name}, status=404)
    return web.json_response(result.model_dump() if result else {"events": [], "responses": []})


def _call(body: bytes) -> dict[str, Any] | None:
    try:
        call = json.loads(body)
    except ValueError:
        return None
    wanted = {"next_action": str, "tracker": dict, "domain": dict}
    if not isinstance(call, dict) or any(not isinstance(call.get(key), kind) for key, kind in wanted.items()):
        return None
    return call


def executor() -> ActionExecutor:
    """All actions of this package."""
    found = ActionExecutor()
    found.register_package("actions")
    return found


def command(arguments: Sequence[str]) -> int:
    """`python -m bot actions`: serve until the process is told to end; a running action is waited for."""
    argparse.ArgumentParser(prog="python -m bot actions").parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    runtime = bootstrap.runtime()
    problem = _problem(runtime.settings)
    if problem:
        logger.error(problem)
        return 1
    app = create_app(executor(), runtime.settings.actions_token.get_secret_value())
    web.run_app(
        app,
        host=HOST,
        port=runtime.settings.actions_port,
        access_log=None,
        print=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    return 0


def _problem(settings: Settings) -> str | None:
    if not settings.actions_token.get_secret_value():
        return "AFTERCARE_ACTIONS_TOKEN is not set: without it anyone on this machine could call the actions"
    return None
