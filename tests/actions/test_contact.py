"""A request about personal data is begun by the person it is about, once, and by nobody else."""

import pytest
from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.store.handoff import AuditEntry, StaffMessage
from tests.actions.conftest import SignIn
from tests.actions.dialogue import Dialogue

AINO = "c-1001"


async def kept(runtime: Runtime) -> list[StaffMessage]:
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(StaffMessage)))


async def test_a_signed_in_customers_wish_is_listed_confirmed_and_kept_for_staff(
    dialogue: Dialogue, demo_shop: Runtime, sign_in: SignIn
) -> None:
    await sign_in(dialogue, AINO)
    listed = await dialogue.say("delete everything you have about me", "privacy_request")
    assert listed.names == ["utter_contact_privacy_summary_erase"]
    assert await kept(demo_shop) == []
    done = await dialogue.press(listed.payload("Yes, pass it on"))
    assert done.names == ["utter_contact_privacy_started"]
    (message,) = await kept(demo_shop)
    assert (message.topic, AINO in message.text) == ("privacy", True)


async def test_the_same_yes_twice_keeps_one_request(
    dialogue: Dialogue, demo_shop: Runtime, sign_in: SignIn
) -> None:
    await sign_in(dialogue, AINO)
    listed = await dialogue.say("send me a copy of my data", "privacy_request")
    for _ in range(2):
        await dialogue.press(listed.payload("Yes, pass it on"))
    assert len(await kept(demo_shop)) == 1


async def test_a_vague_wish_is_asked_about(dialogue: Dialogue, demo_shop: Runtime, sign_in: SignIn) -> None:
    await sign_in(dialogue, AINO)
    asked = await dialogue.say("gdpr please", "privacy_request")
    assert asked.names == ["utter_contact_privacy_which"]
    listed = await dialogue.press(asked.payload("Send me a copy"))
    assert listed.names == ["utter_contact_privacy_summary_access"]


@pytest.mark.parametrize("kind", ["access", "erase"])
async def test_nobody_unknown_starts_a_request_even_with_the_buttons_payload(
    dialogue: Dialogue, demo_shop: Runtime, kind: str
) -> None:
    await dialogue.press(f'/privacy_request{{"privacy_kind": "{kind}", "summary": "{kind}"}}')
    assert await kept(demo_shop) == []
    assert dialogue.form == "account_access_form"
    async with demo_shop.database.reading() as session:
        outcomes = list(await session.scalars(select(AuditEntry.outcome)))
    assert "refused" in outcomes
