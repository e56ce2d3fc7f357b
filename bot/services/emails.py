"""E-mails: worded from content/messages/emails.yaml, queued in the transaction of what they tell of."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.shop.content.base import Language
from bot.shop.content.messages import EmailName
from bot.shop.keys import email_key
from bot.store.outbox import OutboxMessage
from bot.support.conversation import Channel


async def queue_email(
    runtime: Runtime,
    session: AsyncSession,
    name: EmailName,
    *,
    to: str,
    language: Language,
    key: str,
    conversation_id: str | None = None,
    **values: str,
) -> None:
    """Queue one e-mail in the caller's transaction; the same `key` again queues nothing."""
    queued = await session.scalar(select(OutboxMessage.id).where(OutboxMessage.idempotency_key == key))
    if queued is not None:
        return
    words = runtime.content.emails.emails[name]
    filled = {"shop": runtime.content.shop.name, **values}
    now = datetime.now(UTC)
    session.add(
        OutboxMessage(
            idempotency_key=key,
            channel=Channel.EMAIL,
            recipient=to,
            recipient_key=email_key(to),
            subject=words.subject.in_language(language).format(**filled),
            body=words.body.in_language(language).format(**filled),
            conversation_id=conversation_id,
            created_at=now,
            due_at=now,
        )
    )
