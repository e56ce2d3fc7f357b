"""What handlers find in the application."""

from typing import TYPE_CHECKING

from aiohttp import web

from bot.services.conversations import Visitor
from bot.services.runtime import Runtime

if TYPE_CHECKING:
    from bot.gateway.dispatcher import Dispatcher
    from bot.store.news import Hub

RUNTIME = web.AppKey("runtime", Runtime)
HUB: "web.AppKey[Hub]" = web.AppKey("hub")
DISPATCHER: "web.AppKey[Dispatcher]" = web.AppKey("dispatcher")
VISITOR = web.RequestKey("visitor", Visitor)
