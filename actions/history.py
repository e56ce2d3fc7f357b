"""What happened in a dialogue, read from the events Rasa sends."""

import json
from collections.abc import Sequence
from typing import Any

Event = dict[str, Any]


def last_message(events: Sequence[Event]) -> int:
    """Where the customer's last message stands; -1 if there is none."""
    return next((i for i in reversed(range(len(events))) if events[i].get("event") == "user"), -1)


def was_no_answer(events: Sequence[Event]) -> bool:
    """Whether the open form already found no answer in the last message and another action answered it."""
    since_message = events[last_message(events) + 1 :]
    return any(event.get("event") == "action_execution_rejected" for event in since_message)


def last_answer(events: Sequence[Event]) -> list[Event]:
    """What the bot said last before the customer's last message."""
    said: list[Event] = []
    for event in reversed(events[: max(last_message(events), 0)]):
        if event.get("event") == "user" and said:
            break
        if event.get("event") == "bot":
            said.insert(0, event)
    return said


def last_answers(events: Sequence[Event], most: int) -> list[list[Event]]:
    """What the bot said before the customer's last message, by message answered, the latest first."""
    answers: list[list[Event]] = [[]]
    for event in reversed(events[: max(last_message(events), 0)]):
        if event.get("event") == "user" and answers[-1]:
            answers.append([])
        elif event.get("event") == "bot":
            answers[-1].append(event)
        if len(answers) > most:
            break
    return [answer for answer in answers[:most] if answer]


def offered(events: Sequence[Event], intent: str) -> dict[str, Any] | None:
    """The entities of the button for `intent`, if that is what the last answer offered first."""
    said = [message.get("data") or {} for message in last_answer(events)]
    buttons = [button for data in said for button in data.get("buttons") or []]
    name, brace, entities = str(buttons[0].get("payload") if buttons else "").partition("{")
    if name != f"/{intent}":
        return None
    found: dict[str, Any] = json.loads(brace + entities) if brace else {}
    return found


def has_said(events: Sequence[Event], response: str) -> bool:
    """Whether that response was already said to the last message."""
    said = events[last_message(events) + 1 :]
    return any(response_of(event) == response for event in said)


def response_of(message: Event) -> str:
    """The response that a message of the bot was made of."""
    return str((message.get("metadata") or {}).get("utter_action") or "")


def intents(events: Sequence[Event]) -> set[str]:
    """What the customer has asked for in this session."""
    messages = (event.get("parse_data") or {} for event in events if event.get("event") == "user")
    return {str((message.get("intent") or {}).get("name") or "") for message in messages}


def is_first_step(events: Sequence[Event]) -> bool:
    """Whether no other action has answered the last message yet."""
    since_message = events[last_message(events) + 1 :]
    return not any(event.get("event") == "action" for event in since_message)
