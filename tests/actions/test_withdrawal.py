"""Withdrawing in the chat: by button and by words, in every language, without showing who one is."""

import pytest
from sqlalchemy import select

from bot.services.runtime import Runtime
from bot.store.returns import Withdrawal
from tests.actions.dialogue import Dialogue


async def declared(runtime: Runtime) -> list[Withdrawal]:
    """All declarations there are."""
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(Withdrawal)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I withdraw from the contract of order 10482", "en"),
        ("I hereby withdraw from my purchase", "en"),
        ("Haluan peruuttaa kaupan", "fi"),
        ("Peruutan tilausta 10482 koskevan kaupan", "fi"),
        ("Umaatras ako sa kontrata", "fil"),
    ],
)
@pytest.mark.parametrize("intent", ["cancel_order", "start_return", "ask_return_policy", "out_of_scope"])
async def test_words_of_the_declaration_begin_it_whatever_they_are_taken_for(
    dialogue: Dialogue, text: str, language: str, intent: str
) -> None:
    await dialogue.say(text, intent, language=language)
    assert dialogue.form == "withdrawal_form"


@pytest.mark.parametrize(
    "text",
    [
        "Can I withdraw from the contract?",
        "how does withdrawing from a purchase work",
        "Voinko peruuttaa kaupan",
    ],
)
async def test_question_about_the_right_is_answered_as_one(dialogue: Dialogue, text: str) -> None:
    await dialogue.say(text, "ask_return_policy")
    assert dialogue.form is None


async def test_declaration_needs_order_name_and_mail_and_one_confirmation(
    dialogue: Dialogue, actions_runtime: Runtime
) -> None:
    name = await dialogue.say(
        "I withdraw from the contract of order 10482", "cancel_order", order_number="10482"
    )
    assert name.names == ["utter_withdrawal_ask_name"]
    mail = await dialogue.say("Aino Laaksonen", "inform")
    assert mail.names == ["utter_withdrawal_ask_email"]
    summary = await dialogue.say("aino@posti.example", "inform", email="aino@posti.example")
    assert summary.names == ["utter_withdrawal_summary"]
    assert await declared(actions_runtime) == []

    confirm = summary.payload("Confirm withdrawal")
    assert (await dialogue.press(confirm)).names == ["utter_withdrawal_received"]
    assert (await dialogue.press(confirm)).names == ["utter_orders_already_done"]
    (row,) = await declared(actions_runtime)
    assert (row.name, row.order_number, row.email) == ("Aino Laaksonen", "10482", "aino@posti.example")


async def test_name_is_corrected_before_the_confirmation(
    dialogue: Dialogue, actions_runtime: Runtime
) -> None:
    await dialogue.press("/withdraw_from_contract")
    await dialogue.say("10482", "inform", order_number="10482")
    await dialogue.say("Aino", "inform")
    summary = await dialogue.say("aino@posti.example", "inform")
    assert (await dialogue.press(summary.payload("Change the name"))).names == ["utter_withdrawal_ask_name"]
    again = await dialogue.say("Aino Laaksonen", "inform")
    old = await dialogue.press(summary.payload("Confirm withdrawal"))
    assert old.names[0] == "utter_withdrawal_confirmed_wrong"
    await dialogue.press(again.payload("Confirm withdrawal"))
    assert [row.name for row in await declared(actions_runtime)] == ["Aino Laaksonen"]


async def test_declaration_can_be_left(dialogue: Dialogue, actions_runtime: Runtime) -> None:
    await dialogue.press("/withdraw_from_contract")
    await dialogue.say("never mind", "cancel_flow")
    assert dialogue.form is None
    assert await declared(actions_runtime) == []


async def at_summary(dialogue: Dialogue) -> None:
    """A declaration of the wrong person, about to be confirmed."""
    await dialogue.say("I withdraw from the contract of order 10482", "cancel_order", order_number="10482")
    await dialogue.say("Aino Laakso", "inform")
    await dialogue.say("aino@posti.example", "inform", email="aino@posti.example")


@pytest.mark.parametrize(
    ("said", "slot", "value", "answer"),
    [
        ("the name is wrong", "withdrawal_name", None, "utter_withdrawal_ask_name"),
        ("no, my name is Aino Laaksonen", "withdrawal_name", "Aino Laaksonen", "utter_withdrawal_summary"),
        ("that's the wrong order", "withdrawal_order", None, "utter_withdrawal_ask_order"),
        ("wrong e-mail", "withdrawal_email", None, "utter_withdrawal_ask_email"),
        ("no that is not what I want", "withdrawal_confirmed", None, "utter_withdrawal_summary"),
    ],
)
async def test_declaration_is_corrected_in_words_before_it_is_made(
    dialogue: Dialogue, said: str, slot: str, value: str | None, answer: str
) -> None:
    await at_summary(dialogue)
    assert (await dialogue.say(said, "deny")).names[-1] == answer
    assert dialogue.slots[slot] == value


async def test_what_is_called_wrong_at_the_next_question_is_asked_again(dialogue: Dialogue) -> None:
    await dialogue.say("I withdraw from the contract of order 10482", "cancel_order", order_number="10482")
    assert (await dialogue.say("the order number is wrong", "deny")).names == ["utter_withdrawal_ask_order"]
