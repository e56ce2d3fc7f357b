"""The rules on shipping: where to, how, for how much and how fast."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.shop.answers import shipping_goods, shipping_lists
from bot.shop.answers.base import (
    CountryName,
    Parameter,
    PolicyAnswer,
    PolicyQuestion,
    answer,
    business_days,
    names,
)
from bot.shop.answers.places import Place, place_of
from bot.shop.answers.shipping_lists import free_from, method_rows, price, usual_method
from bot.shop.calendar import add_business_days
from bot.shop.content import Content, in_force
from bot.shop.content.base import LocalText, Money
from bot.shop.content.shipping import MethodKind, ShippingMethod, ShippingPolicy

# What holds wherever the parcel goes.
ANYWHERE = frozenset({"tracking", "address_change"})


@dataclass(frozen=True)
class Delivery:
    """A place, the goods, and the method most parcels of such goods go by."""

    content: Content
    question: PolicyQuestion
    place: Place
    method: ShippingMethod

    @property
    def terms(self) -> dict[str, Parameter]:
        """What most sentences on a delivery name."""
        return {
            "place": self.place.name,
            "method": self.method.name,
            "cost": self.money(self.method),
            "days": business_days(self.method.business_days),
        }

    @property
    def order(self) -> Money | None:
        """The order value asked about, if it is in the currency of the place."""
        amount = self.question.amount
        return amount if amount and amount.currency == self.place.zone.currency else None

    def money(self, method: ShippingMethod) -> Money:
        return price(self.place.zone, method)

    def kind(self, kind: MethodKind) -> tuple[ShippingMethod, ...]:
        methods = self.place.zone.methods_for(self.question.category)
        return tuple(method for method in methods if method.kind == kind)


def answer_shipping(content: Content, policy: ShippingPolicy, question: PolicyQuestion) -> PolicyAnswer:
    """What the shipping policy says to this question."""
    if question.aspect in ANYWHERE:
        return _anywhere(policy, question)
    place = place_of(policy, question)
    if question.country and place is None:
        return answer("shipping.not_served", place=CountryName(question.country))
    if shipping_goods.is_about_restrictions(policy, place, question):
        return shipping_goods.answer_restrictions(content, policy, place, question)
    if question.aspect == "customs":
        return shipping_lists.answer_customs(policy, place)
    if place is None:
        return shipping_lists.answer_without_place(content, policy, question)
    methods = place.zone.methods_for(question.category)
    if not methods:
        return shipping_goods.no_method(content, place, question)
    return BY_ASPECT[question.aspect](Delivery(content, question, place, usual_method(methods)))


def _anywhere(policy: ShippingPolicy, question: PolicyQuestion) -> PolicyAnswer:
    notes: dict[str, LocalText] = {"tracking": policy.tracking, "address_change": policy.address_change}
    return answer(f"shipping.{question.aspect}", note=notes[question.aspect])


def _overview(case: Delivery) -> PolicyAnswer:
    if case.method.cost == 0:
        return answer("shipping.cost.free", **case.terms)
    if case.method.free_from is None:
        return answer("shipping.overview", **case.terms)
    threshold = free_from(case.place.zone, case.method)
    return answer("shipping.overview.free_from", free_from=threshold, **case.terms)


def _cost(case: Delivery) -> PolicyAnswer:
    if case.method.cost == 0:
        return answer("shipping.cost.free", **case.terms)
    if case.method.free_from is None:
        return answer("shipping.cost", **case.terms)
    threshold = free_from(case.place.zone, case.method)
    order = case.order
    if order is None:
        return answer("shipping.cost.free_from", free_from=threshold, **case.terms)
    reached = order.amount >= case.method.free_from
    rule = "shipping.cost.amount_free" if reached else "shipping.cost.amount_below"
    return answer(rule, order=order, free_from=threshold, **case.terms)


def _time(case: Delivery) -> PolicyAnswer:
    shop, today = case.content.shop, case.question.today
    leaves = today if shop.is_business_day(today) else add_business_days(shop, today, 1)
    when: dict[str, Parameter] = {
        "cutoff": f"{in_force(case.content.shipping, today).cutoff:%H:%M}",
        "latest": add_business_days(shop, leaves, case.method.business_days[1]),
    }
    express = next(iter(case.kind("express")), None)
    if express is None or express.business_days >= case.method.business_days:
        return answer("shipping.time", **when, **case.terms)
    return answer(
        "shipping.time.express",
        express_days=business_days(express.business_days),
        express_cost=case.money(express),
        **when,
        **case.terms,
    )


def _regions(case: Delivery) -> PolicyAnswer:
    return answer("shipping.regions.served", **case.terms)


def _methods(case: Delivery) -> PolicyAnswer:
    methods = case.place.zone.methods_for(case.question.category)
    return answer("shipping.methods", place=case.place.name, rows=method_rows(case.place.zone, methods))


def _free_shipping(case: Delivery) -> PolicyAnswer:
    if case.method.cost == 0 or (case.order and case.method.free_from is not None):
        return _cost(case)
    if case.method.free_from is None:
        return answer("shipping.free_shipping.none", **case.terms)
    threshold = free_from(case.place.zone, case.method)
    return answer("shipping.free_shipping", free_from=threshold, **case.terms)


def _express(case: Delivery) -> PolicyAnswer:
    express = next(iter(case.kind("express")), None)
    if express is None:
        return answer("shipping.express.none", **case.terms)
    days = business_days(express.business_days)
    cost = case.money(express)
    latest = 0 if "same_day" in case.question.flags else 1
    wanted_sooner = case.question.flags & {"same_day", "next_day"} and express.business_days[1] > latest
    rule = "shipping.express.slower" if wanted_sooner else "shipping.express"
    return answer(rule, place=case.place.name, method=express.name, cost=cost, days=days)


def _pick_up(case: Delivery) -> PolicyAnswer:
    methods = case.kind("pick_up")
    if not methods:
        return answer("shipping.pick_up.none", **case.terms)
    return answer("shipping.pick_up", place=case.place.name, rows=method_rows(case.place.zone, methods))


def _weekend(case: Delivery) -> PolicyAnswer:
    methods = [item for item in case.place.zone.methods_for(case.question.category) if item.weekend]
    if not methods:
        return answer("shipping.weekend.none", **case.terms)
    ways = names((method.name for method in methods), "or")
    return answer("shipping.weekend", place=case.place.name, methods=ways)


def _carriers(case: Delivery) -> PolicyAnswer:
    methods = case.place.zone.methods_for(case.question.category)
    carriers = dict.fromkeys(carrier for method in methods for carrier in method.carriers)
    if not carriers:
        return answer("shipping.carriers.none", place=case.place.name)
    return answer("shipping.carriers", place=case.place.name, carriers=names(carriers))


BY_ASPECT: dict[str, Callable[[Delivery], PolicyAnswer]] = {
    "overview": _overview,
    "cost": _cost,
    "time": _time,
    "regions": _regions,
    "methods": _methods,
    "free_shipping": _free_shipping,
    "express": _express,
    "pick_up": _pick_up,
    "weekend": _weekend,
    "carriers": _carriers,
}
