"""Files customers send, and the other origin they are served from."""

import hashlib
import hmac
import re
import secrets
import time

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from bot.gateway.keys import RUNTIME
from bot.gateway.limits import MESSAGE_LIMIT
from bot.gateway.problems import Refused, refuse
from bot.gateway.visitors import visitor
from bot.services.attachments import MAX_FILE, NotAccepted, TooLarge, keep_file, stored_file
from bot.settings import Settings
from bot.shop.errors import NotFound

LINK_SECONDS = 3600
CHUNK = 64 * 1024
# Where no secret is set (never in production) links hold for this process only; an empty key could be forged.
PROCESS_SECRET = secrets.token_bytes(32)

routes = web.RouteTableDef()
file_routes = web.RouteTableDef()


@routes.post("/api/chat/attachments")
async def post_attachment(request: web.Request) -> web.Response:
    """Keep one file (multipart field `file`) until a message names it."""
    who = await visitor(request)
    request.app[MESSAGE_LIMIT].check(f"files:{who.conversation_id}")
    name, data = await _uploaded(request)
    try:
        kept = await keep_file(request.app[RUNTIME], who.conversation_id, name, data)
    except NotAccepted as error:
        raise Refused("attachment-not-accepted") from error
    except TooLarge as error:
        raise Refused("attachment-too-large") from error
    return web.json_response({"id": kept}, status=201)


async def _uploaded(request: web.Request) -> tuple[str, bytes]:
    if request.content_type != "multipart/form-data":
        refuse("invalid-request", fields=["body"])
    try:
        reader = await request.multipart()
        while part := await reader.next():
            if isinstance(part, BodyPartReader) and part.filename is not None:
                return part.filename, await _content(part)
    except (ValueError, BadHttpMessage) as error:
        raise Refused("invalid-request", fields=["body"]) from error
    raise Refused("invalid-request", fields=["file"])


async def _content(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        data += chunk
        if len(data) > MAX_FILE:
            refuse("attachment-too-large")
    return bytes(data)


def file_url(settings: Settings, file_id: str) -> str:
    """A link to a file for an hour, on the files' own origin; only who reads the conversation gets one."""
    expires = int(time.time()) // LINK_SECONDS * LINK_SECONDS + 2 * LINK_SECONDS
    sign = _sign(settings, file_id, expires)
    return f"{settings.files_base_url}/files/{file_id}?expires={expires}&sign={sign}"


def _sign(settings: Settings, file_id: str, expires: int) -> str:
    key = settings.files_secret.get_secret_value().encode() or PROCESS_SECRET
    return hmac.new(key, f"{file_id}:{expires}".encode(), hashlib.sha256).hexdigest()


@file_routes.get("/files/{id:[0-9a-f]{32}}")
async def get_file(request: web.Request) -> web.Response:
    """A customer's file, to whoever holds a link that was signed and has not expired."""
    settings = request.app[RUNTIME].settings
    file_id, expires = request.match_info["id"], request.query.get("expires", "")
    sign = request.query.get("sign", "").encode(errors="surrogatepass")
    if re.fullmatch("[0-9]{1,12}", expires) is None or int(expires) <= time.time():
        refuse("not-found")
    if not hmac.compare_digest(_sign(settings, file_id, int(expires)).encode(), sign):
        refuse("not-found")
    try:
        file = await stored_file(request.app[RUNTIME], file_id)
    except NotFound as error:
        raise Refused("not-found") from error
    headers = {
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "private, max-age=3600",
    }
    return web.Response(body=file.data, content_type=file.content_type, headers=headers)
