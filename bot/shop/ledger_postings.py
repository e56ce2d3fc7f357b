"""The entries that are posted here: points earned, expired and taken back; each has a key and counts once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from bot.shop.calendar import add_months
from bot.shop.content import Content
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.ledger import Book, Entry, expiry_key, replay
from bot.shop.order_facts import LineFacts, OrderFacts
from bot.shop.orders import OrderStatus
from bot.shop.refunds import piece_shares
from bot.shop.return_rules import may_return
from bot.shop.returns import ReturnCase
from bot.shop.rewards import OWN_ENTRY_PREFIX, EntryKind


@dataclass(frozen=True)
class ReturnedShare:
    """How much of an order's value has come back or is on its way; `reference` names what changed it."""

    order_number: str
    returned: Decimal
    total: Decimal
    reference: str


def earning(content: Content, order: OrderFacts, line: LineFacts) -> Entry | None:
    """The points of a delivered line, by what was paid for it; pending until it can no longer come back."""
    programme = content.rewards
    rate = programme.points_per_unit.get(order.currency)
    delivered, final_at = order.delivered_at(line), kept_at(content, order, line)
    cancelled = order.status == OrderStatus.CANCELLED
    if rate is None or delivered is None or final_at is None or cancelled:
        return None
    paid = sum(piece_shares(order)[line.id], Decimal(0))
    points = int((paid * rate * programme.tier(order.tier).multiplier).to_integral_value(ROUND_DOWN))
    if points == 0:
        return None
    last_day = add_months(local_day(delivered, order.zone), programme.expire_after_months)
    return Entry(
        key=f"{OWN_ENTRY_PREFIX}earn:{order.number}:{line.id}",
        kind=EntryKind.EARN,
        points=points,
        at=delivered,
        available_at=final_at,
        expires_at=end_of_day(last_day, order.zone),
        order_number=order.number,
    )


def kept_at(content: Content, order: OrderFacts, line: LineFacts) -> datetime | None:
    """When a delivered line can no longer be sent back; None while that is not known."""
    delivered = order.delivered_at(line)
    if delivered is None:
        return None
    verdict = may_return(content, ReturnCase(order, line, quantity=0), delivered)
    if verdict.allowed:
        return end_of_day(verdict.last_day, order.zone) if verdict.last_day else None
    return delivered


def due_expiries(entries: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    """What of the lots whose time is over must be posted as expired, as of the moment it was over.

    Points given back after their time expire at once.
    """
    return tuple(
        Entry(
            key=expiry_key(lot),
            kind=EntryKind.EXPIRE,
            points=-lot.left,
            at=max(lot.expires_at, lot.entry.at),
            order_number=lot.entry.order_number,
        )
        for lot in replay(entries, now).lots
        if lot.left and lot.lapsed(now)
    )


def reversal(entries: Iterable[Entry], share: ReturnedShare, now: datetime) -> Entry | None:
    """The entry that brings an order's points in line with what of it was returned.

    It gives points back when a return is cancelled. It takes no more than the account holds; what is missing
    is taken when this is asked again after more was earned. Points that have expired are not taken again.
    """
    known = [entry for entry in entries if entry.at <= now]
    own = [entry for entry in known if entry.order_number == share.order_number]
    due = _part(_sum(own, EntryKind.EARN), share)
    taken = -_sum(own, EntryKind.REVERSE)
    if taken > due:
        return _reversal(own, share, taken - due, now)
    book = replay(known, now)
    points = min(due - taken - _gone(book, share, now), _held(book, now))
    return _reversal(own, share, -points, now) if points > 0 else None


def _gone(book: Book, share: ReturnedShare, now: datetime) -> int:
    """What has expired of an order's points."""
    own = [lot for lot in book.lots if lot.entry.order_number == share.order_number]
    return sum(lot.expired + (lot.left if lot.lapsed(now) else 0) for lot in own)


def _held(book: Book, now: datetime) -> int:
    return sum(lot.left for lot in book.lots if not lot.lapsed(now))


def _reversal(own: list[Entry], share: ReturnedShare, points: int, now: datetime) -> Entry:
    lots = [entry for entry in own if entry.kind == EntryKind.EARN]
    given_back = points > 0
    return Entry(
        key=f"{OWN_ENTRY_PREFIX}reverse:{share.reference}",
        kind=EntryKind.REVERSE,
        points=points,
        at=now,
        available_at=_latest(entry.available_at for entry in lots) if given_back else None,
        expires_at=_latest(entry.expires_at for entry in lots) if given_back else None,
        order_number=share.order_number,
    )


def _part(earned: int, share: ReturnedShare) -> int:
    """The points that belong to what was returned: all of them for all of it, else rounded down."""
    if share.returned >= share.total:
        return earned
    return int((earned * share.returned / share.total).to_integral_value(ROUND_DOWN))


def _sum(entries: Iterable[Entry], kind: EntryKind) -> int:
    return sum(entry.points for entry in entries if entry.kind == kind)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
