"""Messages left for staff: kept first, then promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.conversations import conversation_of
from bot.services.runtime import Runtime
from bot.shop.content.facts import WEEKDAYS, ShopFacts
from bot.store.handoff import StaffMessage
from bot.support.hours import OpeningHours

REPLY_IN_CHAT = "chat"


@dataclass(frozen=True)
class LeftMessage:
    """A message that is kept, and the moment by which staff answer it."""

    promised_at: datetime


def opening_hours(shop: ShopFacts) -> OpeningHours:
    """The shop's hours as the rules of `bot.support` count them."""
    return OpeningHours(
        zone=ZoneInfo(shop.time_zone),
        spans={
            number: [(span.opens, span.closes) for span in shop.hours if name in span.days]
            for number, name in enumerate(WEEKDAYS)
        },
        closed=shop.is_closed,
    )


def promised_at(runtime: Runtime) -> datetime:
    """By when staff answer what is left for them now."""
    shop = runtime.content.shop
    return opening_hours(shop).promise(runtime.clock(), timedelta(hours=float(shop.answer_within_hours)))


async def leave_message(
    runtime: Runtime, dialogue_id: str, *, topic: str, text: str, reply_to: str, key: str
) -> LeftMessage:
    """Keep a message for staff; `key` makes a repeat find the first. Raises UnknownDialogue."""
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        return await keep_message(
            runtime, session, conversation.id, topic=topic, text=text, reply_to=reply_to, key=key
        )


async def keep_message(
    runtime: Runtime,
    session: AsyncSession,
    conversation_id: str,
    *,
    topic: str,
    text: str,
    reply_to: str,
    key: str,
) -> LeftMessage:
    """Keep a message in the caller's transaction."""
    kept = await _kept(session, key)
    if kept is None:
        now = runtime.clock()
        within = timedelta(hours=runtime.content.shop.answer_within_hours)
        kept = StaffMessage(
            idempotency_key=key,
            conversation_id=conversation_id,
            topic=topic,
            text=text,
            reply_to=reply_to,
            at=now,
            promised_at=opening_hours(runtime.content.shop).promise(now, within),
        )
        try:
            async with session.begin_nested():
                session.add(kept)
        except IntegrityError:
            kept = await _kept(session, key)
            if kept is None:
                raise
    return LeftMessage(promised_at=kept.promised_at)


async def _kept(session: AsyncSession, key: str) -> StaffMessage | None:
    found = await session.scalars(select(StaffMessage).where(StaffMessage.idempotency_key == key))
    return found.one_or_none()
