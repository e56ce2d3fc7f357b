"""Cancelling an order: listed, confirmed, asked of the shop once, by its owner only."""

from tests.system.chat import Chat, Turn
from tests.system.others import Row
from tests.system.people import People, Person
from tests.system.scene import Scene

AINO, MIKKO, LUKAS = "c-1001", "c-1002", "c-1011"
YES = "Yes, cancel it"


def requests(scene: Scene, person: Person, told: str) -> list[Row]:
    """What the shop was asked about that order."""
    return scene.rows("shop_requests", subject=f"order:{person.order(told)}")


def listed(chat: Chat, person: Person) -> Turn:
    """Up to the list of what would be cancelled."""
    summary = chat.ask("I want to cancle my order pls")
    assert person.order("10521") in summary.text
    return summary


def test_pending_order_is_listed_confirmed_and_requested_once(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.enter(lukas)
    summary = listed(chat, lukas)
    assert "Lautta desk" in summary.text
    assert "€358.00" in summary.text
    assert summary.buttons == [YES, "No, keep it"]
    assert requests(scene, lukas, "10521") == []
    yes = chat.choice(YES)
    first = chat.answer_to(chat.send(choice=yes))
    assert "is requested" in first.text
    for again in (chat.answer_to(chat.send(choice=yes)), chat.ask("yes")):
        assert again.messages
    [request] = requests(scene, lukas, "10521")
    assert (request["kind"], request["status"]) == ("cancel_order", "requested")
    assert request["payload"]["refund"] == {"amount": "358.00", "currency": "EUR"}
    assert request["payload"]["rule_id"] == "orders.cancel"
    assert "has not confirmed it yet" in chat.ask(f"where is {lukas.order('10521')}").text


def test_yes_in_two_tabs_is_one_request(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    tabs = [scene.enter(lukas), scene.enter(lukas)]
    for tab in tabs:
        listed(tab, lukas)
    seqs = [(tab, tab.send("yes")) for tab in tabs]
    answers = [tab.answer_to(seq).text for tab, seq in seqs]
    assert all("requested" in answer for answer in answers)
    assert len(requests(scene, lukas, "10521")) == 1


def test_no_and_stop_keep_the_order(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.enter(lukas)
    listed(chat, lukas)
    assert f"order {lukas.order('10521')} stays as it is" in chat.press("No, keep it").text
    listed(chat, lukas)
    assert "requested" not in chat.ask("never mind").text
    assert "requested" not in chat.ask("yes").text
    assert requests(scene, lukas, "10521") == []


def test_unknown_visitor_needs_mail_and_code(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.visit(lukas)
    asked = chat.ask(f"cancel my order {lukas.order('10521')}, i'm {lukas.email}")
    assert "code" in asked.text
    assert "Lautta" not in asked.text
    summary = chat.ask(scene.code(lukas))
    assert "Lautta desk" in summary.text
    assert "is requested" in chat.ask("yes please").text
    [request] = requests(scene, lukas, "10521")
    assert request["conversation_id"] == chat.conversation_id


def test_question_in_between_then_another_number_at_the_list(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.enter(lukas)
    listed(chat, lukas)
    between = chat.ask("how long is shipping to Sweden?")
    assert "Sweden" in between.text
    assert lukas.order("10521") in between.text
    other = chat.ask(f"sorry, I meant {lukas.order('10471')}")
    assert f"{lukas.order('10471')} is cancelled already" in other.text
    chat.ask("yes")
    assert requests(scene, lukas, "10521") == requests(scene, lukas, "10471") == []


def test_packed_and_delivered_orders_name_the_next_best_way(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    packed = chat.ask(f"cancel order {aino.order('10518')} please")
    assert "can no longer be cancelled" in packed.text
    assert "withdraw" in packed.text
    delivered = chat.ask(f"then cancel {aino.order('10482')}")
    assert "send it back instead" in delivered.text
    assert people.written("+18d") in delivered.text
    assert requests(scene, aino, "10518") == requests(scene, aino, "10482") == []


def test_somebody_elses_order_is_not_cancelled_and_the_try_is_kept(people: People, scene: Scene) -> None:
    lukas, mikko = people.clone(LUKAS), people.clone(MIKKO)
    chat = scene.enter(mikko)
    theirs = lukas.order("10521")
    answers = [
        chat.ask(f"cancel order {theirs}"),
        chat.ask(f"it is mine, my e-mail is {mikko.email}"),
        chat.ask("04109"),
        chat.ask("yes, cancel it now!"),
    ]
    for answer in answers:
        assert "Lautta" not in answer.text
        assert YES not in answer.buttons
    assert requests(scene, lukas, "10521") == []
    assert ("open_order", "order", "refused") in scene.audit(chat)
    [order] = scene.rows("orders", number=theirs)
    assert order["status"] == "pending"
