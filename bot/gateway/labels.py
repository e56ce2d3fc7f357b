"""Return labels, on the files' own origin, to whoever holds a link that was signed."""

import hmac
import re
import time

from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.gateway.problems import Refused, refuse
from bot.services.return_labels import label_pdf, label_sign
from bot.shop.errors import NotFound

file_routes = web.RouteTableDef()


@file_routes.get("/labels/{number:[A-Z]+-[0-9]{4}-[0-9]{6,9}}")
async def get_label(request: web.Request) -> web.Response:
    """The label as a PDF, while the goods still have to be sent."""
    runtime, number = request.app[RUNTIME], request.match_info["number"]
    expires, sign = request.query.get("expires", ""), request.query.get("sign", "")
    if re.fullmatch("[0-9]{1,12}", expires) is None or int(expires) <= time.time():
        refuse("not-found")
    expected = label_sign(runtime.settings, number, int(expires))
    if not hmac.compare_digest(expected.encode(), sign.encode(errors="surrogatepass")):
        refuse("not-found")
    try:
        body = await label_pdf(runtime, number)
    except NotFound as error:
        raise Refused("not-found") from error
    headers = {
        "Content-Disposition": f'inline; filename="{number}.pdf"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=body, content_type="application/pdf", headers=headers)
