"""The facts of one order that rules decide on, gathered in the caller's transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.runtime import Runtime
from bot.shop.case_facts import Standing, contract_facts, order_facts
from bot.shop.claim_status import ENDED, NOT_COUNTED
from bot.shop.claims import ContractFacts
from bot.shop.content.base import Language
from bot.shop.ledger import Entry
from bot.shop.order_facts import OrderFacts
from bot.shop.orders import Order
from bot.shop.plans import ContractStatus, PlanContract
from bot.shop.products import Product
from bot.shop.reward_tiers import tier_standing
from bot.shop.rewards import EntryKind
from bot.store import contact, plans
from bot.store.claims import Claim
from bot.store.product_queries import find_product
from bot.store.return_queries import given_back, returned_pieces
from bot.store.rewards import LedgerEntry


@dataclass(frozen=True)
class OrderCase:
    """An order, its products by sku, the plans bought with it, and the facts that rules decide on."""

    order: Order
    products: dict[str, Product]
    contracts: tuple[ContractFacts, ...]
    facts: OrderFacts

    def name_of(self, line_id: str, language: Language) -> str:
        """What customers call a line; the sku of a product that is gone from the catalogue."""
        line = self.order.line(line_id)
        if line is None:
            return line_id
        product = self.products.get(line.sku)
        return product.name_in(language) if product else line.sku


async def order_case(
    runtime: Runtime, session: AsyncSession, order: Order, *, account_known: bool
) -> OrderCase:
    """Gather what is known; the account's tier counts only when the customer is known to own it."""
    found = {line.sku: await find_product(session, line.sku) for line in order.lines}
    products = {sku: product for sku, product in found.items() if product is not None}
    zone = await zone_of(runtime, session, order)
    knows_tier = order.customer_id is not None and account_known
    standing = Standing(
        zone=zone,
        tier=await _tier(runtime, session, order, zone) if knows_tier else None,
        tier_known=order.customer_id is None or account_known,
        returned=await returned_pieces(session, order.number),
        refunded=await given_back(session, order.number),
    )
    contracts = await _contracts(session, order.number)
    return OrderCase(order, products, contracts, order_facts(order, products, standing))


async def zone_of(runtime: Runtime, session: AsyncSession, order: Order) -> tzinfo:
    """The customer's zone: the account's, else the one of the country the order goes to, else the shop's."""
    named = None
    if order.customer_id is not None:
        query = select(contact.Customer.time_zone).where(contact.Customer.id == order.customer_id)
        named = await session.scalar(query)
    return ZoneInfo(named or zone_of_country(order.ship_to.country) or runtime.content.shop.time_zone)


@lru_cache(maxsize=300)
def zone_of_country(country: str) -> str | None:
    """The zone of a country whose clocks agree everywhere."""
    territories = get_global("zone_territories")
    zones = sorted(zone for zone, territory in territories.items() if territory == country)
    winter, summer = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    clocks = {tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in (winter, summer)) for zone in zones}
    return zones[0] if len(clocks) == 1 else None


async def _tier(runtime: Runtime, session: AsyncSession, order: Order, zone: tzinfo) -> str:
    rows = await session.scalars(select(LedgerEntry).where(LedgerEntry.customer_id == order.customer_id))
    entries = [
        Entry(
            key=row.idempotency_key,
            kind=EntryKind(row.kind),
            points=row.points,
            at=row.at,
            available_at=row.available_at,
            expires_at=row.expires_at,
            order_number=row.order_number,
        )
        for row in rows
    ]
    return tier_standing(runtime.content.rewards, entries, zone, order.placed_at).tier.id


async def _contracts(session: AsyncSession, number: str) -> tuple[ContractFacts, ...]:
    rows = await session.scalars(select(plans.PlanContract).where(plans.PlanContract.order_number == number))
    claims: dict[str, list[Claim]] = {}
    for claim in await session.scalars(select(Claim).where(Claim.order_number == number)):
        claims.setdefault(claim.contract_id or "", []).append(claim)
    return tuple(
        contract_facts(
            PlanContract(
                id=row.id,
                plan_id=row.plan_id,
                customer_id=row.customer_id,
                email=row.email,
                order_number=row.order_number,
                line_id=row.line_id,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                status=ContractStatus(row.status),
            ),
            claims_made=sum(claim.status not in NOT_COUNTED for claim in claims.get(row.id, ())),
            claim_open=any(claim.status not in ENDED for claim in claims.get(row.id, ())),
        )
        for row in rows
    )
