"""Claims in the database: one for one yes, moved on by reports in any order, deadlines that count once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.services import claim_deadlines, claims
from bot.services.claim_deadlines import watch_claims
from bot.services.claim_reports import cancel_claim, change_slot, claim_report, note_sent_back
from bot.services.claim_views import ClaimDraft, look_at_claim
from bot.services.claims import open_claim
from bot.services.conversations import open_chat
from bot.services.order_reading import ProofNeeded
from bot.services.outbox import mailbox
from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests, settle_request
from bot.shop.claim_status import status_of
from bot.shop.errors import Conflict, InvalidInput, NotFound
from bot.shop.faults import FaultCause
from bot.shop.requests import RequestKind, RequestStatus
from bot.store.claims import Claim
from bot.store.conversations import Conversation
from bot.store.handoff import AuditEntry, StaffMessage
from bot.store.plans import ClaimEvent, PlanContract
from bot.store.products import Product
from bot.store.shop_requests import ShopRequest
from tests.actions.claim_shop import BOOKCASE, HOME_PLAN, OLD, OLD_PLAN, fill
from tests.fakes import FakeClock
from tests.store.conftest import ImportRows

PROVIDER = "huolto@pohjolan-kotihuolto.example"


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


Write = Callable[..., Awaitable[str]]


async def write(runtime: Runtime, dialogue_id: str, draft: ClaimDraft, key: str = "key") -> str:
    """Say yes to what is shown now."""
    view = await look_at_claim(runtime, dialogue_id, draft, "en")
    return await open_claim(runtime, dialogue_id, draft, shown=view.shown, key=key, language="en")


@pytest.fixture
async def dialogue_id(runtime: Runtime, tmp_path: Path) -> str:
    """A signed-in customer with a plan for replacement and one for visits."""
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


REPORTS = [
    {"id": "e1", "kind": "approved", "at": "2026-05-05T10:00:00Z"},
    {"id": "e2", "kind": "dispatched", "at": "2026-05-06T10:00:00Z"},
    {"id": "e3", "kind": "received", "at": "2026-05-09T10:00:00Z"},
    {"id": "e4", "kind": "closed", "at": "2026-05-10T10:00:00Z"},
]


def test_order_of_reports_does_not_matter() -> None:
    steps = [(datetime.fromisoformat(str(row["at"])), str(row["kind"])) for row in REPORTS]
    for length in range(len(steps) + 1):
        last = ["requested", "acknowledged", "dispatched", "received", "closed"][length]
        assert {status_of(shuffled) for shuffled in permutations(steps[:length])} == {last}
        assert status_of([*steps[:length], *steps[:length]]) == last


async def test_reports_move_a_claim_whatever_their_order_and_however_often(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows
) -> None:
    number = await write(runtime, dialogue_id, dropped())
    for rows in ([REPORTS[2]], [REPORTS[0], REPORTS[1]], [REPORTS[1]], REPORTS):
        await import_rows(claim_events=[row | {"number": number} for row in rows])
    assert (await the_claim(runtime)).status == "closed"
    assert await count(runtime, ClaimEvent) == 5


async def test_the_shops_answer_settles_the_claim_once(runtime: Runtime, dialogue_id: str) -> None:
    await write(runtime, dialogue_id, dropped())
    (request,) = await list_requests(runtime)
    for status in (RequestStatus.ACCEPTED, RequestStatus.ACCEPTED, RequestStatus.DONE):
        await settle_request(runtime, request.id, status)
    assert (await the_claim(runtime)).status == "acknowledged"
    assert await count(runtime, ClaimEvent) == 2


async def test_rejected_request_rejects_the_claim(runtime: Runtime, dialogue_id: str) -> None:
    await write(runtime, dialogue_id, dropped())
    (request,) = await list_requests(runtime)
    await settle_request(runtime, request.id, RequestStatus.REJECTED)
    assert (await the_claim(runtime)).status == "rejected"


async def sent(runtime: Runtime, dialogue_id: str, import_rows: ImportRows, at: str) -> str:
    """A claim whose replacement was sent then."""
    number = await write(runtime, dialogue_id, dropped())
    await import_rows(claim_events=[{"id": "d1", "number": number, "kind": "dispatched", "at": at}])
    return number


async def watched(runtime: Runtime, clock: FakeClock, day: date) -> tuple[list[str], list[str]]:
    """What was mailed and asked of the shop after several looks on that day."""
    clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    await asyncio.gather(*(watch_claims(runtime) for _ in range(3)))
    await watch_claims(runtime)
    mails = [mail.subject for mail in await mailbox(runtime)]
    kinds = [request.kind for request in await list_requests(runtime)]
    return sorted(mails), sorted(kinds)


async def test_item_not_sent_back_is_reminded_of_once_then_charged_once(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows, clock: FakeClock
) -> None:
    await sent(runtime, dialogue_id, import_rows, "2026-05-08T10:00:00Z")
    nothing = await watched(runtime, clock, date(2026, 5, 17))
    assert nothing[1] == ["open_claim"]
    assert len(nothing[0]) == 1
    reminded = await watched(runtime, clock, date(2026, 5, 18))
    assert len(reminded[0]) == 2
    # Fourteen days from the day on which the replacement was sent, not from the claim.
    assert (await the_claim(runtime)).return_by == date(2026, 5, 22)
    last_day = await watched(runtime, clock, date(2026, 5, 22))
    assert last_day == reminded
    charged = await watched(runtime, clock, date(2026, 5, 23))
    assert charged[1] == ["charge_item", "open_claim"]
    assert len(charged[0]) == 3
    assert await watched(runtime, clock, date(2026, 6, 23)) == charged
    async with runtime.database.reading() as session:
        request = await session.scalar(select(ShopRequest).where(ShopRequest.kind == RequestKind.CHARGE_ITEM))
    assert request is not None
    assert request.payload["amount"] == {"amount": "189.00", "currency": "EUR"}


async def test_nobody_is_charged_without_a_reminder(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows, clock: FakeClock
) -> None:
    """The worker may have been down on the day of the reminder."""
    await sent(runtime, dialogue_id, import_rows, "2026-05-08T10:00:00Z")
    late = await watched(runtime, clock, date(2026, 6, 1))
    assert late[1] == ["open_claim"]
    assert len(late[0]) == 2
    assert (await watched(runtime, clock, date(2026, 6, 5)))[1] == ["open_claim"]
    assert (await watched(runtime, clock, date(2026, 6, 6)))[1] == ["charge_item", "open_claim"]


async def test_item_that_came_back_is_not_charged(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows, clock: FakeClock
) -> None:
    number = await sent(runtime, dialogue_id, import_rows, "2026-05-08T10:00:00Z")
    back = {"id": "r1", "number": number, "kind": "received", "at": "2026-05-20T10:00:00Z"}
    await import_rows(claim_events=[back])
    assert (await watched(runtime, clock, date(2026, 6, 23)))[1] == ["open_claim"]


async def test_item_said_to_be_sent_back_goes_to_staff_not_to_the_card(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows, clock: FakeClock
) -> None:
    number = await sent(runtime, dialogue_id, import_rows, "2026-05-08T10:00:00Z")
    assert await note_sent_back(runtime, dialogue_id, number)
    assert not await note_sent_back(runtime, dialogue_id, number)
    mails, kinds = await watched(runtime, clock, date(2026, 6, 23))
    assert kinds == ["open_claim"]
    assert len(mails) == 1
    assert await count(runtime, StaffMessage) == 1


async def test_charge_that_fails_halfway_happens_whole_later(
    runtime: Runtime,
    dialogue_id: str,
    import_rows: ImportRows,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sent(runtime, dialogue_id, import_rows, "2026-05-08T10:00:00Z")
    await watched(runtime, clock, date(2026, 5, 18))

    async def die(*_args: object, **_values: object) -> None:
        raise RuntimeError("killed")

    clock.now = datetime(2026, 5, 23, 12, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(claim_deadlines, "queue_email", die)
        with pytest.raises(RuntimeError):
            await watch_claims(runtime)
    assert (await the_claim(runtime)).charged_at is None
    assert (await watched(runtime, clock, date(2026, 5, 23)))[1] == ["charge_item", "open_claim"]


async def test_provider_who_does_not_answer_is_flagged_once(
    runtime: Runtime, dialogue_id: str, clock: FakeClock
) -> None:
    await visit(runtime, dialogue_id)
    before = await mailbox(runtime)
    assert (await watched(runtime, clock, date(2026, 5, 5)))[0] == sorted(mail.subject for mail in before)
    for day in (date(2026, 5, 6), date(2026, 5, 9)):
        await watched(runtime, clock, day)
    assert (await the_claim(runtime)).provider_missed_at == datetime(2026, 5, 6, 12, tzinfo=UTC)
    assert await count(runtime, StaffMessage) == 1
    assert len(await mailbox(runtime)) == len(before) + 1


async def test_provider_who_answers_is_not_flagged(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows, clock: FakeClock
) -> None:
    number = await visit(runtime, dialogue_id)
    await import_rows(
        claim_events=[{"id": "v1", "number": number, "kind": "approved", "at": "2026-05-05T12:00:00Z"}]
    )
    await watched(runtime, clock, date(2026, 5, 9))
    claim = await the_claim(runtime)
    assert (claim.provider_missed_at, claim.status) == (None, "acknowledged")
    assert await count(runtime, StaffMessage) == 0


async def test_visit_is_moved_before_it_and_told_to_the_provider(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows
) -> None:
    number = await visit(runtime, dialogue_id)
    report = await claim_report(runtime, dialogue_id, number, "en")
    assert await change_slot(runtime, dialogue_id, number, report.slots[1], "en")
    assert not await change_slot(runtime, dialogue_id, number, report.slots[1], "en")
    with pytest.raises(InvalidInput):
        await change_slot(runtime, dialogue_id, number, datetime(2026, 5, 10, 3, tzinfo=UTC), "en")
    assert (await the_claim(runtime)).slot == report.slots[1]
    assert [mail.recipient for mail in await mailbox(runtime)].count(PROVIDER) == 2
    await import_rows(
        claim_events=[{"id": "v1", "number": number, "kind": "visit_done", "at": "2026-05-08T12:00:00Z"}]
    )
    with pytest.raises(Conflict):
        await change_slot(runtime, dialogue_id, number, report.slots[0], "en")


async def test_time_that_the_shop_rejects_is_the_old_one_again(runtime: Runtime, dialogue_id: str) -> None:
    number = await visit(runtime, dialogue_id)
    report = await claim_report(runtime, dialogue_id, number, "en")
    await change_slot(runtime, dialogue_id, number, report.slots[1], "en")
    asked = [one for one in await list_requests(runtime) if one.kind == RequestKind.CHANGE_CLAIM]
    await settle_request(runtime, asked[0].id, RequestStatus.REJECTED)
    assert (await the_claim(runtime)).slot == report.slot


async def test_claim_is_cancelled_once_and_not_after_dispatch(
    runtime: Runtime, dialogue_id: str, import_rows: ImportRows
) -> None:
    number = await visit(runtime, dialogue_id)
    shown = (await claim_report(runtime, dialogue_id, number, "en")).shown
    tries = await asyncio.gather(*(cancel_claim(runtime, dialogue_id, number, shown, "en") for _ in range(3)))
    assert sorted(tries) == [False, False, True]
    kinds = [request.kind for request in await list_requests(runtime)]
    assert kinds.count(RequestKind.CANCEL_CLAIM) == 1
    other = await sent(runtime, dialogue_id, import_rows, "2026-05-06T10:00:00Z")
    shown = (await claim_report(runtime, dialogue_id, other, "en")).shown
    with pytest.raises(Conflict):
        await cancel_claim(runtime, dialogue_id, other, shown, "en")
