"""E-mails reach a real mail server once, are tried again when it is away, and given up when it refuses."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import create_server
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.services.emails import queue_email
from bot.services.outbox import MAX_ATTEMPTS
from bot.services.runtime import Runtime
from bot.store.outbox import Delivery, OutboxMessage
from bot.worker.mailer import send_due

TO = "aino.laaksonen@posti.example"


class Postbox:
    """A mail server's handler that keeps what comes; `answer` is what it says to each."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            letter = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
            self.letters.append(letter)
        return self.answer

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "nobody" in address:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    handler = Postbox()
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def mailing(runtime: Runtime, port: int) -> Runtime:
    settings = runtime.settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_password": SecretStr("")}
    )
    return replace(runtime, settings=settings)


async def queued(runtime: Runtime, key: str = "k-1", to: str = TO) -> None:
    async with runtime.database.transaction() as session:
        await queue_email(runtime, session, "code", to=to, language="fi", key=key, code="123456")


async def states(runtime: Runtime) -> list[tuple[str, int]]:
    async with runtime.database.reading() as session:
        rows = await session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at))
        return [(row.state, row.attempts) for row in rows]


async def due_now(runtime: Runtime) -> None:
    async with runtime.database.transaction() as session:
        await session.execute(update(OutboxMessage).values(due_at=datetime.now(UTC)))


async def test_a_letter_arrives_with_sender_subject_and_words(
    runtime: Runtime, postbox: tuple[Postbox, int]
) -> None:
    handler, port = postbox
    await queued(runtime)
    await send_due(mailing(runtime, port))
    (letter,) = handler.letters
    assert letter["To"] == TO
    assert letter["From"] == f"{runtime.content.shop.name} <{runtime.content.shop.contact.email}>"
    assert letter["Subject"].startswith("123456 on koodisi")
    assert "123456" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert await states(runtime) == [(Delivery.SENT, 1)]


async def test_the_same_key_is_queued_once(runtime: Runtime) -> None:
    await queued(runtime)
    await queued(runtime)
    assert len(await states(runtime)) == 1


async def test_two_workers_at_once_send_each_letter_once(
    runtime: Runtime, postbox: tuple[Postbox, int]
) -> None:
    handler, port = postbox
    for number in range(6):
        await queued(runtime, f"k-{number}")
    await asyncio.gather(*(send_due(mailing(runtime, port)) for _ in range(2)))
    assert len(handler.letters) == 6
    assert len({letter["Message-ID"] for letter in handler.letters}) == 6


async def test_a_server_that_is_away_gets_it_later(runtime: Runtime, postbox: tuple[Postbox, int]) -> None:
    handler, port = postbox
    await queued(runtime)
    with create_server(("127.0.0.1", 0)) as free:
        nobody = free.getsockname()[1]
    await send_due(mailing(runtime, nobody))
    assert await states(runtime) == [(Delivery.PENDING, 1)]
    await send_due(mailing(runtime, port))
    assert handler.letters == []
    await due_now(runtime)
    await send_due(mailing(runtime, port))
    assert len(handler.letters) == 1


async def test_a_temporary_refusal_is_tried_again_and_given_up_at_last(
    runtime: Runtime, postbox: tuple[Postbox, int]
) -> None:
    handler, port = postbox
    handler.answer = "451 try again"
    await queued(runtime)
    for _ in range(MAX_ATTEMPTS):
        await due_now(runtime)
        await send_due(mailing(runtime, port))
    assert await states(runtime) == [(Delivery.FAILED, MAX_ATTEMPTS)]


async def test_a_person_the_server_does_not_know_is_not_tried_again(
    runtime: Runtime, postbox: tuple[Postbox, int]
) -> None:
    _, port = postbox
    await queued(runtime, to="nobody@posti.example")
    await send_due(mailing(runtime, port))
    assert await states(runtime) == [(Delivery.FAILED, 1)]


async def test_in_the_demo_without_a_server_letters_stay_in_the_mailbox(runtime: Runtime) -> None:
    await queued(runtime)
    await send_due(runtime)
    assert await states(runtime) == [(Delivery.SENT, 1)]
