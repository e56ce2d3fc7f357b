"""Who is asking: what each proof opens, and that nobody guesses or types their way to another order."""

from collections.abc import Iterable

import pytest

from tests.system.chat import Chat, Turn
from tests.system.people import People
from tests.system.scene import Scene

AINO, MIKKO, LUKAS = "c-1001", "c-1002", "c-1011"
NO_MATCH = "I find no order with that number and that e-mail or postcode"
TOO_MANY = "tried too often within an hour"
SECRETS_OF_MIKKO = ("Hiillos", "Cover", "Matkahuolto", "Tampere")


def without(words: Iterable[str], *turns: Turn) -> bool:
    """Whether none of the words was said."""
    said = " ".join(turn.text + " ".join(turn.buttons) for turn in turns)
    return not [word for word in words if word in said]


def test_postcode_opens_where_it_is_and_no_more(people: People, scene: Scene) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    proof = chat.ask(f"where is order {mikko.order('10515')}")
    told = chat.ask("33210")
    assert people.written("-6d") in told.text
    cancelled = chat.ask("please cancel that order")
    assert without((*SECRETS_OF_MIKKO, "Satakunnankatu"), proof, told, cancelled)
    assert "e-mail" in cancelled.text
    assert scene.rows("shop_requests", conversation_id=chat.conversation_id) == []
    [opened] = [entry for entry in scene.audit(chat) if entry[0] == "open_order"]
    assert opened == ("open_order", f"order:{mikko.order('10515')}", "postcode")


def test_who_has_no_number_gets_a_code_to_the_account(people: People, scene: Scene) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    chat.ask("where is my order?")
    chat.press("I do not have the number")
    asked = chat.ask(mikko.email)
    assert "six digits" in asked.text
    wrong = chat.ask("000000" if scene.code(mikko) != "000000" else "111111")
    assert "not the code" in wrong.text
    code = scene.code(mikko)
    told = chat.ask(f"the code is {code}")
    assert "Hiillos charcoal grill" in told.text
    assert code not in " ".join(chat.said_by("customer"))
    [row] = scene.rows("conversations", id=chat.conversation_id)
    assert (row["customer_id"], row["identity_level"]) == (mikko.id, 2)


def test_unknown_account_is_answered_like_a_known_one_and_gets_no_mail(people: People, scene: Scene) -> None:
    chat = scene.visit()
    chat.ask("where is my order?")
    chat.press("I do not have the number")
    asked = chat.ask("nobody.here@posti.example")
    assert "If there is an account with nobody.here@posti.example" in asked.text
    assert scene.rows("outbox", recipient="nobody.here@posti.example") == []
    assert "not" in chat.ask("123456").text
    [row] = scene.rows("conversations", id=chat.conversation_id)
    assert (row["customer_id"], row["identity_level"]) == (None, 0)


@pytest.mark.parametrize("signed_in", [True, False])
def test_somebody_elses_order_is_never_confirmed_to_exist(
    people: People, scene: Scene, *, signed_in: bool
) -> None:
    mikko, lukas = people.clone(MIKKO), people.clone(LUKAS)
    chat = scene.enter(lukas) if signed_in else scene.visit(lukas)
    theirs, nobodys = mikko.order("10515"), "7654321"
    answers = [chat.ask(f"where is order {number}").text for number in (theirs, nobodys)]
    assert answers[0].replace(theirs, "N") == answers[1].replace(nobodys, "N")
    mails = [chat.ask(f"{number} {lukas.email}").text for number in (theirs, nobodys)]
    assert len({said.replace(theirs, "N").replace(nobodys, "N") for said in mails}) == 1
    assert NO_MATCH in mails[0]
    refused = [entry for entry in scene.audit(chat) if entry[0] == "open_order"]
    assert refused
    assert set(refused) == {("open_order", "order", "refused")}
    assert scene.mails(mikko) == []


def test_wrong_mail_then_the_right_one(people: People, scene: Scene) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    wrong = chat.ask(f"where is {mikko.order('10515')}? mikko.wrong@posti.example")
    assert NO_MATCH in wrong.text
    assert without(SECRETS_OF_MIKKO, wrong)
    assert "Hiillos charcoal grill" in chat.ask(f"oh sorry its {mikko.email}").text
    outcomes = [outcome for _, _, outcome in scene.audit(chat)]
    assert outcomes == ["refused", "email"]


def test_guessing_ends_even_for_the_right_answer_and_for_this_conversation_only(
    people: People, scene: Scene
) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    chat.ask(f"where is order {mikko.order('10515')}")
    for guess in range(6):
        assert NO_MATCH in chat.ask(f"guess{guess}@posti.example").text
    ended = chat.ask(mikko.email)
    assert TOO_MANY in ended.text
    assert "Leave a message for staff" in ended.buttons
    assert without(SECRETS_OF_MIKKO, ended)
    assert [outcome for _, _, outcome in scene.audit(chat)] == ["refused"] * 6
    other = scene.visit(mikko)
    assert "Hiillos" in other.ask(f"where is {mikko.order('10515')} {mikko.email}").text


def test_two_tabs_of_one_customer_and_one_of_another_do_not_mix(people: People, scene: Scene) -> None:
    aino, mikko = people.clone(AINO), people.clone(MIKKO)
    tabs: list[tuple[Chat, str, str]] = [
        (scene.enter(aino), aino.order("10482"), "Tuisku blender"),
        (scene.enter(aino), aino.order("10518"), "Revontuli table lamp"),
        (scene.enter(mikko), mikko.order("10515"), "Hiillos charcoal grill"),
    ]
    sent = [(chat, chat.send(f"where is {number}"), product) for chat, number, product in tabs]
    for chat, seq, product in sent:
        told = chat.answer_to(seq).text
        assert product in told
        assert without([other for _, _, other in tabs if other != product], Turn([{"text": told}]))
