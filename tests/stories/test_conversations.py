"""Whole conversations with Rasa, the trained model and the actions."""

import pytest

from tests.stories.conftest import Customer

pytestmark = pytest.mark.timeout(300)

START = '/leave_message{"topic": "orders"}'


def test_smalltalk_and_repeating(customer: Customer) -> None:
    assert "shipping" in customer.says("hello there").texts[0]
    assert "automated" in customer.says("am I talking to a robot?").texts[0]
    first = customer.says("what can you do").texts
    assert customer.says("can you repeat that").texts == first
    assert len(customer.says("thanks!").texts) == 1


def test_message_for_staff_from_offer_to_promise(customer: Customer) -> None:
    complaint = "this is ridiculous, the worst service ever"
    assert "not how it should be" in customer.says(complaint).texts[0]
    assert complaint in customer.presses("Leave a message for staff").texts[0]
    customer.presses("Pass that on")
    summary = customer.says("you can write to maria@example.com, thanks")
    assert "maria@example.com" in summary.texts[0]
    yes = summary.buttons["Yes, leave it"]
    assert "by " in customer.presses("Yes, leave it").texts[0]
    assert "already have" in customer.says(yes, None).texts[0]
    assert customer.left_messages() == [("feedback", complaint, "maria@example.com")]


def test_form_is_left(customer: Customer) -> None:
    customer.says(START, None)
    customer.says("My chair came without screws, please send me some")
    assert "stopped" in customer.says("never mind").texts[0]
    assert len(customer.says("hello").texts) == 1
    assert customer.left_messages() == []


def test_form_is_left_by_a_bare_cancel(customer: Customer) -> None:
    customer.says(START, None)
    assert "stopped" in customer.says("cancel").texts[0]
    assert len(customer.says("hello").texts) == 1


def test_form_goes_on_after_other_questions(customer: Customer) -> None:
    question = customer.says(START, None).texts
    between = customer.says("are you a robot?")
    assert "automated" in between.texts[0]
    assert between.texts[1:] == question
    question = customer.says("My chair came without screws, please send me some").texts
    between = customer.says("what is your return policy?")
    assert between.texts[-1:] == question
    assert list(between.buttons) == ["Answer here in the chat"]
    customer.presses("Answer here in the chat")
    assert "Shall I leave it?" in customer.says("thanks").texts[-1]
    customer.says("yes")
    text = "My chair came without screws, please send me some"
    assert customer.left_messages() == [("orders", text, "chat")]


def test_form_is_corrected_at_the_summary(customer: Customer) -> None:
    customer.says(START, None)
    customer.says("My chair came without screws, please send me some")
    customer.says("joe@example.org")
    assert "change" in customer.says("no").texts[0]
    assert "Where should the answer go" in customer.presses("Where the answer goes").texts[0]
    assert "anna@example.org" in customer.says("anna@example.org").texts[0]
    customer.says("yes please")
    assert [address for _, _, address in customer.left_messages()] == ["anna@example.org"]


def test_fields_called_wrong_in_words_are_asked_again(customer: Customer) -> None:
    customer.says(START, None)
    customer.says("My chair came without screws, please send me some")
    customer.says("joe@example.org")
    assert "Where should the answer go" in customer.says("the e-mail is wrong").texts[0]
    customer.presses("Answer here in the chat")
    assert "What should I tell our staff" in customer.says("I want to change the message").texts[0]


def test_wrong_kind_of_answer_brings_help(customer: Customer) -> None:
    customer.says(START, None)
    customer.says("My chair came without screws, please send me some")
    assert "did not find" in customer.says("the big blue house").texts[0]
    assert "looks like" in customer.says("the big blue house").texts[0]


def test_gibberish_leads_to_choices_and_to_staff(customer: Customer) -> None:
    customer.says("asdf gjkl qwe")
    assert "Shipping" in customer.says("blorp zzz").buttons
    for gibberish in ("qqq www", "fnord"):
        answer = customer.says(gibberish)
        assert next(iter(answer.buttons)) == "Leave a message for staff"
        assert len(answer.texts) == 1


def test_finnish_text_is_offered_to_staff_in_finnish(customer: Customer) -> None:
    offer = customer.says("missä pakettini on, odotin sitä jo eilen", "fi")
    assert offer.texts[0].startswith("Toistaiseksi")
    customer.presses("Jätä viesti henkilökunnalle")
    customer.presses("Kirjoitan toisin")
    customer.says("Tuolista puuttuu ruuveja ja ohje", "fi")
    customer.presses("Vastaus tähän keskusteluun")
    assert customer.presses("Kyllä, jätä viesti").texts[0].startswith("Valmis")
    assert customer.left_messages() == [("handoff", "Tuolista puuttuu ruuveja ja ohje", "chat")]


def test_language_is_changed(customer: Customer) -> None:
    assert len(customer.says("which languages do you speak?").texts) == 1
    assert customer.presses("Suomi").texts[0].startswith("Vastaan kysymyksiin")
    assert customer.presses("English").texts[0].startswith("I answer")


def test_policy_answer_goes_on_with_a_bare_answer(customer: Customer) -> None:
    first = customer.says("how much is shipping to Norway")
    second = customer.says("to Sweden")
    assert "cannot" not in second.texts[0]
    assert second.texts != first.texts
