"""The worker's loops: what has to happen though nobody asks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.services.attempts import forget_old_attempts
from bot.services.claim_deadlines import watch_claims
from bot.services.coupons import sweep_coupons
from bot.services.identity import forget_expired_tokens
from bot.services.idle import close_idle
from bot.services.incentives import settle_due_accounts
from bot.services.retention import remove_old
from bot.services.runtime import Runtime
from bot.services.shop_requests import settle_by_imports
from bot.store.news import Hub
from bot.worker.mailer import send_due
from bot.worker.webhook import deliver_requests

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0
MAIL_SECONDS = 1.0
REQUEST_SECONDS = 2.0
REWARD_SECONDS = 1.0
COUPON_SECONDS = 30.0
CLAIM_SECONDS = 30.0
TIDY_SECONDS = 600.0


async def run_loops(runtime: Runtime, hub: Hub) -> None:
    """All loops, until cancelled."""

    async def close_and_tell() -> None:
        for conversation_id in await close_idle(runtime):
            await hub.tell(conversation_id)

    await _together(
        _every(IDLE_SECONDS, close_and_tell),
        _every(MAIL_SECONDS, lambda: send_due(runtime)),
        _every(REQUEST_SECONDS, lambda: deliver_requests(runtime)),
        _every(REQUEST_SECONDS, lambda: settle_by_imports(runtime)),
        _every(REWARD_SECONDS, lambda: settle_due_accounts(runtime)),
        _every(COUPON_SECONDS, lambda: sweep_coupons(runtime)),
        _every(CLAIM_SECONDS, lambda: watch_claims(runtime)),
        _every(TIDY_SECONDS, lambda: forget_expired_tokens(runtime)),
        _every(TIDY_SECONDS, lambda: forget_old_attempts(runtime)),
        _every(TIDY_SECONDS, lambda: remove_old(runtime)),
    )


async def _together(*loops: Coroutine[Any, Any, None]) -> None:
    """Run them all; when cancelled, wait until each has ended: `gather` would leave some in mid-query."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(loop)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("a worker's loop failed and goes on")
        await asyncio.sleep(seconds)
