"""A customer's wish to see or erase personal data: kept for staff, from the person it is about only."""

from enum import StrEnum

from bot.services.audit import record
from bot.services.conversations import conversation_of, current_level
from bot.services.runtime import Runtime
from bot.services.staff_messages import REPLY_IN_CHAT, LeftMessage, keep_message

TOPIC = "privacy"


class PrivacyRequestKind(StrEnum):
    """What the law lets a person ask for here."""

    ACCESS = "access"
    ERASE = "erase"


async def start_request(
    runtime: Runtime, dialogue_id: str, kind: PrivacyRequestKind, note: str
) -> LeftMessage | None:
    """Keep the request for staff, once a day for each kind; None when the customer is not known well enough.

    `note` tells staff what is asked, in words of the responses; the account is read from the database.
    """
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        customer_id = conversation.customer_id
        if customer_id is None or current_level(conversation, runtime.clock()) < 2:
            record(runtime, session, "customer", f"privacy_{kind}", "customer", "refused", conversation.id)
            return None
        record(
            runtime,
            session,
            "customer",
            f"privacy_{kind}",
            f"customer:{customer_id}",
            "requested",
            conversation.id,
        )
        return await keep_message(
            runtime,
            session,
            conversation.id,
            topic=TOPIC,
            text=f"{note} ({customer_id})",
            reply_to=REPLY_IN_CHAT,
            key=f"privacy:{kind}:{customer_id}:{runtime.clock().date().isoformat()}",
        )
