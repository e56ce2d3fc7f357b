"""customers.jsonl."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.shop_data.fields import (
    AddressRow,
    Email,
    Id,
    LanguageCode,
    Moment,
    Part,
    Row,
    TimeZone,
    Word,
    limited,
)
from bot.shop.contact import ConsentTopic
from bot.shop.content import Content
from bot.shop.keys import email_key
from bot.store.bulk import replace_children, upsert
from bot.store.contact import Address, Consent, Customer
from bot.support.conversation import Channel


class CustomerAddressRow(AddressRow):
    """An address in a customer's book, where it has an id."""

    id: Id


class ConsentRow(Part):
    """A consent that was granted or withdrawn."""

    channel: Annotated[Word, limited(16)]
    topic: Word
    granted: bool
    at: Moment


class CustomerRow(Row):
    """A shopper with an account."""

    key_field = "id"

    id: Id
    email: Email
    name: Annotated[str, limited(200)]
    phone: Annotated[str, limited(40, empty=True)] | None = None
    language: LanguageCode | None = None
    time_zone: TimeZone | None = None
    joined_at: Moment
    addresses: list[CustomerAddressRow]
    consents: list[ConsentRow] | None = None

    @model_validator(mode="after")
    def _addresses_differ(self) -> Self:
        ids = [address.id for address in self.addresses]
        if len(set(ids)) != len(ids):
            raise ValueError("addresses: two have the same id")
        return self

    def doubts(self, content: Content) -> Iterator[str]:
        """Channels and topics that we do not use."""
        del content
        for consent in self.consents or ():
            if consent.channel not in set(Channel):
                yield f"consents: nothing is sent over the channel {consent.channel!r}"
            if consent.topic not in set(ConsentTopic):
                yield f"consents: nothing is sent on the topic {consent.topic!r}"

    def record(self) -> dict[str, Any]:
        """Its columns."""
        columns = ("id", "email", "name", "phone", "language", "time_zone", "joined_at")
        return {name: getattr(self, name) for name in columns} | {"email_key": email_key(self.email)}


async def write_customers(session: AsyncSession, rows: Sequence[CustomerRow]) -> None:
    """Customers with their addresses as given now; consents are only ever added."""
    await upsert(session, Customer, [row.record() for row in rows])
    addresses = [address.record() | {"customer_id": row.id} for row in rows for address in row.addresses]
    await replace_children(session, Address, "customer_id", [row.id for row in rows], addresses)
    consents = {
        (row.id, consent.channel, consent.topic, consent.at): consent.granted
        for row in rows
        for consent in row.consents or ()
    }
    names = ("customer_id", "channel", "topic", "at")
    records = [dict(zip(names, key, strict=True)) | {"granted": granted} for key, granted in consents.items()]
    await upsert(session, Consent, records, key=names)
