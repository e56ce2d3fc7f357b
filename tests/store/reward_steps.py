"""What the tests of rewards do again and again."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.services.rewards import Redeeming
from bot.services.runtime import Runtime
from bot.shop.ledger import Entry
from bot.shop.rewards import EntryKind
from bot.store.conversations import Conversation
from bot.store.reward_queries import add_entries, lock_account
from bot.store.rewards import Coupon, LedgerEntry

CUSTOMER = "c-1"


async def signed_in(runtime: Runtime, customer_id: str = CUSTOMER, level: int = 2) -> str:
    """The dialogue of a conversation with that customer."""
    now = runtime.clock()
    conversation = Conversation(
        channel="website",
        language="en",
        created_at=now,
        last_activity_at=now,
        customer_id=customer_id,
        identity_level=level,
        identity_expires_at=now.replace(year=now.year + 5),
    )
    async with runtime.database.transaction() as session:
        session.add(conversation)
        await session.flush()
        return conversation.dialogue_id


async def give_points(runtime: Runtime, points: int, key: str = "given", customer_id: str = CUSTOMER) -> None:
    """Points from elsewhere."""
    kind = EntryKind.ADJUST
    async with runtime.database.transaction() as session:
        await lock_account(session, customer_id)
        await add_entries(session, customer_id, [Entry(key, kind, points, runtime.clock())])


def wanting(points: int, available: int, key: str) -> Redeeming:
    """A reward of the demo's programme by its price."""
    ids = {200: "five_euros", 500: "fifteen_euros", 1200: "forty_euros"}
    return Redeeming(ids[points], points, available, key)


async def ledger(runtime: Runtime) -> Sequence[LedgerEntry]:
    """All entries, in the order of their keys."""
    async with runtime.database.reading() as session:
        found = await session.scalars(select(LedgerEntry).order_by(LedgerEntry.idempotency_key))
        return found.all()


async def coupons(runtime: Runtime) -> Sequence[Coupon]:
    """All coupons, in the order of what they were given for."""
    async with runtime.database.reading() as session:
        found = await session.scalars(select(Coupon).order_by(Coupon.customer_id, Coupon.grant_key))
        return found.all()
