"""Sending goods back: what is possible, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.fingerprints import fingerprint
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, read_order
from bot.services.return_verdicts import ReturnVerdict, verdict_of
from bot.services.runtime import Runtime
from bot.shop.case_facts import variant_facts
from bot.shop.content.base import Language
from bot.shop.errors import InvalidInput
from bot.shop.exchange import VariantFacts, may_exchange, variants_to_offer
from bot.shop.products import Product
from bot.shop.return_offers import (
    ReturnOffer,
    Wanted,
    asks_opened,
    asks_packaging,
    return_cases,
    return_offer,
)
from bot.shop.return_rules import may_return
from bot.shop.returns import ReturnCase, StatedReason
from bot.store.product_queries import find_product, find_products
from bot.store.return_queries import promised_stock

Family = Mapping[str, tuple[VariantFacts, Product]]


@dataclass(frozen=True)
class LineView:
    """A line of an order as it may come back; `left` pieces have not been returned yet.

    `open` is whether there is any reason for which it may come back.
    """

    id: str
    sku: str
    name: str
    left: int
    told: ReturnVerdict
    open: bool


@dataclass(frozen=True)
class VariantView:
    """Another variant in stock, and what it costs on top for one piece (below zero: what it gives back)."""

    sku: str
    name: str
    difference: Decimal


@dataclass(frozen=True)
class ReturnView:
    """A return as far as it has been said: what it comes to, and what it is asked for."""

    number: str
    currency: str
    lines: tuple[LineView, ...]
    offer: ReturnOffer
    variants: tuple[VariantView, ...]
    exchange_name: str | None
    asks_opened: bool
    asks_packaging: bool
    shown: str


async def look_at_lines(
    runtime: Runtime, dialogue_id: str, number: str, language: Language
) -> tuple[LineView, ...]:
    """Every line of an order with its verdict and the other ways. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
    case = opened.case
    return tuple(_line(runtime, case, ReturnCase(case.facts, line), language) for line in case.facts.lines)


def _line(runtime: Runtime, case: OrderCase, goods: ReturnCase, language: Language) -> LineView:
    told = verdict_of(runtime, case, goods, language)
    faulty = may_return(runtime.content, replace(goods, reason=StatedReason.FAULTY), runtime.clock())
    return LineView(
        id=goods.line.id,
        sku=goods.line.sku,
        name=told.product,
        left=max(goods.line.quantity - goods.line.returned, 0),
        told=told,
        open=told.verdict.allowed or faulty.allowed,
    )


async def look_at_return(
    runtime: Runtime, dialogue_id: str, number: str, wanted: Wanted, language: Language
) -> ReturnView:
    """What this return comes to now. Raises NotFound, ProofNeeded, and InvalidInput for lines it has not."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
        family = await family_of(session, opened.case, wanted)
    return view_of(runtime, opened.case, wanted, family, language)


async def family_of(session: AsyncSession, case: OrderCase, wanted: Wanted) -> Family:
    """The variants of the one product that is to come back, with the stock that is not promised yet."""
    check_lines(case, wanted)
    if len(wanted.pieces) != 1:
        return {}
    bought = await find_product(session, case.facts.line(next(iter(wanted.pieces))).sku)
    if bought is None:
        return {}
    found: dict[str, tuple[VariantFacts, Product]] = {}
    for product in await find_products(session):
        if variant_facts(product).family == variant_facts(bought).family:
            promised = await promised_stock(session, product.sku)
            facts = variant_facts(product)
            found[product.sku] = (
                VariantFacts(facts.sku, facts.stock - promised, facts.parent_sku, facts.prices),
                product,
            )
    return found


def check_lines(case: OrderCase, wanted: Wanted) -> None:
    """Raise InvalidInput unless these are pieces of lines of the order."""
    known = {line.id for line in case.facts.lines}
    if not wanted.pieces or not set(wanted.pieces) <= known or min(wanted.pieces.values()) < 1:
        raise InvalidInput("these are no pieces of the order")


def view_of(
    runtime: Runtime, case: OrderCase, wanted: Wanted, family: Family, language: Language
) -> ReturnView:
    """What this return comes to by the facts that were gathered."""
    facts = {sku: variant for sku, (variant, _) in family.items()}
    offer = return_offer(runtime.content, case.facts, wanted, runtime.clock(), facts)
    meant = family.get(wanted.exchange_sku or "")
    return ReturnView(
        number=case.order.number,
        currency=case.order.currency,
        lines=tuple(_line(runtime, case, goods, language) for goods in return_cases(case.facts, wanted)),
        offer=offer,
        variants=_variants(runtime, case, wanted, family, language),
        exchange_name=variant_name(meant[1], language) if meant else None,
        asks_opened=asks_opened(runtime.content, case.facts, wanted),
        asks_packaging=asks_packaging(runtime.content, case.facts, wanted),
        shown=_shown(case, wanted, offer),
    )


def _variants(
    runtime: Runtime,
    case: OrderCase,
    wanted: Wanted,
    family: Family,
    language: Language,
) -> tuple[VariantView, ...]:
    cases = return_cases(case.facts, wanted)
    if len(cases) != 1 or cases[0].line.sku not in family:
        return ()
    (one,) = cases
    if not may_exchange(runtime.content, one, runtime.clock()).allowed:
        return ()
    parents = {variant.parent_sku for variant, _ in family.values()}
    offered = variants_to_offer(one, family[one.line.sku][0], [variant for variant, _ in family.values()])
    return tuple(
        VariantView(
            variant.sku,
            variant_name(family[variant.sku][1], language),
            variant.prices[case.facts.currency] - one.line.unit_price,
        )
        for variant in offered
        if variant.sku not in parents
    )


def variant_name(product: Product, language: Language) -> str:
    """Its name with the colour or size that tells it from the others, unless the name says it."""
    name, told = product.name_in(language), ", ".join(map(str, product.options.values()))
    return name if not told or told.casefold() in name.casefold() else f"{name}, {told}"


def _shown(case: OrderCase, wanted: Wanted, offer: ReturnOffer) -> str:
    said = (wanted.reason, wanted.opened, wanted.packaging, wanted.exchange_sku)
    money = (offer.money.total, offer.money.fee, offer.price_difference, case.order.currency)
    method = offer.method.id if offer.method else None
    pieces = sorted(wanted.pieces.items())
    chosen = (method, offer.refund_to, offer.send_by)
    return fingerprint("return", case.order.number, pieces, said, chosen, money)
