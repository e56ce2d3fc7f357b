"""Around every request: refusals in words, security headers, counting."""

import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.gateway.metrics import REQUESTS
from bot.gateway.problems import Refused, problem_response
from bot.shop.content.messages import ProblemName

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTTP_PROBLEMS: dict[int, ProblemName] = {
    400: "invalid-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "message-too-long",
    422: "invalid-request",
}


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal and every unexpected failure of the API is a problem document."""
    try:
        response = await handler(request)
    except Refused as refused:
        response = problem_response(request, refused)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        name = HTTP_PROBLEMS.get(error.status, "invalid-request")
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        response = problem_response(request, Refused(name, headers=allowed), error.status)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("request failed: %s %s, reference %s", request.method, _route(request), reference)
        response = problem_response(request, Refused("internal-error", reference=reference))
    REQUESTS.labels(_route(request), response.status).inc()
    return response


def _route(request: web.Request) -> str:
    """The route's pattern: never the address itself, which may hold what somebody typed."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """What every answer carries; a page may have set a policy of its own."""
    settings = request.app[RUNTIME].settings
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.pop("Server", None)
    if settings.base_url.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
