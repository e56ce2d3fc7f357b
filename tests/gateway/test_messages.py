"""The way of a message: kept, acknowledged, answered once, in order."""

import asyncio

from sqlalchemy import func, select

from bot.services.runtime import Runtime
from bot.store.conversations import InboxEvent, Message
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.marks import both_databases
from tests.gateway.visit import Visit, new_client_id, said_to


@both_databases
async def test_a_message_is_answered_and_its_turn_ends(visit: Visit, rasa: FakeRasa) -> None:
    seq = await visit.send("how much is shipping?")
    events = await visit.until_done(seq)
    assert [(event["seq"], event["type"], event.get("author")) for event in events] == [
        (1, "message", "bot"),
        (2, "message", "customer"),
        (3, "message", "bot"),
        (4, "turn_done", None),
    ]
    assert "automated" in events[0]["text"]
    assert events[2]["text"] == "You said: how much is shipping?"
    assert rasa.calls[0]["metadata"] == {"seq": 2, "language": "en"}
    assert rasa.calls[0]["sender"] != visit.conversation_id


@both_databases
async def test_the_same_client_id_five_times_at_once_is_one_message(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    rasa.delay = 0.1
    client_id = new_client_id()
    seqs = await asyncio.gather(*(visit.send("hello", client_id=client_id) for _ in range(5)))
    assert len(set(seqs)) == 1
    events = await visit.until_done(seqs[0])
    assert await visit.send("hello", client_id=client_id.upper()) == seqs[0]
    assert [event["client_id"] for event in events if event.get("author") == "customer"] == [client_id]
    assert rasa.texts == ["hello"]
    async with runtime.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(InboxEvent)) == 1


async def test_the_same_client_id_in_two_conversations_is_two_messages(visit: Visit) -> None:
    other, client_id = await Visit.open(visit.client), new_client_id()
    await visit.ask("mine", client_id=client_id)
    assert (await other.ask("theirs", client_id=client_id))[0]["text"] == "You said: theirs"


@both_databases
async def test_many_messages_are_answered_in_their_order_one_at_a_time(visit: Visit, rasa: FakeRasa) -> None:
    rasa.delay = 0.01
    seqs = [await visit.send(f"question {number}") for number in range(12)]
    events = await visit.until_done(*seqs)
    assert rasa.texts == [f"question {number}" for number in range(12)]
    assert rasa.overlaps == 0
    done = [event["in_reply_to"] for event in events if event["type"] == "turn_done"]
    assert done == seqs == sorted(seqs)
    for number, seq in enumerate(seqs):
        assert [event["text"] for event in said_to(events, seq)] == [f"You said: question {number}"]


@both_databases
async def test_messages_at_once_are_logged_without_gaps_and_answered_in_the_order_of_the_log(
    visit: Visit, rasa: FakeRasa
) -> None:
    seqs = await asyncio.gather(*(visit.send(f"question {number}") for number in range(20)))
    assert len(set(seqs)) == 20
    events = await visit.until_done(*seqs)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    asked = [event["text"] for event in events if event.get("author") == "customer"]
    assert rasa.texts == asked
    assert rasa.overlaps == 0


async def test_several_conversations_do_not_wait_for_each_other(visit: Visit, rasa: FakeRasa) -> None:
    rasa.gate.clear()
    others = [await Visit.open(visit.client) for _ in range(4)]
    for one in (visit, *others):
        await one.send("hello")
    await rasa.until_called(5)
    assert len({call["sender"] for call in rasa.calls}) == 5


async def test_the_first_thousand_characters_reach_rasa_and_all_are_kept(
    visit: Visit, rasa: FakeRasa, runtime: Runtime
) -> None:
    text = ("word " * 1600)[:7999] + "x"
    seq = await visit.send(text)
    await visit.until_done(seq)
    assert rasa.texts == [text[:1000]]
    async with runtime.database.reading() as session:
        kept = await session.get_one(Message, (visit.conversation_id, seq))
    assert kept.text == text


async def test_answers_of_several_packets_with_buttons_and_cards_arrive_whole(
    visit: Visit, rasa: FakeRasa
) -> None:
    card = {"title": "Return policy", "url": "https://shop.example/returns"}
    rasa.replies["everything"] = [
        {"text": "a long answer " * 30_000},
        {"text": "Look", "custom": {"cards": [card]}, "buttons": [{"title": "More", "payload": "/more"}]},
    ]
    long, second = await visit.ask("everything")
    assert len(long["text"]) == len("a long answer " * 30_000) - 1
    assert second["cards"] == [card]
    assert [choice["title"] for choice in second["choices"]] == ["More"]
    assert "/more" not in str(second)


@both_databases
async def test_an_answer_with_characters_no_database_takes_still_arrives(
    visit: Visit, rasa: FakeRasa
) -> None:
    rasa.replies["odd"] = [
        {
            "text": "half \ud83d and \x00 nothing",
            "buttons": [{"title": "\x00Go", "payload": "/go\x00"}],
            "custom": {"cards": [{"title": "\ud83dcard\x00"}]},
        }
    ]
    (answer,) = await visit.ask("odd")
    assert answer["text"] == "half  and  nothing"
    assert answer["choices"][0]["title"] == "Go"
    assert answer["cards"] == [{"title": "card"}]


async def test_the_language_of_a_message_is_told_to_rasa(visit: Visit, rasa: FakeRasa) -> None:
    await visit.ask("Paljonko toimitus Suomeen maksaa?")
    await visit.ask("10482")
    await visit.ask("What does shipping to Finland cost me?")
    assert [call["metadata"]["language"] for call in rasa.calls] == ["fi", "fi", "en"]


async def test_the_greeting_is_in_the_visitors_language(visit: Visit) -> None:
    finnish = await Visit.open(visit.client, locale="fi-FI")
    assert (await finnish.log())[0]["text"].startswith("Hei!")
