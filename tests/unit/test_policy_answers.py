"""Every answer of every rule: complete, worded in all languages, and never below the law."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.shop.answers import PolicyQuestion, answer_question
from bot.shop.answers.base import Length, PolicyAnswer
from bot.shop.content import Content, in_force
from bot.shop.content.base import COUNTRIES, LANGUAGES, Money
from bot.shop.content.vocabulary import ASPECTS, TOPICS, Topic
from bot.shop.return_window import Goods, return_window, statutory_floor
from bot.shop.wording import words_of
from bot.store.content import load

CONTENT = load(ROOT / "content")
TODAY = date(2026, 11, 23)
FILES = {"shipping": "shipping", "returns": "returns", "warranty": "warranty", "sales": "offers"}
RESPONSES = {
    name: variants
    for topic, file in FILES.items()
    for name, variants in yaml.safe_load(
        (ROOT / "data" / "responses" / f"{file}.yml").read_text(encoding="utf-8")
    )["responses"].items()
    if name.startswith(f"utter_{topic}_")
}
FLAGS = ("opened", "no_receipt", "packaging", "final_sale")
GOODS = ("spare_batteries", "live_plants", "battery", "motor", "wear")
PLACEHOLDER = re.compile(r"{(\w+)}")

aspects = st.sampled_from([(topic, aspect) for topic in TOPICS for aspect in ASPECTS[topic]])
served = ("FI", "SE", "DE", "NO", "CH", "GB", "US", "PH")


@st.composite
def questions(draw: st.DrawFn) -> PolicyQuestion:
    """Any question that can be put."""
    topic, aspect = draw(aspects)
    amount = st.builds(
        Money, amount=st.decimals(0, 20000, places=2), currency=st.sampled_from(["EUR", "GBP"])
    )
    return PolicyQuestion(
        topic,
        aspect,
        TODAY + timedelta(days=draw(st.integers(-300, 800))),
        country=draw(st.none() | st.sampled_from(served) | st.sampled_from(sorted(COUNTRIES))),
        zone=draw(st.none() | st.sampled_from(["eu", "philippines", "gone"])),
        category=draw(st.none() | st.sampled_from([*sorted(CONTENT.catalogue.ids()), "unheard_of"])),
        goods=draw(st.none() | st.sampled_from(GOODS)),
        tier=draw(st.sampled_from([None, "silver", "gold", "tin"])),
        reason=draw(st.sampled_from([None, "changed_mind", "faulty", "wrong_item", "damaged"])),
        flags=draw(st.frozensets(st.sampled_from(FLAGS))),
        since=draw(st.none() | st.dates(date(2020, 1, 1), TODAY)),
        amount=draw(st.none() | amount),
    )


def _ask(topic: Topic, aspect: str, **known: object) -> PolicyAnswer:
    return answer_question(CONTENT, PolicyQuestion(topic, aspect, TODAY, **known))  # type: ignore[arg-type]


def _placeholders(response: str) -> list[set[str]]:
    return [set(PLACEHOLDER.findall(variant["text"])) for variant in RESPONSES[response]]


@settings(max_examples=250, deadline=None)
@given(questions())
def test_every_answer_has_a_rule_a_version_and_words_in_every_language(question: PolicyQuestion) -> None:
    found = answer_question(CONTENT, question)
    assert found.rule_id.split(".")[0] == question.topic
    assert found.version
    for language in LANGUAGES:
        words = words_of(CONTENT, found.parameters, language)
        assert all(text.strip() for text in words.values()), words
        assert all(names <= set(words) for names in _placeholders(found.response))


@pytest.mark.parametrize(("topic", "aspect"), [(topic, name) for topic in TOPICS for name in ASPECTS[topic]])
def test_every_aspect_is_answered_for_every_country_and_category(topic: Topic, aspect: str) -> None:
    for country, category in product((None, *served, "BR"), (None, *sorted(CONTENT.catalogue.ids()))):
        assert _ask(topic, aspect, country=country, category=category).response in RESPONSES


def test_every_response_can_be_reached_by_a_rule_id() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "bot/shop/answers").glob("*.py"))
    for response in RESPONSES:
        topic, rest = response.removeprefix("utter_").split("_", 1)
        last_words = rest.split("_")[-1]
        assert topic in TOPICS
        assert last_words in sources, response


@pytest.mark.parametrize("response", RESPONSES)
def test_every_response_is_written_in_three_languages_with_the_same_values(response: str) -> None:
    english, *others = RESPONSES[response]
    assert "condition" not in english
    assert [variant["condition"][0]["value"] for variant in others] == ["fi", "fil"]
    wanted, *given_names = (
        {name.lower().removesuffix("_lower") for name in names} for names in _placeholders(response)
    )
    assert all(names <= wanted for names in given_names)


@settings(max_examples=150, deadline=None)
@given(questions())
def test_a_return_window_is_never_below_the_law(question: PolicyQuestion) -> None:
    policy = in_force(CONTENT.returns, question.today)
    goods = Goods(
        question.category,
        question.country,
        question.tier,
        final_sale="final_sale" in question.flags,
        opened="opened" in question.flags,
    )
    right = statutory_floor(policy, goods)
    window = return_window(policy, goods)
    assert window.days >= (right.days if right else 0)
    assert window.deadline(TODAY) == TODAY + timedelta(days=window.days)


def test_final_sale_in_the_eu_keeps_the_fourteen_days_of_the_law() -> None:
    found = _ask("returns", "final_sale", country="DE")
    assert found.rule_id == "returns.final_sale.statutory"
    assert found.parameters["days"] == Length(14, "day")


def test_final_sale_without_a_law_cannot_come_back() -> None:
    assert _ask("returns", "final_sale", country="US").rule_id == "returns.final_sale"


def test_a_tier_lengthens_the_window() -> None:
    policy = in_force(CONTENT.returns, TODAY)
    plain = return_window(policy, Goods("furniture", "FI"))
    gold = return_window(policy, Goods("furniture", "FI", "gold"))
    assert gold.days == plain.days + 30
    assert gold.rule_id == "returns.window.tier"


def test_opened_hygiene_goods_cannot_come_back_even_in_the_eu() -> None:
    found = _ask("returns", "window", country="FI", category="bath", flags=frozenset({"opened"}))
    assert found.rule_id == "returns.hygiene.opened"


@pytest.mark.parametrize(("days_ago", "rule"), [(30, "returns.window.open"), (31, "returns.window.closed")])
def test_the_last_day_of_the_window_still_counts(days_ago: int, rule: str) -> None:
    since = TODAY - timedelta(days=days_ago)
    assert _ask("returns", "window", category="lighting", since=since).rule_id == rule


def test_after_the_warranty_the_sellers_liability_may_go_on() -> None:
    since = date(2024, 6, 1)
    assert _ask("warranty", "length", country="NO", category="electronics", since=since).rule_id == (
        "warranty.liability.open"
    )
    assert _ask("warranty", "length", country="US", category="electronics", since=since).rule_id == (
        "warranty.length.closed"
    )


def test_a_country_that_is_not_served_is_told_so_plainly() -> None:
    assert _ask("shipping", "cost", country="BR").rule_id == "shipping.not_served"


def test_furniture_does_not_leave_the_eu() -> None:
    assert _ask("shipping", "cost", country="GB", category="furniture").rule_id == "shipping.restricted"
    assert _ask("shipping", "cost", country="SE", category="furniture").parameters["cost"] == Money(
        amount=Decimal(79), currency="EUR"
    )


@pytest.mark.parametrize(("amount", "rule"), [("59", "amount_free"), ("58.99", "amount_below")])
def test_delivery_is_free_from_the_threshold_on(amount: str, rule: str) -> None:
    order = Money(amount=Decimal(amount), currency="EUR")
    assert _ask("shipping", "cost", country="FI", amount=order).rule_id == f"shipping.cost.{rule}"


def test_the_latest_arrival_leaves_out_weekends_and_closed_days() -> None:
    friday = date(2026, 12, 4)
    found = answer_question(CONTENT, PolicyQuestion("shipping", "time", friday, country="FI"))
    assert found.parameters["latest"] == date(2026, 12, 9)


def test_an_order_of_a_closed_day_is_counted_from_the_day_it_leaves() -> None:
    sunday, monday = date(2026, 11, 22), date(2026, 11, 23)
    arrivals = [
        answer_question(CONTENT, PolicyQuestion("shipping", "time", day, country="SE")).parameters["latest"]
        for day in (sunday, monday)
    ]
    assert arrivals == [date(2026, 11, 30), date(2026, 11, 30)]


def test_the_time_of_day_an_order_has_to_be_paid_by_is_said() -> None:
    found = answer_question(CONTENT, PolicyQuestion("shipping", "time", TODAY, country="SE"))
    assert found.parameters["cutoff"] == "14:00"


def test_a_question_without_a_country_shows_the_usual_ones_and_asks() -> None:
    found = _ask("shipping", "cost")
    assert (found.rule_id, found.narrow) == ("shipping.cost.all", "country")


def test_numbers_change_with_the_content_and_nothing_else() -> None:
    policy = CONTENT.returns[-1].model_copy(update={"windows": {"default": 99}})
    changed = Content.model_construct(**{**dict(CONTENT), "returns": (policy,)})
    found = answer_question(changed, PolicyQuestion("returns", "window", TODAY, category="lighting"))
    assert words_of(changed, found.parameters, "en")["days"] == "99 days"
