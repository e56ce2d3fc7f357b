"""What is kept of an order, a product and a contract reaches the rules unchanged."""

from datetime import timedelta
from decimal import Decimal

from bot.shop.case_facts import Standing, contract_facts, order_facts, variant_facts
from bot.shop.contact import Address
from bot.shop.content.base import LocalText
from bot.shop.order_facts import ShipmentFacts
from bot.shop.orders import Discount, Order, OrderLine, OrderStatus, Payment, Shipment
from bot.shop.plans import ContractStatus, PlanContract
from bot.shop.products import Product
from tests.unit.shop.helpers import DELIVERED, HELSINKI, PLACED

HOME = Address(None, "Mannerheimintie 1", None, "Helsinki", None, "00100", "FI")
PRODUCT = Product(
    sku="BRUSH-1",
    name=LocalText(en="Toothbrush"),
    category="bath",
    prices={"EUR": Decimal(39)},
    description=LocalText(en="It brushes."),
    url=None,
    image_url=None,
    parent_sku="BRUSH",
    options={"color": "red"},
    stock=4,
    specs={},
    assembly_url=None,
    fits=(),
    upgrade_of=(),
    final_sale=True,
    hygiene=True,
    warranty_months=18,
    released_at=None,
)
ORDER = Order(
    number="10482",
    customer_id=None,
    email="aino@example.com",
    placed_at=PLACED,
    status=OrderStatus.SHIPPED,
    currency="EUR",
    ship_to=HOME,
    payments=(Payment("p", "card", "4242", Decimal("80.00")),),
    shipping_fee=None,
    discounts=(Discount("TEN", Decimal(10)),),
    lines=(OrderLine("1", "BRUSH-1", 2, Decimal(39)), OrderLine("2", "GONE", 1, Decimal(12))),
    shipments=(Shipment("s", "Posti", "JJFI1", PLACED, None, DELIVERED, ("1",)),),
)


def test_lines_take_their_category_and_exceptions_from_the_product() -> None:
    facts = order_facts(ORDER, {"BRUSH-1": PRODUCT}, Standing(HELSINKI, "gold", returned={"1": 1}))
    brush, gone = facts.lines
    assert (brush.category, brush.final_sale, brush.hygiene, brush.warranty_months) == (
        "bath",
        True,
        True,
        18,
    )
    assert (brush.returned, gone.returned, gone.category) == (1, 0, "default")
    assert (facts.tier, facts.country, facts.postcode) == ("gold", "FI", "00100")
    assert facts.discounts == (Decimal(10),)
    assert facts.shipments == (ShipmentFacts("s", ("1",), PLACED, None, DELIVERED),)
    assert (facts.delivered_at(brush), facts.delivered_at(gone), facts.complete_at()) == (
        DELIVERED,
        None,
        None,
    )


def test_contracts_keep_their_dates() -> None:
    bought = PlanContract(
        "PC-1", "care", None, "aino@example.com", "10482", "1", PLACED, DELIVERED, ContractStatus.ACTIVE
    )
    facts = contract_facts(bought, 2, claim_open=True)
    assert (facts.starts_at, facts.ends_at - facts.starts_at) == (PLACED, DELIVERED - PLACED)
    assert (facts.claims_made, facts.claim_open) == (2, True)
    assert facts.ends_at - timedelta(days=1) > facts.starts_at


def test_variants_of_a_product_share_its_family() -> None:
    assert variant_facts(PRODUCT).family == "BRUSH"
    assert variant_facts(PRODUCT).stock == 4
