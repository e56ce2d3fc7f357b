"""The widget's files, as built by web/: the loader, the page in the frame and its assets."""

from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.gateway.problems import refuse
from bot.settings import Settings

LOADER_SECONDS = 300
ASSET_SECONDS = 31536000
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

routes = web.RouteTableDef()


def frame_policy(settings: Settings) -> str:
    """The Content-Security-Policy of the chat's frame: its own files only, embedded by the shop only."""
    own = urlsplit(settings.base_url)
    socket = f"{'wss' if own.scheme == 'https' else 'ws'}://{own.netloc}"
    ancestors = " ".join(["'self'", *settings.frame_ancestors])
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' data: https: {settings.files_base_url}",
            f"connect-src 'self' {socket}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


@routes.get("/widget.js")
async def get_loader(request: web.Request) -> web.Response:
    """The one script a shop's page names."""
    headers = {
        "Cache-Control": f"public, max-age={LOADER_SECONDS}",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return _file(request, "widget.js", headers)


@routes.get("/widget/")
async def get_frame(request: web.Request) -> web.Response:
    """The page in the frame."""
    headers = {
        "Content-Security-Policy": frame_policy(request.app[RUNTIME].settings),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cross-Origin-Opener-Policy": "unsafe-none",
    }
    return _file(request, "widget/index.html", headers)


@routes.get("/widget/assets/{name:[A-Za-z0-9._-]+}")
async def get_asset(request: web.Request) -> web.Response:
    """A part of that page; its name changes with its content."""
    headers = {"Cache-Control": f"public, max-age={ASSET_SECONDS}, immutable"}
    return _file(request, f"widget/assets/{request.match_info['name']}", headers)


def _file(request: web.Request, name: str, headers: dict[str, str]) -> web.Response:
    root: Path = request.app[RUNTIME].settings.web_dir
    path = root / name
    if not path.is_file():
        refuse("not-found")
    content_type = TYPES.get(path.suffix, "text/html")
    return web.Response(body=path.read_bytes(), content_type=content_type, charset="utf-8", headers=headers)
