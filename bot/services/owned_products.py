"""What a customer has: only from orders that the conversation may read, never from what is said."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.catalogue import current_catalogue
from bot.services.conversations import conversation_of
from bot.services.order_access import access_to, open_orders
from bot.services.runtime import Runtime
from bot.shop.orders import Order, OrderStatus
from bot.store import orders as tables
from bot.store.order_queries import find_order

MOST_ORDERS = 20


@dataclass(frozen=True)
class Owned:
    """The orders, newest first, and the products in those that were not cancelled."""

    orders: tuple[Order, ...] = ()

    @property
    def skus(self) -> frozenset[str]:
        """Of all orders that were not cancelled."""
        kept = (order for order in self.orders if order.status != OrderStatus.CANCELLED)
        return frozenset(line.sku for order in kept for line in order.lines)

    def order(self, number: str | None) -> Order | None:
        """The order of that number, if it is one of these."""
        return next((order for order in self.orders if order.number == number), None)

    @property
    def currencies(self) -> tuple[str, ...]:
        """What the customer pays in, by the newest order."""
        return tuple(order.currency for order in self.orders[:1])


async def owned_products(runtime: Runtime, dialogue_id: str) -> Owned:
    """What the customer of a dialogue has, as far as the conversation may know."""
    async with runtime.database.reading() as session:
        return await read_owned(runtime, session, dialogue_id)


async def read_owned(runtime: Runtime, session: AsyncSession, dialogue_id: str) -> Owned:
    """The same inside a transaction. An order opened by postcode shows its status only, not its lines."""
    conversation = await conversation_of(session, dialogue_id)
    found: list[Order] = []
    for number in (await open_orders(runtime, session, conversation))[:MOST_ORDERS]:
        row = await session.get_one(tables.Order, number)
        access = await access_to(runtime, session, conversation, row)
        order = await find_order(session, number) if access and not access.status_only else None
        found += [order] if order else []
    return Owned(tuple(found))


async def main_product(runtime: Runtime, dialogue_id: str, number: str) -> str | None:
    """What "it" is after talk of an order: its only product, or the one that all others in it belong to."""
    owned = await owned_products(runtime, dialogue_id)
    order = owned.order(number)
    if order is None:
        return None
    assortment = (await current_catalogue(runtime)).assortment
    skus = {assortment.family_of(line.sku): line.sku for line in order.lines if assortment.product(line.sku)}
    whole = [
        sku
        for family, sku in skus.items()
        if all(other == family or assortment.fits(other, family) for other in skus)
    ]
    return whole[0] if len(whole) == 1 else None
