"""Cases that the tests of the rules share: an order delivered in Helsinki, and strategies for any other."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.shop.claims import BrokenItem, ContractFacts
from bot.shop.faults import Fault, FaultCause
from bot.shop.order_facts import LineFacts, OrderFacts, ShipmentFacts
from bot.shop.orders import OrderStatus
from bot.shop.plans import ContractStatus
from bot.shop.returns import ORDER_NUMBER, ReturnCase, StatedReason

HELSINKI = ZoneInfo("Europe/Helsinki")
PLACED = datetime(2026, 3, 2, 10, tzinfo=UTC)
DELIVERED = datetime(2026, 3, 6, 12, tzinfo=UTC)
CATEGORIES = ["default", "furniture", "bedding", "electronics", "small_appliances", "bath", "garden", "toys"]
ZONES = [
    "Europe/Helsinki",
    "Asia/Manila",
    "America/Los_Angeles",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Beirut",
    "UTC",
]
COUNTRIES = ["FI", "SE", "NO", "DE", "GB", "US", "PH", "EE"]


def at(text: str, zone: str = "Europe/Helsinki") -> datetime:
    """A moment, as the clock in that zone shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def line(category: str = "small_appliances", **facts: object) -> LineFacts:
    """One blender, unless the test says something else."""
    known = {"id": "1", "sku": "BLEND-1", "quantity": 1, "unit_price": Decimal("89.90")} | facts
    return LineFacts(category=category, **known)  # type: ignore[arg-type] # the tests name the fields


def order(*lines: LineFacts, delivered: datetime | None = DELIVERED, **facts: object) -> OrderFacts:
    """An order of these lines in one parcel, delivered on 6 March 2026."""
    bought = lines or (line(),)
    parcel = ShipmentFacts("p1", tuple(item.id for item in bought), PLACED, None, delivered)
    status = OrderStatus.DELIVERED if delivered else OrderStatus.SHIPPED
    known = {
        "placed_at": PLACED,
        "status": status,
        "currency": "EUR",
        "country": "FI",
        "zone": HELSINKI,
        "shipments": (parcel,),
    }
    return OrderFacts("10482", lines=bought, **(known | facts))  # type: ignore[arg-type] # as above


def case(item: LineFacts | None = None, **facts: object) -> ReturnCase:
    """The return of one line; facts of the order and of the return may be mixed."""
    own = {name: facts.pop(name) for name in list(facts) if name in ReturnCase.__dataclass_fields__}
    bought = item or line()
    return ReturnCase(order(bought, **facts), bought, **own)  # type: ignore[arg-type] # as above


def contract(plan_id: str = "care_plus", **facts: object) -> ContractFacts:
    """Three years of a plan for the first line, from the order on."""
    known = {"starts_at": PLACED, "ends_at": at("2029-03-02"), "order_number": "10482", "line_id": "1"}
    return ContractFacts("PC-1", plan_id, **(known | facts))  # type: ignore[arg-type] # as above


MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 2),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2034, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
SHORT = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40))


@st.composite
def lines(draw: st.DrawFn, number: str = "1") -> LineFacts:
    """Any line."""
    quantity = draw(st.integers(1, 5))
    return LineFacts(
        id=number,
        sku=f"SKU-{number}",
        category=draw(st.sampled_from(CATEGORIES)),
        quantity=quantity,
        unit_price=Decimal(draw(st.integers(0, 100_000))) / 100,
        final_sale=draw(st.booleans()),
        hygiene=draw(st.booleans()),
        warranty_months=draw(st.none() | st.integers(0, 60)),
        returned=draw(st.integers(0, quantity)),
    )


@st.composite
def orders(draw: st.DrawFn) -> OrderFacts:
    """Any order: some parcels on their way, some delivered, perhaps cancelled."""
    bought = tuple(draw(lines(str(number))) for number in range(1, draw(st.integers(1, 3)) + 1))
    placed = draw(MOMENTS)
    parcels = tuple(_parcel(draw, placed, item) for item in bought)
    return OrderFacts(
        number="10482",
        placed_at=placed,
        status=draw(st.sampled_from(OrderStatus)),
        currency="EUR",
        country=draw(st.sampled_from(COUNTRIES)),
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        lines=bought,
        shipments=parcels,
        shipping_fee=Decimal(draw(st.integers(0, 3000))) / 100,
        discounts=tuple(Decimal(cents) / 100 for cents in draw(st.lists(st.integers(0, 20_000), max_size=2))),
        tier=draw(st.sampled_from([None, "bronze", "silver", "gold"])),
        tier_known=draw(st.booleans()),
    )


def _parcel(draw: st.DrawFn, placed: datetime, item: LineFacts) -> ShipmentFacts:
    shipped = draw(st.none() | SHORT.map(lambda span: placed + span))
    expected = draw(st.none() | SHORT.map(lambda span: placed + span))
    arrived = shipped + draw(SHORT) if shipped is not None and draw(st.booleans()) else None
    return ShipmentFacts(f"p{item.id}", (item.id,), shipped, expected, arrived)


@st.composite
def cases(draw: st.DrawFn) -> ReturnCase:
    """The return of a line of any order."""
    bought = draw(orders())
    item = draw(st.sampled_from(bought.lines))
    return ReturnCase(
        order=bought,
        line=item,
        quantity=draw(st.integers(1, item.quantity)),
        reason=draw(st.sampled_from(StatedReason)),
        opened=draw(st.sampled_from([None, True, False])),
        packaging=draw(st.sampled_from([None, True, False])),
        damaged=draw(st.booleans()),
        proof=draw(st.sampled_from([None, ORDER_NUMBER, "gift_receipt", "a story"])),
    )


@st.composite
def broken_items(draw: st.DrawFn) -> BrokenItem:
    """A broken line of any order, with up to two contracts."""
    bought = draw(orders())
    item = draw(st.sampled_from(bought.lines))
    day = draw(st.none() | st.integers(0, 2000).map(lambda days: bought.placed_at.date() + timedelta(days)))
    fault = Fault(draw(st.sampled_from(FaultCause)), draw(st.sampled_from([None, "battery", "wear"])), day)
    number = draw(st.integers(0, 2))
    return BrokenItem(bought, item, fault, tuple(_contract(draw, bought, item) for _ in range(number)))


def _contract(draw: st.DrawFn, bought: OrderFacts, item: LineFacts) -> ContractFacts:
    starts = bought.placed_at + draw(SHORT)
    return ContractFacts(
        id=f"PC-{draw(st.integers(0, 9999))}",
        plan_id=draw(st.sampled_from(["care", "care_plus", "home_service", "forgotten"])),
        order_number=bought.number,
        line_id=draw(st.sampled_from([item.id, "other"])),
        starts_at=starts,
        ends_at=starts + timedelta(days=draw(st.integers(30, 1500))),
        status=draw(st.sampled_from(ContractStatus)),
        claims_made=draw(st.integers(0, 4)),
        claim_open=draw(st.booleans()),
    )
