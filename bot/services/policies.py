"""Answering questions on the shop's policies, and showing a policy in full."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

from bot.services import conversations
from bot.services.policy_steps import (
    MOST_CHOICES,
    NOT_SENT,
    NOT_SERVED,
    Answered,
    Choice,
    leave_message,
    next_steps,
    steps_where_nothing_is_said,
)
from bot.services.runtime import Runtime
from bot.services.vocabulary import Details, understand
from bot.shop.answers import PolicyAnswer, PolicyQuestion, answer_question
from bot.shop.content import Content, in_force
from bot.shop.content.base import COUNTRIES, DEFAULT_CATEGORY, Language
from bot.shop.content.vocabulary import ASPECTS, Topic
from bot.shop.policy_page import PolicyPage, build_page
from bot.shop.wording import Writer, capitalized, words_of

# What is answered when a question names nothing in particular.
DEFAULT_ASPECT: dict[Topic, str] = {
    "shipping": "overview",
    "returns": "window",
    "warranty": "length",
    "sales": "overview",
}
MOST_ANSWERS = 2
# Answers that are the same everywhere and for all goods, and what a place or goods alone then ask instead.
SAME_EVERYWHERE: dict[Topic, frozenset[str]] = {
    "returns": frozenset(
        {"proof", "condition", "refund_time", "refund_method", "exchange", "gifts", "hygiene"}
    ),
    "warranty": frozenset({"accident", "proof", "transfer", "extended", "coverage"}),
}
DEPENDS_ON_GOODS = frozenset({"condition", "hygiene"})
PLACE_ASKS: dict[Topic, str] = {"returns": "how", "warranty": "liability"}
NOT_SAID, NOT_SAID_RULE = "utter_policy_not_said", "policy.not_said"


@dataclass(frozen=True)
class Memory:
    """What the last policy question was about."""

    topic: str | None = None
    aspect: str | None = None
    country: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class PolicyRequest:
    """A message about a policy: what was typed, or what a pressed button carries."""

    topic: Topic
    language: Language
    text: str = ""
    aspect: str | None = None
    country: str | None = None
    category: str | None = None
    continues: bool = False
    memory: Memory = Memory()


@dataclass(frozen=True)
class Sentence:
    """A response and the values for it."""

    response: str
    values: dict[str, str]


@dataclass(frozen=True)
class Card:
    """A link to the policy in full."""

    title: str
    url: str


@dataclass(frozen=True)
class PolicyReply:
    """What to say, what to offer next, and what to remember."""

    sentences: tuple[Sentence, ...]
    choices: tuple[Choice, ...]
    card: Card
    memory: Memory
    rule_ids: tuple[str, ...]


async def answer_policy(runtime: Runtime, dialogue_id: str, request: PolicyRequest) -> PolicyReply:
    """The shop's answer to a question on a policy, for what is known of the customer."""
    case = await conversations.case_of(runtime, dialogue_id)
    return reply_to(runtime.content, request, shop_day(runtime), case.country, runtime.settings.base_url)


def shop_day(runtime: Runtime) -> date:
    """Today, where the shop is."""
    return runtime.clock().astimezone(ZoneInfo(runtime.content.shop.time_zone)).date()


def reply_to(
    content: Content, request: PolicyRequest, today: date, case_country: str | None, public_url: str
) -> PolicyReply:
    """The answer to a request on that day."""
    details = understand(content, request.text, request.language, request.topic, today)
    if details.not_said and not details.aspects:
        return _not_said(content, request, today, public_url)
    questions = list(_questions(content, request, details, today, case_country))
    answers = _different(content, questions)
    last_question, last = answers[-1]
    writer = Writer(content, request.language)
    said = tuple(
        Sentence(found.response, words_of(content, found.parameters, request.language))
        for _, found in answers
    )
    return PolicyReply(
        sentences=(Sentence(NOT_SAID, {}), *said) if details.not_said else said,
        choices=_choices(content, writer, request.topic, answers, leaves_open=details.not_said),
        card=_card(content, request, today, public_url),
        memory=_memory(last_question, last),
        rule_ids=tuple(found.rule_id for _, found in answers),
    )


def _choices(
    content: Content, writer: Writer, topic: Topic, answers: Sequence[Answered], *, leaves_open: bool
) -> tuple[Choice, ...]:
    steps = next_steps(content, writer, topic, answers)
    return (leave_message(writer), *steps[: MOST_CHOICES - 1]) if leaves_open else steps


def _not_said(content: Content, request: PolicyRequest, today: date, public_url: str) -> PolicyReply:
    """The honest answer to what the policy leaves open; what was talked of before stays known."""
    return PolicyReply(
        sentences=(Sentence(NOT_SAID, {}),),
        choices=steps_where_nothing_is_said(Writer(content, request.language), request.topic),
        card=_card(content, request, today, public_url),
        memory=replace(request.memory, topic=request.topic),
        rule_ids=(NOT_SAID_RULE,),
    )


def _memory(question: PolicyQuestion, given: PolicyAnswer) -> Memory:
    """What to go on with; a country or goods that led nowhere would only lead nowhere again."""
    country = None if given.rule_id == NOT_SERVED else question.country
    category = None if given.rule_id in NOT_SENT else question.category
    return Memory(question.topic, question.aspect, country, category)


def _different(
    content: Content, questions: Sequence[PolicyQuestion]
) -> list[tuple[PolicyQuestion, PolicyAnswer]]:
    """At most two answers, none said twice."""
    found: list[tuple[PolicyQuestion, PolicyAnswer]] = []
    for question in questions:
        given = answer_question(content, question)
        if all(other.parameters != given.parameters or other.rule_id != given.rule_id for _, other in found):
            found.append((question, given))
    return found[:MOST_ANSWERS]


def _questions(
    content: Content, request: PolicyRequest, details: Details, today: date, case_country: str | None
) -> Iterator[PolicyQuestion]:
    categories = details.categories or (_category(content, request) or _known_goods(request, details),)
    for country, category in product(_countries(request, details, case_country), categories):
        for aspect in _joined(request.topic, _aspects(request, details)):
            yield PolicyQuestion(
                request.topic,
                aspect,
                today,
                country=country,
                zone=details.zone,
                category=category,
                goods=details.goods,
                reason=details.reason,
                flags=details.flags,
                since=details.since,
                amount=details.amount,
            )


def _aspects(request: PolicyRequest, details: Details) -> tuple[str, ...]:
    known = ASPECTS[request.topic]
    if request.aspect in known:
        return (request.aspect,)
    if details.aspects and not (request.continues and details.aspects == ("overview",)):
        return details.aspects
    if request.continues and request.memory.topic == request.topic and request.memory.aspect in known:
        return (_asked_instead(request, details) or request.memory.aspect,)
    return (DEFAULT_ASPECT[request.topic],)


def _asked_instead(request: PolicyRequest, details: Details) -> str | None:
    """What a place or goods alone ask, when the last answer would only be said again."""
    same = SAME_EVERYWHERE.get(request.topic, frozenset())
    if details.countries and request.memory.aspect in same:
        return PLACE_ASKS[request.topic]
    if details.categories and request.memory.aspect in same - DEPENDS_ON_GOODS:
        return DEFAULT_ASPECT[request.topic]
    return None


def _joined(topic: Topic, aspects: tuple[str, ...]) -> tuple[str, ...]:
    """Cost and time fit into one answer, which asks for the place once if none is known."""
    if topic == "shipping" and {"cost", "time"} <= set(aspects):
        return ("overview", *(aspect for aspect in aspects if aspect not in ("cost", "time")))
    return aspects


def _countries(request: PolicyRequest, details: Details, case_country: str | None) -> tuple[str | None, ...]:
    if details.countries:
        return details.countries
    if details.zone:
        return (None,)
    known = (request.country, request.memory.country, case_country)
    return (next((code for code in known if code in COUNTRIES), None),)


def _known_goods(request: PolicyRequest, details: Details) -> str | None:
    """The goods last talked of; a part that is named belongs to them only when that question goes on."""
    return request.memory.category if request.continues or not details.goods else None


def _category(content: Content, request: PolicyRequest) -> str | None:
    known = content.catalogue.ids() - {DEFAULT_CATEGORY}
    return request.category if request.category in known else None


def _card(content: Content, request: PolicyRequest, today: date, public_url: str) -> Card:
    title = in_force(getattr(content, request.topic), today).title.in_language(request.language)
    return Card(capitalized(title), f"{public_url}/policies/{request.topic}")


def policy_page(runtime: Runtime, topic: Topic, language: Language, at: datetime) -> PolicyPage:
    """The policy that is in force at that time, in full."""
    day = at.astimezone(ZoneInfo(runtime.content.shop.time_zone)).date()
    return build_page(runtime.content, topic, language, day)
