"""Reading customers: what leaves this module are the frozen customers of `bot.shop`."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from bot.shop.contact import Address
from bot.shop.contact import Customer as ShopCustomer
from bot.store.contact import Customer

ADDRESS_FIELDS = tuple(Address.__dataclass_fields__)


async def find_customer(session: AsyncSession, customer_id: str) -> ShopCustomer | None:
    """The customer of that id."""
    query = select(Customer).where(Customer.id == customer_id).options(selectinload(Customer.addresses))
    row = await session.scalar(query)
    return None if row is None else _customer(row)


async def find_first_customers(session: AsyncSession, limit: int) -> list[ShopCustomer]:
    """Some customers, by id."""
    query = select(Customer).order_by(Customer.id).limit(limit).options(selectinload(Customer.addresses))
    return [_customer(row) for row in await session.scalars(query)]


def _customer(row: Customer) -> ShopCustomer:
    return ShopCustomer(
        id=row.id,
        email=row.email,
        name=row.name,
        phone=row.phone,
        language=row.language,
        time_zone=row.time_zone,
        joined_at=row.joined_at,
        addresses=tuple(
            Address(**{name: getattr(address, name) for name in ADDRESS_FIELDS}) for address in row.addresses
        ),
    )
