"""What a customer has in points: available, pending, what expires when, and how it came to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.shop.ledger import Book, Entry, in_order, replay
from bot.shop.rewards import EntryKind


@dataclass(frozen=True)
class Change:
    """Points that become available or expire at a moment."""

    at: datetime
    points: int


@dataclass(frozen=True)
class Balance:
    """`total` is the sum of the entries: available + pending + lapsed - debt.

    `lapsed` are points whose time is over though their expiry has not been posted yet.
    """

    total: int
    available: int
    pending: int
    lapsed: int
    debt: int
    becoming_available: tuple[Change, ...]
    expiring: tuple[Change, ...]


@dataclass(frozen=True)
class Movement:
    """An entry with the balance it left."""

    entry: Entry
    balance: int


@dataclass(frozen=True)
class Explanation:
    """Why the balance is what it is: its movements, and their sum by kind."""

    movements: tuple[Movement, ...]
    by_kind: dict[EntryKind, int]


def balance_of(entries: Iterable[Entry], now: datetime) -> Balance:
    """The balance as it is now."""
    book = replay(entries, now)
    lapsed = sum(lot.left for lot in book.lots if lot.lapsed(now))
    available = sum(lot.left for lot in book.lots if lot.spendable(now))
    pending = sum(lot.left for lot in book.lots) - lapsed - available
    return Balance(
        total=available + pending + lapsed - book.debt,
        available=available,
        pending=pending,
        lapsed=lapsed,
        debt=book.debt,
        becoming_available=_becoming_available(book, now),
        expiring=_expiring(book, now),
    )


def explain(entries: Iterable[Entry], now: datetime) -> Explanation:
    """Every movement with the balance after it; the last one's is the total."""
    movements: list[Movement] = []
    by_kind: dict[EntryKind, int] = {}
    balance = 0
    for entry in in_order(entries):
        if entry.at <= now:
            balance += entry.points
            by_kind[entry.kind] = by_kind.get(entry.kind, 0) + entry.points
            movements.append(Movement(entry, balance))
    return Explanation(tuple(movements), by_kind)


def _becoming_available(book: Book, now: datetime) -> tuple[Change, ...]:
    waiting = ((lot.available_at, lot.left) for lot in book.lots if not lot.lapsed(now))
    return _by_moment((at, points) for at, points in waiting if at > now)


def _expiring(book: Book, now: datetime) -> tuple[Change, ...]:
    ends = ((lot.entry.expires_at, lot.left) for lot in book.lots)
    return _by_moment((at, points) for at, points in ends if at is not None and at > now)


def _by_moment(changes: Iterable[tuple[datetime, int]]) -> tuple[Change, ...]:
    sums: dict[datetime, int] = {}
    for at, points in changes:
        if points:
            sums[at] = sums.get(at, 0) + points
    return tuple(Change(at, sums[at]) for at in sorted(sums))
