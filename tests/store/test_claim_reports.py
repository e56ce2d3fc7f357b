"""Open claims: moved on by reports in any order, deadlines that count once, moved visits, the end."""

import asyncio
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services import claim_deadlines
from bot.services.claim_deadlines import watch_claims
from bot.services.claim_reports import cancel_claim, change_slot, claim_report, note_sent_back
from bot.services.outbox import mailbox
from bot.services.runtime import Runtime
from bot.services.shop_requests import list_requests, settle_request
from bot.shop.claim_status import status_of
from bot.shop.errors import Conflict, InvalidInput
from bot.shop.requests import RequestKind, RequestStatus
from bot.store.handoff import StaffMessage
from bot.store.plans import ClaimEvent
from bot.store.shop_requests import ShopRequest
from tests.fakes import FakeClock
from tests.store.claim_steps import count, customer_with_plans, dropped, the_claim, visit, write
from tests.store.conftest import ImportRows

PROVIDER = "huolto@pohjolan-kotihuolto.example"


@pytest.fixture
async def dialogue_id(runtime: Runtime, tmp_path: Path) -> str:
    """A signed-in customer with a plan for replacement and one for visits."""
    return await customer_with_plans(runtime, tmp_path)


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
