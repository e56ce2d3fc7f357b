"""Claims in the database: one for one yes, and none that may not be."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.services import claims
from bot.services.claim_reports import cancel_claim, claim_report
from bot.services.claim_views import look_at_claim
from bot.services.claims import open_claim
from bot.services.conversations import open_chat
from bot.services.order_reading import ProofNeeded
from bot.services.outbox import mailbox
from bot.services.runtime import Runtime
from bot.shop.errors import Conflict, InvalidInput, NotFound
from bot.store.claims import Claim
from bot.store.conversations import Conversation
from bot.store.handoff import AuditEntry
from bot.store.plans import ClaimEvent, PlanContract
from bot.store.products import Product
from bot.store.shop_requests import ShopRequest
from tests.store.claim_steps import count, customer_with_plans, dropped, signed_in, write


@pytest.fixture
async def dialogue_id(runtime: Runtime, tmp_path: Path) -> str:
    """A signed-in customer with a plan for replacement and one for visits."""
    return await customer_with_plans(runtime, tmp_path)


async def test_two_tabs_that_say_yes_at_once_write_one_claim(runtime: Runtime, dialogue_id: str) -> None:
    view = await look_at_claim(runtime, dialogue_id, dropped(), "en")
    tries = [
        open_claim(runtime, dialogue_id, dropped(), shown=view.shown, key=key, language="en")
        for key in ("a", "b", "a", "b", "c")
    ]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    kinds = Counter(type(answer) for answer in answers)
    assert kinds[str] >= 1
    assert kinds[str] + kinds[Conflict] == len(tries)
    assert await count(runtime, Claim) == await count(runtime, ShopRequest) == 1
    assert len(await mailbox(runtime)) == 1


async def test_repeated_key_gives_the_first_number(runtime: Runtime, dialogue_id: str) -> None:
    first = await write(runtime, dialogue_id, dropped())
    again = await open_claim(runtime, dialogue_id, dropped(), shown="other", key="key", language="en")
    assert first == again == "CLM-2026-000001"
    assert await count(runtime, Claim) == 1


async def test_claim_that_fails_halfway_leaves_nothing(
    runtime: Runtime, dialogue_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(claims, "tell_customer", die)
        with pytest.raises(RuntimeError):
            await write(runtime, dialogue_id, dropped())
    for table in (Claim, ClaimEvent, ShopRequest):
        assert await count(runtime, table) == 0
    assert await write(runtime, dialogue_id, dropped()) == "CLM-2026-000001"


async def test_option_that_is_no_longer_offered_is_refused(runtime: Runtime, dialogue_id: str) -> None:
    view = await look_at_claim(runtime, dialogue_id, dropped(), "en")
    async with runtime.database.transaction() as session:
        await session.execute(update(Product).values(stock=0))
    with pytest.raises(InvalidInput):
        await open_claim(runtime, dialogue_id, dropped(), shown=view.shown, key="key", language="en")
    assert await count(runtime, Claim) == 0


async def test_hold_that_was_not_consented_to_is_refused(runtime: Runtime, dialogue_id: str) -> None:
    with pytest.raises(InvalidInput):
        await write(runtime, dialogue_id, dropped(hold_consent=False))


async def test_time_that_is_not_offered_is_refused(runtime: Runtime, dialogue_id: str) -> None:
    draft = dropped(order_number="10391", option="on_site", slot=datetime(2026, 5, 10, 3, 0, tzinfo=UTC))
    with pytest.raises(InvalidInput):
        await write(runtime, dialogue_id, draft)


async def test_window_that_passes_between_summary_and_yes_is_a_conflict(
    runtime: Runtime, dialogue_id: str
) -> None:
    view = await look_at_claim(runtime, dialogue_id, dropped(), "en")
    async with runtime.database.transaction() as session:
        row = await session.get_one(PlanContract, "P-10217")
        row.ends_at = runtime.clock() - timedelta(days=30)
    with pytest.raises(Conflict):
        await open_claim(runtime, dialogue_id, dropped(), shown=view.shown, key="key", language="en")
    assert await count(runtime, Claim) == 0


async def test_second_claim_for_an_item_waits_for_the_first(runtime: Runtime, dialogue_id: str) -> None:
    await write(runtime, dialogue_id, dropped())
    with pytest.raises(Conflict):
        await write(runtime, dialogue_id, dropped(), "other")


async def test_cancelled_claims_do_not_use_up_the_limit(runtime: Runtime, dialogue_id: str) -> None:
    for turn in range(5):
        number = await write(runtime, dialogue_id, dropped(), f"key-{turn}")
        report = await claim_report(runtime, dialogue_id, number, "en")
        assert await cancel_claim(runtime, dialogue_id, number, report.shown, "en")
    assert await count(runtime, Claim) == 5


async def test_somebody_elses_order_is_refused_and_kept_in_the_audit(
    runtime: Runtime, dialogue_id: str
) -> None:
    number = await write(runtime, dialogue_id, dropped())
    other = await signed_in(runtime, "c-2")
    with pytest.raises(NotFound):
        await open_claim(runtime, other, dropped(), shown="x", key="theirs", language="en")
    with pytest.raises(NotFound):
        await claim_report(runtime, other, number, "en")
    with pytest.raises(NotFound):
        await cancel_claim(runtime, other, number, "x", "en")
    async with runtime.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused"))
        assert sorted(row.action for row in rows) == ["cancel_claim", "open_claim"]


async def test_anonymous_conversation_writes_nothing(runtime: Runtime, dialogue_id: str) -> None:
    del dialogue_id
    opened = await open_chat(runtime, locale="en", claims=None, address="192.0.2.2")
    async with runtime.database.reading() as session:
        row = await session.get_one(Conversation, opened.conversation_id)
    with pytest.raises((NotFound, ProofNeeded)):
        await open_claim(runtime, row.dialogue_id, dropped(), shown="x", key="k", language="en")
    assert await count(runtime, Claim) == 0
