"""Opening one order to a conversation: its number with that order's e-mail or postcode.

A wrong number, a wrong proof and somebody else's order are one answer, after the same work.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.attempts import check_attempts, count_attempt
from bot.services.audit import record
from bot.services.conversations import conversation_of, current_level
from bot.services.runtime import Runtime
from bot.shop.errors import NotFound
from bot.shop.keys import email_key, number_key, postcode_key
from bot.store.conversations import Conversation
from bot.store.identity import OrderGrant, Proof
from bot.store.orders import Order

PER_CONVERSATION = 6
PER_ADDRESS = 30
PER_ORDER = 12
# Compared against when there is no such order, so that a miss takes as long as a mismatch.
NOBODY = "nobody@invalid"


class NoMatch(NotFound):
    """No order has this number and this proof; which of them is wrong is not said."""


@dataclass(frozen=True)
class Access:
    """What a conversation may do with one order: `level` 1 reads, 2 writes; `status_only` with a postcode."""

    order_number: str
    level: int
    status_only: bool


async def open_order(runtime: Runtime, dialogue_id: str, number: str, proof: str) -> Access:
    """Open an order by its number and its e-mail or postcode.

    Raises NoMatch, and TooManyAttempts before anything is compared.
    """
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        limits = _limits(conversation, number)
        await check_attempts(session, limits)
        order = await _order(session, number)
        shown = _shown_proof(order, proof)
        if order is None or shown is None:
            count_attempt(session, [key for key, _ in limits])
            record(runtime, session, "customer", "open_order", "order", "refused", conversation.id)
            opened = None
        else:
            opened = await _grant(runtime, session, conversation, order, shown)
    # Raised outside the transaction: the count of tries has to stay.
    if opened is None:
        raise NoMatch("number and proof do not belong together")
    return opened


def _limits(conversation: Conversation, number: str) -> list[tuple[str, int]]:
    limits = [
        (f"conversation:{conversation.id}", PER_CONVERSATION),
        (f"order:{number_key(number)[:32]}", PER_ORDER),
    ]
    if conversation.address_key:
        limits.append((f"address:{conversation.address_key}", PER_ADDRESS))
    return limits


async def _order(session: AsyncSession, number: str) -> Order | None:
    found = await session.scalars(select(Order).where(Order.number_key == number_key(number)[:32]).limit(2))
    orders = found.all()
    return orders[0] if len(orders) == 1 else None


def _shown_proof(order: Order | None, proof: str) -> Proof | None:
    """Which proof it is, both compared in constant time whether or not there is an order."""
    email = hmac.compare_digest(_bytes(order.email_key if order else NOBODY), _bytes(email_key(proof)))
    postcode = hmac.compare_digest(
        _bytes(order.postcode_key if order else NOBODY), _bytes(postcode_key(proof))
    )
    if order is None:
        return None
    if email:
        return Proof.EMAIL
    return Proof.POSTCODE if postcode and order.postcode_key else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


async def _grant(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, order: Order, proof: Proof
) -> Access:
    """Remember what was shown; a weaker proof never takes a stronger one away."""
    granted = await session.get(OrderGrant, (conversation.id, order.number))
    now = runtime.clock()
    strength = list(Proof)
    if granted is None:
        granted = OrderGrant(conversation_id=conversation.id, order_number=order.number, proof=proof)
        session.add(granted)
    elif granted.expires_at <= now or strength.index(Proof(granted.proof)) < strength.index(proof):
        granted.proof = proof
    granted.granted_at = now
    granted.expires_at = now + timedelta(hours=runtime.settings.identified_hours)
    record(runtime, session, "customer", "open_order", f"order:{order.number}", proof, conversation.id)
    return _access(order.number, Proof(granted.proof))


def _access(number: str, proof: Proof) -> Access:
    return Access(number, level=2 if proof is Proof.CODE else 1, status_only=proof is Proof.POSTCODE)


async def access_to(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, order: Order
) -> Access | None:
    """What the conversation may do with that order now; None for nothing at all."""
    now = runtime.clock()
    if order.customer_id is not None and conversation.customer_id == order.customer_id:
        level = current_level(conversation, now)
        if level == 2:
            return Access(order.number, level=2, status_only=False)
    granted = await session.get(OrderGrant, (conversation.id, order.number))
    if granted is None or granted.expires_at <= now:
        return None
    return _access(order.number, Proof(granted.proof))


async def open_orders(runtime: Runtime, session: AsyncSession, conversation: Conversation) -> list[str]:
    """Numbers of all orders the conversation may read, newest first."""
    now = runtime.clock()
    granted = select(OrderGrant.order_number).where(
        OrderGrant.conversation_id == conversation.id, OrderGrant.expires_at > now
    )
    readable: list[ColumnElement[bool]] = [Order.number.in_(granted)]
    if conversation.customer_id is not None and current_level(conversation, now) == 2:
        readable.append(Order.customer_id == conversation.customer_id)
    found = await session.scalars(select(Order.number).where(or_(*readable)).order_by(Order.placed_at.desc()))
    return list(found)
