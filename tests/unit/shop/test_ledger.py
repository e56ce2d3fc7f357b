"""The ledger over whole lives of accounts: earn, spend, return and expire, in any order."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.shop.balance import Change, balance_of, explain
from bot.shop.content import Content
from bot.shop.ledger import Entry, expiry_key, replay
from bot.shop.ledger_postings import ReturnedShare, due_expiries, earning, reversal
from bot.shop.orders import OrderStatus
from bot.shop.reasons import Reason
from bot.shop.redemption import may_redeem, redemption_entry
from bot.shop.reward_tiers import tier_standing
from bot.shop.rewards import EntryKind
from tests.unit.shop.helpers import DELIVERED, HELSINKI, at, line, order, orders

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LATE = START + 4000 * DAY


def earn(key: str, points: int, at: datetime, pending: int = 14, lasts: int = 365) -> Entry:
    """Points of an order that is named like the entry."""
    return Entry(key, EntryKind.EARN, points, at, at + pending * DAY, at + lasts * DAY, key)


def spend(key: str, points: int, at: datetime) -> Entry:
    """Points spent."""
    return Entry(key, EntryKind.REDEEM, -points, at)


def returned(number: str, share: int, reference: str) -> ReturnedShare:
    """So many percent of an order sent back."""
    return ReturnedShare(number, Decimal(share), Decimal(100), reference)


@dataclass
class Account:
    """An account as the services run it: rules say what to post, posting a key twice changes nothing."""

    entries: list[Entry] = field(default_factory=list)
    now: datetime = START

    def post(self, entry: Entry | None) -> None:
        if entry and entry.key not in {known.key for known in self.entries}:
            self.entries.append(entry)

    def sweep(self) -> None:
        for entry in due_expiries(self.entries, self.now):
            self.post(entry)


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["earn", "spend", "return", "wait"]), st.integers(0, 3), st.integers(1, 100)),
    max_size=25,
)


def live(steps: list[Step], sweep: Callable[[int], bool]) -> Account:
    """Live through the steps; `sweep` says after which of them expiry is posted."""
    account = Account()
    for number, (what, which, amount) in enumerate(steps):
        if what == "wait":
            account.now += timedelta(days=amount)
        elif what == "earn":
            entry = earn(f"order{which}", amount * 3, account.now, pending=2, lasts=10 + amount)
            account.post(entry)
        elif what == "spend" and balance_of(account.entries, account.now).available >= amount:
            account.post(spend(f"spend{number}", amount, account.now))
        elif what == "return":
            share = returned(f"order{which}", amount, f"return{number}")
            account.post(reversal(account.entries, share, account.now))
        account.now += timedelta(minutes=1)
        if sweep(number):
            account.sweep()
    return account


@given(steps=STEPS)
def test_the_balance_is_the_sum_and_never_negative(steps: list[Step]) -> None:
    account = live(steps, lambda number: number % 3 == 0)
    for moment in [entry.at for entry in account.entries] + [account.now, LATE]:
        balance = balance_of(account.entries, moment)
        assert balance.total == sum(entry.points for entry in account.entries if entry.at <= moment)
        assert balance.total == balance.available + balance.pending + balance.lapsed
        assert min(balance.available, balance.pending, balance.lapsed) >= 0
        assert balance.debt == 0


@given(steps=STEPS, sweeps=st.sets(st.integers(0, 25)))
def test_it_does_not_matter_when_expiry_is_posted(steps: list[Step], sweeps: set[int]) -> None:
    at_once = live(steps, lambda _: True)
    sometimes = live(steps, lambda number: number in sweeps)
    for account in (at_once, sometimes):
        account.sweep()
    assert balance_of(at_once.entries, at_once.now) == balance_of(sometimes.entries, sometimes.now)


@given(steps=STEPS, data=st.data())
def test_replaying_the_same_entries_in_any_order_gives_the_same_balance(
    steps: list[Step], data: st.DataObject
) -> None:
    account = live(steps, lambda number: number % 2 == 0)
    again = data.draw(st.permutations(account.entries + account.entries))
    for moment in (account.now, LATE):
        assert balance_of(again, moment) == balance_of(account.entries, moment)
        assert due_expiries(again, moment) == due_expiries(account.entries, moment)
    assert explain(again, account.now) == explain(account.entries, account.now)


@given(steps=STEPS, jumps=st.lists(st.integers(0, 900), max_size=4))
def test_nothing_expires_twice_however_the_clock_jumps(steps: list[Step], jumps: list[int]) -> None:
    account = live(steps, lambda _: False)
    for jump in [*jumps, 4000]:
        account.now = max(account.now, START) + jump * DAY
        account.sweep()
        account.sweep()
    expired = [entry for entry in account.entries if entry.kind == EntryKind.EXPIRE]
    gained = {expiry_key(lot): lot.entry.points for lot in replay(account.entries, account.now).lots}
    for entry in expired:
        assert -entry.points <= gained[entry.key]
    assert balance_of(account.entries, account.now).total == 0
    assert due_expiries(account.entries, account.now) == ()


@given(steps=STEPS, share=st.integers(0, 100))
def test_a_reversal_asked_for_again_is_not_due_again(steps: list[Step], share: int) -> None:
    account = live(steps, lambda _: True)
    entry = reversal(account.entries, returned("order0", share, "again"), account.now)
    account.post(entry)
    second = reversal(account.entries, returned("order0", share, "once more"), account.now)
    assert second is None


@given(steps=STEPS)
def test_the_explanation_ends_with_the_balance(steps: list[Step]) -> None:
    account = live(steps, lambda number: number % 2 == 0)
    told = explain(account.entries, account.now)
    total = balance_of(account.entries, account.now).total
    assert sum(told.by_kind.values()) == total
    assert (told.movements[-1].balance if told.movements else 0) == total


def test_points_are_pending_then_available_then_gone() -> None:
    entries = [earn("a", 100, START)]
    pending, ready, gone = (balance_of(entries, START + days * DAY) for days in (13, 14, 365))
    assert (pending.available, pending.pending, pending.lapsed) == (0, 100, 0)
    assert (ready.available, ready.pending, ready.lapsed) == (100, 0, 0)
    assert (gone.available, gone.pending, gone.lapsed) == (0, 0, 100)
    assert pending.becoming_available == (Change(START + 14 * DAY, 100),)
    assert ready.expiring == (Change(START + 365 * DAY, 100),)
    assert due_expiries(entries, START + 366 * DAY) == due_expiries(entries, START + 900 * DAY)


def test_points_whose_time_is_over_are_neither_spent_nor_taken_back() -> None:
    old, new = earn("old", 100, START, lasts=20), earn("new", 100, START)
    account = Account([old, new, spend("s", 30, START + 30 * DAY)], START + 31 * DAY)
    assert balance_of(account.entries, account.now).available == 70
    account.post(reversal(account.entries, returned("old", 100, "R"), account.now))
    account.sweep()
    assert balance_of(account.entries, account.now).total == 70


def test_spent_points_of_a_returned_order_are_taken_though_the_rest_of_them_expired() -> None:
    account = Account([earn("old", 100, START, lasts=20), earn("new", 100, START)], START + 31 * DAY)
    account.post(spend("s", 60, START + 15 * DAY))
    account.post(reversal(account.entries, returned("old", 100, "R"), account.now))
    account.sweep()
    assert balance_of(account.entries, account.now).total == 40


def test_points_given_back_after_their_time_expire_at_once() -> None:
    account = Account([earn("a", 100, START, lasts=20)], START + DAY)
    account.post(reversal(account.entries, returned("a", 100, "R1:opened"), account.now))
    account.now += 30 * DAY
    account.post(reversal(account.entries, returned("a", 0, "R1:cancelled"), account.now))
    assert balance_of(account.entries, account.now).available == 0
    account.sweep()
    assert [movement.balance for movement in explain(account.entries, account.now).movements] == [
        100,
        0,
        100,
        0,
    ]


def test_what_expires_first_is_spent_first() -> None:
    entries = [earn("long", 100, START, lasts=500), earn("short", 50, START + DAY, lasts=100)]
    entries.append(spend("s", 60, START + 30 * DAY))
    later = balance_of(entries, START + 31 * DAY)
    assert later.expiring == (Change(START + 500 * DAY, 90),)


def test_a_return_takes_the_points_of_its_order_and_its_cancelling_gives_them_back() -> None:
    account = Account([earn("a", 100, START), earn("b", 50, START)], START + DAY)
    account.post(reversal(account.entries, returned("a", 100, "R1:opened"), account.now))
    assert balance_of(account.entries, account.now).total == 50
    account.now += DAY
    account.post(reversal(account.entries, returned("a", 0, "R1:cancelled"), account.now))
    assert balance_of(account.entries, account.now).pending == 150
    account.now += DAY
    account.post(reversal(account.entries, returned("a", 100, "R2:opened"), account.now))
    assert balance_of(account.entries, account.now).total == 50


def test_a_reversal_takes_what_is_there_and_the_rest_when_more_is_earned() -> None:
    account = Account([earn("a", 100, START), spend("s", 100, START + 20 * DAY)], START + 30 * DAY)
    share = returned("a", 100, "R1:opened")
    assert reversal(account.entries, share, account.now) is None
    account.post(earn("b", 130, account.now))
    account.post(reversal(account.entries, replace(share, reference="R1:rest"), account.now))
    assert balance_of(account.entries, account.now).total == 30


def test_part_of_an_order_takes_part_of_its_points_and_all_of_it_takes_all() -> None:
    account = Account([earn("a", 7, START)], START + DAY)
    account.post(reversal(account.entries, returned("a", 50, "1"), account.now))
    assert balance_of(account.entries, account.now).total == 4
    account.post(reversal(account.entries, returned("a", 100, "2"), account.now + DAY))
    assert balance_of(account.entries, account.now + DAY).total == 0


@given(bought=orders())
def test_points_come_only_from_delivered_lines_and_wait_for_the_return_window(
    shop_content: Content, bought: object
) -> None:
    for item in bought.lines:  # type: ignore[attr-defined]
        entry = earning(shop_content, bought, item)  # type: ignore[arg-type]
        if entry:
            assert bought.status != OrderStatus.CANCELLED  # type: ignore[attr-defined]
            assert entry.at == bought.delivered_at(item)  # type: ignore[attr-defined]
            assert entry.points > 0
            assert entry.available_at is not None
            assert entry.available_at >= entry.at


def test_points_follow_price_discount_and_tier(shop_content: Content) -> None:
    bought = order(line(unit_price=Decimal("89.90")), discounts=(Decimal("9.00"),))
    entry = earning(shop_content, bought, bought.lines[0])
    assert entry is not None
    assert (entry.points, entry.key) == (80, "aftercare:earn:10482:1")
    assert (entry.at, entry.available_at) == (DELIVERED, at("2026-04-06T00:00"))
    assert entry.expires_at == at("2028-03-07T00:00")
    silver = earning(shop_content, replace(bought, tier="silver"), bought.lines[0])
    assert silver is not None
    assert silver.points == 101
    assert earning(shop_content, replace(bought, status=OrderStatus.CANCELLED), bought.lines[0]) is None


def test_the_tier_follows_what_was_earned_whatever_was_spent_of_it(shop_content: Content) -> None:
    programme = shop_content.rewards
    entries = [earn("a", 300, START), earn("b", 200, START + 60 * DAY)]
    now = START + 100 * DAY
    standing = tier_standing(programme, entries, HELSINKI, now)
    assert (standing.tier.id, standing.earned, standing.missing) == ("silver", 500, 700)
    assert standing.flips_at == at("2027-01-02T00:00")
    assert standing.falls_to is not None
    assert standing.falls_to.id == "bronze"
    spent = [*entries, spend("s", 500, now)]
    assert tier_standing(programme, spent, HELSINKI, now) == standing


def test_a_return_lowers_the_tier_and_time_does_too(shop_content: Content) -> None:
    programme = shop_content.rewards
    entries = [earn("a", 300, START), earn("b", 200, START + 60 * DAY)]
    now = START + 100 * DAY
    back = reversal(entries, returned("b", 100, "R"), now)
    assert back is not None
    assert tier_standing(programme, [*entries, back], HELSINKI, now).tier.id == "bronze"
    assert tier_standing(programme, entries, HELSINKI, at("2027-01-02T00:00")).tier.id == "bronze"


@given(steps=STEPS)
def test_a_tier_holds_until_the_moment_it_names(shop_content: Content, steps: list[Step]) -> None:
    account = live([(what, which, amount) for what, which, amount in steps], lambda _: True)
    big = [
        replace(entry, points=entry.points * 5) if entry.kind == EntryKind.EARN else entry
        for entry in account.entries
    ]
    standing = tier_standing(shop_content.rewards, big, HELSINKI, account.now)
    if standing.flips_at and standing.falls_to:
        just_before = standing.flips_at - timedelta(microseconds=1)
        assert tier_standing(shop_content.rewards, big, HELSINKI, just_before).tier == standing.tier
        after = tier_standing(shop_content.rewards, big, HELSINKI, standing.flips_at)
        assert after.tier == standing.falls_to != standing.tier


def test_redeeming_needs_available_points_and_says_when_that_changes(shop_content: Content) -> None:
    entries = [earn("a", 250, START)]
    early = may_redeem(shop_content.rewards, entries, "five_euros", START + DAY)
    assert (early.allowed, early.reason) == (False, Reason.TOO_FEW_POINTS)
    assert early.flips_at == START + 14 * DAY
    later = may_redeem(shop_content.rewards, entries, "five_euros", START + 14 * DAY)
    assert (later.allowed, later.flips_at) == (True, START + 365 * DAY)
    assert not may_redeem(shop_content.rewards, entries, "fifteen_euros", START + 14 * DAY).allowed
    unknown = may_redeem(shop_content.rewards, entries, "a_yacht", START)
    assert unknown.reason == Reason.NO_SUCH_REWARD


def test_the_same_redemption_twice_pays_once(shop_content: Content) -> None:
    reward = shop_content.rewards.redemption("five_euros")
    assert reward is not None
    account = Account([earn("a", 450, START)], START + 20 * DAY)
    for _ in range(2):
        account.post(redemption_entry(reward, "form-1", account.now))
    assert balance_of(account.entries, account.now).available == 250


@given(steps=STEPS, days=st.integers(0, 800))
def test_a_redemption_is_allowed_exactly_when_the_points_are_there(
    shop_content: Content, steps: list[Step], days: int
) -> None:
    account = live(steps, lambda _: False)
    now = account.now + days * DAY
    verdict = may_redeem(shop_content.rewards, account.entries, "five_euros", now)
    assert verdict.allowed == (balance_of(account.entries, now).available >= 200)
    if verdict.flips_at:
        flipped = may_redeem(shop_content.rewards, account.entries, "five_euros", verdict.flips_at)
        assert flipped.allowed != verdict.allowed
