"""The full policies as pages, from the data that answers are made of."""

from aiohttp import web

routes = web.RouteTableDef()
