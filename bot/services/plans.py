"""Service plans: which there are for a product, and which the customer has."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.conversations import conversation_of
from bot.services.order_access import access_to, open_orders
from bot.services.order_facts import OrderCase, order_case
from bot.services.product_replies import open_desk
from bot.services.product_subject import ProductRequest, category_of, subject_of
from bot.services.runtime import Runtime
from bot.shop.claims import ContractFacts
from bot.shop.content.base import Language, Money
from bot.shop.content.plans import ServicePlan
from bot.shop.deadlines import last_day_before, local_day
from bot.shop.plan_rules import may_buy_plan, plan_price
from bot.shop.plans import ContractStatus
from bot.shop.products import Product
from bot.shop.verdicts import Verdict
from bot.store import orders as tables
from bot.store.order_queries import find_order


class Standing(StrEnum):
    """How a contract stands today."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"
    PENDING = "pending"


@dataclass(frozen=True)
class OwnPlan:
    """A contract of the customer's. `plan` is empty when nobody knows its terms any more."""

    contract_id: str
    plan: ServicePlan | None
    item: str
    standing: Standing
    last_day: date
    covered_from: date
    claims_left: int


@dataclass(frozen=True)
class PlanOffer:
    """A plan for a product; with a verdict when the customer has bought that product."""

    plan: ServicePlan
    price: Money
    verdict: Verdict | None


@dataclass(frozen=True)
class PlansView:
    """What a question on plans is answered from.

    `product` is the product's name where one is meant; without product and category `offers` are all plans.
    """

    product: str | None
    category: str | None
    offers: tuple[PlanOffer, ...]


async def own_plans(runtime: Runtime, dialogue_id: str, language: Language) -> list[OwnPlan]:
    """The contracts on the orders that the conversation may read, the longest first."""
    async with runtime.database.reading() as session:
        cases = await _cases(runtime, session, dialogue_id)
    found = [_own(runtime, case, contract, language) for case in cases for contract in case.contracts]
    return sorted(found, key=lambda one: (one.last_day, one.contract_id), reverse=True)


async def plans_for(runtime: Runtime, dialogue_id: str, request: ProductRequest) -> PlansView:
    """The plans for the product or the kind of goods that is named, else all of them."""
    desk = await open_desk(runtime, dialogue_id, request)
    subject = subject_of(desk.content, desk.catalogue, desk.owned, request)
    product = desk.catalogue.assortment.product(subject.sku) if subject.sku and subject.is_named else None
    category = product.category if product else category_of(desk.content, request, desk.today)
    plans = [plan for plan in desk.content.plans.plans if category is None or category in plan.categories]
    if product is None:
        return PlansView(None, category, tuple(PlanOffer(plan, plan.price, None) for plan in plans))
    family = {member.sku for member in desk.catalogue.assortment.family(product.sku)}
    async with runtime.database.reading() as session:
        cases = await _cases(runtime, session, dialogue_id)
    offers = tuple(_offer(runtime, plan, product, family, cases) for plan in plans)
    return PlansView(product.name_in(request.language), category, offers)


async def _cases(runtime: Runtime, session: AsyncSession, dialogue_id: str) -> list[OrderCase]:
    conversation = await conversation_of(session, dialogue_id)
    found = []
    for number in await open_orders(runtime, session, conversation):
        row = await session.get_one(tables.Order, number)
        access = await access_to(runtime, session, conversation, row)
        order = await find_order(session, number)
        if order is not None and access is not None and not access.status_only:
            found.append(await order_case(runtime, session, order, account_known=False))
    return found


def _own(runtime: Runtime, case: OrderCase, contract: ContractFacts, language: Language) -> OwnPlan:
    plan, zone = runtime.content.plans.plan(contract.plan_id), case.facts.zone
    today = local_day(runtime.clock(), zone)
    first, last = local_day(contract.starts_at, zone), last_day_before(contract.ends_at, zone)
    covered = first + timedelta(days=plan.waiting_days if plan else 0)
    return OwnPlan(
        contract_id=contract.id,
        plan=plan,
        item=case.name_of(contract.line_id, language),
        standing=_standing(contract, today, covered, last),
        last_day=last,
        covered_from=covered,
        claims_left=max((plan.claim_limit if plan else 0) - contract.claims_made, 0),
    )


def _standing(contract: ContractFacts, today: date, covered_from: date, last_day: date) -> Standing:
    if contract.status == ContractStatus.CANCELLED:
        return Standing.CANCELLED
    if contract.status == ContractStatus.PENDING:
        return Standing.PENDING
    if today > last_day:
        return Standing.ENDED
    return Standing.WAITING if today < covered_from else Standing.RUNNING


def _offer(
    runtime: Runtime, plan: ServicePlan, product: Product, family: set[str], cases: list[OrderCase]
) -> PlanOffer:
    """Of a product that was bought, what the rules say and its price then; else today's price."""
    for case in cases:
        for line in case.facts.lines:
            if line.sku in family:
                price = plan_price(plan, Money(amount=line.unit_price, currency=case.order.currency))
                verdict = may_buy_plan(
                    runtime.content, plan, case.facts, line, case.contracts, runtime.clock()
                )
                return PlanOffer(plan, price, verdict)
    currency = plan.price.currency
    today = product.prices.get(currency)
    return PlanOffer(
        plan, plan_price(plan, Money(amount=today, currency=currency)) if today else plan.price, None
    )
