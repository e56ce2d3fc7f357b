"""Pages from templates: everything is escaped, money and dates are written as people do."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.gateway.keys import RUNTIME

HERE = Path(__file__).parent
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["money"] = _money
    made.filters["day"] = _day
    return made


def _money(amount: Decimal, currency: str) -> str:
    return format_currency(amount, currency, locale="en_IE")


def _day(moment: datetime, zone: str) -> str:
    return format_date(moment.astimezone(ZoneInfo(zone)).date(), "d MMM y", locale="en_GB")


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """An HTML page of a template."""
    runtime = request.app[RUNTIME]
    body = (
        _environment()
        .get_template(template)
        .render(shop=runtime.content.shop, settings=runtime.settings, path=request.path, **values)
    )
    return web.Response(
        body=body.encode(),
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": PAGE_POLICY},
    )


def static_file(name: str) -> web.Response:
    """A style sheet, script or picture of the pages. Raises web.HTTPNotFound."""
    path = HERE / "static" / name
    if path.suffix not in TYPES or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(
        body=path.read_bytes(),
        content_type=TYPES[path.suffix],
        charset="utf-8",
        headers={"Cache-Control": "public, max-age=300"},
    )
