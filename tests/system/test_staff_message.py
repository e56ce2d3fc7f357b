"""A message for staff, from the first question to the row in the database."""

import pytest

from tests.system.chat import Chat
from tests.system.running import System
from tests.system.test_talk import LEAVE_MESSAGE

TEXT = "my blender from order 10482 leaks at the bottom"
MAIL = "joe@post.example"


def begin(chat: Chat, text: str = TEXT) -> None:
    """Up to the question where the answer should go."""
    chat.ask("let me talk to a human")
    asked = chat.press(LEAVE_MESSAGE["en"])
    if "Write something else" in asked.buttons:
        chat.press("Write something else")
    chat.ask(text)


def left(system: System, chat: Chat) -> list[dict[str, object]]:
    """What staff find of this conversation."""
    return [row for row in system.rows("staff_messages") if row["conversation_id"] == chat.conversation_id]


def test_message_is_summed_up_confirmed_and_kept(system: System, chat: Chat) -> None:
    begin(chat)
    summary = chat.ask(f"my address is {MAIL}")
    assert TEXT in summary.text
    assert MAIL in summary.text
    assert left(system, chat) == []
    done = chat.press("Yes, leave it")
    assert MAIL in done.text
    [row] = left(system, chat)
    assert (row["text"], row["reply_to"], row["answered_at"]) == (TEXT, MAIL, None)


def test_second_yes_leaves_no_second_message(system: System, chat: Chat) -> None:
    begin(chat)
    chat.ask(MAIL)
    yes = chat.choice("Yes, leave it")
    for seq in [chat.send(choice=yes), chat.send(choice=yes), chat.send("yes")]:
        assert chat.answer_to(seq).messages
    assert len(left(system, chat)) == 1


def test_message_and_address_can_be_corrected(system: System, chat: Chat) -> None:
    begin(chat)
    chat.ask(MAIL)
    chat.press("No, change something")
    chat.press("Where the answer goes")
    assert "jane@post.example" in chat.ask("jane@post.example").text
    chat.press("No, change something")
    chat.press("The message")
    summary = chat.ask("the lid of my blender is missing")
    assert "the lid of my blender is missing" in summary.text
    assert TEXT not in summary.text
    chat.press("Yes, leave it")
    [row] = left(system, chat)
    assert (row["text"], row["reply_to"]) == ("the lid of my blender is missing", "jane@post.example")


def test_question_in_between_is_answered_and_the_form_goes_on(system: System, chat: Chat) -> None:
    begin(chat)
    between = chat.ask("do you price match?")
    assert "days" in between.text
    assert "Answer here in the chat" in between.buttons
    summary = chat.press("Answer here in the chat")
    assert TEXT in summary.text
    chat.ask("yes")
    [row] = left(system, chat)
    assert (row["text"], row["reply_to"]) == (TEXT, "chat")


@pytest.mark.parametrize("stop", ["never mind", "stop"])
def test_stopping_leaves_nothing(system: System, chat: Chat, stop: str) -> None:
    begin(chat)
    assert MAIL not in chat.ask(stop).text
    chat.ask("yes")
    assert left(system, chat) == []


def test_finnish_message_is_left_in_finnish(system: System, chat: Chat) -> None:
    chat.ask("Haluaisin puhua asiakaspalvelijan kanssa tilauksestani")
    asked = chat.press(LEAVE_MESSAGE["fi"])
    if "Kirjoitan toisin" in asked.buttons:
        chat.press("Kirjoitan toisin")
    text = "Tilauksestani 10482 puuttui lamppu, lähettäisittekö sen pian"
    chat.ask(text)
    assert text in chat.press("Vastaus tähän keskusteluun").text
    chat.press("Kyllä, jätä viesti")
    [row] = left(system, chat)
    assert (row["text"], row["reply_to"]) == (text, "chat")
