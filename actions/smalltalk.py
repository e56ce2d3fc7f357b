"""Talk about the talk itself: greetings, thanks, bare answers, repeating, stopping."""

from abc import ABC
from typing import ClassVar

from rasa_sdk.events import FollowupAction, SlotSet

from actions import claim_status, forms, handoff, history, redeem, return_status, staff_message, tasks
from actions.base import ShopAction
from actions.confirming import CONFIRMED_LAST
from actions.history import Event
from actions.turn import Turn
from bot.shop.content.base import LANGUAGES


class Said(ShopAction, ABC):
    """An action that says one response."""

    any_language: ClassVar[bool] = True
    response: ClassVar[str]

    async def answer(self, turn: Turn) -> list[Event]:
        """Say it."""
        turn.say(self.response)
        return []


class Greet(Said):
    """Greets back."""

    response = "utter_smalltalk_greeting"

    def name(self) -> str:
        """In the domain."""
        return "action_greet"


class Goodbye(Said):
    """Says goodbye."""

    response = "utter_smalltalk_goodbye"

    async def answer(self, turn: Turn) -> list[Event]:
        """Whoever leaves is asked nothing more; what is open waits."""
        said = await super().answer(turn)
        return [*said, *tasks.put_aside(turn)] if turn.form else said

    def name(self) -> str:
        """In the domain."""
        return "action_goodbye"


class Thank(Said):
    """Answers thanks."""

    response = "utter_smalltalk_thanks"

    def name(self) -> str:
        """In the domain."""
        return "action_thank"


class AskCapabilities(Said):
    """Says what it can do now, and what it cannot."""

    response = "utter_smalltalk_capabilities"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_capabilities"


class AskIfBot(Said):
    """Says that it is automated."""

    response = "utter_smalltalk_automated"

    def name(self) -> str:
        """In the domain."""
        return "action_ask_if_bot"


class Deny(Said):
    """Takes a no: to going on with what waits, or to nothing that is open."""

    response = "utter_smalltalk_no"

    async def answer(self, turn: Turn) -> list[Event]:
        """By what was offered last."""
        return tasks.drop(turn) if tasks.was_offered(turn) else await super().answer(turn)

    def name(self) -> str:
        """In the domain."""
        return "action_deny"


class SayLanguage(Said):
    """Says, in the language now set, what is true today of talking in it."""

    response = "utter_smalltalk_language"

    def name(self) -> str:
        """In the domain."""
        return "action_say_language"


class ChangeLanguage(ShopAction):
    """Changes to the language asked for; the rule goes on with `action_say_language`.

    A slot set here reaches the words of the next action only.
    """

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_change_language"

    async def answer(self, turn: Turn) -> list[Event]:
        """Without a named language the conversation's own is spoken of, with the others as buttons."""
        asked = turn.entity("asked_language")
        return [SlotSet("language", asked)] if asked in LANGUAGES else []


class Affirm(ShopAction):
    """Takes a yes when no form is open: to the offer of staff, to a message just left, or to nothing."""

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_affirm"

    async def answer(self, turn: Turn) -> list[Event]:
        """By what was said last."""
        if turn.entity("summary") and turn.entity("summary") == turn.slot(staff_message.SENT):
            turn.say("utter_handoff_already_left")
            return []
        if turn.entity("summary") and turn.entity("summary") == turn.slot(CONFIRMED_LAST):
            turn.say("utter_orders_already_done")
            return []
        if turn.entity("summary") and turn.entity("summary") == turn.slot(redeem.DONE):
            turn.say("utter_rewards_already_redeemed")
            return []
        if tasks.was_offered(turn):
            return tasks.resume(turn)
        offered = history.offered(turn.events(), "leave_message")
        if offered is not None and not turn.form:
            return [*handoff.begin(turn, offered.get("topic")), FollowupAction(staff_message.FORM)]
        turn.say("utter_smalltalk_yes")
        return []


class Repeat(ShopAction):
    """Says the last answer again, word for word, with its buttons."""

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_repeat"

    async def answer(self, turn: Turn) -> list[Event]:
        """An open form repeats its question by itself."""
        if turn.form:
            return []
        last = history.last_answer(turn.events())
        for message in last:
            turn.say_again(message)
        if not last:
            turn.say("utter_smalltalk_nothing_to_repeat")
        return []


class CancelFlow(ShopAction):
    """Stops what is going on: any form that is open."""

    any_language: ClassVar[bool] = True

    def name(self) -> str:
        """In the domain."""
        return "action_cancel_flow"

    async def answer(self, turn: Turn) -> list[Event]:
        """Outside a form there is nothing to stop, unless a claim or a return is meant."""
        if turn.form:
            return forms.stop(turn)
        if not turn.is_foreign and return_status.is_about_return(turn):
            return await return_status.begin_cancelling(turn)
        if not turn.is_foreign and claim_status.is_about_claim(turn):
            return await claim_status.begin_status(turn)
        turn.say("utter_smalltalk_nothing_to_stop")
        return []
