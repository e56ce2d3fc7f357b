"""What all actions have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.history import Event
from actions.turn import Turn
from bot.shop.errors import ShopError

# Below this an intent is a guess: it does not interrupt a form, and answers no other language.
SURE = 0.6

MISSES = "misses"


Interceptor = Callable[["Turn"], list[Event] | None]
_INTERCEPTORS: list[Interceptor] = []


def intercept(interceptor: Interceptor) -> None:
    """Let this look at every typed message outside forms first, whatever it was understood as."""
    _INTERCEPTORS.append(interceptor)


class ShopAction(Action, ABC):
    """One step of the dialogue: reads the turn, calls one service, answers, returns events.

    Subclasses give `name` and `answer`. One object serves the whole process, so it keeps nothing.
    """

    # Whether it answers typed text in every language, because what it says needs no more than the intent.
    any_language: ClassVar[bool] = False
    # Whether reaching this action means that the customer was understood.
    understood: ClassVar[bool] = True

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    async def answer(self, turn: Turn) -> list[Event]:
        """Answer the message and return what it changes."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any] | None
    ) -> list[Event]:
        """Answer, or say sorry when the shop's rules refuse; other exceptions are the server's to report."""
        turn = Turn(dispatcher, tracker, domain)
        intercepted = self._intercepted(turn)
        if intercepted is not None:
            return intercepted
        if self._cannot_read(turn):
            turn.say("utter_handoff_other_language")
            return []
        try:
            events = await self.answer(turn)
        except ShopError:
            turn.say("utter_smalltalk_sorry")
            return []
        return events + self._end_of_misses(turn)

    def _intercepted(self, turn: Turn) -> list[Event] | None:
        if turn.form or turn.is_button:
            return None
        found = (interceptor(turn) for interceptor in _INTERCEPTORS)
        return next((events for events in found if events is not None), None)

    def _cannot_read(self, turn: Turn) -> bool:
        """Whether the message is in a language the bot is not taught yet, which makes its intent a guess."""
        if not turn.is_foreign or turn.form:
            return False
        return not (self.any_language and turn.confidence >= SURE)

    def _end_of_misses(self, turn: Turn) -> list[Event]:
        return [SlotSet(MISSES, 0)] if self.understood and turn.count(MISSES) else []
