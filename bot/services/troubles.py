"""What is wrong for a customer now: while anything is, nothing is offered."""

from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.owned_products import Owned
from bot.services.product_questions import is_troubled
from bot.services.runtime import Runtime
from bot.shop.claim_status import ENDED
from bot.shop.offer_rules import Trouble
from bot.shop.orders import Order, OrderStatus
from bot.shop.requests import OPEN_STATUSES, DeliveryCaseStatus
from bot.shop.return_status import ReturnStatus
from bot.store.claims import Claim
from bot.store.conversations import Conversation, Message
from bot.store.delivery_cases import DeliveryCase
from bot.store.handoff import StaffMessage
from bot.store.products import FittingOffer
from bot.store.returns import Return
from bot.store.shop_requests import ShopRequest
from bot.support.conversation import Author

OPEN_DELIVERY_CASES = frozenset({DeliveryCaseStatus.WATCHING, DeliveryCaseStatus.REQUESTED})
# Returns of any other status go on.
SETTLED_RETURNS = frozenset(
    {ReturnStatus.CANCELLED, ReturnStatus.REJECTED, ReturnStatus.EXCHANGED, ReturnStatus.REFUNDED}
)
NOT_ON_THE_WAY = frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED})

Check = Callable[[Runtime, AsyncSession, Conversation, Owned], Coroutine[Any, Any, bool]]


async def troubles_of(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> set[Trouble]:
    """Everything that speaks against offering something in this conversation."""
    return {
        trouble for trouble, check in CHECKS.items() if await check(runtime, session, conversation, owned)
    }


async def _already_offered(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del runtime, owned
    return await session.get(FittingOffer, conversation.id) is not None


async def _troubled_words(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del owned
    query = select(Message.text).where(
        Message.conversation_id == conversation.id, Message.author == Author.CUSTOMER
    )
    return any(is_troubled(runtime.content, text) for text in await session.scalars(query))


async def _late_parcel(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del session, conversation
    return any(_is_late(runtime, order) for order in owned.orders)


def _is_late(runtime: Runtime, order: Order) -> bool:
    due = [parcel.expected_at for parcel in order.shipments if parcel.delivered_at is None]
    passed = any(moment is not None and moment < runtime.clock() for moment in due)
    return passed and order.status not in NOT_ON_THE_WAY


async def _open_delivery_case(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del runtime
    case = DeliveryCase
    theirs = or_(
        case.order_number.in_([order.number for order in owned.orders]),
        case.conversation_id == conversation.id,
    )
    return bool(await session.scalar(select(exists().where(theirs, case.status.in_(OPEN_DELIVERY_CASES)))))


async def _open_claim(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del runtime
    theirs = _of_customer(Claim, conversation, owned)
    return bool(await session.scalar(select(exists().where(theirs, Claim.status.not_in(ENDED)))))


async def _open_return(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del runtime
    theirs = _of_customer(Return, conversation, owned)
    return bool(await session.scalar(select(exists().where(theirs, Return.status.not_in(SETTLED_RETURNS)))))


def _of_customer(
    case: type[Claim] | type[Return], conversation: Conversation, owned: Owned
) -> ColumnElement[bool]:
    """Those on orders the conversation may read, and those of its customer."""
    orders = [order.number for order in owned.orders]
    if conversation.customer_id is None:
        return case.order_number.in_(orders)
    return or_(case.order_number.in_(orders), case.customer_id == conversation.customer_id)


async def _open_request(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del runtime
    theirs = or_(
        ShopRequest.subject.in_([f"order:{order.number}" for order in owned.orders]),
        ShopRequest.conversation_id == conversation.id,
    )
    return bool(await session.scalar(select(exists().where(theirs, ShopRequest.status.in_(OPEN_STATUSES)))))


async def _waiting_for_staff(
    runtime: Runtime, session: AsyncSession, conversation: Conversation, owned: Owned
) -> bool:
    del runtime, owned
    waiting = (StaffMessage.conversation_id == conversation.id, StaffMessage.answered_at.is_(None))
    return bool(await session.scalar(select(exists().where(*waiting))))


# Another kind of open case is another entry here.
CHECKS: dict[Trouble, Check] = {
    Trouble.ALREADY_OFFERED: _already_offered,
    Trouble.TROUBLED_WORDS: _troubled_words,
    Trouble.LATE_PARCEL: _late_parcel,
    Trouble.OPEN_DELIVERY_CASE: _open_delivery_case,
    Trouble.OPEN_CLAIM: _open_claim,
    Trouble.OPEN_RETURN: _open_return,
    Trouble.OPEN_REQUEST: _open_request,
    Trouble.WAITING_FOR_STAFF: _waiting_for_staff,
}
