"""What the shop's checkout asks of coupons: reserve one, then commit it or let it go."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from bot.channels.shop_signature import is_signed
from bot.channels.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER
from bot.gateway.bodies import Body, read_body
from bot.gateway.keys import RUNTIME
from bot.gateway.problems import Refused, refuse
from bot.services.coupons import CouponAnswer, CouponRequest, KeyReused, NoSuchCoupon, code_key, use_coupon
from bot.shop.coupons import CouponAction

KEY = re.compile(r"[\x21-\x7e]{1,100}")

routes = web.RouteTableDef()

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]


class UseCoupon(Body):
    """POST /api/shop/coupons/{code}/...: `code` and `action` repeat the path: so the signature covers them.

    `checkout` is the shop's name for the purchase; `customer_id` the one who buys, where the shop knows.
    """

    code: Name
    action: Annotated[CouponAction, Field(strict=False)]
    checkout: Name
    customer_id: Name | None = None


@routes.post("/api/shop/coupons/{code}/reserve")
async def post_reserve(request: web.Request) -> web.Response:
    """Keep a coupon for a checkout."""
    return await _use(request, CouponAction.RESERVE)


@routes.post("/api/shop/coupons/{code}/commit")
async def post_commit(request: web.Request) -> web.Response:
    """The checkout was paid: the coupon is used."""
    return await _use(request, CouponAction.COMMIT)


@routes.post("/api/shop/coupons/{code}/release")
async def post_release(request: web.Request) -> web.Response:
    """The checkout came to nothing: the coupon can be used again."""
    return await _use(request, CouponAction.RELEASE)


async def _use(request: web.Request, action: CouponAction) -> web.Response:
    await _check_signature(request)
    key = request.headers.get(KEY_HEADER, "")
    if not KEY.fullmatch(key):
        refuse("invalid-request", fields=[KEY_HEADER])
    body = await read_body(request, UseCoupon)
    code = request.match_info["code"]
    if (code_key(body.code), body.action) != (code_key(code), action):
        refuse("invalid-request", fields=["code", "action"])
    wanted = CouponRequest(code, action, body.checkout, key, body.customer_id)
    try:
        answer = await use_coupon(request.app[RUNTIME], wanted)
    except NoSuchCoupon as error:
        raise Refused("not-found") from error
    except KeyReused as error:
        raise Refused("key-reused") from error
    if not answer.allowed:
        refuse("coupon-refused", reason=answer.reason, rule_id=answer.rule_id, coupon=_plain(answer))
    return web.json_response(_plain(answer))


async def _check_signature(request: web.Request) -> None:
    """While the shop's clock is frozen (never in production) the true time is taken too."""
    runtime = request.app[RUNTIME]
    secret = runtime.settings.shop_secret.get_secret_value()
    time, signature = (request.headers.get(name, "") for name in (TIME_HEADER, SIGNATURE_HEADER))
    moments = [runtime.clock()] if runtime.settings.now is None else [runtime.clock(), datetime.now(UTC)]
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        refuse("message-too-long")
    if not any(is_signed(secret, time, signature, body, now) for now in moments):
        refuse("signature-refused")


def _plain(answer: CouponAnswer) -> dict[str, Any]:
    """The coupon as the checkout is told of it."""
    told = asdict(answer) | {"value": answer.value.model_dump(mode="json", exclude_none=True)}
    for name in ("allowed", "reason", "rule_id"):
        del told[name]
    told["valid_until"] = answer.valid_until.isoformat()
    told["reserved_until"] = answer.reserved_until.isoformat() if answer.reserved_until else None
    return told
