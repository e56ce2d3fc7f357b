"""The demo shop, which embeds the chat as a real shop would."""

from aiohttp import web

routes = web.RouteTableDef()
