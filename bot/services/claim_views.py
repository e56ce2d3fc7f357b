"""A broken item as it was told so far: what the rules say of it and how it may be put right."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.fingerprints import fingerprint
from bot.services.order_facts import OrderCase
from bot.services.order_reading import Need, OpenedOrder, read_order
from bot.services.runtime import Runtime
from bot.shop.claim_options import OptionVerdict, Place, claim_options, deductible, return_by
from bot.shop.claim_status import ENDED, ClaimBasis
from bot.shop.claims import BrokenItem, ContractFacts
from bot.shop.content.base import Language, Money
from bot.shop.content.plans import ClaimOption, ServicePlan
from bot.shop.coverage import Coverage, coverage_of
from bot.shop.errors import NotFound
from bot.shop.faults import Fault, FaultCause
from bot.shop.order_facts import LineFacts
from bot.shop.verdicts import OtherWay, RouteKind, Verdict
from bot.shop.visit_slots import visit_slots
from bot.store.claims import Claim
from bot.store.conversations import Attachment
from bot.store.products import Product

CLAIM_ROUTES = {
    RouteKind.LIABILITY: ClaimBasis.LIABILITY,
    RouteKind.WARRANTY: ClaimBasis.WARRANTY,
    RouteKind.PLAN: ClaimBasis.PLAN,
}
# Without a plan the shop puts the item right itself, from where it is sent or brought.
WITHOUT_PLAN: tuple[ClaimOption, ...] = ("mail_in", "carry_in")
VISIT: ClaimOption = "on_site"
IN_ADVANCE: ClaimOption = "advance_replacement"


@dataclass(frozen=True)
class ClaimDraft:
    """What the customer has said so far. `option` and `slot` are empty until they are chosen.

    With `repair` the item shall be put right though a return is possible. Files that the customer sent since
    `begun_at` belong to the claim.
    """

    order_number: str
    line_id: str
    cause: FaultCause = FaultCause.DEFECT
    symptom: str = ""
    occurred_on: date | None = None
    repair: bool = False
    option: ClaimOption | None = None
    slot: datetime | None = None
    hold_consent: bool = False
    begun_at: datetime | None = None


@dataclass(frozen=True)
class ClaimItem:
    """A line of an order that may be broken."""

    line_id: str
    sku: str
    name: str


@dataclass(frozen=True)
class ClaimView:
    """What the rules say of a draft.

    `basis` is what a claim would stand on, by `ground`; it is empty where a return is better and was not
    declined, or where nothing covers the item. `shown` is the fingerprint of all a yes would confirm.
    `address` is empty unless the order is open for changes. `open_number` is a claim that is open already.
    """

    number: str
    item: ClaimItem
    coverage: Coverage
    basis: ClaimBasis | None
    ground: Verdict
    contract: ContractFacts | None
    plan: ServicePlan | None
    options: tuple[OptionVerdict, ...]
    slots: tuple[datetime, ...]
    zone: ZoneInfo
    deductible: Money | None
    hold: Money
    return_by: date | None
    address: str
    attachments: tuple[str, ...]
    open_number: str | None
    sent_back: bool
    shown: str

    @property
    def offered(self) -> tuple[ClaimOption, ...]:
        """The options that can be chosen."""
        return tuple(option.option for option in self.options if option.verdict.allowed)


async def claim_items(runtime: Runtime, dialogue_id: str, number: str, language: Language) -> list[ClaimItem]:
    """The lines of an order, to choose the broken one. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, number, Need.READ)
    return [_item(opened.case, line, language) for line in opened.case.facts.lines]


async def look_at_claim(
    runtime: Runtime, dialogue_id: str, draft: ClaimDraft, language: Language
) -> ClaimView:
    """What the rules say of a draft now. Raises NotFound and ProofNeeded."""
    async with runtime.database.reading() as session:
        opened = await read_order(runtime, session, dialogue_id, draft.order_number, Need.READ)
        return await claim_view(runtime, session, opened, draft, language)


async def claim_view(
    runtime: Runtime, session: AsyncSession, opened: OpenedOrder, draft: ClaimDraft, language: Language
) -> ClaimView:
    """The same inside a transaction."""
    case, content, now = opened.case, runtime.content, runtime.clock()
    line = _line(case, draft.line_id)
    fault = Fault(cause=draft.cause, occurred_on=draft.occurred_on)
    coverage = coverage_of(content, BrokenItem(case.facts, line, fault, case.contracts), now)
    kind, detail, ground = _ground(coverage, repair=draft.repair)
    basis = CLAIM_ROUTES.get(kind) if kind else None
    contract = next((one for one in case.contracts if basis and one.id == detail), None)
    plan = content.plans.plan(contract.plan_id) if contract else None
    zone = ZoneInfo(getattr(case.facts.zone, "key", content.shop.time_zone))
    view = ClaimView(
        number=case.order.number,
        item=_item(case, line, language),
        coverage=coverage,
        basis=basis,
        ground=ground,
        contract=contract,
        plan=plan,
        options=await _options(runtime, session, case, line, plan) if basis else (),
        slots=claim_slots(runtime, zone),
        zone=zone,
        deductible=deductible(plan) if plan else None,
        hold=Money(amount=line.unit_price, currency=case.order.currency),
        return_by=return_by(content.plans.terms(draft.option), case.facts, now) if draft.option else None,
        address=_address(case),
        attachments=await _files(session, opened, draft),
        open_number=await _open_number(session, case.order.number, line.id),
        sent_back=line.returned >= line.quantity,
        shown="",
    )
    terms = (basis, detail, view.deductible, view.return_by, view.address, view.attachments)
    shown = fingerprint("claim", draft, *terms)
    may_see = opened.access.level >= Need.WRITE
    return replace(view, shown=shown, address=view.address if may_see else "")


def claim_slots(runtime: Runtime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The times at which somebody can come, as the place that is visited counts them."""
    visits = runtime.content.plans.terms(VISIT).visits
    if visits is None:
        return ()
    return tuple(visit_slots(visits, zone, runtime.content.shop.is_business_day, runtime.clock()))


def _line(case: OrderCase, line_id: str) -> LineFacts:
    line = next((line for line in case.facts.lines if line.id == line_id), None)
    if line is None:
        raise NotFound("the order has no such line")
    return line


def _item(case: OrderCase, line: LineFacts, language: Language) -> ClaimItem:
    return ClaimItem(line.id, line.sku, case.name_of(line.id, language))


def _ground(coverage: Coverage, *, repair: bool) -> tuple[RouteKind | None, str | None, Verdict]:
    """The way that is taken: the best, or the best but a return for who would rather have it mended."""
    if repair and coverage.best == RouteKind.RETURN:
        return next(_claimable(coverage), (None, None, coverage.verdict))
    return coverage.best, coverage.detail, coverage.verdict


def _claimable(coverage: Coverage) -> Iterator[OtherWay]:
    return (way for way in coverage.ways if way[0] in CLAIM_ROUTES and way[2].allowed)


async def _options(
    runtime: Runtime, session: AsyncSession, case: OrderCase, line: LineFacts, plan: ServicePlan | None
) -> tuple[OptionVerdict, ...]:
    """Those of the plan; without one, those by which the shop repairs or replaces under law and warranty."""
    to = case.order.ship_to
    stock = await session.scalar(select(Product.stock).where(Product.sku == line.sku)) or 0
    terms_of = plan or _shops_own(runtime)
    found = claim_options(runtime.content, terms_of, case.facts, line, Place(to.country, to.postcode), stock)
    return tuple(option for option in found if option.option in terms_of.options)


def _shops_own(runtime: Runtime) -> ServicePlan:
    """The ways the shop itself offers under law and warranty, in the form of a plan without price or fee."""
    nothing = Money(amount=Decimal(0), currency=runtime.content.shop.currencies[0])
    own = {"id": "shop", "options": WITHOUT_PLAN, "provider": None, "deductible": nothing}
    return runtime.content.plans.plans[0].model_copy(update=own)


def _address(case: OrderCase) -> str:
    to = case.order.ship_to
    parts = (to.line1, to.line2, f"{to.postcode} {to.city}".strip(), to.region, to.country)
    return ", ".join(part for part in parts if part)


async def _files(session: AsyncSession, opened: OpenedOrder, draft: ClaimDraft) -> tuple[str, ...]:
    """What the customer sent along since the claim was begun; a file that was not sent off is left out."""
    if draft.begun_at is None:
        return ()
    query = select(Attachment.id).where(
        Attachment.conversation_id == opened.conversation.id,
        Attachment.at >= draft.begun_at,
        Attachment.seq.is_not(None),
    )
    return tuple(await session.scalars(query.order_by(Attachment.at, Attachment.id)))


async def _open_number(session: AsyncSession, order_number: str, line_id: str) -> str | None:
    return await session.scalar(
        select(Claim.number).where(
            Claim.order_number == order_number, Claim.line_id == line_id, Claim.status.not_in(ENDED)
        )
    )
