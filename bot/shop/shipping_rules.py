"""Late, missing and damaged parcels: when to wait, when the shop sends again or pays back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.shop.calendar import add_business_days
from bot.shop.content import Content
from bot.shop.content.shipping import ShippingPolicy
from bot.shop.deadlines import end_of_day, local_day
from bot.shop.order_facts import OrderFacts, ShipmentFacts
from bot.shop.orders import OrderStatus
from bot.shop.purchase_terms import shipping_terms
from bot.shop.reasons import Condition, Reason
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


class DeliveryCaseKind(StrEnum):
    """What went wrong with a parcel."""

    MISSING = "missing"
    DAMAGED = "damaged"
    LATE = "late"
    WRONG = "wrong"


class DeliveryRemedy(StrEnum):
    """What the customer gets for it."""

    RESHIP = "reship"
    REFUND = "refund"


def expected_day(content: Content, order: OrderFacts, parcel: ShipmentFacts) -> date:
    """The day the carrier named, else the last one that the shop's own delivery times allow."""
    if parcel.expected_at:
        return local_day(parcel.expected_at, order.zone)
    leaves = local_day(parcel.shipped_at or order.placed_at, ZoneInfo(content.shop.time_zone))
    return add_business_days(
        content.shop, leaves, _longest_way(shipping_terms(content, order), order, parcel)
    )


def lost_day(content: Content, order: OrderFacts, parcel: ShipmentFacts) -> date:
    """The last day on which the carrier still searches."""
    policy = shipping_terms(content, order)
    days = policy.trouble.search_days(policy.zone_of(order.country))
    return add_business_days(content.shop, expected_day(content, order, parcel), days)


def may_remedy_missing(content: Content, order: OrderFacts, parcel: ShipmentFacts, now: datetime) -> Verdict:
    """Whether a parcel that has not come is sent again or paid back: not before it counts as lost."""
    version = shipping_terms(content, order).version
    if order.status == OrderStatus.CANCELLED:
        refused = refuse(Rule.ORDERS_STATUS, Reason.ALREADY_CANCELLED, version, order.placed_at)
        return decide(now, [refused])
    if parcel.delivered_at is None:
        return decide(now, _on_the_way(content, order, parcel, version))
    return decide(now, _said_to_be_delivered(content, order, parcel.delivered_at))


def may_remedy_damage(content: Content, order: OrderFacts, parcel: ShipmentFacts, now: datetime) -> Verdict:
    """Whether damage on the way is put right as such; later it is a case for the seller's liability."""
    return decide(now, _damaged(shipping_terms(content, order), order, parcel))


def delivery_remedies(
    order: OrderFacts, parcel: ShipmentFacts, stock: Mapping[str, int]
) -> tuple[DeliveryRemedy, ...]:
    """Sending again needs every piece of the parcel in stock; money back is always possible."""
    lines = [line for line in order.lines if line.id in parcel.line_ids]
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    if all(stock.get(sku, 0) >= quantity for sku, quantity in wanted.items()):
        return (DeliveryRemedy.RESHIP, DeliveryRemedy.REFUND)
    return (DeliveryRemedy.REFUND,)


def _longest_way(policy: ShippingPolicy, order: OrderFacts, parcel: ShipmentFacts) -> int:
    zone = policy.zone_of(order.country) or policy.zones[0]
    categories = [line.category for line in order.lines if line.id in parcel.line_ids]
    ways = [way for category in categories for way in zone.methods_for(category)]
    return max(way.business_days[1] for way in ways or zone.methods)


def _on_the_way(
    content: Content, order: OrderFacts, parcel: ShipmentFacts, version: str
) -> Iterator[Verdict]:
    expected, lost = expected_day(content, order, parcel), lost_day(content, order, parcel)
    yield refuse(Rule.PARCEL_EXPECTED, Reason.ON_TIME, version, order.placed_at, expected)
    yield refuse(Rule.PARCEL_LATE, Reason.LATE_WAIT, version, end_of_day(expected, order.zone), lost)
    found = allow(Rule.PARCEL_LOST, Reason.COUNTS_AS_LOST, version, end_of_day(lost, order.zone))
    yield replace(found, conditions=(Condition.CONFIRM_ADDRESS,))


def _said_to_be_delivered(content: Content, order: OrderFacts, delivered_at: datetime) -> Iterator[Verdict]:
    policy = shipping_terms(content, order)
    wait = local_day(delivered_at, order.zone) + timedelta(days=policy.trouble.nearby_days)
    yield refuse(Rule.PARCEL_DELIVERED, Reason.SEARCH_NEARBY, policy.version, delivered_at, wait)
    found = allow(Rule.PARCEL_NOT_FOUND, Reason.COUNTS_AS_LOST, policy.version, end_of_day(wait, order.zone))
    yield replace(found, conditions=(Condition.CONFIRM_ADDRESS,))


def _damaged(policy: ShippingPolicy, order: OrderFacts, parcel: ShipmentFacts) -> Iterator[Verdict]:
    yield refuse(Rule.RETURNS_DELIVERY, Reason.NOT_DELIVERED, policy.version, order.placed_at)
    if parcel.delivered_at:
        days = policy.trouble.damage_report_days
        last_day = local_day(parcel.delivered_at, order.zone) + timedelta(days=days)
        over = end_of_day(last_day, order.zone)
        rule, version = Rule.PARCEL_DAMAGED, policy.version
        yield allow(rule, Reason.REPORTED_IN_TIME, version, parcel.delivered_at, last_day)
        yield refuse(rule, Reason.REPORTED_LATE, version, over, last_day)
