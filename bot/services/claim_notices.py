"""Who is told of a claim: the provider who performs the plan, and the customer."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.emails import queue_email
from bot.services.runtime import Runtime
from bot.services.words import moment_in_words
from bot.shop.content.base import Language
from bot.shop.content.plans import Provider
from bot.store.claims import Claim


async def tell_provider(
    runtime: Runtime, session: AsyncSession, claim: Claim, item: str, provider: Provider
) -> None:
    """A new claim and until when it must be acknowledged; in the claim's transaction."""
    zone = runtime.content.shop.time_zone
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
        slot=moment_in_words(claim.slot, "en", zone) if claim.slot else "-",
        due=moment_in_words(claim.provider_due_at, "en", zone) if claim.provider_due_at else "-",
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
