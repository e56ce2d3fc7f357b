"""Whether something a customer bought can still be sent back, and every other way there is."""

from dataclasses import dataclass
from datetime import date

from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, read_order
from bot.services.runtime import Runtime
from bot.shop.content.base import Language
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.deadlines import local_day
from bot.shop.errors import NotFound
from bot.shop.order_facts import LineFacts
from bot.shop.purchase_terms import returns_terms
from bot.shop.return_routes import answer_return
from bot.shop.returns import ORDER_NUMBER, ReturnCase
from bot.shop.verdicts import Route, RouteKind, Verdict


@dataclass(frozen=True)
class NamedRoute:
    """Another way, with what customers call it where the shop's content gives it a name."""

    route: Route
    name: str


@dataclass(frozen=True)
class ReturnVerdict:
    """The verdict on one line of an order."""

    number: str
    line_id: str
    product: str
    delivered: date | None
    verdict: Verdict
    routes: tuple[NamedRoute, ...]


@dataclass(frozen=True)
class SaidOfGoods:
    """What the customer has said of the goods; None is what nobody has said."""

    opened: bool | None = None
    packaging: bool | None = None


async def return_verdict(
    runtime: Runtime, dialogue_id: str, number: str, line_id: str, said: SaidOfGoods, language: Language
) -> ReturnVerdict:
    """The answer of the rule that also guards the return itself. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
    case = opened.case
    line = next((item for item in case.facts.lines if item.id == line_id), None)
    if line is None:
        raise NotFound("the order has no such line")
    goods = ReturnCase(case.facts, line, opened=said.opened, packaging=said.packaging, proof=ORDER_NUMBER)
    return verdict_of(runtime, case, goods, language)


def verdict_of(runtime: Runtime, case: OrderCase, goods: ReturnCase, language: Language) -> ReturnVerdict:
    """The verdict on goods of an order that was opened, with the names of the other ways."""
    verdict = answer_return(runtime.content, goods, case.contracts, runtime.clock())
    return ReturnVerdict(
        number=case.order.number,
        line_id=goods.line.id,
        product=case.name_of(goods.line.id, language),
        delivered=_delivered(case, goods.line),
        verdict=verdict,
        routes=tuple(_named(runtime, case, route, language) for route in verdict.routes),
    )


def _delivered(case: OrderCase, line: LineFacts) -> date | None:
    moment = case.facts.delivered_at(line)
    return local_day(moment, case.facts.zone) if moment else None


def _named(runtime: Runtime, case: OrderCase, route: Route, language: Language) -> NamedRoute:
    policy: ReturnsPolicy = returns_terms(runtime.content, case.facts)
    if route.kind == RouteKind.PLAN:
        plan_ids = {contract.id: contract.plan_id for contract in case.contracts}
        names = {plan.id: plan.name for plan in runtime.content.plans.plans}
        name = names.get(plan_ids.get(route.detail or "", ""))
    elif route.kind == RouteKind.TIER:
        name = next((t.name for t in runtime.content.rewards.tiers if t.id == route.detail), None)
    elif route.kind == RouteKind.PROOF:
        name = next((proof.name for proof in policy.proof if proof.id == route.detail), None)
    else:
        name = None
    return NamedRoute(route, name.in_language(language) if name else "")
