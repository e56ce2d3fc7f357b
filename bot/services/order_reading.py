"""The one door to a customer's order: every look and every write goes through it."""

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.audit import record
from bot.services.conversations import conversation_of, current_level
from bot.services.order_access import Access, access_to
from bot.services.order_facts import OrderCase, order_case
from bot.services.runtime import Runtime
from bot.shop.errors import NotAllowed, NotFound
from bot.store import orders as tables
from bot.store.conversations import Conversation
from bot.store.order_queries import find_order


class Need(IntEnum):
    """How well an order has to be opened for what is wanted of it."""

    STATUS = 0
    READ = 1
    WRITE = 2


class ProofNeeded(NotAllowed):
    """The order is open to the conversation, but not far enough for this."""


@dataclass(frozen=True)
class OpenedOrder:
    """An order that the conversation may see, and how far."""

    conversation: Conversation
    access: Access
    case: OrderCase


def reaches(access: Access | None, need: Need) -> bool:
    """Whether this access is enough."""
    if access is None:
        return False
    if need == Need.WRITE:
        return access.level >= Need.WRITE
    return need == Need.STATUS or not access.status_only


async def read_order(
    runtime: Runtime, session: AsyncSession, dialogue_id: str, number: str, need: Need
) -> OpenedOrder:
    """The order, if the conversation may see it. Raises NotFound, and ProofNeeded if only less may be seen.

    "Not there" and "not theirs" are the same NotFound.
    """
    conversation = await conversation_of(session, dialogue_id)
    order = await find_order(session, number)
    access = None
    if order is not None:
        row = await session.get_one(tables.Order, order.number)
        access = await access_to(runtime, session, conversation, row)
    if order is None or access is None:
        raise NotFound("no such order for this conversation")
    if not reaches(access, need):
        raise ProofNeeded("more proof is needed for this")
    level = current_level(conversation, runtime.clock())
    own = order.customer_id is not None and conversation.customer_id == order.customer_id and level == 2
    return OpenedOrder(conversation, access, await order_case(runtime, session, order, account_known=own))


async def name_order(runtime: Runtime, dialogue_id: str, number: str) -> Access | None:
    """What the conversation may do with the order a customer names; None for nothing.

    A customer who is signed in and names an order that is not theirs leaves an entry in the audit log.
    """
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
        order = await find_order(session, number)
        row = await session.get(tables.Order, order.number) if order else None
        access = await access_to(runtime, session, conversation, row) if row else None
        signed_in = conversation.customer_id is not None and current_level(conversation, runtime.clock()) == 2
    if access is None and signed_in:
        async with runtime.database.transaction() as session:
            record(runtime, session, "customer", "name_order", "order", "refused", conversation.id)
    return access


async def refuse_write(runtime: Runtime, dialogue_id: str, action: str) -> None:
    """Keep in the audit log that somebody tried to change an order that is not open to them."""
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        record(runtime, session, "customer", action, "order", "refused", conversation.id)
