"""Shipping of particular goods: what may not go where."""

from bot.shop.answers.base import Parameter, PolicyAnswer, PolicyQuestion, answer, business_days, names, rows
from bot.shop.answers.places import Place
from bot.shop.answers.shipping_lists import price
from bot.shop.content import Content
from bot.shop.content.shipping import Restriction, ShippingPolicy


def _restrictions_on(policy: ShippingPolicy, question: PolicyQuestion) -> tuple[Restriction, ...]:
    return tuple(
        item
        for item in policy.restrictions
        if item.id == question.goods or (question.category and question.category in item.categories)
    )


def restriction_at(
    policy: ShippingPolicy, place: Place | None, question: PolicyQuestion
) -> Restriction | None:
    """What keeps the goods asked about from going to that place."""
    found = _restrictions_on(policy, question)
    return next((item for item in found if place and place.zone.id in item.zones), None)


def is_about_restrictions(policy: ShippingPolicy, place: Place | None, question: PolicyQuestion) -> bool:
    """Whether the answer is what may go where rather than what it costs."""
    if question.aspect in ("restrictions", "regions") and _restrictions_on(policy, question):
        return (
            question.aspect == "restrictions"
            or place is None
            or bool(restriction_at(policy, place, question))
        )
    return question.aspect == "restrictions" or restriction_at(policy, place, question) is not None


def answer_restrictions(
    content: Content, policy: ShippingPolicy, place: Place | None, question: PolicyQuestion
) -> PolicyAnswer:
    """Whether goods go to a place, or what does not go where."""
    if place and (barred := restriction_at(policy, place, question)):
        return answer("shipping.restricted", goods=barred.name, place=place.name, reason=barred.reason)
    found = _restrictions_on(policy, question)
    if place and (found or question.category):
        return _allowed(content, place, question, found)
    if found:
        zones = names(zone.name for zone in policy.zones if zone.id in found[0].zones)
        return answer(
            "shipping.restrictions.goods", "country", goods=found[0].name, zones=zones, reason=found[0].reason
        )
    if question.category:
        return answer("shipping.restrictions.none", goods=content.catalogue.category(question.category).name)
    return _all(policy, place)


def _all(policy: ShippingPolicy, place: Place | None) -> PolicyAnswer:
    listed = [item for item in policy.restrictions if place is None or place.zone.id in item.zones]
    if not listed and place:
        return answer("shipping.restrictions.none_at", place=place.name)
    if not listed:
        return answer("shipping.restrictions.nothing")
    lines = rows((item.name, item.reason) for item in listed)
    if place:
        return answer("shipping.restrictions.at", place=place.name, rows=lines)
    return answer("shipping.restrictions", "country", rows=lines)


def _allowed(
    content: Content, place: Place, question: PolicyQuestion, found: tuple[Restriction, ...]
) -> PolicyAnswer:
    methods = place.zone.methods_for(question.category)
    if not methods:
        return no_method(content, place, question)
    goods: Parameter = found[0].name if found else content.catalogue.category(question.category or "").name
    return answer(
        "shipping.restrictions.allowed",
        goods=goods,
        place=place.name,
        method=methods[0].name,
        cost=price(place.zone, methods[0]),
        days=business_days(methods[0].business_days),
    )


def no_method(content: Content, place: Place, question: PolicyQuestion) -> PolicyAnswer:
    """Nothing forbids the goods there, but no method of the zone carries them."""
    goods = content.catalogue.category(question.category or "").name
    return answer("shipping.no_method", goods=goods, place=place.name)
