"""The demo shop embeds the chat as a real shop would: one script tag, and a signed token for its customer."""

import hashlib
import hmac
import secrets
from datetime import timedelta

import jwt
from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.gateway.problems import refuse
from bot.gateway.rendering import page
from bot.services.customers import customer, list_customers
from bot.services.orders import orders_of_customer
from bot.services.outbox import mailbox
from bot.services.products import list_products, list_recalls, product
from bot.services.runtime import Runtime
from bot.shop.contact import Customer
from bot.shop.errors import NotFound

COOKIE = "demo_customer"
TOKEN_LIFE = timedelta(minutes=4)

routes = web.RouteTableDef()


def _sign(runtime: Runtime, customer_id: str) -> str:
    key = runtime.settings.identity_secret.get_secret_value().encode()
    return hmac.new(key, f"demo-cookie:{customer_id}".encode(), hashlib.sha256).hexdigest()


async def _signed_in(request: web.Request) -> Customer | None:
    """Who is signed in to the demo shop, from its own signed cookie."""
    customer_id, _, sign = request.cookies.get(COOKIE, "").rpartition(".")
    runtime = request.app[RUNTIME]
    if not customer_id or not hmac.compare_digest(_sign(runtime, customer_id), sign):
        return None
    try:
        return await customer(runtime, customer_id)
    except NotFound:
        return None


@routes.get("/")
async def get_home(request: web.Request) -> web.Response:
    """The products by category."""
    runtime = request.app[RUNTIME]
    products = [item for item in await list_products(runtime) if item.parent_sku is None]
    categories = [
        (category, [item for item in products if item.category == category.id])
        for category in runtime.content.catalogue.categories
    ]
    shown = [(category, items) for category, items in categories if items]
    recalls = await list_recalls(runtime)
    return page(request, "home.html", who=await _signed_in(request), categories=shown, recalls=recalls)


@routes.get("/products/{sku}")
async def get_product(request: web.Request) -> web.Response:
    """One product with its variants and what fits it."""
    runtime = request.app[RUNTIME]
    try:
        shown = await product(runtime, request.match_info["sku"])
    except NotFound:
        refuse("not-found")
    products = await list_products(runtime)
    variants = [item for item in products if item.parent_sku == shown.sku]
    fitting = [item for item in products if shown.sku in item.fits]
    who = await _signed_in(request)
    return page(request, "product.html", who=who, product=shown, variants=variants, fitting=fitting)


@routes.get("/orders")
async def get_orders(request: web.Request) -> web.Response:
    """The orders of whoever is signed in."""
    who = await _signed_in(request)
    if who is None:
        raise web.HTTPSeeOther("/demo/sign-in")
    runtime = request.app[RUNTIME]
    orders = await orders_of_customer(runtime, who.id)
    names = {item.sku: item.name.en for item in await list_products(runtime)}
    return page(request, "orders.html", who=who, orders=orders, names=names)


@routes.get("/demo/sign-in")
async def get_sign_in(request: web.Request) -> web.Response:
    """Choose whom to be."""
    customers = await list_customers(request.app[RUNTIME])
    return page(request, "sign_in.html", who=await _signed_in(request), customers=customers)


@routes.post("/demo/sign-in")
async def post_sign_in(request: web.Request) -> web.Response:
    """Sign in as a demo customer; a page of another site cannot do this (the cookie is SameSite=Strict)."""
    form = await request.post()
    runtime = request.app[RUNTIME]
    try:
        who = await customer(runtime, str(form.get("customer_id", "")))
    except NotFound:
        refuse("not-found")
    response = web.Response(status=303, headers={"Location": "/orders"})
    value = f"{who.id}.{_sign(runtime, who.id)}"
    secure = runtime.settings.base_url.startswith("https:")
    response.set_cookie(COOKIE, value, httponly=True, samesite="Strict", secure=secure)
    return response


@routes.post("/demo/sign-out")
async def post_sign_out(_request: web.Request) -> web.Response:
    """Sign out of the demo shop; the page then logs the chat out too."""
    response = web.Response(status=303, headers={"Location": "/?signed_out"})
    response.del_cookie(COOKIE)
    return response


@routes.get("/demo/identity-token")
async def get_identity_token(request: web.Request) -> web.Response:
    """A fresh token for the chat, as a real shop's server would sign it for its signed-in customer."""
    who = await _signed_in(request)
    if who is None:
        return web.json_response({"token": None})
    settings = request.app[RUNTIME].settings
    claims = {
        "aud": settings.shop_id,
        "sub": who.id,
        "exp": request.app[RUNTIME].clock() + TOKEN_LIFE,
        "jti": secrets.token_urlsafe(16),
    }
    token = jwt.encode(claims, settings.identity_secret.get_secret_value(), algorithm="HS256")
    return web.json_response({"token": token})


@routes.get("/demo/mailbox")
async def get_mailbox(request: web.Request) -> web.Response:
    """What the demo would have sent by e-mail."""
    messages = await mailbox(request.app[RUNTIME])
    return page(request, "mailbox.html", who=await _signed_in(request), messages=messages)
