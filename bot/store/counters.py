"""Numbers that people read out: CLM-2026-000123. Counted by kind and year, never given twice."""

from sqlalchemy import String, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base

NEXT = text(
    "INSERT INTO counters (kind, year, value) VALUES (:kind, :year, 1) "
    "ON CONFLICT (kind, year) DO UPDATE SET value = counters.value + 1 RETURNING value"
)


class Counter(Base):
    """The last number given of a kind in a year."""

    __tablename__ = "counters"

    kind: Mapped[str] = mapped_column(String(3), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]


async def next_number(session: AsyncSession, kind: str, year: int) -> str:
    """The next number, such as `CLM-2026-000123`, in the caller's transaction: rolled back with it."""
    value = (await session.execute(NEXT, {"kind": kind, "year": year})).scalar_one()
    return f"{kind}-{year}-{value:06d}"
