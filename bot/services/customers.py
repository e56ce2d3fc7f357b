"""Looking up customers. Nothing here asks who wants to know: whoever answers a customer has checked that."""

from bot.services.runtime import Runtime
from bot.shop.contact import Customer
from bot.shop.errors import NotFound
from bot.store import customer_queries

SHOWN_AT_MOST = 50


async def customer(runtime: Runtime, customer_id: str) -> Customer:
    """The customer of that id. Raises NotFound."""
    async with runtime.database.reading() as session:
        found = await customer_queries.find_customer(session, customer_id)
    if found is None:
        raise NotFound("no such customer")
    return found


async def list_customers(runtime: Runtime) -> list[Customer]:
    """The first customers by id: whom the demo shop can sign in as."""
    async with runtime.database.reading() as session:
        return await customer_queries.find_first_customers(session, SHOWN_AT_MOST)
