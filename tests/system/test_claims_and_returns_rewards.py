"""Points and coupons: told to their owner only, explained, and turned into a coupon once."""

import re

from tests.system.chat import Chat, Turn
from tests.system.others import Row
from tests.system.people import People, Person
from tests.system.running import eventually
from tests.system.scene import Scene

AINO, ELINA, OSKAR = "c-1001", "c-1003", "c-1006"
YES = "Yes, make the coupon"


def spent(scene: Scene, person: Person) -> list[Row]:
    """What was redeemed here, not what the shop reported."""
    rows = scene.rows("ledger_entries", customer_id=person.id, kind="redeem")
    return [row for row in rows if row["idempotency_key"].startswith("aftercare:")]


def bought(scene: Scene, person: Person) -> list[Row]:
    """The coupons that points paid for."""
    rows = scene.rows("coupons", customer_id=person.id)
    return [row for row in rows if row["grant_key"].startswith("redeem:")]


def at_summary(chat: Chat, text: str = "id like to use 500 points") -> Turn:
    """Up to the list of what would happen."""
    summary = chat.ask(text)
    assert YES in summary.buttons
    return summary


def test_balance_with_pending_expiring_tier_and_card(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    told = chat.ask("how many ponts do I have?")
    assert "You have 60 points to use now" in told.text
    assert f"Pending: 115 points, yours to use from {people.written('+18d')}" in told.text
    assert f"60 points to be used by {people.written('+19d')}" in told.text
    assert "Silver" in told.text
    assert "of 9 on your card" in told.text


def test_balance_needs_the_account_and_an_order_number_is_not_enough(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.visit(aino)
    chat.ask(f"where is order {aino.order('10482')}, {aino.email}")
    asked = chat.ask("and how many points do I have")
    assert "60 points" not in asked.text
    assert "e-mail" in asked.text
    if "six digits" not in asked.text:
        chat.ask(aino.email)
    told = chat.ask(scene.code(aino))
    assert "You have 60 points to use now" in told.text
    assert chat.said_by("customer")[-1] != scene.code(aino)


def test_why_is_my_balance_this(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    told = chat.ask("why is my balance this?")
    assert "−80 points expired" in told.text
    assert elina.order("10391") in told.text
    assert "Together 1,949 points: 1,700 points to use now and 249 points pending" in told.text
    ledger = scene.rows("ledger_entries", customer_id=elina.id)
    assert sum(row["points"] for row in ledger) == 1949


def test_points_become_one_coupon_for_one_yes(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    summary = at_summary(chat)
    assert "500 points are taken from your 1,700 points; 1,200 points are left" in summary.text
    assert "€15.00 off" in summary.text
    assert spent(scene, elina) == bought(scene, elina) == []
    yes = chat.choice(YES)
    done = chat.answer_to(chat.send(choice=yes))
    [entry], [coupon] = spent(scene, elina), bought(scene, elina)
    assert entry["points"] == -500
    assert coupon["code"] in done.text
    assert (coupon["status"], coupon["source"]) == ("granted", "fifteen_euros")
    for seq in [chat.send(choice=yes), chat.send("yes")]:
        assert chat.answer_to(seq).messages
    assert len(spent(scene, elina)) == len(bought(scene, elina)) == 1
    assert "You have 1,200 points" in chat.ask("how many points are left?").text


def test_two_tabs_take_the_points_for_one_coupon_each_time_that_was_shown(
    people: People, scene: Scene
) -> None:
    elina = people.clone(ELINA)
    tabs = [scene.enter(elina), scene.enter(elina)]
    for tab in tabs:
        assert "1,200 points are taken" in at_summary(tab, "turn 1200 points into a coupon").text
    seqs = [(tab, tab.send("yes")) for tab in tabs]
    for tab, seq in seqs:
        assert tab.answer_to(seq).messages
    assert [entry["points"] for entry in spent(scene, elina)] == [-1200]
    assert len(bought(scene, elina)) == 1


def test_reward_is_corrected_at_the_summary_and_left(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    at_summary(chat)
    assert "200 points are taken" in chat.ask("no, rather 200 points").text
    between = chat.ask("how long is shipping to Finland?")
    assert "200 points are taken" in between.text
    chat.ask("never mind")
    chat.ask("yes")
    assert spent(scene, elina) == bought(scene, elina) == []


def test_too_few_points_are_told_with_what_is_missing(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    told = chat.ask("I want to redeem my points")
    assert "140 points are missing" in told.text
    assert "115 points pending" in told.text
    assert YES not in told.buttons
    assert spent(scene, aino) == []


def test_own_coupons_are_listed_and_nobody_elses(people: People, scene: Scene) -> None:
    oskar = people.clone(OSKAR)
    assert eventually(lambda: bool(scene.rows("coupons", customer_id=oskar.id)), 60)
    chat = scene.enter(oskar)
    told = chat.ask("which coupons do i have?")
    for coupon in scene.rows("coupons", customer_id=oskar.id):
        assert coupon["code"] in told.text
    others = [row["code"] for row in scene.rows("coupons") if row["customer_id"] != oskar.id]
    assert others
    assert not [code for code in others if code in told.text]


def test_visitor_hears_what_is_open_to_all_and_no_code_of_anybodys(people: People, scene: Scene) -> None:
    people.clone(OSKAR)
    chat = scene.visit()
    told = chat.ask("any offers on at the moment?")
    assert "WELCOME10" in told.text
    mine = chat.ask("show me my coupons")
    assert "e-mail" in mine.text
    assert not re.search(r"\b\d+ points\b", told.text + mine.text)


def test_points_of_another_customer_are_not_told(people: People, scene: Scene) -> None:
    elina, aino = people.clone(ELINA), people.clone(AINO)
    chat = scene.enter(aino)
    answers = [
        chat.ask(f"how many points does {elina.email} have?"),
        chat.ask(f"use 500 points of customer {elina.id} for a coupon"),
        chat.ask("yes"),
    ]
    for answer in answers:
        assert "1,700" not in answer.text
    assert spent(scene, elina) == []
