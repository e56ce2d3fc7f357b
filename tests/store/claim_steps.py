"""What the tests of claims do again and again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.services.claim_views import ClaimDraft, look_at_claim
from bot.services.claims import open_claim
from bot.services.conversations import open_chat
from bot.services.runtime import Runtime
from bot.shop.faults import FaultCause
from bot.store.claims import Claim
from bot.store.conversations import Conversation
from tests.actions.claim_shop import BOOKCASE, HOME_PLAN, OLD, OLD_PLAN, fill


async def signed_in(runtime: Runtime, customer_id: str = "c-1") -> str:
    """A conversation of a customer whom the shop has signed in."""
    opened = await open_chat(runtime, locale="en", claims=None, address="192.0.2.1")
    async with runtime.database.transaction() as session:
        row = await session.get_one(Conversation, opened.conversation_id)
        row.customer_id, row.identity_level = customer_id, 2
        row.identity_expires_at = runtime.clock() + timedelta(days=90)
        return row.dialogue_id


def dropped(**changes: object) -> ClaimDraft:
    """An espresso machine that fell yesterday, to be replaced in advance."""
    draft = ClaimDraft(
        order_number="10217",
        line_id="l1",
        cause=FaultCause.ACCIDENT,
        symptom="it fell and no longer turns on",
        occurred_on=date(2026, 5, 4),
        option="advance_replacement",
        hold_consent=True,
    )
    return replace(draft, **changes)  # type: ignore[arg-type]


async def write(runtime: Runtime, dialogue_id: str, draft: ClaimDraft, key: str = "key") -> str:
    """Say yes to what is shown now."""
    view = await look_at_claim(runtime, dialogue_id, draft, "en")
    return await open_claim(runtime, dialogue_id, draft, shown=view.shown, key=key, language="en")


async def customer_with_plans(runtime: Runtime, tmp_path: Path) -> str:
    """The dialogue of a signed-in customer with a plan for replacement and one for visits."""
    await fill(runtime, tmp_path, [OLD, BOOKCASE], [OLD_PLAN, HOME_PLAN])
    return await signed_in(runtime)


async def visit(runtime: Runtime, dialogue_id: str) -> str:
    """A claim with somebody who comes at the first time that is offered."""
    draft = ClaimDraft(
        order_number="10391",
        line_id="l1",
        cause=FaultCause.ACCIDENT,
        symptom="paint on the shelf",
        occurred_on=date(2026, 5, 4),
        option="on_site",
    )
    view = await look_at_claim(runtime, dialogue_id, draft, "en")
    return await write(runtime, dialogue_id, replace(draft, slot=view.slots[0]), "visit")


async def count(runtime: Runtime, table: type) -> int:
    async with runtime.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def the_claim(runtime: Runtime) -> Claim:
    async with runtime.database.reading() as session:
        return (await session.scalars(select(Claim))).one()
