"""A customer's reward account: who may see it, and what its rules decide on."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.conversations import current_level
from bot.services.order_facts import order_case
from bot.services.runtime import Runtime
from bot.shop.errors import NotAllowed
from bot.shop.ledger import Entry
from bot.shop.occasions import History
from bot.shop.order_facts import OrderFacts
from bot.shop.reward_tiers import TierStanding, tier_standing
from bot.store.conversations import Conversation
from bot.store.customer_queries import find_customer
from bot.store.order_queries import find_orders_of_customer
from bot.store.reward_queries import find_entries

ACCOUNT_LEVEL = 2


class NotSignedIn(NotAllowed):
    """Points and coupons are told, and spent, only by a customer who is known to be who they are."""


@dataclass(frozen=True)
class Account:
    """An account as its rules see it."""

    customer_id: str
    zone: ZoneInfo
    entries: tuple[Entry, ...]
    orders: tuple[OrderFacts, ...]
    standing: TierStanding

    @property
    def history(self) -> History:
        """What incentives look at."""
        return History(self.orders, self.zone, self.standing.tier.id)


def owner_of(runtime: Runtime, conversation: Conversation) -> str:
    """The customer whose account the conversation may see and use. Raises NotSignedIn."""
    level = current_level(conversation, runtime.clock())
    if conversation.customer_id is None or level < ACCOUNT_LEVEL:
        raise NotSignedIn("a reward account needs a customer who is signed in")
    return conversation.customer_id


async def account_of(runtime: Runtime, session: AsyncSession, customer_id: str) -> Account:
    """The account with all its entries and orders."""
    entries = await find_entries(session, customer_id)
    zone = await zone_of(runtime, session, customer_id)
    return Account(
        customer_id=customer_id,
        zone=zone,
        entries=entries,
        orders=await orders_of(runtime, session, customer_id),
        standing=tier_standing(runtime.content.rewards, entries, zone, runtime.clock()),
    )


async def orders_of(runtime: Runtime, session: AsyncSession, customer_id: str) -> tuple[OrderFacts, ...]:
    """The facts of a customer's orders, the oldest first."""
    orders = await find_orders_of_customer(session, customer_id)
    cases = [await order_case(runtime, session, order, account_known=True) for order in reversed(orders)]
    return tuple(case.facts for case in cases)


async def zone_of(runtime: Runtime, session: AsyncSession, customer_id: str) -> ZoneInfo:
    """The customer's zone, else the shop's."""
    customer = await find_customer(session, customer_id)
    named = customer.time_zone if customer else None
    return ZoneInfo(named or runtime.content.shop.time_zone)
