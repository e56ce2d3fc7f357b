"""Who the customer is: only by a token the shop signed, for us, now, once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from bot.services.conversations import case_of
from bot.services.identity import forget_expired_tokens
from bot.services.runtime import Runtime
from bot.store.conversations import ChatSession, Conversation
from tests.fakes import FakeClock
from tests.gateway.marks import both_databases
from tests.gateway.tokens import SECRET, claims, token, unsigned
from tests.gateway.visit import Client, Visit, refused


async def level(runtime: Runtime, visit: Visit) -> tuple[str | None, int]:
    async with runtime.database.reading() as session:
        conversation = await session.get_one(Conversation, visit.conversation_id)
    case = await case_of(runtime, conversation.dialogue_id)
    return case.customer_id, case.identity_level


@both_databases
async def test_a_good_token_identifies_for_twelve_hours(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    assert await level(runtime, visit) == (None, 0)
    response = await visit.post("identity", {"identity_token": token(clock.now)})
    assert response.status == 204
    assert await level(runtime, visit) == ("customer-1", 2)
    clock.advance(hours=12, seconds=1)
    assert await level(runtime, visit) == (None, 0)


async def test_a_session_can_begin_identified(client: Client, runtime: Runtime, clock: FakeClock) -> None:
    visit = await Visit.open(client, identity_token=token(clock.now))
    assert await level(runtime, visit) == ("customer-1", 2)


async def test_logout_ends_what_is_known_of_the_customer(
    client: Client, runtime: Runtime, clock: FakeClock
) -> None:
    visit = await Visit.open(client, identity_token=token(clock.now))
    await client.delete("/api/chat/sessions", headers=visit.headers)
    assert await level(runtime, visit) == (None, 0)


async def test_what_is_forged_expired_or_odd_is_refused(
    visit: Visit, runtime: Runtime, clock: FakeClock
) -> None:
    now = clock.now
    stamp = int(now.timestamp())
    refusable = [
        token(now, secret="another secret, also long enough to sign"),
        token(now, secret=" "),
        token(now, aud="another-shop"),
        token(now, aud=["another-shop"]),
        token(now, aud=None),
        token(now, exp=stamp - 31),
        token(now, exp=stamp + 331),
        token(now, exp=None),
        token(now, exp=str(stamp)),
        token(now, exp=True),
        token(now, exp=10**30),
        token(now, exp=float("nan")),
        token(now, exp=[stamp]),
        token(now, iat=stamp + 31),
        token(now, iat="now"),
        token(now, nbf=stamp + 31),
        token(now, jti=None),
        token(now, jti=5),
        token(now, jti=""),
        token(now, jti="x" * 129),
        token(now, jti="a\x00b"),
        token(now, jti="\ud800"),
        token(now, sub=None),
        token(now, sub=""),
        token(now, sub="x" * 65),
        token(now, sub="a\x00b"),
        token(now, sub=["customer-1"]),
        token(now, sub={"id": "customer-1"}),
        unsigned(now, {"alg": "none"}),
        unsigned(now, {"alg": "None", "typ": "JWT"}),
        unsigned(now, {"alg": "HS256"}),
        unsigned(now, {"alg": ["HS256"]}),
        unsigned(now, {}),
        jwt.encode(claims(now), SECRET, algorithm="HS512"),
        token(now)[:-4] + "AAAA",
        token(now).rsplit(".", 1)[0] + ".",
        "a.b.c",
        "..",
        "é",
        "[" * 4000,
    ]
    for forged in refusable:
        await refused(await visit.post("identity", {"identity_token": forged}), 403, "identity-refused")
        response = await visit.post("sessions", {"identity_token": forged})
        await refused(response, 403, "identity-refused")
    assert await level(runtime, visit) == (None, 0)


async def test_the_shops_clock_may_be_half_a_minute_off(client: Client, clock: FakeClock) -> None:
    stamp = int(clock.now.timestamp())
    skewed: list[dict[str, Any]] = [
        {"exp": stamp - 29},
        {"exp": stamp + 329},
        {"iat": stamp + 29, "nbf": stamp + 29},
    ]
    for times in skewed:
        await Visit.open(client, identity_token=token(clock.now, **times))


@both_databases
async def test_a_token_counts_once_also_when_it_comes_five_times_at_once(
    client: Client, clock: FakeClock
) -> None:
    once = token(clock.now)
    responses = await asyncio.gather(
        *(client.post("/api/chat/sessions", json={"identity_token": once}) for _ in range(5))
    )
    assert sorted(response.status for response in responses) == [201, 403, 403, 403, 403]
    visit = await Visit.open(client)
    await refused(await visit.post("identity", {"identity_token": once}), 403, "identity-refused")


async def test_a_used_token_is_not_usable_again_after_tidying(
    client: Client, runtime: Runtime, clock: FakeClock
) -> None:
    once = token(clock.now)
    await Visit.open(client, identity_token=once)
    for seconds in (240, 29, 2):
        clock.advance(seconds=seconds)
        await forget_expired_tokens(runtime)
        response = await client.post("/api/chat/sessions", json={"identity_token": once})
        await refused(response, 403, "identity-refused")


async def test_another_customer_gets_a_conversation_of_their_own(
    client: Client, runtime: Runtime, clock: FakeClock
) -> None:
    visit = await Visit.open(client, identity_token=token(clock.now, sub="customer-1"))
    await visit.ask("my secret")
    other = token(clock.now, sub="customer-2")
    await refused(await visit.post("identity", {"identity_token": other}), 409, "other-customer")
    assert await level(runtime, visit) == ("customer-1", 2)
    clock.advance(hours=13)
    later = token(clock.now, sub="customer-2")
    await refused(await visit.post("identity", {"identity_token": later}), 409, "other-customer")
    theirs = await Visit.open(client, identity_token=later)
    assert await level(runtime, theirs) == ("customer-2", 2)
    assert "my secret" not in str(await theirs.log())


async def test_the_same_customer_may_identify_again(visit: Visit, runtime: Runtime, clock: FakeClock) -> None:
    for hours in (0, 11, 11):
        clock.advance(hours=hours)
        assert (await visit.post("identity", {"identity_token": token(clock.now)})).status == 204
    assert await level(runtime, visit) == ("customer-1", 2)


async def test_a_shop_may_sign_with_a_key_and_then_its_secret_is_not_taken(
    with_settings: Callable[..., Awaitable[Client]], clock: FakeClock
) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    client = await with_settings(identity_public_key=public.decode())
    await Visit.open(client, identity_token=jwt.encode(claims(clock.now), key, algorithm="EdDSA"))
    for secret in (SECRET, public.decode().replace("-----", "")):
        response = await client.post(
            "/api/chat/sessions", json={"identity_token": token(clock.now, secret=secret)}
        )
        await refused(response, 403, "identity-refused")


async def test_without_a_secret_nobody_is_identified(
    with_settings: Callable[..., Awaitable[Client]], runtime: Runtime, clock: FakeClock
) -> None:
    client = await with_settings(identity_secret=type(runtime.settings.identity_secret)(""))
    for secret in ("", SECRET):
        forged = jwt.encode(claims(clock.now), secret or "\0", algorithm="HS256")
        response = await client.post("/api/chat/sessions", json={"identity_token": forged})
        await refused(response, 403, "identity-refused")


async def test_a_session_ends_when_its_time_is_over(runtime: Runtime, visit: Visit) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    async with runtime.database.transaction() as session:
        chat = (await session.scalars(select(ChatSession))).one()
        assert chat.expires_at - chat.created_at > timedelta(days=29)
        chat.expires_at = past
    response = await visit.client.get("/api/chat/events", headers=visit.headers)
    await refused(response, 401, "not-signed-in")
