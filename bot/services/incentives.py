"""What reward accounts get by themselves: points for what was delivered, and coupons that were earned.

An account is due when an import or a return touched it, and at the moments at which its rules change their
answer. Looking twice changes nothing: every entry and every coupon has a key.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.audit import record
from bot.services.coupons import new_coupon
from bot.services.reward_accounts import Account, account_of, orders_of
from bot.services.runtime import Runtime
from bot.shop.incentives import grants
from bot.shop.ledger import Entry
from bot.shop.ledger_postings import ReturnedShare, due_expiries, earning, kept_at, reversal
from bot.shop.order_facts import OrderFacts
from bot.shop.refunds import piece_shares
from bot.shop.rewards import OWN_ENTRY_PREFIX, EntryKind
from bot.store.orders import Order
from bot.store.reward_queries import (
    add_entries,
    find_coupons,
    find_entries,
    lock_account,
    make_due,
    take_due_account,
)

# What no rule foresees, such as new content, shows within a day.
LOOK_AGAIN = timedelta(days=1)
# After a large import customers who write still come first.
AT_A_TIME = 20


async def settle_due_accounts(runtime: Runtime) -> None:
    """Look at some accounts that are due, each in a transaction of its own; others come next time."""
    for _ in range(AT_A_TIME):
        if not await settle_one(runtime):
            return


async def settle_one(runtime: Runtime) -> bool:
    """Look at the account that has been due the longest; False when none is."""
    async with runtime.database.transaction() as session:
        account = await take_due_account(session, runtime.clock())
        if account is None:
            return False
        account.due_at = await settle_account(runtime, session, account.customer_id)
        return True


async def settle_account(runtime: Runtime, session: AsyncSession, customer_id: str) -> datetime:
    """Post what is due and grant what was earned, in the caller's transaction; gives when to look again."""
    await lock_account(session, customer_id)
    if runtime.settings.ledger_owner == "aftercare":
        await _post_points(runtime, session, customer_id)
    account = await account_of(runtime, session, customer_id)
    await _grant_coupons(runtime, session, account)
    return _next_look(runtime, account)


async def returns_changed(runtime: Runtime, session: AsyncSession, order_number: str) -> None:
    """Points follow what came back of an order: call this in the transaction that changes a return."""
    order = await session.get(Order, order_number)
    if order is None or order.customer_id is None:
        return
    await session.flush()
    await make_due(session, [order.customer_id])
    if runtime.settings.ledger_owner == "aftercare":
        await lock_account(session, order.customer_id)
        await _post_points(runtime, session, order.customer_id)


async def _post_points(runtime: Runtime, session: AsyncSession, customer_id: str) -> None:
    """In this order, so that a return takes back what was earned and only then the rest expires."""
    entries = await find_entries(session, customer_id)
    for order in await orders_of(runtime, session, customer_id):
        entries = await _post(session, customer_id, entries, _earnings(runtime, order, entries))
        entries = await _post(session, customer_id, entries, _reversals(runtime, order, entries))
    await _post(session, customer_id, entries, list(due_expiries(entries, runtime.clock())))


async def _post(
    session: AsyncSession, customer_id: str, entries: tuple[Entry, ...], new: list[Entry]
) -> tuple[Entry, ...]:
    await add_entries(session, customer_id, new)
    return (*entries, *new)


def _earnings(runtime: Runtime, order: OrderFacts, entries: tuple[Entry, ...]) -> list[Entry]:
    """Points of lines that have none yet; an order that the shop gave points for earns none here."""
    earned = [
        entry for entry in entries if entry.kind == EntryKind.EARN and entry.order_number == order.number
    ]
    if any(not entry.key.startswith(OWN_ENTRY_PREFIX) for entry in earned):
        return []
    known = {entry.key for entry in earned}
    found = (earning(runtime.content, order, line) for line in order.lines)
    return [entry for entry in found if entry and entry.key not in known and entry.at <= runtime.clock()]


def _reversals(runtime: Runtime, order: OrderFacts, entries: tuple[Entry, ...]) -> list[Entry]:
    """What brings the points in line with the returns; its key counts the order's reversals so far."""
    total, returned = _returned_of(order)
    if not total:
        return []
    count = sum(entry.kind == EntryKind.REVERSE and entry.order_number == order.number for entry in entries)
    share = ReturnedShare(order.number, returned, total, f"{order.number}:{count + 1}")
    entry = reversal(entries, share, runtime.clock())
    return [entry] if entry else []


def _returned_of(order: OrderFacts) -> tuple[Decimal, Decimal]:
    """What was paid for the delivered lines of an order, and for what of them came back or is on its way."""
    shares = piece_shares(order)
    delivered = [line for line in order.lines if order.delivered_at(line)]
    total = sum((sum(shares[line.id], Decimal(0)) for line in delivered), Decimal(0))
    returned = (sum(shares[line.id][: line.returned], Decimal(0)) for line in delivered)
    return total, sum(returned, Decimal(0))


async def _grant_coupons(runtime: Runtime, session: AsyncSession, account: Account) -> None:
    """Coupons that are over already are not worth writing down."""
    now = runtime.clock()
    given = {coupon.grant_key for coupon in await find_coupons(session, account.customer_id)}
    for grant in grants(runtime.content, account.history, now):
        if grant.key not in given and grant.valid_until > now:
            coupon = new_coupon(account.customer_id, grant, runtime.content.rewards.version)
            session.add(coupon)
            record(runtime, session, "bot", "grant_coupon", f"coupon:{coupon.code}", grant.incentive_id)


def _next_look(runtime: Runtime, account: Account) -> datetime:
    """The next moment at which a line is kept for good or points expire; within a day anyway."""
    now = runtime.clock()
    kept = (kept_at(runtime.content, order, line) for order in account.orders for line in order.lines)
    moments = [*kept, *(entry.expires_at for entry in account.entries)]
    coming = [moment for moment in moments if moment is not None and moment > now]
    return min([*coming, now + LOOK_AGAIN])
