"""Looking up orders. Nothing here asks who wants to know: whoever answers a customer has checked that."""

from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.shop.orders import Order
from bot.store import order_queries


async def order(runtime: Runtime, number: str) -> Order:
    """The order of that number, also when it is written with `#`, dashes or spaces. Raises NotFound."""
    async with runtime.database.reading() as session:
        found = await order_queries.find_order(session, number)
    if found is None:
        raise NotFound("no such order")
    return found


async def orders_of_customer(runtime: Runtime, customer_id: str) -> list[Order]:
    """A customer's orders, the newest first."""
    async with runtime.database.reading() as session:
        return await order_queries.find_orders_of_customer(session, customer_id)


async def orders_of_email(runtime: Runtime, email: str) -> list[Order]:
    """The orders made with an address, a guest's too, the newest first."""
    async with runtime.database.reading() as session:
        return await order_queries.find_orders_of_email(session, email)
