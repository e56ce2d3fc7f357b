"""Points are taken and the coupon is given together, once, and never more than there are."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.services import rewards
from bot.services.reward_accounts import NotSignedIn
from bot.services.rewards import BalanceChanged, RewardRefused, redeem_points, view_rewards
from bot.services.runtime import Runtime
from bot.shop.coupons import CouponStatus
from bot.shop.ledger import Entry
from bot.shop.rewards import EntryKind
from bot.store.handoff import AuditEntry
from bot.store.reward_queries import add_entries
from tests.fakes import FakeClock
from tests.store.reward_steps import coupons, give_points, ledger, signed_in, wanting


async def test_redemption_takes_points_and_gives_a_coupon(runtime: Runtime) -> None:
    dialogue = await signed_in(runtime)
    await give_points(runtime, 640)
    done = await redeem_points(runtime, dialogue, wanting(500, 640, "one"))
    entry, _ = await ledger(runtime)
    (coupon,) = await coupons(runtime)
    assert (entry.idempotency_key, entry.kind, entry.points) == ("aftercare:redeem:one", "redeem", -500)
    assert (coupon.code, coupon.status, coupon.kind) == (done.code, CouponStatus.GRANTED, "amount")
    assert coupon.value["amount"] == {"amount": "15", "currency": "EUR"}
    assert done.left == 140
    assert done.valid_until - runtime.clock() > timedelta(days=180)


async def test_same_key_again_gives_the_same_coupon(runtime: Runtime) -> None:
    dialogue = await signed_in(runtime)
    await give_points(runtime, 2000)
    first = await redeem_points(runtime, dialogue, wanting(500, 2000, "one"))
    again = await redeem_points(runtime, dialogue, wanting(500, 2000, "one"))
    assert again == first
    assert len(await coupons(runtime)) == 1


async def test_one_yes_sent_many_times_at_once_takes_points_once(runtime: Runtime) -> None:
    dialogue = await signed_in(runtime)
    await give_points(runtime, 2000)
    done = await asyncio.gather(
        *(redeem_points(runtime, dialogue, wanting(500, 2000, "one")) for _ in range(8))
    )
    assert len({one.code for one in done}) == 1
    assert sum(entry.points for entry in await ledger(runtime)) == 1500


async def test_many_conversations_at_once_never_spend_more_than_there_is(runtime: Runtime) -> None:
    """All were shown 500 points; only one of them can have it."""
    dialogues = [await signed_in(runtime) for _ in range(8)]
    await give_points(runtime, 500)
    answers = await asyncio.gather(
        *(
            redeem_points(runtime, dialogue, wanting(500, 500, f"key-{number}"))
            for number, dialogue in enumerate(dialogues)
        ),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, RewardRefused | BalanceChanged)]
    assert len(refused) == 7
    assert sum(entry.points for entry in await ledger(runtime)) == 0
    assert len(await coupons(runtime)) == 1


async def test_second_tab_whose_balance_is_old_takes_nothing(runtime: Runtime) -> None:
    tabs = [await signed_in(runtime) for _ in range(2)]
    await give_points(runtime, 2000)
    answers = await asyncio.gather(
        *(redeem_points(runtime, tab, wanting(500, 2000, tab)) for tab in tabs), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["BalanceChanged", "Redeemed"]
    assert sum(entry.points for entry in await ledger(runtime)) == 1500


async def test_too_few_points_are_refused_by_a_rule(runtime: Runtime) -> None:
    dialogue = await signed_in(runtime)
    await give_points(runtime, 199)
    with pytest.raises(RewardRefused) as refused:
        await redeem_points(runtime, dialogue, wanting(200, 199, "one"))
    assert refused.value.verdict.rule_id == "rewards.redeem.points"
    assert await coupons(runtime) == []


async def test_pending_and_expired_points_do_not_pay(runtime: Runtime, clock: FakeClock) -> None:
    dialogue = await signed_in(runtime)
    now = runtime.clock()
    pending = Entry("pending", EntryKind.EARN, 400, now, available_at=now + timedelta(days=30))
    expired = Entry("expired", EntryKind.EARN, 400, now, expires_at=now + timedelta(days=1))
    async with runtime.database.transaction() as session:
        await add_entries(session, "c-1", [pending, expired])
    clock.advance(days=2)
    assert (await view_rewards(runtime, dialogue)).balance.available == 0
    with pytest.raises(RewardRefused):
        await redeem_points(runtime, dialogue, wanting(200, 0, "one"))
    clock.advance(days=28)
    assert (await redeem_points(runtime, dialogue, wanting(200, 400, "two"))).left == 200


@pytest.mark.parametrize("level", [0, 1])
async def test_account_is_closed_below_level_2(runtime: Runtime, level: int) -> None:
    dialogue = await signed_in(runtime, level=level)
    await give_points(runtime, 2000)
    with pytest.raises(NotSignedIn):
        await view_rewards(runtime, dialogue)
    with pytest.raises(NotSignedIn):
        await redeem_points(runtime, dialogue, wanting(500, 2000, "one"))
    assert await coupons(runtime) == []


async def test_identity_that_expired_closes_the_account(runtime: Runtime, clock: FakeClock) -> None:
    dialogue = await signed_in(runtime)
    clock.advance(days=2000)
    with pytest.raises(NotSignedIn):
        await view_rewards(runtime, dialogue)


async def test_others_points_do_not_pay(runtime: Runtime) -> None:
    dialogue = await signed_in(runtime, "c-2")
    await give_points(runtime, 2000)
    with pytest.raises(RewardRefused):
        await redeem_points(runtime, dialogue, wanting(500, 0, "one"))


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("step", ["add_entries", "new_coupon", "record", "find_granted"])
async def test_death_between_two_steps_leaves_nothing_and_a_retry_exactly_one(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    dialogue = await signed_in(runtime)
    await give_points(runtime, 2000)
    done = getattr(rewards, step)

    def die_after(*given: object, **named: object) -> object:
        done(*given, **named).close() if step in {"add_entries", "find_granted"} else done(*given, **named)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(rewards, step, die_after)
        with pytest.raises(Killed):
            await redeem_points(runtime, dialogue, wanting(500, 2000, "one"))
    assert (len(await ledger(runtime)), len(await coupons(runtime))) == (1, 0)
    await redeem_points(runtime, dialogue, wanting(500, 2000, "one"))
    assert (len(await ledger(runtime)), len(await coupons(runtime))) == (2, 1)


async def test_redemption_leaves_an_audit_entry(runtime: Runtime) -> None:
    dialogue = await signed_in(runtime)
    await give_points(runtime, 500)
    done = await redeem_points(runtime, dialogue, wanting(500, 500, "one"))
    async with runtime.database.reading() as session:
        (entry,) = await session.scalars(select(AuditEntry))
    assert (entry.actor, entry.action, entry.subject) == ("customer", "redeem_points", f"coupon:{done.code}")
