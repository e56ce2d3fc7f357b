"""One test's customers and their conversations, held to it that nothing of others is told or changed."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.system.chat import Chat
from tests.system.others import Row, belongings, leaked
from tests.system.people import People, Person
from tests.system.running import System, eventually

KEYS = ("id", "number", "code", "idempotency_key", "return_number", "line_id", "piece")
CODE = re.compile(r"\b\d{6}\b")


class Scene:
    """Who takes part in a test, and what they may see: a customer their own, a visitor what they prove."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.system: System = people.system
        self.speakers: list[tuple[Chat, Person | None]] = []

    def enter(self, person: Person) -> Chat:
        """A conversation of a customer who is signed in on the shop's page."""
        return self._speak(person, identity_token=self.people.token(person))

    def visit(self, person: Person | None = None) -> Chat:
        """A conversation of a visitor who is that person, or somebody who may be told nothing of anyone."""
        return self._speak(person)

    def _speak(self, person: Person | None, **body: Any) -> Chat:
        chat = Chat(self.system.url, address=some_address(), **body)
        self.speakers.append((chat, person))
        return chat

    def rows(self, table: str, **values: object) -> list[Row]:
        """The rows of a table with these values."""
        return [row for row in self.system.rows(table) if values.items() <= row.items()]

    def mails(self, person: Person) -> list[Row]:
        """What was sent to that person, the newest last."""
        return sorted(self.rows("outbox", recipient=person.email), key=lambda row: row["created_at"])

    def code(self, person: Person) -> str:
        """The newest one-time code in that person's mailbox."""
        found = [CODE.search(mail["subject"]) for mail in self.mails(person)]
        codes = [match.group() for match in found if match]
        assert codes, f"no code for {person.email}"
        return codes[-1]

    def audit(self, chat: Chat) -> list[tuple[str, str, str]]:
        """What the audit log holds of a conversation."""
        rows = self.rows("audit", conversation_id=chat.conversation_id)
        return [(row["action"], row["subject"], row["outcome"]) for row in rows]

    def settled(self, person: Person) -> None:
        """Wait until the worker has looked at a new customer's points."""
        assert eventually(lambda: bool(self.rows("reward_accounts", customer_id=person.id)), 30)


@contextmanager
def guarded(people: People) -> Iterator[Scene]:
    """A scene at whose end the others are as they were, and nothing of theirs was said."""
    scene = Scene(people)
    before = {_key(row): row for row in belongings(scene.system, (), (), ())}
    yield scene
    persons = [person for _, person in scene.speakers if person is not None]
    ids = [person.id for person in persons if person.id]
    numbers = [number for person in persons for number in person.numbers.values()]
    chats = [chat.conversation_id for chat, _ in scene.speakers]
    after = {_key(row): row for row in belongings(scene.system, ids, numbers, chats)}
    changed = {key for key, row in after.items() if key in before and before[key] != row}
    assert not changed, f"changed although it belongs to others: {changed}"
    written = {key for key in after if key not in before and not _arrived(people, after[key])}
    assert not written, f"written for others: {written}"
    for chat, person in scene.speakers:
        mine = [person.id] if person and person.id else []
        words = leaked(scene.system, chat, mine, person.numbers.values() if person else ())
        assert not words, f"told of others: {words}"


def some_address() -> str:
    """A network address that nobody else has, so that what others try does not count for this customer."""
    return f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}:{secrets.token_hex(2)}"


def _key(row: Row) -> tuple[str, ...]:
    return row["table"], *(str(row[name]) for name in KEYS if name in row)


def _arrived(people: People, row: Row) -> bool:
    """Whether the import of a test's own customer brought it."""
    imported = row["table"] in ("customers", "orders", "plan_contracts", "ledger_entries")
    return imported and bool(people.brought & {str(value) for value in row.values()})
