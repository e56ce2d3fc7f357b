"""Questions on the shop's rules, answered with the numbers of content/."""

import re

import pytest

from tests.system.chat import Chat, fetch
from tests.system.conftest import Rules, days
from tests.system.running import System


@pytest.mark.parametrize(
    ("question", "country", "sign"),
    [
        ("how much is shipping to Norway?", "NO", "€"),
        ("what does delivery to Germany cost", "DE", "€"),
        ("shipping cost to the UK please", "GB", "£"),
        ("how much do you charge to ship to Finland", "FI", "€"),
    ],
)
def test_shipping_cost_is_that_of_the_country(
    chat: Chat, rules: Rules, question: str, country: str, sign: str
) -> None:
    method = rules.delivery(country)
    answer = chat.ask(question)
    assert f"{sign}{method.cost:.2f}" in answer.text
    assert str(method.free_from) in answer.text


def test_cost_and_time_are_answered_together_and_again_for_the_next_country(chat: Chat, rules: Rules) -> None:
    norway = chat.ask("how much is shipping to Norway, and how long does it take?")
    sweden = chat.ask("and to Sweden?")
    for answer, country in ((norway, "NO"), (sweden, "SE")):
        method = rules.delivery(country)
        assert f"{method.cost:.2f}" in answer.text
        assert days(method.business_days) in answer.text
    assert f"{rules.delivery('NO').cost:.2f}" not in sweden.text


def test_question_without_a_country_offers_countries_that_lead_on(chat: Chat, rules: Rules) -> None:
    chat.ask("how much is shipping?")
    assert f"{rules.delivery('SE').cost:.2f}" in chat.press("Sweden").text


def test_furniture_has_its_own_delivery(chat: Chat, rules: Rules) -> None:
    freight = rules.delivery("SE", "freight", "furniture")
    answer = chat.ask("what does it cost to have a sofa delivered to Sweden?")
    assert f"{freight.cost:.2f}" in answer.text


def test_country_the_shop_does_not_serve_gets_a_clear_no(chat: Chat) -> None:
    answer = chat.ask("do you ship to Brazil?")
    assert "Brazil" in answer.text
    assert re.search(r"do(es)? not|cannot|don't", answer.text)
    assert not re.search(r"\d+\.\d\d", answer.text)


def test_return_window_is_that_of_the_goods(chat: Chat, rules: Rules) -> None:
    electronics, bedding = rules.returns.windows["electronics"], rules.returns.windows["bedding"]
    assert f"{electronics} days" in chat.ask("how long do I have to return headphones?").text
    assert f"{bedding} days" in chat.ask("how long do I have to return a duvet?").text


def test_opened_goods_without_receipt_get_both_answers(chat: Chat, rules: Rules) -> None:
    answer = chat.ask("can I return an opened coffee machine without the receipt?")
    assert rules.returns.condition.text.en in answer.text
    assert any(route.name.en in answer.text for route in rules.returns.proof if route.id != "receipt")


def test_who_pays_for_a_return_depends_on_the_reason(chat: Chat, rules: Rules) -> None:
    fee = rules.returns.cost_for("changed_mind", "FI").fee
    assert fee is not None
    answer = chat.ask("who pays the return postage from Finland if I just changed my mind?")
    assert f"{fee.amount:.2f}" in answer.text


@pytest.mark.parametrize(
    ("question", "goods"),
    [
        ("how long is the warranty on a sofa?", "furniture"),
        ("how long is the warranty on a duvet?", "bedding"),
    ],
)
def test_warranty_is_that_of_the_goods(chat: Chat, rules: Rules, question: str, goods: str) -> None:
    years = rules.warranty.months[goods] // 12
    assert f"{years} year" in chat.ask(question).text


def test_battery_has_its_own_warranty(chat: Chat, rules: Rules) -> None:
    battery = next(part for part in rules.warranty.parts if part.id == "battery")
    assert f"{battery.months // 12} year" in chat.ask("is the battery covered by warranty?").text


def test_price_match_says_within_how_many_days(chat: Chat, rules: Rules) -> None:
    assert f"{rules.sales.price_match.days_after_purchase} days" in chat.ask("do you price match?").text


def test_gift_card_says_how_long_it_is_valid(chat: Chat, rules: Rules) -> None:
    assert f"{rules.sales.gift_cards.months // 12} years" in chat.ask("when do gift cards expire?").text


@pytest.mark.parametrize(
    ("title", "topic"), [("Shipping", "shipping"), ("Returns", "returns"), ("Warranty", "warranty")]
)
def test_first_buttons_lead_to_an_answer_next_steps_and_the_policy_in_full(
    chat: Chat, rules: Rules, title: str, topic: str
) -> None:
    answer = chat.press(title)
    [message] = answer.messages
    assert message["text"]
    assert answer.buttons
    [link] = answer.links
    assert f"/policies/{topic}" in link
    status, page = fetch("GET", link)
    assert status == 200
    assert getattr(rules, topic).title.en in page.decode()


def test_full_policy_says_what_the_chat_says(system: System, chat: Chat, rules: Rules) -> None:
    method = rules.delivery("NO", "express")
    answer = chat.ask("how much is express delivery to Norway?")
    assert f"{method.cost:.2f}" in answer.text
    _, page = fetch("GET", f"{system.url}/policies/shipping?lang=en")
    assert f"{method.cost:.2f}" in page.decode()
