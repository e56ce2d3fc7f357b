"""Sending things back: the verdict, the summary, one return for one yes, its label, status and end."""

import re
from datetime import UTC, datetime

import pytest

from tests.system.chat import Chat, Turn, fetch
from tests.system.others import Row
from tests.system.people import People, Person
from tests.system.scene import Scene

AINO, MIKKO, ELINA, JONAS, DANIEL = "c-1001", "c-1002", "c-1003", "c-1004", "c-1010"
GUEST = "venla.korhonen@posti.example"
YES = "Yes, ask for it"


def returns(scene: Scene, person: Person) -> list[Row]:
    """The returns of that person's orders."""
    return [row for row in scene.rows("returns") if row["order_number"] in person.numbers.values()]


def answered(chat: Chat, turn: Turn, *titles: str) -> Turn:
    """Press what is asked for, question by question, until the summary; each title at most once."""
    left = list(titles)
    while YES not in turn.buttons:
        [title] = [title for title in left if title in turn.buttons][:1]
        left.remove(title)
        turn = chat.press(title)
    return turn


def at_summary(chat: Chat, person: Person) -> Turn:
    """The blender of the demo's 10482, sent back by post because of a change of mind."""
    asked = chat.ask(f"I want to return the blender from order {person.order('10482')}, changed my mind")
    return answered(
        chat,
        asked,
        "Changed my mind",
        "I have it",
        "Unopened",
        "Money back, the way I paid",
        "by post with our return label",
    )


def test_one_line_goes_back_by_post_with_a_label(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    summary = at_summary(chat, aino)
    assert "Tuisku blender" in summary.text
    assert "€85.00" in summary.text
    assert "€4.90" in summary.text
    assert returns(scene, aino) == []
    done = chat.press(YES)
    [row] = returns(scene, aino)
    assert row["number"] in done.text
    assert row["number"].startswith(f"RET-{datetime.now(UTC).year}-")
    assert row["lines"] == [{"line_id": f"{aino.order('10482')}-1", "sku": "tuisku-blender", "quantity": 1}]
    assert (row["kind"], row["reason"], row["method"]) == ("refund", "change_of_mind", "parcel_label")
    assert (str(row["amount"]), row["refund_to"], row["status"]) == ("85.00", "original", "requested")
    [refund] = scene.rows("refunds", number=row["number"])
    assert str(refund["amount"]) == "85.00"
    [request] = scene.rows("shop_requests", subject=f"return:{row['number']}")
    assert (request["kind"], request["status"]) == ("start_return", "requested")
    [mail] = [mail for mail in scene.mails(aino) if row["number"] in mail["body"]]
    for link in [*done.links, *re.findall(r"https?://\S+/labels/\S+", mail["body"])]:
        status, label = fetch("GET", link)
        assert status == 200
        assert label.startswith(b"%PDF")
    assert done.links


def test_label_of_another_return_or_without_its_key_is_not_shown(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    at_summary(chat, aino)
    [link] = chat.press(YES).links
    number = returns(scene, aino)[0]["number"]
    guessed = number[:-1] + str((int(number[-1]) + 1) % 10)
    for wrong in (link.partition("?")[0], link.replace(number, guessed)):
        assert fetch("GET", wrong)[0] in (403, 404)


def test_all_of_an_order_goes_back_in_one_return(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    asked = chat.ask(f"i'd like to send back order {aino.order('10482')}")
    titles = ("All of it", "Changed my mind", "I have it", "Unopened", "Store credit")
    summary = answered(chat, asked, *titles, "by post with our return label")
    for thing in ("Tuisku blender", "Glass jar"):
        assert thing in summary.text
    chat.ask("yes, do it")
    [row] = returns(scene, aino)
    assert [line["sku"] for line in row["lines"]] == ["tuisku-blender", "tuisku-jar"]
    assert row["refund_to"] == "store_credit"
    assert str(row["amount"]) in chat.said_by("bot")[-2] + summary.text


def test_double_yes_and_a_second_tab_make_one_return(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    tabs = [scene.enter(aino), scene.enter(aino)]
    for tab in tabs:
        at_summary(tab, aino)
    pressed = [(tab, tab.send(choice=tab.choice(YES))) for tab in tabs for _ in range(2)]
    for tab, seq in pressed:
        assert tab.answer_to(seq).messages
    [row] = returns(scene, aino)
    assert len(scene.rows("shop_requests", subject=f"return:{row['number']}")) == 1
    assert len(scene.rows("return_lines", return_number=row["number"])) == 1


def test_guest_exchanges_for_a_larger_one_with_the_difference(people: People, scene: Scene) -> None:
    venla = people.clone(GUEST)
    chat = scene.visit(venla)
    code = chat.ask(
        f"hi, I'd exchange one of the duvets of {venla.order('10460')} for the bigger size, {venla.email}"
    )
    assert "code" in code.text
    asked = chat.ask(scene.code(venla))
    wanted = (
        "Size or fit",
        "Unopened",
        "I have it",
        "by post with our return label",
        "Exchange",
        "220 × 220",
    )
    while YES not in asked.buttons:
        asked = chat.press(next(title for title in asked.buttons if any(word in title for word in wanted)))
    assert "€50.00 more" in asked.text
    chat.press(YES)
    [row] = returns(scene, venla)
    assert (row["kind"], row["exchange_sku"]) == ("exchange", "pilvi-duvet-double")
    assert str(row["price_difference"]) == "50.00"
    assert [line["quantity"] for line in row["lines"]] == [1]
    assert "220 × 220 cm" in chat.ask("whats the status of my return?").text


def test_out_of_the_window_is_refused_with_the_other_ways(people: People, scene: Scene) -> None:
    jonas = people.clone(JONAS)
    chat = scene.enter(jonas)
    told = chat.ask("I want to return my floor lamp, i dont like it anymore")
    assert "can no longer be sent back" in told.text
    assert people.written("-40d") in told.text
    assert "warranty until" in told.text
    assert YES not in told.buttons
    chat.ask("yes")
    assert returns(scene, jonas) == []


def test_final_sale_is_refused_with_its_rule(people: People, scene: Scene) -> None:
    daniel = people.clone(DANIEL)
    chat = scene.enter(daniel)
    asked = chat.ask(f"please take back the wool throw from {daniel.order('10450')}, I changed my mind")
    told = asked.text
    if "sold as final" not in told:
        told = answered_until_refused(chat, asked).text
    assert "sold as final" in told
    assert returns(scene, daniel) == []


def answered_until_refused(chat: Chat, turn: Turn) -> Turn:
    """Press the first answer to each question until nothing is asked."""
    for _ in range(5):
        wanted = [title for title in turn.buttons if title in ("Changed my mind", "Unopened", "I have it")]
        if not wanted:
            return turn
        turn = chat.press(wanted[0])
    return turn


def test_reason_is_corrected_at_the_summary_and_the_old_yes_no_longer_counts(
    people: People, scene: Scene
) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    at_summary(chat, aino)
    old = chat.choice(YES)
    again = chat.ask("no wait, actually it is faulty")
    assert "Faulty" in again.text
    assert "€89.90" in again.text
    chat.answer_to(chat.send(choice=old))
    assert returns(scene, aino) == []
    chat.press(YES)
    [row] = returns(scene, aino)
    assert (row["reason"], str(row["amount"])) == ("faulty", "89.90")


def test_question_in_between_and_another_answer_in_words(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    asked = chat.ask(f"I want to return the jar from order {aino.order('10482')}")
    assert "Changed my mind" in asked.buttons
    between = chat.ask("how long does a refund take?")
    assert "business days" in between.text
    assert "Changed my mind" in between.buttons
    words = chat.ask("it just doesn't suit me, I changed my mind")
    titles = ("I have it", "Unopened", "Money back, the way I paid", "by post with our return label")
    answered(chat, words, *titles)
    chat.ask("yes")
    [row] = returns(scene, aino)
    assert (row["reason"], [line["sku"] for line in row["lines"]]) == ("change_of_mind", ["tuisku-jar"])


@pytest.mark.parametrize("stop", ["never mind", "stop"])
def test_stopping_asks_for_nothing(people: People, scene: Scene, stop: str) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    at_summary(chat, aino)
    chat.ask(stop)
    chat.ask("yes")
    assert returns(scene, aino) == []


def test_status_and_calling_off_once(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    at_summary(chat, aino)
    chat.press(YES)
    [row] = returns(scene, aino)
    told = chat.ask("wheres my refund?")
    assert row["number"] in told.text
    assert "has not confirmed it yet" in told.text
    assert "€85.00" in told.text
    listed = chat.press(f"Call off {row['number']}")
    assert "You keep the goods" in listed.text
    yes = chat.choice("Yes, call it off")
    for seq in [chat.send(choice=yes), chat.send(choice=yes)]:
        assert chat.answer_to(seq).messages
    assert [found["status"] for found in returns(scene, aino)] == ["cancelled"]
    requests = [found["kind"] for found in scene.rows("shop_requests", subject=f"return:{row['number']}")]
    assert sorted(requests) == ["cancel_return", "start_return"]
    assert at_summary(chat, aino).messages


def test_what_the_shop_reports_is_told(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    at_summary(chat, aino)
    chat.press(YES)
    [row] = returns(scene, aino)
    now = datetime.now(UTC).isoformat()
    events = [
        {"id": f"{row['number']}-{kind}", "number": row["number"], "kind": kind, "at": now}
        for kind in ("received", "refunded")
    ]
    people.import_rows({"return_events.jsonl": events})
    told = chat.ask("has my refund been processed yet?")
    assert "was paid back the way you paid" in told.text
    assert f"Call off {row['number']}" not in told.buttons


def test_somebody_elses_order_and_return_stay_closed(people: People, scene: Scene) -> None:
    aino, mikko = people.clone(AINO), people.clone(MIKKO)
    owner = scene.enter(aino)
    at_summary(owner, aino)
    owner.press(YES)
    [row] = returns(scene, aino)
    chat = scene.enter(mikko)
    answers = [
        chat.ask(f"I want to return the blender from order {aino.order('10482')}"),
        chat.ask(mikko.email),
        chat.ask(f"where is my return {row['number']}?"),
        chat.ask(f"call off return {row['number']}"),
        chat.ask("yes"),
    ]
    for answer in answers:
        assert "Tuisku" not in answer.text
        assert "€85.00" not in answer.text
    assert returns(scene, aino) == [row]
    assert ("open_order", "order", "refused") in scene.audit(chat)


def test_withdrawal_needs_no_identity_and_has_a_receipt_at_once(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.visit()
    name = chat.ask(f"I withdraw from the contract of order {aino.order('10482')}")
    assert "name" in name.text
    mail = chat.ask("Aino Laaksonen")
    assert "e-mail" in mail.text
    summary = chat.ask(aino.email)
    for word in ("Aino Laaksonen", aino.order("10482"), aino.email):
        assert word in summary.text
    assert scene.rows("withdrawals", order_number=aino.order("10482")) == []
    yes = chat.choice("Confirm withdrawal")
    for seq in [chat.send(choice=yes), chat.send(choice=yes)]:
        assert chat.answer_to(seq).messages
    [row] = scene.rows("withdrawals", order_number=aino.order("10482"))
    assert (row["name"], row["email"]) == ("Aino Laaksonen", aino.email)
    [receipt] = [mail for mail in scene.mails(aino) if row["number"] in mail["subject"] + mail["body"]]
    assert str(row["received_at"].year) in receipt["body"]


def test_withdrawal_for_an_order_that_is_not_theirs_tells_nothing(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.visit()
    told: list[str] = []
    for number in (elina.order("10391"), "7654321"):
        chat.ask(f"I withdraw from the contract of order {number}")
        chat.ask("Joe Public")
        chat.ask("joe.public@posti.example")
        told.append(chat.press("Confirm withdrawal").text)
    assert len({re.sub(r"\S*\d\S*", "N", text) for text in told}) == 1
    assert scene.mails(elina) == []
    assert returns(scene, elina) == []
