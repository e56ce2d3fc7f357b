"""The page of the withdrawal, and labels behind signed links."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from bot.gateway.app import files_app
from bot.services.runtime import Runtime
from bot.store.outbox import OutboxMessage
from bot.store.returns import Withdrawal
from tests.gateway.visit import Client

FIELDS = {"name": "Aino Laaksonen", "order_number": "10482", "email": "aino@posti.example"}


async def _form(client: Client, language: str = "en") -> str:
    response = await client.get(f"/withdraw?lang={language}")
    assert response.status == 200
    found = re.search(r'name="form" value="([^"]+)"', await response.text())
    assert found is not None
    return found[1]


async def _declared(runtime: Runtime) -> list[Withdrawal]:
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(Withdrawal)))


async def test_declaration_is_taken_and_acknowledged_by_mail(client: Client, runtime: Runtime) -> None:
    response = await client.post("/withdraw?lang=fi", data=FIELDS | {"form": await _form(client, "fi")})
    text = await response.text()
    assert response.status == 200
    assert 'lang="fi"' in text
    (row,) = await _declared(runtime)
    assert row.number in text
    async with runtime.database.reading() as session:
        (mail,) = await session.scalars(select(OutboxMessage))
    assert mail.recipient == FIELDS["email"]
    assert row.number in mail.subject


async def test_page_sent_twice_declares_once(client: Client, runtime: Runtime) -> None:
    form = {"form": await _form(client)}
    pages = [await (await client.post("/withdraw", data=FIELDS | form)).text() for _ in range(2)]
    assert pages[0] == pages[1]
    assert len(await _declared(runtime)) == 1


async def test_form_that_was_not_given_out_here_is_not_taken(client: Client, runtime: Runtime) -> None:
    for form in ("", "1.abc", "1767225600." + "0" * 64):
        assert (await client.post("/withdraw", data=FIELDS | {"form": form})).status == 422
    assert await _declared(runtime) == []


async def test_page_of_another_site_cannot_send_the_form(client: Client, runtime: Runtime) -> None:
    data = FIELDS | {"form": await _form(client)}
    response = await client.post("/withdraw", data=data, headers={"Origin": "https://evil.example"})
    assert response.status == 403
    assert await _declared(runtime) == []


async def test_missing_fields_are_named_and_what_was_typed_stays(client: Client) -> None:
    form = {"form": await _form(client)}
    response = await client.post("/withdraw", data=FIELDS | form | {"email": '"><script>'})
    text = await response.text()
    assert response.status == 422
    assert 'id="e-email"' in text
    assert "Aino Laaksonen" in text
    assert "<script>" not in text


async def test_policy_of_returns_leads_to_the_form(client: Client) -> None:
    text = await (await client.get("/policies/returns?lang=fi")).text()
    assert 'href="/withdraw?lang=fi"' in text


async def test_label_needs_its_signature(
    runtime: Runtime, aiohttp_client: Callable[[Any], Awaitable[Client]]
) -> None:
    files = await aiohttp_client(files_app(runtime))
    for query in ("", "?expires=9999999999&sign=00", "?expires=x&sign=y"):
        assert (await files.get(f"/labels/RET-2026-000001{query}")).status == 404
