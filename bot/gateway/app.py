"""The gateway's applications: the public one, the files' own origin, and the private one for operators."""

from collections.abc import AsyncIterator

from aiohttp import web

from bot.gateway import (
    attachments,
    chat,
    demo,
    events,
    labels,
    ops,
    policies,
    shop_api,
    widget,
    withdraw,
)
from bot.gateway.bodies import MAX_BODY
from bot.gateway.dispatcher import Dispatcher
from bot.gateway.keys import DISPATCHER, HUB, RUNTIME
from bot.gateway.limits import MESSAGE_LIMIT, SESSION_LIMIT, Limiter
from bot.gateway.middlewares import add_security_headers, refusals
from bot.gateway.rasa import RasaClient
from bot.services.runtime import Runtime
from bot.store.news import Hub

RASA = web.AppKey("rasa", RasaClient)


def public_app(runtime: Runtime) -> web.Application:
    """What faces the internet: chat API, widget, policy pages and, in the demo, the demo shop."""
    app = web.Application(middlewares=[refusals], client_max_size=MAX_BODY)
    app[RUNTIME] = runtime
    app[SESSION_LIMIT] = Limiter(runtime.settings.sessions_per_minute)
    app[MESSAGE_LIMIT] = Limiter(runtime.settings.messages_per_minute)
    app.on_response_prepare.append(add_security_headers)
    app.cleanup_ctx.append(_answering)
    app.router.add_get("/healthz", get_health)
    for part in (chat, events, attachments, widget, policies, shop_api, withdraw):
        app.add_routes(part.routes)
    if runtime.settings.demo:
        app.add_routes(demo.routes)
    return app


async def _answering(app: web.Application) -> AsyncIterator[None]:
    """Rasa's client, the wake-ups and the dispatcher live as long as the application."""
    runtime = app[RUNTIME]
    app[RASA] = RasaClient(runtime.settings)
    app[HUB] = Hub(runtime.settings.redis_url)
    app[DISPATCHER] = Dispatcher(runtime, app[RASA], app[HUB])
    await app[HUB].start()
    await app[DISPATCHER].start()
    yield
    await app[DISPATCHER].stop()
    await app[HUB].stop()
    await app[RASA].close()


async def get_health(_request: web.Request) -> web.Response:
    """The process lives."""
    return web.json_response({"alive": True})


def files_app(runtime: Runtime) -> web.Application:
    """Customers' files, on an origin of their own where they can reach nothing."""
    app = web.Application(middlewares=[refusals])
    app[RUNTIME] = runtime
    app.on_response_prepare.append(add_security_headers)
    app.add_routes(attachments.file_routes)
    app.add_routes(labels.file_routes)
    return app


def ops_app(runtime: Runtime) -> web.Application:
    """Readiness and figures, for the private network."""
    app = web.Application(middlewares=[refusals])
    app[RUNTIME] = runtime
    rasa = RasaClient(runtime.settings)
    app[ops.PROBE] = ops.Probe(rasa)
    app.add_routes(ops.routes)

    async def close(_app: web.Application) -> None:
        await rasa.close()

    app.on_cleanup.append(close)
    return app
