"""A reward account in any order of events: its balance is the sum, never negative, and nothing counts twice.

Hypothesis chooses what happens: points given, redeemed (again and again with one key, or cut off before the
commit), an order delivered, returned and kept after all, time that passes, the worker looking, coupons used.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete, select, update

from bot.services.coupons import CouponRequest, sweep_coupons, use_coupon
from bot.services.imports import import_folder
from bot.services.incentives import returns_changed, settle_due_accounts
from bot.services.rewards import BalanceChanged, RewardRefused, redeem_points, view_rewards
from bot.services.runtime import Runtime
from bot.settings import Settings
from bot.shop.content import Content
from bot.shop.coupons import CouponAction, CouponStatus
from bot.store.database import Database
from bot.store.returns import Return, ReturnPiece
from bot.store.reward_queries import make_due
from bot.store.rewards import CouponRedemption
from tests.fakes import FakeClock
from tests.store.conftest import Heard
from tests.store.reward_steps import CUSTOMER, coupons, give_points, ledger, signed_in, wanting
from tests.store.shop_rows import customer_row, euros, order_row, product_row, write_folder

Result = TypeVar("Result")
PIECES = 3
KEYS = st.sampled_from(["a", "b", "c", "d"])


class CutOff(Exception):
    """The process died before it committed."""


@dataclass
class World:
    """A runtime of its own whose ledger is ours."""

    folder: Path
    runtime: Runtime
    clock: FakeClock
    dialogue: str = ""
    held: int = 0
    changes: int = 0
    paid: dict[str, str] = field(default_factory=dict)


def make_world(template: Path, content: Content) -> World:
    folder = Path(tempfile.mkdtemp())
    shutil.copyfile(template, folder / "aftercare.db")
    clock = FakeClock()
    url = f"sqlite:///{folder / 'aftercare.db'}"
    configured = Settings(data_dir=folder, database_url=url, now=clock.now, ledger_owner="aftercare")
    return World(folder, Runtime(configured, content, Database(configured.database), clock), clock)


class RewardMachine(RuleBasedStateMachine):
    """One customer with one order of three pieces."""

    template: Path
    content: Content

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = make_world(self.template, self.content)
        self.run(self._begin())

    def run(self, step: Awaitable[Result]) -> Result:
        return self.loop.run_until_complete(step)

    async def _begin(self) -> None:
        self.world.dialogue = await signed_in(self.world.runtime)
        line = {"id": "l1", "sku": "blender", "quantity": PIECES, "unit_price": euros("149.90")}
        rows = {
            "customers.jsonl": [customer_row()],
            "products.jsonl": [product_row()],
            "orders.jsonl": [order_row(lines=[line], payments=[])],
        }
        folder = write_folder(self.world.folder / "data", rows)
        await import_folder(self.world.runtime, folder, Heard())

    def teardown(self) -> None:
        self.run(self.world.runtime.database.close())
        self.loop.close()
        shutil.rmtree(self.world.folder)

    @rule(points=st.integers(1, 900))
    def give(self, points: int) -> None:
        self.world.changes += 1
        self.run(give_points(self.world.runtime, points, f"given-{self.world.changes}"))

    @rule(days=st.sampled_from([1, 14, 31, 200, 400]))
    def wait(self, days: int) -> None:
        self.world.clock.advance(days=days)

    @rule()
    def look(self) -> None:
        self.run(self._look())

    async def _look(self) -> None:
        async with self.world.runtime.database.transaction() as session:
            await make_due(session, [CUSTOMER])
        await settle_due_accounts(self.world.runtime)
        await sweep_coupons(self.world.runtime)

    @rule(price=st.sampled_from([200, 500, 1200]), key=KEYS, stale=st.booleans())
    def redeem(self, price: int, key: str, *, stale: bool) -> None:
        """Keys come again: as a second yes, or a submission that Rasa forgot."""
        self.run(self._redeem(price, key, stale=stale))

    async def _redeem(self, price: int, key: str, *, stale: bool) -> None:
        runtime, dialogue = self.world.runtime, self.world.dialogue
        available = (await view_rewards(runtime, dialogue)).balance.available
        try:
            done = await redeem_points(runtime, dialogue, wanting(price, available + stale, key))
        except (RewardRefused, BalanceChanged):
            assert key not in self.world.paid
            assert stale or available < price
            return
        assert self.world.paid.setdefault(key, done.code) == done.code

    @rule(pieces=st.integers(0, PIECES))
    def change_return(self, pieces: int) -> None:
        """Open a return for so many pieces, or cancel what is open."""
        self.run(self._change_return(pieces))

    async def _change_return(self, pieces: int) -> None:
        runtime = self.world.runtime
        async with runtime.database.transaction() as session:
            await session.execute(delete(ReturnPiece))
            await session.execute(delete(Return))
            if pieces:
                session.add(_return(runtime))
                await session.flush()
            session.add_all(_piece(number) for number in range(pieces))
            await returns_changed(runtime, session, "10482")
        self.world.held = pieces

    @rule()
    def return_cut_off(self) -> None:
        """The return and its points are one transaction: neither without the other."""
        before = [(entry.idempotency_key, entry.points) for entry in self.run(ledger(self.world.runtime))]
        with pytest.raises(CutOff):
            self.run(self._cut_off())
        assert [(one.idempotency_key, one.points) for one in self.run(ledger(self.world.runtime))] == before

    async def _cut_off(self) -> None:
        async with self.world.runtime.database.transaction() as session:
            await session.execute(update(ReturnPiece).values(held=None))
            await returns_changed(self.world.runtime, session, "10482")
            raise CutOff

    @precondition(lambda self: self.world.paid)
    @rule(
        action=st.sampled_from(list(CouponAction)),
        holder=st.sampled_from(["cart-1", "cart-2"]),
        again=st.booleans(),
    )
    def use(self, action: CouponAction, holder: str, *, again: bool) -> None:
        code = next(iter(self.world.paid.values()))
        self.world.changes += 1
        request = CouponRequest(code, action, holder, f"use-{self.world.changes}")
        first = self.run(use_coupon(self.world.runtime, request))
        if again:
            assert self.run(use_coupon(self.world.runtime, request)) == first

    @invariant()
    def balance_is_the_sum_and_never_negative(self) -> None:
        entries = self.run(ledger(self.world.runtime))
        balance = self.run(view_rewards(self.world.runtime, self.world.dialogue)).balance
        assert sum(entry.points for entry in entries) == balance.total
        assert balance.debt == 0
        assert min(balance.total, balance.available, balance.pending, balance.lapsed) >= 0

    @invariant()
    def each_payment_has_one_coupon(self) -> None:
        spent = [one for one in self.run(ledger(self.world.runtime)) if one.kind == "redeem"]
        bought = [one for one in self.run(coupons(self.world.runtime)) if one.grant_key.startswith("redeem:")]
        assert len(spent) == len(bought) == len(self.world.paid)
        assert sorted(one.code for one in bought) == sorted(self.world.paid.values())

    @invariant()
    def coupon_is_committed_at_most_once(self) -> None:
        done = self.run(self._committed())
        assert len(done) <= 1

    async def _committed(self) -> set[tuple[str, str]]:
        async with self.world.runtime.database.reading() as session:
            rows = await session.scalars(
                select(CouponRedemption).where(
                    CouponRedemption.action == CouponAction.COMMIT,
                    CouponRedemption.status == CouponStatus.COMMITTED,
                    CouponRedemption.reason != "used",
                )
            )
            return {(row.code, row.holder) for row in rows}

    @invariant()
    def what_came_back_whole_is_worth_nothing(self) -> None:
        """As long as nothing of the points was spent or had expired before."""
        entries = self.run(ledger(self.world.runtime))
        untouched = not {"redeem", "expire"} & {entry.kind for entry in entries}
        if self.world.held == PIECES and untouched:
            assert sum(entry.points for entry in entries if entry.order_number == "10482") == 0


def _return(runtime: Runtime) -> Return:
    return Return(
        number="RET-2026-000001",
        idempotency_key="one",
        order_number="10482",
        customer_id=CUSTOMER,
        conversation_id=None,
        lines=[],
        kind="refund",
        reason="size",
        condition={},
        method="mail",
        status="requested",
        refund_to="original",
        amount=Decimal(0),
        currency="EUR",
        rule_id="returns.window.category",
        requested_at=runtime.clock(),
    )


def _piece(number: int) -> ReturnPiece:
    return ReturnPiece(
        return_number="RET-2026-000001",
        line_id="l1",
        piece=number,
        order_number="10482",
        sku="blender",
        held=number,
    )


def test_reward_account_holds_whatever_happens(sqlite_template: Path, shop_content: Content) -> None:
    RewardMachine.template, RewardMachine.content = sqlite_template, shop_content
    case = RewardMachine.TestCase
    case.settings = settings(
        max_examples=12,
        stateful_step_count=14,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    case("runTest").runTest()
