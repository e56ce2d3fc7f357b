"""One message of the customer's as an action sees it, and the ways to answer it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions import words
from actions.history import Event
from bot import bootstrap
from bot.services import conversations
from bot.services.conversations import Case
from bot.services.language import is_only_data
from bot.services.runtime import Runtime
from bot.services.words import moment_in_words
from bot.shop.content.base import LANGUAGES, Language

# Typed text is understood in these; in the others customers are offered to leave a message for staff.
UNDERSTOOD_LANGUAGES = frozenset({"en"})

Button = dict[str, str]
Card = dict[str, str]


def payload(intent: str, **entities: str) -> str:
    """What a button sends to Rasa when it is pressed."""
    return f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"


class Turn:
    """The message that is being answered, with everything type-checked.

    Entities and slots may hold anything a payload can carry, so nothing else reads the tracker.
    """

    def __init__(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any] | None
    ) -> None:
        """Wrap what the SDK passes to an action."""
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._domain = domain or {}

    @property
    def dialogue_id(self) -> str:
        """Rasa's private name for the conversation."""
        return str(self._tracker.sender_id)

    @property
    def runtime(self) -> Runtime:
        """What the services work with, one per process."""
        return bootstrap.runtime()

    async def case(self) -> Case:
        """Who is being served and how far they are known; from the database, never from slots."""
        return await conversations.case_of(self.runtime, self.dialogue_id)

    @property
    def text(self) -> str:
        """What the customer typed; for a button its payload."""
        text = self._tracker.latest_message.get("text")
        return text.strip() if isinstance(text, str) else ""

    @property
    def is_button(self) -> bool:
        """Whether a button was pressed; the gateway neutralises a slash that was typed."""
        return self.text.startswith("/")

    @property
    def intent(self) -> str:
        """What Rasa took the message for."""
        return str((self._tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def confidence(self) -> float:
        """How sure Rasa is of the intent."""
        return float((self._tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    def ranking(self) -> list[tuple[str, float]]:
        """All intents with their confidence, the likeliest first."""
        ranked = self._tracker.latest_message.get("intent_ranking") or []
        return [(str(one.get("name")), float(one.get("confidence") or 0.0)) for one in ranked]

    @property
    def language(self) -> Language:
        """The language the conversation is in now."""
        language = self.slot("language")
        return language if language in LANGUAGES else LANGUAGES[0]

    @property
    def is_foreign(self) -> bool:
        """Whether this is text in a language whose free text is not understood yet; data is in none."""
        foreign = self.language not in UNDERSTOOD_LANGUAGES
        return foreign and not self.is_button and not is_only_data(self.text)

    def entity(self, name: str) -> str | None:
        """The first value of that entity in the message."""
        return next(self._entities(name), None)

    def entities(self, name: str) -> list[str]:
        """All different values of that entity in the message, in their order."""
        return list(dict.fromkeys(self._entities(name)))

    def _entities(self, name: str) -> Iterator[str]:
        for found in self._tracker.latest_message.get("entities") or []:
            value = found.get("value")
            if found.get("entity") == name and isinstance(value, str) and value.strip():
                yield value.strip()

    def slot(self, name: str) -> str | None:
        """The slot's text, or nothing if it is empty or holds something else."""
        value = self._tracker.slots.get(name)
        return value if isinstance(value, str) and value else None

    def foresee(self, events: Sequence[Event]) -> Sequence[Event]:
        """Let the rest of this answer see the slots that `events` will set; gives the events back."""
        for event in events:
            if event.get("event") == "slot":
                self._tracker.slots[event["name"]] = event["value"]
        return events

    def value(self, name: str) -> object:
        """Whatever the slot holds; the caller checks what it is."""
        return self._tracker.slots.get(name)

    def count(self, name: str) -> int:
        """The slot as a number, 0 if it holds none."""
        value = self._tracker.slots.get(name)
        return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0

    @property
    def form(self) -> str | None:
        """The form that is open."""
        return self._tracker.active_loop_name

    @property
    def asked_slot(self) -> str | None:
        """The slot that the open form asked for."""
        return self.slot("requested_slot") if self.form else None

    @property
    def forms(self) -> frozenset[str]:
        """All forms there are."""
        return frozenset(self._domain.get("forms") or {})

    def form_slots(self) -> list[str]:
        """The slots that the open form asks for."""
        form = (self._domain.get("forms") or {}).get(self.form) or {}
        return list(form.get("required_slots") or [])

    def events(self) -> list[Event]:
        """Everything that happened in this session, oldest first."""
        return list(self._tracker.applied_events())

    def say(
        self, response: str, buttons: Sequence[Button] = (), cards: Sequence[Card] = (), **values: object
    ) -> None:
        """Answer with a response of `data/responses/`, its placeholders filled with `values`.

        While a form is open the next steps of another topic would lead away from it, so the answer goes out
        without its buttons; the form asks again below it.
        """
        texts: dict[str, Any] = {name: words.safe(value) for name, value in values.items()}
        if self.form and words.variant(self._domain, response, self._tracker.slots).get("buttons"):
            self._dispatcher.utter_message(text=self.words(response, **texts))
        else:
            shown = [] if self.form else list(buttons)
            custom = {"cards": list(cards)} if cards and not self.form else None
            self._dispatcher.utter_message(response=response, buttons=shown, json_message=custom, **texts)

    def has_said(self, response: str) -> bool:
        """Whether this action has said that response already."""
        return any(message.get("response") == response for message in self._dispatcher.messages)

    def ask(self, response: str, **values: object) -> None:
        """Say a response that belongs to the open form, with its buttons."""
        texts: dict[str, Any] = {name: words.safe(value) for name, value in values.items()}
        self._dispatcher.utter_message(response=response, **texts)

    def ask_with(self, response: str, buttons: Sequence[Button], **values: object) -> None:
        """Say a response that belongs to the open form, with buttons that are chosen now."""
        texts: dict[str, Any] = {name: words.safe(value) for name, value in values.items()}
        self._dispatcher.utter_message(response=response, buttons=list(buttons), **texts)

    def say_again(self, message: Event) -> None:
        """Say what the bot already said, word for word, with its buttons and cards."""
        data = message.get("data") or {}
        self._dispatcher.utter_message(
            text=message.get("text"), buttons=data.get("buttons"), json_message=data.get("custom")
        )

    def words(self, response: str, **values: object) -> str:
        """The text of a response in the conversation's language, for a title or a part of an answer."""
        found = words.variant(self._domain, response, self._tracker.slots)
        return words.filled(str(found.get("text") or ""), {**self._tracker.slots, **values})

    def moment(self, at: datetime) -> str:
        """A time as the customer reads it."""
        return moment_in_words(at, self.language, self.runtime.content.shop.time_zone)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's zone."""
        return ZoneInfo(self.runtime.content.shop.time_zone)

    def button(self, title: str, intent: str, **entities: str) -> Button:
        """A button whose title is the text of the response `title`."""
        return {"title": self.words(title), "payload": payload(intent, **entities)}
