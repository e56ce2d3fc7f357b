"""The chat API: sessions, messages, feedback. Events are in `events`, files in `attachments`."""

import re

from aiohttp import web

from bot.channels.website import MAX_TEXT, clean_text
from bot.gateway.bodies import GiveFeedback, Identify, OpenSession, SendMessage, read_body
from bot.gateway.keys import DISPATCHER, HUB, RUNTIME
from bot.gateway.limits import MESSAGE_LIMIT, SESSION_LIMIT, client_address
from bot.gateway.metrics import MESSAGES
from bot.gateway.problems import Refused, refuse
from bot.gateway.visitors import visitor
from bot.services import feedback
from bot.services.conversations import end_session, identify, open_chat
from bot.services.identity import TokenClaims, verify_token
from bot.services.inbound import CustomerInput, UnknownAttachment, UnknownChoice, accept_message
from bot.shop.errors import Conflict, NotAllowed, NotFound
from bot.support.conversation import Channel

# Anything else is none of ours, and some of it (a NUL) PostgreSQL would not even look for.
CHOICE_ID = re.compile("[0-9a-f]{32}")

routes = web.RouteTableDef()


def _claims(request: web.Request, token: str) -> TokenClaims:
    try:
        return verify_token(request.app[RUNTIME], token)
    except NotAllowed as error:
        raise Refused("identity-refused") from error


@routes.post("/api/chat/sessions")
async def post_session(request: web.Request) -> web.Response:
    """Open a conversation; the answer is the only place where its token is shown."""
    address = client_address(request)
    request.app[SESSION_LIMIT].check(address)
    body = await read_body(request, OpenSession)
    claims = _claims(request, body.identity_token) if body.identity_token is not None else None
    try:
        opened = await open_chat(request.app[RUNTIME], locale=body.locale, claims=claims, address=address)
    except NotAllowed as error:
        raise Refused("identity-refused") from error
    answer = {"token": opened.token, "conversation_id": opened.conversation_id, "cursor": opened.cursor}
    return web.json_response(answer, status=201)


@routes.post("/api/chat/identity")
async def post_identity(request: web.Request) -> web.Response:
    """Let the shop's token say who the visitor is."""
    who = await visitor(request)
    request.app[SESSION_LIMIT].check(client_address(request))
    body = await read_body(request, Identify)
    claims = _claims(request, body.identity_token)
    try:
        await identify(request.app[RUNTIME], who, claims)
    except NotAllowed as error:
        raise Refused("identity-refused") from error
    except Conflict as error:
        raise Refused("other-customer") from error
    return web.Response(status=204)


@routes.delete("/api/chat/sessions")
async def delete_session(request: web.Request) -> web.Response:
    """Log out: the token is worth nothing from now on."""
    who = await visitor(request)
    await end_session(request.app[RUNTIME], who)
    await request.app[HUB].tell(who.conversation_id)
    return web.Response(status=204)


@routes.post("/api/chat/messages")
async def post_message(request: web.Request) -> web.Response:
    """Keep a message, then acknowledge it; the answer follows among the events."""
    who = await visitor(request)
    request.app[MESSAGE_LIMIT].check(who.conversation_id)
    body = await read_body(request, SendMessage)
    if body.choice is not None and CHOICE_ID.fullmatch(body.choice) is None:
        refuse("unknown-choice")
    sent = CustomerInput(
        client_id=str(body.client_id),
        text=_checked_text(body),
        choice_id=body.choice,
        attachment_ids=tuple(body.attachment_ids),
    )
    try:
        seq = await accept_message(request.app[RUNTIME], who.conversation_id, sent)
    except UnknownChoice as error:
        raise Refused("unknown-choice") from error
    except UnknownAttachment as error:
        raise Refused("unknown-attachment") from error
    MESSAGES.labels(Channel.WEBSITE).inc()
    await request.app[HUB].tell(who.conversation_id)
    request.app[DISPATCHER].wake(who.conversation_id)
    return web.json_response({"seq": seq}, status=202)


def _checked_text(body: SendMessage) -> str:
    text = clean_text(body.text or "")
    if len(text) > MAX_TEXT:
        refuse("message-too-long")
    if not text and body.choice is None and not body.attachment_ids:
        refuse("empty-message")
    return text


@routes.post("/api/chat/feedback")
async def post_feedback(request: web.Request) -> web.Response:
    """Keep what the customer thought of the conversation; a second answer replaces the first."""
    who = await visitor(request)
    body = await read_body(request, GiveFeedback)
    words = body.words or None
    try:
        await feedback.give(request.app[RUNTIME], who.conversation_id, score=body.score, words=words)
    except NotFound as error:
        raise Refused("nothing-to-rate") from error
    return web.Response(status=204)
