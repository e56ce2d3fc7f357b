"""Opening orders by proof, codes by e-mail, and what nobody may learn."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bot.services import attempts, codes, outbox
from bot.services.attempts import TooManyAttempts
from bot.services.codes import HIDDEN, send_account_code, send_order_code
from bot.services.conversations import case_of, conversation_of, open_chat
from bot.services.inbound import CustomerInput, accept_message
from bot.services.order_access import NoMatch, access_to, open_order, open_orders
from bot.services.runtime import Runtime
from bot.shop.errors import ShopError
from bot.shop.keys import email_key, number_key, postcode_key
from bot.store.base import new_id
from bot.store.contact import Customer
from bot.store.conversations import Conversation, InboxEvent, Message
from bot.store.handoff import AuditEntry
from bot.store.identity import OneTimeCode
from bot.store.orders import Order

OWNER = "maija@kirje.example"


async def _dialogue(runtime: Runtime, address: str = "192.0.2.1") -> tuple[str, str]:
    opened = await open_chat(runtime, locale="en", claims=None, address=address)
    async with runtime.database.reading() as session:
        conversation = await session.get_one(Conversation, opened.conversation_id)
    return opened.conversation_id, conversation.dialogue_id


async def _order(runtime: Runtime, number: str = "10482", customer_id: str | None = None) -> None:
    async with runtime.database.transaction() as session:
        session.add(
            Order(
                number=number,
                number_key=number_key(number),
                customer_id=customer_id,
                email=OWNER,
                email_key=email_key(OWNER),
                postcode_key=postcode_key("00100"),
                placed_at=runtime.clock(),
                status="pending",
                currency="EUR",
                ship_to={
                    "id": "home",
                    "line1": "Katu 1",
                    "city": "Helsinki",
                    "postcode": "00100",
                    "country": "FI",
                },
                shipping_fee=None,
            )
        )


async def _customer(runtime: Runtime) -> None:
    async with runtime.database.transaction() as session:
        session.add(
            Customer(
                id="c-1", email=OWNER, email_key=email_key(OWNER), name="Maija", joined_at=runtime.clock()
            )
        )


async def _sent_code(runtime: Runtime) -> str:
    newest = (await outbox.mailbox(runtime))[0]
    found = re.search(r"\d{6}", newest.subject)
    assert found is not None
    return found.group()


async def _say(runtime: Runtime, conversation_id: str, text: str) -> str:
    """Say it; gives what the log holds of it."""
    seq = await accept_message(runtime, conversation_id, CustomerInput(client_id=new_id(), text=text))
    async with runtime.database.reading() as session:
        return (await session.get_one(Message, (conversation_id, seq))).text


async def test_number_and_email_open_an_order_for_reading(runtime: Runtime) -> None:
    await _order(runtime)
    _, dialogue = await _dialogue(runtime)
    access = await open_order(runtime, dialogue, "#10-482", "  MAIJA@kirje.example ")
    assert (access.order_number, access.level, access.status_only) == ("10482", 1, False)


async def test_number_and_postcode_open_the_status_only(runtime: Runtime) -> None:
    await _order(runtime)
    _, dialogue = await _dialogue(runtime)
    assert (await open_order(runtime, dialogue, "10482", "00 100")).status_only


async def test_a_weaker_proof_never_takes_a_stronger_one_away(runtime: Runtime) -> None:
    await _order(runtime)
    _, dialogue = await _dialogue(runtime)
    await open_order(runtime, dialogue, "10482", OWNER)
    assert not (await open_order(runtime, dialogue, "10482", "00100")).status_only


@pytest.mark.parametrize(
    ("number", "proof"), [("10482", "x@kirje.example"), ("99999", OWNER), ("10482", "00101")]
)
async def test_wrong_number_and_wrong_proof_are_one_answer(runtime: Runtime, number: str, proof: str) -> None:
    await _order(runtime)
    conversation_id, dialogue = await _dialogue(runtime)
    with pytest.raises(NoMatch, match="number and proof do not belong together"):
        await open_order(runtime, dialogue, number, proof)
    async with runtime.database.reading() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        assert await open_orders(runtime, session, conversation) == []
        entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.action, entry.subject, entry.outcome) == ("open_order", "order", "refused")


async def test_guessing_ends_after_six_tries_even_with_the_right_proof(runtime: Runtime) -> None:
    await _order(runtime)
    _, dialogue = await _dialogue(runtime)
    for postcode in range(6):
        with pytest.raises(NoMatch):
            await open_order(runtime, dialogue, "10482", f"0020{postcode}")
    with pytest.raises(TooManyAttempts):
        await open_order(runtime, dialogue, "10482", OWNER)


async def test_an_enumeration_from_one_address_ends_whatever_conversations_it_opens(runtime: Runtime) -> None:
    await _order(runtime)
    refused = 0
    for number in range(60):
        _, dialogue = await _dialogue(runtime)
        try:
            await open_order(runtime, dialogue, str(10000 + number), "00100")
        except TooManyAttempts:
            refused += 1
        except NoMatch:
            pass
    assert refused == 30


async def test_tries_are_forgotten_after_an_hour(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    await _order(runtime)
    _, dialogue = await _dialogue(runtime)
    for _ in range(6):
        with pytest.raises(NoMatch):
            await open_order(runtime, dialogue, "10482", "nobody@kirje.example")
    monkeypatch.setattr(attempts, "WINDOW", timedelta(0))
    assert (await open_order(runtime, dialogue, "10482", OWNER)).level == 1


async def test_access_ends_after_twelve_hours(sqlite_runtime: Runtime) -> None:
    now = sqlite_runtime.clock()
    await _order(sqlite_runtime)
    conversation_id, dialogue = await _dialogue(sqlite_runtime)
    await open_order(sqlite_runtime, dialogue, "10482", OWNER)
    later = replace(sqlite_runtime, clock=lambda: now + timedelta(hours=12))
    async with later.database.reading() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        order = await session.get_one(Order, "10482")
        assert await access_to(later, session, conversation, order) is None


async def test_a_code_to_the_orders_email_raises_the_order_to_level_2(runtime: Runtime) -> None:
    await _order(runtime)
    conversation_id, dialogue = await _dialogue(runtime)
    await open_order(runtime, dialogue, "10482", OWNER)
    await send_order_code(runtime, dialogue, "10482")
    assert await _say(runtime, conversation_id, f"it is {await _sent_code(runtime)}.") == f"it is {HIDDEN}."
    async with runtime.database.reading() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        access = await access_to(runtime, session, conversation, await session.get_one(Order, "10482"))
    assert access is not None
    assert access.level == 2
    assert (await case_of(runtime, dialogue)).identity_level == 0


async def test_no_code_is_sent_for_an_order_that_is_not_open(runtime: Runtime) -> None:
    await _order(runtime)
    _, dialogue = await _dialogue(runtime)
    await send_order_code(runtime, dialogue, "10482")
    assert await outbox.mailbox(runtime) == []


async def test_a_code_to_the_accounts_email_opens_the_account(runtime: Runtime) -> None:
    await _customer(runtime)
    await _order(runtime, customer_id="c-1")
    conversation_id, dialogue = await _dialogue(runtime)
    await send_account_code(runtime, dialogue, OWNER.upper())
    await _say(runtime, conversation_id, await _sent_code(runtime))
    case = await case_of(runtime, dialogue)
    assert (case.customer_id, case.identity_level) == ("c-1", 2)
    async with runtime.database.reading() as session:
        assert await open_orders(runtime, session, await conversation_of(session, dialogue)) == ["10482"]


async def test_the_code_is_nowhere_but_in_the_mail(runtime: Runtime) -> None:
    await _customer(runtime)
    conversation_id, dialogue = await _dialogue(runtime)
    await send_account_code(runtime, dialogue, OWNER)
    code = await _sent_code(runtime)
    await _say(runtime, conversation_id, f"{code} is it")
    async with runtime.database.reading() as session:
        raw = [event.payload for event in await session.scalars(select(InboxEvent))]
        hashes = [row.code_hash for row in await session.scalars(select(OneTimeCode))]
    assert code not in str(raw)
    assert code not in str(hashes)


async def test_five_wrong_codes_use_the_code_up(runtime: Runtime) -> None:
    await _customer(runtime)
    conversation_id, dialogue = await _dialogue(runtime)
    await send_account_code(runtime, dialogue, OWNER)
    code = await _sent_code(runtime)
    for _ in range(5):
        await _say(runtime, conversation_id, f"{(int(code) + 1) % 1_000_000:06d}")
    await _say(runtime, conversation_id, code)
    assert (await case_of(runtime, dialogue)).identity_level == 0


async def test_a_code_is_worth_nothing_in_another_conversation(runtime: Runtime) -> None:
    await _customer(runtime)
    _, dialogue = await _dialogue(runtime)
    other_conversation, other = await _dialogue(runtime)
    await send_account_code(runtime, dialogue, OWNER)
    await _say(runtime, other_conversation, await _sent_code(runtime))
    assert (await case_of(runtime, other)).identity_level == 0


async def test_a_code_ends_after_ten_minutes(runtime: Runtime) -> None:
    await _customer(runtime)
    conversation_id, dialogue = await _dialogue(runtime)
    await send_account_code(runtime, dialogue, OWNER)
    async with runtime.database.transaction() as session:
        await session.execute(update(OneTimeCode).values(expires_at=datetime.now(UTC)))
    await _say(runtime, conversation_id, await _sent_code(runtime))
    assert (await case_of(runtime, dialogue)).identity_level == 0


@pytest.mark.parametrize("email", [OWNER, "stranger@kirje.example"])
async def test_three_codes_an_hour_for_known_and_unknown_addresses_alike(
    runtime: Runtime, email: str
) -> None:
    await _customer(runtime)
    for _ in range(3):
        _, dialogue = await _dialogue(runtime)
        await send_account_code(runtime, dialogue, email)
    _, dialogue = await _dialogue(runtime)
    with pytest.raises(TooManyAttempts):
        await send_account_code(runtime, dialogue, email)
    assert len(await outbox.mailbox(runtime)) == (3 if email == OWNER else 0)


async def test_numbers_are_ordinary_text_when_no_code_is_awaited(runtime: Runtime) -> None:
    conversation_id, _ = await _dialogue(runtime)
    assert await _say(runtime, conversation_id, "my order is 104826") == "my order is 104826"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.text(max_size=40), proof=st.text(max_size=300))
async def test_whatever_is_typed_opens_nothing_and_fails_in_words(
    sqlite_runtime: Runtime, number: str, proof: str
) -> None:
    async with sqlite_runtime.database.reading() as session:
        known = await session.scalar(select(func.count()).select_from(Order))
    if not known:
        await _order(sqlite_runtime)
    _, dialogue = await _dialogue(sqlite_runtime, address="")
    with pytest.raises(ShopError):
        await open_order(sqlite_runtime, dialogue, number, proof)


def test_a_code_is_six_digits_standing_alone() -> None:
    assert codes.CODE.findall("123456, 1234567 and 12345") == ["123456"]
