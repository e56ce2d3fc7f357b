"""Carrying requests to the shop by its webhook; without one the shop fetches them."""

import logging
from datetime import UTC, datetime

import aiohttp

from bot.channels.webhook import render_call
from bot.services import shop_requests
from bot.services.runtime import Runtime
from bot.services.shop_requests import DueRequest

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)


async def deliver_requests(runtime: Runtime) -> None:
    """Deliver every request that is due: each is leased before it is sent."""
    if not runtime.settings.shop_webhook_url:
        return
    while request := await shop_requests.take_due_request(runtime):
        error = await _deliver(runtime, request)
        if error is None:
            await shop_requests.mark_delivered(runtime, request.id)
        else:
            log.warning("request %s did not reach the shop: %s", request.id, error)
            await shop_requests.mark_undelivered(runtime, request.id, error)


async def _deliver(runtime: Runtime, request: DueRequest) -> str | None:
    """None when the shop took it, else why not. Redirects are not followed: the call is for the shop only."""
    settings = runtime.settings
    secret = settings.shop_webhook_secret.get_secret_value()
    call = render_call(secret, datetime.now(UTC), request.id, request.body())
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as client,
            client.post(
                settings.shop_webhook_url, data=call.body, headers=call.headers, allow_redirects=False
            ) as answer,
        ):
            return None if 200 <= answer.status < 300 else f"status {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
