"""Shipping when no country is known: the usual zones side by side, and customs."""

from collections.abc import Callable, Iterable

from bot.shop.answers.base import (
    Parameter,
    PolicyAnswer,
    PolicyQuestion,
    Rows,
    Term,
    answer,
    business_days,
    names,
    rows,
)
from bot.shop.answers.places import Place, home, usual_zones
from bot.shop.content import Content
from bot.shop.content.base import Money
from bot.shop.content.shipping import MethodKind, ShippingMethod, ShippingPolicy, Zone

Cells = tuple[Parameter, ...]


def usual_method(methods: tuple[ShippingMethod, ...]) -> ShippingMethod:
    """The method a parcel goes by when nobody chooses: standard or freight before the others."""
    return next((method for method in methods if method.kind in ("standard", "freight")), methods[0])


def price(zone: Zone, method: ShippingMethod) -> Money:
    """What a method costs in a zone."""
    return Money(amount=method.cost, currency=zone.currency)


def free_from(zone: Zone, method: ShippingMethod) -> Money:
    """From what order value on a method is free; its price where it never is."""
    amount = method.cost if method.free_from is None else method.free_from
    return Money(amount=amount, currency=zone.currency)


def _cost_cells(zone: Zone, method: ShippingMethod) -> Cells:
    if method.cost == 0:
        return (Term("free"),)
    if method.free_from is None:
        return (price(zone, method),)
    return (price(zone, method), Term("free_from", free_from(zone, method)))


def method_rows(zone: Zone, methods: Iterable[ShippingMethod]) -> Rows:
    """The methods of a zone with price and time."""
    return rows(
        (method.name, *_cost_cells(zone, method), business_days(method.business_days)) for method in methods
    )


def _time_cells(_zone: Zone, method: ShippingMethod) -> Cells:
    return (business_days(method.business_days),)


def _both_cells(zone: Zone, method: ShippingMethod) -> Cells:
    return (*_cost_cells(zone, method), *_time_cells(zone, method))


def _free_cells(zone: Zone, method: ShippingMethod) -> Cells:
    if method.cost == 0:
        return (Term("free"),)
    return (free_from(zone, method),) if method.free_from is not None else (Term("no"),)


USUAL: dict[str, Callable[[Zone, ShippingMethod], Cells]] = {
    "overview": _both_cells,
    "cost": _cost_cells,
    "time": _time_cells,
    "free_shipping": _free_cells,
}
KINDS: dict[str, MethodKind] = {"express": "express", "pick_up": "pick_up"}


def answer_without_place(content: Content, policy: ShippingPolicy, question: PolicyQuestion) -> PolicyAnswer:
    """The terms of the zones most customers are in."""
    if question.aspect == "regions":
        return answer("shipping.regions", "country", zones=names(zone.name for zone in policy.zones))
    if question.aspect == "methods":
        return _methods_at_home(content, policy, question)
    lines = [
        (zone.name, *_cells(zone, question))
        for zone in usual_zones(policy, content)
        if _serves(zone, question)
    ]
    if not lines:
        return answer("shipping.nowhere", "country")
    return answer(f"shipping.{question.aspect}.all", "country", rows=rows(lines))


def _serves(zone: Zone, question: PolicyQuestion) -> bool:
    return bool(zone.methods_for(question.category))


def _cells(zone: Zone, question: PolicyQuestion) -> Cells:
    methods = zone.methods_for(question.category)
    usual = usual_method(methods)
    if question.aspect in USUAL:
        return USUAL[question.aspect](zone, usual)
    if question.aspect == "express":
        express = next((item for item in methods if item.kind == "express"), None)
        return _both_cells(zone, express) if express else (Term("no"),)
    if question.aspect == "carriers":
        carriers = dict.fromkeys(carrier for method in methods for carrier in method.carriers)
        return (names(carriers),) if carriers else (Term("no"),)
    chosen = [item for item in methods if _is_asked(item, question.aspect)]
    return (names(item.name for item in chosen),) if chosen else (Term("no"),)


def _is_asked(method: ShippingMethod, aspect: str) -> bool:
    return method.weekend if aspect == "weekend" else method.kind == KINDS[aspect]


def _methods_at_home(content: Content, policy: ShippingPolicy, question: PolicyQuestion) -> PolicyAnswer:
    place = home(policy, content)
    methods = place.zone.methods_for(question.category) or place.zone.methods
    return answer("shipping.methods", "country", place=place.name, rows=method_rows(place.zone, methods))


def answer_customs(policy: ShippingPolicy, place: Place | None) -> PolicyAnswer:
    """Who pays duties and taxes."""
    if place is not None:
        return answer("shipping.customs", place=place.name, note=policy.customs_notes[place.zone.customs])
    kinds = dict.fromkeys(zone.customs for zone in policy.zones)
    lines = (
        (names(zone.name for zone in policy.zones if zone.customs == kind), policy.customs_notes[kind])
        for kind in kinds
    )
    return answer("shipping.customs.all", "country", rows=rows(lines))
