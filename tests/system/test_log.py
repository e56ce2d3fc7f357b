"""Nothing is lost, doubled, mixed up or out of order."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.system.chat import Chat, Refusal
from tests.system.conftest import Rules
from tests.system.running import System

COUNTRIES = {"NO": "Norway", "SE": "Sweden", "DE": "Germany", "FI": "Finland"}


def question(country: str) -> str:
    return f"how much is shipping to {COUNTRIES[country]}?"


def test_many_quick_messages_are_answered_in_order(chat: Chat, rules: Rules) -> None:
    asked = [*COUNTRIES] * 3
    seqs = [chat.send(question(country)) for country in asked]
    turns = [chat.answer_to(seq) for seq in seqs]
    assert chat.done() == seqs
    for country, turn in zip(asked, turns, strict=True):
        assert COUNTRIES[country] in turn.text
        assert f"{rules.delivery(country).cost:.2f}" in turn.text
    assert [event["seq"] for event in chat.events] == list(range(1, len(chat.events) + 1))


def test_conversations_at_once_do_not_mix(system: System) -> None:
    def converse(country: str) -> tuple[str, str]:
        chat = Chat(system.url)
        chat.ask(question(country))
        return country, chat.ask("how long does shipping take?").text

    with ThreadPoolExecutor(4) as customers:
        answers = list(customers.map(converse, [*COUNTRIES] * 2))
    for country, text in answers:
        assert COUNTRIES[country] in text
        assert not any(name in text for code, name in COUNTRIES.items() if code != country)


def test_message_sent_again_is_one_message(chat: Chat) -> None:
    client_id = str(uuid4())
    with ThreadPoolExecutor(5) as network:
        seqs = set(network.map(lambda _: chat.send("do you price match?", client_id=client_id), range(5)))
    [seq] = seqs
    chat.answer_to(seq)
    chat.ask("thanks")
    assert chat.said_by("customer") == ["do you price match?", "thanks"]
    assert len(chat.done()) == 2


def test_another_browser_with_the_same_conversation_reads_the_same_log(system: System, chat: Chat) -> None:
    chat.ask(question("NO"))
    chat.ask("thanks")
    second = Chat(system.url)
    second.headers = chat.headers
    assert second.look() == chat.events


def test_logged_out_customer_reads_nothing_more(chat: Chat) -> None:
    chat.ask("hello")
    chat.call("DELETE", "/sessions")
    refused = chat.call("GET", "/events?after=0")
    assert isinstance(refused, Refusal)
    assert refused.status == 401


def test_long_message_is_answered_and_one_that_is_too_long_is_refused_in_words(chat: Chat) -> None:
    assert chat.ask("how much is shipping to Norway? " + "I really want to know. " * 300).messages
    refused = chat.call("POST", "/messages", {"client_id": str(uuid4()), "text": "a" * 8001})
    assert isinstance(refused, Refusal)
    assert refused.status in (400, 413, 422)
    assert "8000" in refused.problem["detail"]
