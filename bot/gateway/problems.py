"""Refusals as RFC 9457 problem documents, in words from content/messages/problems.yaml."""

from typing import Any, NoReturn

from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.services.conversations import language_for
from bot.services.words import problem
from bot.shop.content.base import Language
from bot.shop.content.messages import ProblemName

STATUS: dict[ProblemName, int] = {
    "invalid-request": 422,
    "empty-message": 422,
    "message-too-long": 413,
    "unknown-choice": 422,
    "unknown-attachment": 422,
    "attachment-too-large": 413,
    "attachment-not-accepted": 415,
    "not-signed-in": 401,
    "identity-refused": 403,
    "other-customer": 409,
    "nothing-to-rate": 409,
    "not-found": 404,
    "method-not-allowed": 405,
    "wrong-origin": 403,
    "too-many-requests": 429,
    "signature-refused": 401,
    "coupon-refused": 409,
    "key-reused": 409,
    "internal-error": 500,
}


class Refused(Exception):
    """A request that is answered with a problem document."""

    def __init__(self, name: ProblemName, *, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(name)
        self.name = name
        self.headers = headers or {}
        self.extra = extra


def refuse(name: ProblemName, **extra: Any) -> NoReturn:
    """Answer with that problem."""
    raise Refused(name, **extra)


def problem_response(request: web.Request, refused: Refused, status: int | None = None) -> web.Response:
    """The problem document; its `type` is a relative reference that never changes."""
    title, detail = problem(request.app[RUNTIME], refused.name, _language(request))
    status = status or STATUS[refused.name]
    document = {
        "type": f"/problems/{refused.name}",
        "title": title,
        "status": status,
        "detail": detail,
        **refused.extra,
    }
    return web.json_response(
        document, status=status, headers=refused.headers, content_type="application/problem+json"
    )


def _language(request: web.Request) -> Language:
    """The first language the browser asks for."""
    return language_for(request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip())
