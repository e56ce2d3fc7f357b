"""The rewards ledger: every entry counts once, the balance is their sum, and lots say what is left of what.

Points gained form a lot. Points lost are taken from lots, first from those that expire first; what a lot
still holds when its time is over is what expires of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.shop.rewards import OWN_ENTRY_PREFIX, EntryKind

_NEVER = datetime.max.replace(tzinfo=UTC)
_EXPIRES = f"{OWN_ENTRY_PREFIX}expire:"


@dataclass(frozen=True)
class Entry:
    """Points gained (positive) or lost (negative); `key` is its idempotency key."""

    key: str
    kind: EntryKind
    points: int
    at: datetime
    available_at: datetime | None = None
    expires_at: datetime | None = None
    order_number: str | None = None
    reason: str | None = None


@dataclass
class Lot:
    """What is left of points gained together, and how many of them expired."""

    entry: Entry
    left: int
    expired: int = 0
    available_at: datetime = field(init=False)
    expires_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.available_at = self.entry.available_at or self.entry.at
        self.expires_at = self.entry.expires_at or _NEVER

    def lapsed(self, moment: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at <= moment

    def spendable(self, moment: datetime) -> bool:
        """Whether its points can be spent."""
        return self.available_at <= moment and not self.lapsed(moment)


@dataclass
class Book:
    """The lots of an account; `debt` is what was taken beyond them (only entries from outside cause it)."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0

    def gain(self, entry: Entry) -> None:
        """Open a lot; a debt is paid from it first."""
        paid = min(self.debt, entry.points)
        self.debt -= paid
        self.lots.append(Lot(entry, entry.points - paid))

    def lose(self, entry: Entry) -> None:
        """Take points from the lots that the entry concerns."""
        wanted = -entry.points
        for lot in self._in_turn(entry):
            part = min(lot.left, wanted)
            lot.left -= part
            lot.expired += part if entry.kind == EntryKind.EXPIRE else 0
            wanted -= part
        self.debt += wanted

    def _in_turn(self, entry: Entry) -> list[Lot]:
        first_out = sorted(self.lots, key=lambda lot: (lot.expires_at, lot.entry.at, lot.entry.key))
        return sorted(first_out, key=lambda lot: _turn(entry, lot))


def expiry_key(lot: Lot) -> str:
    """The key under which a lot's expiry is posted, once."""
    return _EXPIRES + lot.entry.key


def in_order(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries as they happened, each key once; what was gained at a moment comes before what was lost."""
    once = {entry.key: entry for entry in reversed(list(entries))}
    return iter(sorted(once.values(), key=lambda entry: (entry.at, entry.points < 0, entry.key)))


def replay(entries: Iterable[Entry], now: datetime) -> Book:
    """The account as the entries up to now leave it."""
    book = Book()
    for entry in in_order(entries):
        if entry.at <= now:
            (book.gain if entry.points >= 0 else book.lose)(entry)
    return book


def _turn(entry: Entry, lot: Lot) -> int:
    """Which lots a loss is taken from first; a lot whose time is over only pays for its own expiry."""
    if entry.kind == EntryKind.EXPIRE:
        named = entry.key == expiry_key(lot)
        return 0 if named else 1 if lot.lapsed(entry.at) else 2
    if lot.lapsed(entry.at):
        return 4
    if entry.kind == EntryKind.REVERSE and lot.entry.order_number == entry.order_number:
        return 1
    return 2 if lot.spendable(entry.at) else 3
