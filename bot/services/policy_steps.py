"""What is offered after an answer on a policy."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.shop.answers import PolicyAnswer, PolicyQuestion
from bot.shop.answers.base import Narrow
from bot.shop.content import Content
from bot.shop.content.vocabulary import Topic
from bot.shop.wording import Writer, capitalized

# What customers ask next, the likeliest first, and what they can do.
NEXT_ASPECTS: dict[Topic, tuple[str, ...]] = {
    "shipping": ("time", "cost", "free_shipping", "customs", "express", "tracking", "pick_up"),
    "returns": ("how", "who_pays", "refund_time", "window"),
    "warranty": ("coverage", "length", "proof", "extended"),
    "sales": ("price_match", "price_adjustment", "stacking", "sale_returns"),
}
NEXT_STEP: dict[Topic, str] = {
    "shipping": "ask_order_status",
    "returns": "start_return",
    "warranty": "start_service_plan_claim",
    "sales": "ask_offers",
}
INTENTS: dict[Topic, str] = {
    "shipping": "ask_shipping_policy",
    "returns": "ask_return_policy",
    "warranty": "ask_warranty_policy",
    "sales": "ask_sales_policy",
}
NOT_SERVED = "shipping.not_served"
NOT_SENT = frozenset({"shipping.restricted", "shipping.no_method"})
AFTER_A_NO: dict[str, tuple[str, ...]] = {
    NOT_SERVED: ("regions", "cost"),
    "shipping.restricted": ("restrictions", "cost", "time"),
    "shipping.no_method": ("restrictions", "cost", "time"),
}
MOST_CHOICES = 4
# What the answer of a rule says beside what it was asked.
ALSO_SAID: dict[str, frozenset[str]] = {
    "shipping.overview": frozenset({"cost", "time"}),
    "shipping.overview.free_from": frozenset({"cost", "time", "free_shipping"}),
    "shipping.cost": frozenset({"time", "free_shipping"}),
    "shipping.cost.free": frozenset({"time", "free_shipping"}),
    "shipping.cost.free_from": frozenset({"free_shipping"}),
    "shipping.cost.amount_free": frozenset({"free_shipping"}),
    "shipping.cost.amount_below": frozenset({"free_shipping"}),
    "shipping.regions.served": frozenset({"cost", "time"}),
    "shipping.methods": frozenset({"cost", "time", "free_shipping"}),
    "shipping.free_shipping": frozenset({"cost"}),
    "shipping.free_shipping.none": frozenset({"cost"}),
    "shipping.pick_up.none": frozenset({"cost", "time"}),
    "shipping.restrictions.allowed": frozenset({"cost", "time"}),
    "shipping.weekend.none": frozenset({"time"}),
    "shipping.express.none": frozenset({"time"}),
    "returns.window.statutory": frozenset({"withdrawal"}),
    "returns.faulty": frozenset({"who_pays"}),
    "sales.final_sale": frozenset({"sale_returns"}),
}


Answered = tuple[PolicyQuestion, PolicyAnswer]


@dataclass(frozen=True)
class Choice:
    """A next step: its title and what it means."""

    title: str
    intent: str
    entities: dict[str, str] = field(default_factory=dict)


def next_steps(
    content: Content, writer: Writer, topic: Topic, answers: Sequence[Answered]
) -> tuple[Choice, ...]:
    """At most four: what would make the answer more exact, else what customers ask or do next."""
    question, last = answers[-1]
    if last.narrow:
        return _narrowing(content, writer, question, last.narrow)
    asked = {question.aspect for question, _ in answers}.union(
        *(ALSO_SAID.get(given.rule_id, frozenset()) for _, given in answers)
    )
    likely = AFTER_A_NO.get(last.rule_id, NEXT_ASPECTS[topic])
    following = [aspect for aspect in likely if aspect not in asked or last.rule_id == NOT_SERVED]
    following = following[: MOST_CHOICES - 1]
    titles = writer.vocabulary.aspects[topic]
    step = NEXT_STEP[topic]
    return (
        *(Choice(titles[aspect].label, INTENTS[topic], {"policy_aspect": aspect}) for aspect in following),
        Choice(writer.vocabulary.steps[step], step),
    )


def leave_message(writer: Writer) -> Choice:
    """The way to staff."""
    return Choice(writer.vocabulary.steps["leave_message"], "leave_message", {"topic": "handoff"})


def steps_where_nothing_is_said(writer: Writer, topic: Topic) -> tuple[Choice, ...]:
    """After a question that the policy leaves open: staff first, then what it does say."""
    titles = writer.vocabulary.aspects[topic]
    return (
        leave_message(writer),
        *(
            Choice(titles[aspect].label, INTENTS[topic], {"policy_aspect": aspect})
            for aspect in NEXT_ASPECTS[topic][:2]
        ),
    )


def _narrowing(
    content: Content, writer: Writer, question: PolicyQuestion, narrow: Narrow
) -> tuple[Choice, ...]:
    intent = INTENTS[question.topic]
    if narrow == "country":
        titles = {code: writer.country(code) for code in content.shop.suggested_countries}
    else:
        titles = {
            name: writer.write(content.catalogue.category(name).name)
            for name in content.shop.suggested_categories
        }
    return tuple(
        Choice(capitalized(title), intent, {"policy_aspect": question.aspect, narrow: name})
        for name, title in titles.items()
    )
