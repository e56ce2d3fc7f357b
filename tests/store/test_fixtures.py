from sqlalchemy import func, select, text

from bot.store.database import Database
from bot.store.orders import Order


async def test_a_migrated_database_is_empty(database: Database) -> None:
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 0
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
