"""Parcels that went wrong: waited for, then sent again or paid back, once."""

from datetime import datetime, timedelta
from typing import Any

from bot.shop.calendar import add_business_days
from bot.shop.content import Content
from tests.system.conftest import Rules
from tests.system.others import Row
from tests.system.people import People, Person
from tests.system.scene import Scene

MIKKO, EMILY = "c-1002", "c-1008"
YES = "Yes, do that"


def cases(scene: Scene, person: Person) -> list[Row]:
    """The delivery cases on that person's orders."""
    return [row for row in scene.rows("delivery_cases") if row["order_number"] in person.numbers.values()]


def lost(people: People) -> dict[str, dict[str, Any]]:
    """The grill's parcel, due three weeks ago instead."""
    due = datetime.now(people.zone) - timedelta(days=21)
    parcel = {"id": "10515-S1", "carrier": "Matkahuolto", "tracking": "M105150001FI"}
    times = {"shipped_at": (due - timedelta(days=5)).isoformat(), "expected_at": due.isoformat()}
    sent = parcel | times | {"line_ids": ["10515-1", "10515-2"]}
    return {"10515": {"placed_at": (due - timedelta(days=8)).isoformat(), "shipments": [sent]}}


def test_missing_parcel_before_its_limit_is_watched(
    people: People, scene: Scene, rules: Rules, shop_content: Content
) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.enter(mikko)
    late = chat.ask("my grill still hasnt arrived!!")
    told = chat.press("It has not come") if "It has not come" in late.buttons else late
    days = rules.shipping.trouble.search_days(rules.shipping.zone_of("FI"))
    until = people.written(add_business_days(shop_content.shop, people.day("-6d"), days))
    assert until in told.text
    assert cases(scene, mikko) == []
    listed = chat.press("Keep an eye on it")
    assert until in listed.text
    chat.ask("yes")
    [case] = cases(scene, mikko)
    assert (case["kind"], case["status"], case["remedy"]) == ("late", "watching", None)
    assert scene.rows("shop_requests", conversation_id=chat.conversation_id) == []
    assert f"until {until}" in chat.ask("where is my grill?").text


def test_lost_parcel_is_sent_again_once_after_a_yes_to_the_address(people: People, scene: Scene) -> None:
    mikko = people.clone(MIKKO, lost(people))
    chat = scene.enter(mikko)
    asked = chat.ask("my parcel with the grill never arived")
    assert asked.buttons[:2] == ["Send it again", "Pay it back"]
    listed = chat.press("Send it again")
    assert mikko.address["line1"] in listed.text
    assert cases(scene, mikko) == []
    yes = chat.choice(YES)
    for seq in [chat.send(choice=yes), chat.send(choice=yes), chat.send("yes")]:
        assert chat.answer_to(seq).messages
    [case] = cases(scene, mikko)
    assert (case["kind"], case["remedy"], case["status"]) == ("missing", "reship", "requested")
    [request] = scene.rows("shop_requests", id=case["request_id"])
    assert (request["kind"], request["status"]) == ("reship_parcel", "requested")


def test_lost_parcel_is_paid_back_after_a_change_of_mind_at_the_summary(people: People, scene: Scene) -> None:
    mikko = people.clone(MIKKO, lost(people))
    chat = scene.enter(mikko)
    chat.ask("my parcel with the grill never arrived")
    chat.press("Send it again")
    listed = chat.ask("no, I want my money back instead")
    assert "€233.90" in listed.text
    chat.ask("yes")
    [case] = cases(scene, mikko)
    assert case["remedy"] == "refund"
    [request] = scene.rows("shop_requests", id=case["request_id"])
    assert request["payload"]["refund"] == {"amount": "233.90", "currency": "EUR"}


def test_damaged_parcel_needs_order_mail_and_code_of_a_visitor(people: People, scene: Scene) -> None:
    emily = people.clone(EMILY)
    chat = scene.visit(emily)
    said = f"two plates of order {emily.order('10507')} arrived broken, {emily.email}"
    asked = chat.ask(said)
    assert "code" in asked.text
    choice = chat.ask(scene.code(emily))
    assert "Pay it back" in choice.buttons
    chat.press("Pay it back")
    chat.press(YES)
    [case] = cases(scene, emily)
    assert (case["kind"], case["remedy"], case["text"]) == ("damaged", "refund", said)
    assert case["shipment_id"] == f"{emily.order('10507')}-S1"


def test_stranger_reports_nothing_on_anothers_parcel(people: People, scene: Scene) -> None:
    mikko, emily = people.clone(MIKKO, lost(people)), people.clone(EMILY)
    chat = scene.enter(emily)
    answers = [
        chat.ask(f"the parcel of order {mikko.order('10515')} never arrived, pay it back"),
        chat.ask(emily.email),
        chat.ask("yes"),
    ]
    for answer in answers:
        assert "Hiillos" not in answer.text
        assert YES not in answer.buttons
    assert cases(scene, mikko) == []
