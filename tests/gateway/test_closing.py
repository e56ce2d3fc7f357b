"""Idle conversations close and ask how it was, once; the next message opens them again."""

import asyncio

from sqlalchemy import select, update

from bot.services.idle import close_idle
from bot.services.runtime import Runtime
from bot.store.conversations import Conversation
from bot.store.feedback import Feedback
from tests.fakes import FakeClock
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.marks import both_databases
from tests.gateway.visit import Event, Visit, refused


async def kept_feedback(runtime: Runtime) -> list[tuple[int, str | None]]:
    async with runtime.database.reading() as session:
        found = await session.scalars(select(Feedback).order_by(Feedback.asked_seq))
        return [(row.score, row.words) for row in found]


def closing(events: list[Event]) -> list[str]:
    """What the log says of closing and opening."""
    return [
        str(event.get("owner", event["type"]))
        for event in events
        if event["type"] in {"owner", "feedback_request"}
    ]


@both_databases
async def test_after_24_idle_hours_it_closes_asks_once_and_the_next_message_reopens(
    visit: Visit, runtime: Runtime, clock: FakeClock, rasa: FakeRasa
) -> None:
    await visit.ask("hello")
    clock.advance(hours=23, minutes=59)
    assert await close_idle(runtime) == []
    clock.advance(minutes=2)
    assert await close_idle(runtime) == [visit.conversation_id]
    assert await close_idle(runtime) == []
    assert closing(await visit.log()) == ["closed", "feedback_request"]
    (said,) = await visit.ask("me again")
    assert said["text"] == "You said: me again"
    assert closing(await visit.log()) == ["closed", "feedback_request", "with_bot"]
    assert [call["message"] for call in rasa.calls] == ["hello", "/session_start", "me again"]


async def test_each_time_it_was_used_it_asks_again_and_never_twice(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    for _ in range(2):
        await visit.ask("hello")
        for _ in range(3):
            clock.advance(hours=25)
            await close_idle(runtime)
    asked = ["closed", "feedback_request"]
    assert closing(await visit.log()) == [*asked, "with_bot", *asked]


async def test_a_chat_nobody_wrote_in_closes_without_asking(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    clock.advance(hours=25)
    await close_idle(runtime)
    assert closing(await visit.log()) == ["closed"]


async def test_a_conversation_with_a_waiting_message_does_not_close(
    visit: Visit, runtime: Runtime, clock: FakeClock, rasa: FakeRasa
) -> None:
    rasa.gate.clear()
    seq = await visit.send("hello")
    await rasa.until_called()
    clock.advance(hours=25)
    assert await close_idle(runtime) == []
    rasa.gate.set()
    await visit.until_done(seq)
    assert await close_idle(runtime) == []


async def test_a_conversation_that_staff_have_does_not_close(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    async with runtime.database.transaction() as session:
        await session.execute(update(Conversation).values(owner="with_agent"))
    clock.advance(hours=25)
    assert await close_idle(runtime) == []


@both_databases
async def test_a_message_at_the_moment_of_closing_leaves_the_conversation_open(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    for _ in range(5):
        await visit.ask("hello")
        clock.advance(hours=25)
        seq, _ = await asyncio.gather(visit.send("wait!"), close_idle(runtime))
        log = await visit.until_done(seq)
        assert closing(log)[-1:] in ([], ["with_bot"])
        async with runtime.database.reading() as session:
            assert (await session.get_one(Conversation, visit.conversation_id)).owner == "with_bot"


async def test_feedback_is_taken_only_after_it_was_asked_for(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    await refused(await visit.post("feedback", {"score": 5}), 409, "nothing-to-rate")
    await visit.ask("hello")
    await refused(await visit.post("feedback", {"score": 5}), 409, "nothing-to-rate")
    clock.advance(hours=25)
    await close_idle(runtime)
    assert (await visit.post("feedback", {"score": 2, "words": "so\x00 so\ud83d"})).status == 204
    assert await kept_feedback(runtime) == [(2, "so so")]
    assert (await visit.post("feedback", {"score": 4})).status == 204
    assert await kept_feedback(runtime) == [(4, None)]


@both_databases
async def test_ratings_at_once_are_one_rating(visit: Visit, runtime: Runtime, clock: FakeClock) -> None:
    await visit.ask("hello")
    clock.advance(hours=25)
    await close_idle(runtime)
    responses = await asyncio.gather(*(visit.post("feedback", {"score": score}) for score in range(1, 6)))
    assert {response.status for response in responses} == {204}
    assert len(await kept_feedback(runtime)) == 1


async def test_a_score_outside_one_to_five_is_refused(visit: Visit) -> None:
    for score in (0, 6, -1, 2.5, "5", True, None, 10**30, [5]):
        await refused(await visit.post("feedback", {"score": score}), 422, "invalid-request")
    for body in ({}, {"score": 5, "words": "x" * 2001}, {"score": 5, "words": 5}, {"score": 5, "extra": 1}):
        await refused(await visit.post("feedback", body), 422, "invalid-request")
