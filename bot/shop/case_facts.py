"""From what is kept of orders, products and contracts to the facts that rules decide on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal

from bot.shop.claims import ContractFacts
from bot.shop.content.base import DEFAULT_CATEGORY
from bot.shop.exchange import VariantFacts
from bot.shop.order_facts import LineFacts, OrderFacts, PaymentFacts, ShipmentFacts
from bot.shop.orders import Order, OrderLine, Shipment
from bot.shop.plans import PlanContract
from bot.shop.products import Product


@dataclass(frozen=True)
class Standing:
    """What is known of an order beside the order: whose zone and tier, and what has come back.

    `returned` counts pieces per line in returns that are open or done.
    """

    zone: tzinfo
    tier: str | None = None
    tier_known: bool = True
    returned: Mapping[str, int] = field(default_factory=dict)
    refunded: Decimal = Decimal(0)


def order_facts(order: Order, products: Mapping[str, Product], standing: Standing) -> OrderFacts:
    """The facts of an order; `products` by sku, those that are gone from the catalogue may be missing."""
    return OrderFacts(
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        currency=order.currency,
        country=order.ship_to.country,
        zone=standing.zone,
        lines=tuple(_line(line, products.get(line.sku), standing) for line in order.lines),
        shipments=tuple(_shipment(parcel) for parcel in order.shipments),
        payments=tuple(PaymentFacts(paid.id, paid.method, paid.amount) for paid in order.payments),
        shipping_fee=order.shipping_fee or Decimal(0),
        discounts=tuple(discount.amount for discount in order.discounts),
        refunded=standing.refunded,
        postcode=order.ship_to.postcode,
        tier=standing.tier,
        tier_known=standing.tier_known,
    )


def contract_facts(contract: PlanContract, claims_made: int, *, claim_open: bool) -> ContractFacts:
    """The facts of a contract; `claims_made` leaves out claims that were refused or cancelled."""
    return ContractFacts(
        id=contract.id,
        plan_id=contract.plan_id,
        order_number=contract.order_number,
        line_id=contract.line_id,
        starts_at=contract.starts_at,
        ends_at=contract.ends_at,
        status=contract.status,
        claims_made=claims_made,
        claim_open=claim_open,
    )


def variant_facts(product: Product) -> VariantFacts:
    """The facts of a product that something may be exchanged for."""
    return VariantFacts(product.sku, product.stock, product.parent_sku, product.prices)


def _line(line: OrderLine, product: Product | None, standing: Standing) -> LineFacts:
    return LineFacts(
        id=line.id,
        sku=line.sku,
        category=product.category if product else DEFAULT_CATEGORY,
        quantity=line.quantity,
        unit_price=line.unit_price,
        final_sale=product.final_sale if product else False,
        hygiene=product.hygiene if product else False,
        warranty_months=product.warranty_months if product else None,
        returned=standing.returned.get(line.id, 0),
    )


def _shipment(parcel: Shipment) -> ShipmentFacts:
    return ShipmentFacts(
        parcel.id, parcel.line_ids, parcel.shipped_at, parcel.expected_at, parcel.delivered_at
    )
