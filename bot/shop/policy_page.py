"""A policy in full, made of the same data as the answers: headings, tables, paragraphs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.shop.answers.base import CountryName, Length, Parameter, Share, Term, business_days, names
from bot.shop.content import Content, in_force
from bot.shop.content.base import Language, Money
from bot.shop.content.returns import ReturnCost
from bot.shop.content.sales import SalesPolicy
from bot.shop.content.shipping import ShippingMethod, Zone
from bot.shop.content.vocabulary import Topic
from bot.shop.wording import Writer, capitalized


@dataclass(frozen=True)
class Table:
    """Column titles and rows of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class PolicyPage:
    """A policy as a page; `in_force_since` is a sentence, `effective_from` the date in it."""

    topic: Topic
    language: Language
    title: str
    version: str
    effective_from: date
    in_force_since: str
    sections: tuple[Section, ...] = field(default=())


def build_page(content: Content, topic: Topic, language: Language, day: date) -> PolicyPage:
    """The version of the policy that is in force on `day`."""
    page = _Page(content, topic, Writer(content, language), day)
    policy = in_force(getattr(content, topic), day)
    return PolicyPage(
        topic,
        language,
        policy.title.in_language(language),
        policy.version,
        policy.effective_from,
        page.writer.write(Term("in_force_since", policy.effective_from)),
        tuple(BUILDERS[topic](page)),
    )


@dataclass(frozen=True)
class _Page:
    """What the sections of one page are made with."""

    content: Content
    topic: Topic
    writer: Writer
    day: date

    def section(
        self,
        aspect: str,
        *paragraphs: Parameter,
        items: Iterable[Parameter] = (),
        columns: Sequence[str] = (),
        rows: Iterable[tuple[Parameter, ...]] = (),
    ) -> Section:
        """A section headed by the label of an aspect, or by a term."""
        write = self.writer.write
        body = tuple(tuple(capitalized(write(cell)) for cell in row) for row in rows)
        table = Table(tuple(write(Term(column)) for column in columns), body) if body else None
        labels = self.writer.vocabulary.aspects[self.topic]
        heading = labels[aspect].label if aspect in labels else capitalized(write(Term(aspect)))
        return Section(
            heading,
            tuple(capitalized(write(paragraph)) for paragraph in paragraphs),
            tuple(capitalized(write(item)) for item in items),
            table,
        )

    def category(self, name: str) -> Parameter:
        return self.content.catalogue.category(name).name

    def categories(self, ids: Iterable[str]) -> Parameter:
        return names(self.category(name) for name in ids)


def _shipping(page: _Page) -> list[Section]:
    policy = in_force(page.content.shipping, page.day)
    methods = ((zone, method) for zone in policy.zones for method in zone.methods)
    barred = (
        (item.name, names(zone.name for zone in policy.zones if zone.id in item.zones), item.reason)
        for item in policy.restrictions
    )
    return [
        page.section(
            "methods",
            columns=("zone", "method", "cost", "free_delivery", "time", "carriers"),
            rows=(_method_row(zone, method) for zone, method in methods),
        ),
        page.section("time", Term("cutoff", f"{policy.cutoff:%H:%M}")),
        page.section(
            "regions",
            columns=("zone", "country"),
            rows=((zone.name, names(map(CountryName, zone.countries))) for zone in policy.zones),
        ),
        page.section(
            "customs",
            columns=("zone", "customs"),
            rows=((zone.name, policy.customs_notes[zone.customs]) for zone in policy.zones),
        ),
        page.section("restrictions", columns=("goods", "not_to", "reason"), rows=barred),
        page.section("tracking", policy.tracking),
        page.section("address_change", policy.address_change),
    ]


def _method_row(zone: Zone, method: ShippingMethod) -> tuple[Parameter, ...]:
    cost: Parameter = Money(amount=method.cost, currency=zone.currency) if method.cost else Term("free")
    free: Parameter = "–"
    if method.free_from is not None:
        free = Money(amount=method.free_from, currency=zone.currency)
    carriers: Parameter = names(method.carriers) if method.carriers else "–"
    return zone.name, method.name, cost, free, business_days(method.business_days), carriers


def _returns(page: _Page) -> list[Section]:
    policy = in_force(page.content.returns, page.day)
    windows = ((page.category(name), Length(days, "day")) for name, days in policy.windows.items())
    tiers = ((tier.name, Length(tier.extra_days, "day")) for tier in policy.tiers)
    inspection = business_days(policy.refund.inspection_business_days)
    bank = business_days(policy.refund.bank_business_days)
    return [
        page.section("window", columns=("goods", "days"), rows=windows),
        page.section("tiers", columns=("tier", "extra_days"), rows=tiers),
        page.section(
            "withdrawal",
            columns=("right", "days", "country"),
            rows=(
                (item.name, Length(item.days, "day"), names(map(CountryName, item.countries)))
                for item in policy.statutory
            ),
        ),
        page.section("condition", *_condition(page)),
        page.section("hygiene", page.categories(policy.hygiene.categories), policy.hygiene.text),
        page.section("final_sale", policy.final_sale.text),
        page.section("exceptions", policy.exceptions),
        page.section(
            "proof",
            columns=("proof", "refund_to"),
            rows=((route.name, Term(route.refund_to)) for route in policy.proof),
        ),
        page.section(
            "who_pays",
            columns=("reason", "country", "who_pays"),
            rows=(_cost_row(cost, policy.costs) for cost in policy.costs),
        ),
        page.section("how", items=(method.name for method in policy.methods)),
        page.section("refund_time", columns=("inspection", "bank"), rows=[(inspection, bank)]),
        page.section("refund_method", policy.refund.text, *_bonus(policy.refund.store_credit_bonus)),
        page.section(
            "exchange",
            Term("within_delivery", Length(policy.exchange.days, "day")),
            policy.exchange.text,
        ),
        page.section("gifts", policy.gifts),
    ]


def _condition(page: _Page) -> tuple[Parameter, ...]:
    terms = in_force(page.content.returns, page.day).condition
    if not terms.packaging_required:
        return terms.text, terms.packaging_text
    return (
        terms.text,
        Term("packaging_needed", page.categories(terms.packaging_required)),
        terms.packaging_text,
    )


def _bonus(percent: int) -> tuple[Parameter, ...]:
    return (Term("more_as_credit", Share(percent)),) if percent else ()


def _cost_row(cost: ReturnCost, all_costs: Iterable[ReturnCost]) -> tuple[Parameter, ...]:
    """A row without countries is for all that the others of its reason leave."""
    others = any(other.reason == cost.reason and other.countries for other in all_costs)
    rest = Term("elsewhere" if others else "everywhere")
    countries: Parameter = names(map(CountryName, cost.countries)) if cost.countries else rest
    pays: Parameter = Term("free") if cost.payer == "shop" else (cost.fee or Term("own_cost"))
    return Term(cost.reason), countries, pays


def _warranty(page: _Page) -> list[Section]:
    policy = in_force(page.content.warranty, page.day)
    lengths = ((page.category(name), Length(number, "month")) for name, number in policy.months.items())
    parts = ((part.name, Length(part.months, "month")) for part in policy.parts)
    rights = (
        (item.name, Length(item.months, "month"), names(map(CountryName, item.countries)))
        for item in policy.liability
    )
    plans = (
        (plan.name, plan.summary, plan.price, Length(plan.months, "month"))
        for plan in page.content.plans.plans
    )
    return [
        page.section("length", columns=("goods", "warranty"), rows=lengths),
        page.section("parts", columns=("part", "warranty"), rows=parts),
        page.section("coverage", items=policy.covered),
        page.section("exclusions", items=policy.not_covered),
        page.section("liability", columns=("right", "legal_minimum", "country"), rows=rights),
        page.section("proof", policy.proof),
        page.section(
            "handler",
            columns=("goods", "handler"),
            rows=(
                (page.categories(item.categories) if item.categories else Term("other"), item.text)
                for item in policy.handled_by
            ),
        ),
        page.section("accident", policy.accidents),
        page.section("transfer", policy.transfer),
        page.section("extended", policy.extended, columns=("plan", "covered", "cost", "time"), rows=plans),
    ]


def _sales(page: _Page) -> list[Section]:
    policy = in_force(page.content.sales, page.day)
    early = policy.early_access
    return [
        page.section(
            "price_match",
            *_days("after_buying", policy.price_match.days_after_purchase),
            policy.price_match.text,
        ),
        page.section("price_adjustment", *_price_drops(policy)),
        page.section(
            "stacking",
            Term("per_order", Length(policy.stacking.codes_per_order, "code")),
            Term("on_sale_too" if policy.stacking.with_sale_prices else "not_on_sale"),
            policy.stacking.text,
        ),
        page.section("final_sale", Term("from_discount", Share(policy.final_sale_from)), policy.final_sale),
        page.section("sale_returns", policy.sale_returns),
        page.section("sale_ends", policy.sale_ends),
        page.section("gift_cards", *_gift_cards(policy)),
        page.section(
            "early_access",
            early.text,
            columns=("tier", "earlier"),
            rows=[(early.tier_name, Length(early.hours, "hour"))],
        ),
        page.section("rain_check", *_days("kept_for", policy.rain_check.days), policy.rain_check.text),
    ]


def _price_drops(policy: SalesPolicy) -> tuple[Parameter, ...]:
    terms = policy.price_adjustment
    barred = () if terms.sale_items else (Term("full_price_only"),)
    return (*_days("after_buying", terms.days), *barred, terms.text)


def _gift_cards(policy: SalesPolicy) -> tuple[Parameter, ...]:
    terms = policy.gift_cards
    barred = () if terms.redeemable_for_cash else (Term("not_cash"),)
    return (Term("valid_for", Length(terms.months, "month")), *barred, terms.text)


def _days(term: str, days: int) -> tuple[Parameter, ...]:
    return (Term(term, Length(days, "day")),) if days else ()


BUILDERS: dict[Topic, Callable[[_Page], list[Section]]] = {
    "shipping": _shipping,
    "returns": _returns,
    "warranty": _warranty,
    "sales": _sales,
}
