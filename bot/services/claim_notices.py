"""Who is told of a claim: the provider who performs the plan, and the customer."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.emails import queue_email
from bot.services.order_facts import OrderCase
from bot.services.runtime import Runtime
from bot.services.words import moment_in_words
from bot.shop.content.base import Language
from bot.shop.content.messages import EmailName
from bot.shop.content.plans import Provider
from bot.store.claims import Claim

Change = Literal["cancelled", "moved"]
CHANGES: dict[Change, tuple[EmailName, EmailName]] = {
    "cancelled": ("claim_cancelled", "provider_claim_cancelled"),
    "moved": ("claim_moved", "provider_claim_moved"),
}
NOTHING = "-"


async def tell_provider(
    runtime: Runtime, session: AsyncSession, claim: Claim, item: str, provider: Provider
) -> None:
    """A new claim and until when it must be acknowledged; in the claim's transaction."""
    zone = runtime.content.shop.time_zone
    due = claim.provider_due_at
    await queue_email(
        runtime,
        session,
        "provider_claim",
        to=provider.email,
        language="en",
        key=f"provider:{claim.number}:opened",
        number=claim.number,
        item=item,
        symptom=claim.symptom,
        slot=_slot(runtime, claim, "en"),
        address=_address(claim),
        due=moment_in_words(due, "en", zone) if due else NOTHING,
    )


async def tell_customer(
    runtime: Runtime, session: AsyncSession, claim: Claim, item: str, email: str, language: Language
) -> None:
    """The claim's number and that it was requested; in the claim's transaction."""
    await queue_email(
        runtime,
        session,
        "claim_opened",
        to=email,
        language=language,
        key=f"claim:{claim.number}:opened",
        conversation_id=claim.conversation_id,
        number=claim.number,
        item=item,
    )


async def tell_of_change(
    runtime: Runtime, session: AsyncSession, claim: Claim, case: OrderCase, change: Change, language: Language
) -> None:
    """What the customer changed, to them and to the provider; in the change's transaction."""
    to_customer, to_provider = CHANGES[change]
    step = f":{runtime.clock().isoformat()}" if change == "moved" else ""
    await queue_email(
        runtime,
        session,
        to_customer,
        to=case.order.email,
        language=language,
        key=f"claim:{claim.number}:{change}{step}",
        conversation_id=claim.conversation_id,
        number=claim.number,
        item=case.name_of(claim.line_id, language),
        slot=_slot(runtime, claim, language),
    )
    provider = next((one for one in runtime.content.plans.providers if one.id == claim.provider_id), None)
    if provider is not None:
        await queue_email(
            runtime,
            session,
            to_provider,
            to=provider.email,
            language="en",
            key=f"provider:{claim.number}:{change}{step}",
            number=claim.number,
            item=case.name_of(claim.line_id, "en"),
            slot=_slot(runtime, claim, "en"),
        )


def _address(claim: Claim) -> str:
    """Where somebody comes to or something is sent; in the order in which it was kept."""
    kept = (claim.address or {}).values()
    return ", ".join(str(part) for part in kept if part) or NOTHING


def _slot(runtime: Runtime, claim: Claim, language: Language) -> str:
    zone = runtime.content.shop.time_zone
    return moment_in_words(claim.slot, language, zone) if claim.slot else NOTHING
