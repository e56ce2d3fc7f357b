"""The record of who did or tried what; append-only, ids only."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.store.handoff import AuditEntry


def record(
    runtime: Runtime,
    session: AsyncSession,
    actor: str,
    action: str,
    subject: str,
    outcome: str,
    conversation_id: str | None = None,
) -> None:
    """Add one entry in the caller's transaction: `subject` is `kind:id`, never a text or an address."""
    session.add(
        AuditEntry(
            actor=actor,
            action=action,
            subject=subject,
            outcome=outcome,
            conversation_id=conversation_id,
            at=runtime.clock(),
        )
    )
