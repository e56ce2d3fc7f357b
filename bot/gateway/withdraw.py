"""The page on which a consumer withdraws from a contract: no sign-in, no reason, one declaration."""

import hashlib
import hmac
import re
import secrets
import time
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.website import clean_text
from bot.gateway.keys import RUNTIME
from bot.gateway.limits import client_address
from bot.gateway.problems import refuse
from bot.gateway.rendering import page
from bot.services.attempts import TooManyAttempts
from bot.services.conversations import language_for
from bot.services.runtime import Runtime
from bot.services.withdrawals import Declaration, declaration, declare_withdrawal
from bot.services.words import moment_in_words
from bot.shop.content.base import LANGUAGES, Language

FORM_SECONDS = 4 * 3600
PROCESS_SECRET = secrets.token_bytes(32)

routes = web.RouteTableDef()


@routes.get("/withdraw")
async def get_withdraw(request: web.Request) -> web.Response:
    """The empty form."""
    return _form(request, _language(request), declaration("", "", ""), ())


@routes.post("/withdraw")
async def post_withdraw(request: web.Request) -> web.Response:
    """Take the declaration; what is said is alike whether there is such an order or not."""
    runtime, language = request.app[RUNTIME], _language(request)
    _check_origin(request)
    fields = await request.post()
    typed = {name: clean_text(str(fields.get(name, ""))) for name in ("name", "order_number", "email")}
    made = declaration(**typed)
    problems = list(made.problems())
    if not _is_ours(runtime, str(fields.get("form", ""))):
        problems.append("form")
    if problems:
        return _form(request, language, made, problems, status=422)
    try:
        receipt = await declare_withdrawal(runtime, made, language, source=_source(request))
    except TooManyAttempts:
        return _form(request, language, made, ["many"], status=429)
    at = moment_in_words(receipt.received_at, language, runtime.content.shop.time_zone)
    return page(
        request, "withdrawn.html", language=language, who=None, made=made, number=receipt.number, at=at
    )


def _form(
    request: web.Request,
    language: Language,
    made: Declaration,
    problems: list[str] | tuple[str, ...],
    status: int = 200,
) -> web.Response:
    return page(
        request,
        "withdraw.html",
        status,
        language=language,
        languages=LANGUAGES,
        who=None,
        made=made,
        problems=problems,
        form=_signed(request.app[RUNTIME], int(time.time())),
    )


def _language(request: web.Request) -> Language:
    asked = request.query.get("lang") or request.headers.get("Accept-Language", "").split(",")[0]
    return language_for(asked.split(";")[0].strip())


def _check_origin(request: web.Request) -> None:
    """A page of another site cannot send this form."""
    origin = request.headers.get("Origin")
    own = urlsplit(request.app[RUNTIME].settings.base_url).netloc
    if origin is not None and urlsplit(origin).netloc not in (own, request.host):
        refuse("wrong-origin")


def _signed(runtime: Runtime, at: int) -> str:
    """When the form was given out, signed: nothing else is accepted as one of our forms."""
    key = runtime.settings.files_secret.get_secret_value().encode() or PROCESS_SECRET
    return f"{at}.{hmac.new(key, f'withdraw:{at}'.encode(), hashlib.sha256).hexdigest()}"


def _is_ours(runtime: Runtime, form: str) -> bool:
    at = form.partition(".")[0]
    if re.fullmatch(r"[0-9]{1,12}", at) is None or time.time() - int(at) > FORM_SECONDS:
        return False
    return hmac.compare_digest(_signed(runtime, int(at)).encode(), form.encode(errors="surrogatepass"))


def _source(request: web.Request) -> str:
    """The visitor's address as a key to count by; the address itself is not kept."""
    key = request.app[RUNTIME].settings.files_secret.get_secret_value().encode() or PROCESS_SECRET
    return hmac.new(key, client_address(request).encode(), hashlib.sha256).hexdigest()
