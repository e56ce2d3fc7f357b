"""Which of the orders open to a conversation a customer means: by product, by day, or by what fits best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.services.conversations import conversation_of
from bot.services.moments import day_in
from bot.services.order_access import access_to, open_orders
from bot.services.order_facts import OrderCase, order_case
from bot.services.phrases import stems
from bot.services.runtime import Runtime
from bot.services.typos import Spelling
from bot.shop.content.base import Language
from bot.shop.deadlines import local_day
from bot.shop.orders import OrderStatus
from bot.shop.products import Product
from bot.store import orders as tables
from bot.store.order_queries import find_order

SHORTEST_WORD = 3
# Of very many orders the newest are looked at; older ones are opened by their number.
LOOKED_AT = 30
# Words of names that tell no product from another.
_LITTLE = frozenset({"for", "the", "and", "with", "set"})


@dataclass(frozen=True)
class KnownLine:
    """A line of an order as a customer may call it."""

    id: str
    sku: str
    name: str
    words: frozenset[str]


@dataclass(frozen=True)
class KnownOrder:
    """An order open to the conversation; opened by postcode its lines are not told."""

    number: str
    placed: date
    status: OrderStatus
    delivered: bool
    lines: tuple[KnownLine, ...]


async def known_orders(runtime: Runtime, dialogue_id: str, language: Language) -> list[KnownOrder]:
    """The orders the conversation may read, the newest first."""
    found: list[KnownOrder] = []
    async with runtime.database.reading() as session:
        conversation = await conversation_of(session, dialogue_id)
        for number in (await open_orders(runtime, session, conversation))[:LOOKED_AT]:
            order = await find_order(session, number)
            row = await session.get_one(tables.Order, number)
            access = await access_to(runtime, session, conversation, row)
            if order is not None and access is not None:
                case = await order_case(runtime, session, order, account_known=False)
                found.append(_known(case, language, told=not access.status_only))
    return found


def _known(case: OrderCase, language: Language, *, told: bool) -> KnownOrder:
    order = case.order
    lines = tuple(
        KnownLine(
            line.id,
            line.sku,
            case.name_of(line.id, language),
            _words_of(case.products.get(line.sku), line.sku, language),
        )
        for line in order.lines
    )
    return KnownOrder(
        number=order.number,
        placed=local_day(order.placed_at, case.facts.zone),
        status=order.status,
        delivered=case.facts.complete_at() is not None or order.status == OrderStatus.DELIVERED,
        lines=lines if told else (),
    )


def _words_of(product: Product | None, sku: str, language: Language) -> frozenset[str]:
    names = [product.name_in(language), product.name_in("en")] if product else [sku]
    found = {(stem, tongue) for name in names for tongue in (language, "en") for stem in stems(name, tongue)}
    return frozenset(stem for stem, _ in found if len(stem) >= SHORTEST_WORD and stem not in _LITTLE)


def named_lines(
    orders: Sequence[KnownOrder], text: str, language: Language
) -> list[tuple[KnownOrder, KnownLine]]:
    """The lines whose product the text names, those it names best."""
    said = set(stems(text, language)) | set(stems(text, "en"))
    known = {(word, frozenset({word})) for order in orders for line in order.lines for word in line.words}
    spelling = Spelling(known, said & {word for word, _ in known})
    said |= {meant for word in tuple(said) for meant in spelling.meant(word)}
    scored = [
        (len(line.words & said) / len(line.words), order, line)
        for order in orders
        for line in order.lines
        if line.words & said
    ]
    best = max((score for score, _, _ in scored), default=0.0)
    return [(order, line) for score, order, line in scored if score == best]


def named_orders(
    runtime: Runtime, orders: Sequence[KnownOrder], text: str, language: Language
) -> list[KnownOrder]:
    """The orders that the text means by a product or by the day they were placed; all of none is none."""
    by_product = {order.number for order, _ in named_lines(orders, text, language)}
    words = runtime.content.vocabulary[language].dates
    day = day_in(text, words, language, local_day(runtime.clock(), _zone(runtime)))
    if by_product:
        return [order for order in orders if order.number in by_product]
    return [order for order in orders if day is not None and order.placed == day]


def _zone(runtime: Runtime) -> ZoneInfo:
    return ZoneInfo(runtime.content.shop.time_zone)
