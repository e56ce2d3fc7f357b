"""Sending what the outbox holds; the demo has no mail server, its messages stay in its mailbox."""

import logging
from datetime import UTC, datetime

import aiosmtplib

from bot.channels.email import render_email
from bot.services import outbox
from bot.services.outbox import DueMessage
from bot.services.runtime import Runtime

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20


async def send_due(runtime: Runtime) -> None:
    """Send every e-mail that is due: each is leased before it is sent, so that two workers send it once."""
    while message := await outbox.take_due(runtime):
        if runtime.settings.demo and not runtime.settings.smtp_host:
            await outbox.mark_sent(runtime, message.id)
            continue
        try:
            await _send(runtime, message)
        except (aiosmtplib.SMTPException, OSError) as error:
            permanent = isinstance(error, aiosmtplib.SMTPRecipientsRefused)
            log.warning("e-mail %s was not sent: %s", message.id, type(error).__name__)
            await outbox.mark_failed(runtime, message.id, type(error).__name__, permanent=permanent)
        else:
            await outbox.mark_sent(runtime, message.id)


async def _send(runtime: Runtime, message: DueMessage) -> None:
    settings = runtime.settings
    rendered = render_email(
        message_id=message.id,
        sender_name=runtime.content.shop.name,
        sender=settings.smtp_sender or runtime.content.shop.contact.email,
        recipient=message.recipient,
        subject=message.subject,
        body=message.body,
        at=datetime.now(UTC),
    )
    await aiosmtplib.send(
        rendered,
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username or None,
        password=settings.smtp_password.get_secret_value() or None,
        start_tls=settings.smtp_start_tls,
        timeout=TIMEOUT_SECONDS,
    )
