"""A shop's checkout and coupons: signed, answered once, never used twice."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.webhook import sign
from bot.services.runtime import Runtime
from bot.settings import Settings
from bot.shop.coupons import CouponStatus
from bot.store.handoff import AuditEntry
from bot.store.rewards import Coupon, CouponRedemption
from tests.fakes import FakeClock
from tests.gateway.schema import hold_to
from tests.gateway.visit import Client

SECRET = "what the shop signs with"
CODE = "K7QF-9XMD-2RTA"


class Checkout:
    """A shop's server with one purchase under way."""

    def __init__(self, client: Client, clock: FakeClock, name: str = "cart-1") -> None:
        self.client = client
        self.clock = clock
        self.name = name
        self.sent = 0

    async def ask(self, action: str, **changed: Any) -> tuple[int, dict[str, Any]]:
        """One signed request; `changed` are parts of it that a test wants otherwise."""
        self.sent += 1
        told = {"code": CODE, "action": action, "checkout": self.name} | changed.pop("told", {})
        body = changed.pop("body", None) or json.dumps(told).encode()
        time = changed.pop("time", None) or str(int(self.clock().timestamp()))
        headers = {
            "Aftercare-Time": time,
            "Aftercare-Signature": sign(changed.pop("secret", SECRET), time, body),
            "Idempotency-Key": changed.pop("key", f"{self.name}-{self.sent}"),
        } | changed.pop("headers", {})
        path = f"/api/shop/coupons/{changed.pop('code', CODE)}/{changed.pop('path', action)}"
        sent = changed.pop("sent_body", body)
        assert not changed
        response = await self.client.post(path, data=sent, headers=headers)
        answer = await response.json()
        hold_to("Problem" if response.status >= 400 else "Coupon", answer)
        return response.status, answer


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"shop_secret": SecretStr(SECRET)})


@pytest.fixture
async def checkout(client: Client, clock: FakeClock) -> Checkout:
    return Checkout(client, clock)


@pytest.fixture
async def other(client: Client, clock: FakeClock) -> Checkout:
    return Checkout(client, clock, "cart-2")


@pytest.fixture(autouse=True)
async def _coupon(runtime: Runtime) -> None:
    now = runtime.clock()
    async with runtime.database.transaction() as session:
        session.add(
            Coupon(
                code=CODE,
                customer_id="c-1",
                grant_key="first_order:1",
                source="first_order",
                kind="percent",
                value={"kind": "percent", "percent": 10, "minimum": {"amount": "40", "currency": "EUR"}},
                version="2026-1",
                status=CouponStatus.GRANTED,
                granted_at=now,
                valid_from=now,
                valid_until=now + timedelta(days=10),
            )
        )


async def kept(runtime: Runtime) -> Coupon:
    async with runtime.database.reading() as session:
        return await session.get_one(Coupon, CODE)


async def test_coupon_is_reserved_then_committed(checkout: Checkout, runtime: Runtime) -> None:
    status, coupon = await checkout.ask("reserve", told={"customer_id": "c-1"})
    assert status == 200, coupon
    assert (coupon["status"], coupon["value"]["percent"]) == ("reserved", 10)
    assert datetime.fromisoformat(coupon["reserved_until"]) == runtime.clock() + timedelta(minutes=30)
    status, coupon = await checkout.ask("commit")
    assert (status, coupon["status"]) == (200, "committed")
    assert (await kept(runtime)).status == CouponStatus.COMMITTED


async def test_released_coupon_can_be_used_by_another_checkout(checkout: Checkout, other: Checkout) -> None:
    await checkout.ask("reserve")
    assert (await checkout.ask("release"))[1]["status"] == "released"
    assert (await other.ask("reserve"))[0] == 200


async def test_coupon_kept_for_one_checkout_is_refused_to_another(
    checkout: Checkout, other: Checkout
) -> None:
    await checkout.ask("reserve")
    for action in ("reserve", "commit", "release"):
        status, problem = await other.ask(action)
        assert (status, problem["type"], problem["reason"]) == (409, "/problems/coupon-refused", "reserved")


async def test_used_coupon_is_refused(checkout: Checkout, other: Checkout) -> None:
    await checkout.ask("reserve")
    await checkout.ask("commit")
    status, problem = await other.ask("reserve")
    assert (status, problem["reason"], problem["coupon"]["status"]) == (409, "used", "committed")


async def test_commit_without_a_reservation_is_refused(checkout: Checkout) -> None:
    status, problem = await checkout.ask("commit")
    assert (status, problem["reason"]) == (409, "not_reserved")


async def test_reservation_lapses(
    checkout: Checkout, other: Checkout, clock: FakeClock, runtime: Runtime
) -> None:
    await checkout.ask("reserve")
    clock.advance(minutes=31)
    assert (await checkout.ask("commit"))[1]["reason"] == "not_reserved"
    assert (await other.ask("reserve"))[0] == 200
    assert (await kept(runtime)).holder == "cart-2"


async def test_expired_coupon_is_refused(checkout: Checkout, clock: FakeClock) -> None:
    clock.advance(days=10)
    assert (await checkout.ask("reserve"))[1]["reason"] == "expired"


async def test_same_key_has_the_same_answer_whatever_happened_since(
    checkout: Checkout, runtime: Runtime
) -> None:
    first = await checkout.ask("reserve", key="one")
    await checkout.ask("release", key="two")
    assert await checkout.ask("reserve", key="one") == first
    assert (await kept(runtime)).status == CouponStatus.RELEASED
    async with runtime.database.reading() as session:
        keys = await session.scalars(select(CouponRedemption.idempotency_key))
    assert sorted(keys) == ["one", "two"]


async def test_key_of_another_request_is_refused(checkout: Checkout) -> None:
    await checkout.ask("reserve", key="one")
    status, problem = await checkout.ask("commit", key="one")
    assert (status, problem["type"]) == (409, "/problems/key-reused")


async def test_every_use_leaves_an_audit_entry(checkout: Checkout, runtime: Runtime) -> None:
    await checkout.ask("reserve")
    await checkout.ask("commit")
    async with runtime.database.reading() as session:
        entries = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [(entry.actor, entry.action, entry.subject) for entry in entries] == [
        ("shop", "reserve_coupon", f"coupon:{CODE}"),
        ("shop", "commit_coupon", f"coupon:{CODE}"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "another"},
        {"secret": ""},
        {"time": "1000000000"},
        {"time": str(int(FakeClock.now.timestamp()) + 301)},
        {"time": str(int(FakeClock.now.timestamp()) - 301)},
        {"time": "soon"},
        {"sent_body": json.dumps({"code": CODE, "action": "reserve", "checkout": "mine"}).encode()},
        {"headers": {"Aftercare-Signature": ""}},
        {"headers": {"Aftercare-Signature": "v1=é"}},
    ],
)
async def test_wrong_signature_is_refused(
    checkout: Checkout, runtime: Runtime, changed: dict[str, Any]
) -> None:
    status, problem = await checkout.ask("reserve", **changed)
    assert (status, problem["type"]) == (401, "/problems/signature-refused")
    assert (await kept(runtime)).status == CouponStatus.GRANTED


async def test_signature_is_worth_nothing_for_another_action_or_code(checkout: Checkout) -> None:
    for elsewhere in ({"path": "commit"}, {"code": "AAAA-BBBB-CCCC"}):
        status, problem = await checkout.ask("reserve", **elsewhere)
        assert (status, problem["fields"]) == (422, ["code", "action"])


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "two words"])
async def test_request_needs_an_idempotency_key(checkout: Checkout, key: str) -> None:
    status, problem = await checkout.ask("reserve", key=key)
    assert (status, problem["fields"]) == (422, ["Idempotency-Key"])


async def test_unknown_code_and_another_customers_coupon_are_one_answer(checkout: Checkout) -> None:
    unknown = await checkout.ask("reserve", code="AAAA-BBBB-CCCC", told={"code": "AAAA-BBBB-CCCC"})
    foreign = await checkout.ask("reserve", told={"customer_id": "c-2"})
    assert unknown == foreign
    assert foreign[0] == 404


async def test_code_is_found_however_it_is_typed(checkout: Checkout) -> None:
    assert (await checkout.ask("reserve", code=CODE.lower(), told={"code": f" {CODE.lower()}"}))[0] == 200


async def test_true_time_is_taken_too_while_the_clock_is_frozen(with_settings: Any, clock: FakeClock) -> None:
    checkout = Checkout(await with_settings(now=clock.now), clock)
    assert (await checkout.ask("reserve", time=str(int(datetime.now(UTC).timestamp()))))[0] == 200


async def test_without_a_secret_nothing_is_taken(with_settings: Any, clock: FakeClock) -> None:
    checkout = Checkout(await with_settings(shop_secret=SecretStr("")), clock)
    assert (await checkout.ask("reserve", secret=""))[0] == 401
