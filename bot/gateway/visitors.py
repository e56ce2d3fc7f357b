"""Who sends a request: from the bearer token alone."""

from aiohttp import web

from bot.gateway.keys import RUNTIME, VISITOR
from bot.gateway.problems import Refused
from bot.services.conversations import Visitor, visitor_of


async def visitor(request: web.Request) -> Visitor:
    """Whom the request's bearer token belongs to. Raises Refused."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = await visitor_of(request.app[RUNTIME], token) if scheme.casefold() == "bearer" and token else None
    if found is None:
        raise Refused("not-signed-in", headers={"WWW-Authenticate": "Bearer"})
    request[VISITOR] = found
    return found
