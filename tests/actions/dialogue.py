"""A dialogue without Rasa: the rules of `data/rules/`, its form loop, and the real actions.

It follows what Rasa 3.6 does with rules and one open form; tests/stories/ talks to Rasa itself.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor

from actions.words import filled, variant

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]
# What a customer would read if an action left a value out.
PLACEHOLDER = re.compile(r"\{\w+\}")


@cache
def load_domain() -> Json:
    """domain.yml with the responses of all topics, as Rasa sends it to actions."""
    domain: Json = yaml.safe_load((ROOT / "domain.yml").read_text())
    domain["responses"] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        domain["responses"].update(yaml.safe_load(path.read_text())["responses"])
    return domain


@cache
def load_rules() -> dict[str, list[str]]:
    """The actions that the rule for each intent leads to, forms among them."""
    rules: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text())["rules"]:
            first, *rest = rule["steps"]
            if "intent" in first:
                rules[first["intent"]] = [step["action"] for step in rest if "action" in step]
    return rules


@dataclass
class Answer:
    """What one turn said, as Rasa hands it to the gateway, and the names of the responses that were used."""

    names: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    buttons: list[Json] = field(default_factory=list)

    def payload(self, title: str) -> str:
        """What the button with that title sends."""
        return next(str(button["payload"]) for button in self.buttons if button["title"] == title)


class Dialogue:
    """One customer's dialogue."""

    def __init__(self, executor: ActionExecutor, dialogue_id: str) -> None:
        self.executor = executor
        self.dialogue_id = dialogue_id
        self.domain = load_domain()
        self.rules = load_rules()
        slots = self.domain["slots"]
        self.slots: Json = {name: about.get("initial_value") for name, about in slots.items()}
        self.slots["requested_slot"] = None
        self.events: list[Json] = []
        self.form: str | None = None
        # Whether the form has asked in this turn, and whether its reader ended it.
        self.asked = False
        self.ended = False

    async def say(
        self, text: str, intent: str, confidence: float = 0.95, language: str = "", **entities: str
    ) -> Answer:
        """A typed message, with what Rasa understood of it."""
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        if language:
            found.append({"entity": "language", "value": language})
            self.slots["language"] = language
        ranking = [{"name": intent, "confidence": confidence}]
        return await self.hear(
            {"text": text, "intent": ranking[0], "entities": found, "intent_ranking": ranking}
        )

    async def press(self, payload: str) -> Answer:
        """A pressed button."""
        name, brace, rest = payload.removeprefix("/").partition("{")
        values = yaml.safe_load(brace + rest) if brace else {}
        entities = [{"entity": key, "value": value} for key, value in values.items()]
        if values.get("language"):
            self.slots["language"] = values["language"]
        intent = {"name": name, "confidence": 1.0}
        return await self.hear({"text": payload, "intent": intent, "entities": entities})

    async def hear(self, message: Json) -> Answer:
        """One whole turn."""
        self.message = message
        self.events.append({"event": "user", "text": message["text"], "parse_data": message})
        self.asked = False
        answer = Answer()
        if self.form and await self._fills_form(answer):
            await self._go_on(answer)
            return answer
        for action in self.rules[message["intent"]["name"]]:
            await self._step(action, answer)
        if self.form and not self.asked:
            await self._go_on(answer)
        return answer

    async def _step(self, action: str, answer: Answer) -> None:
        if not action.endswith("_form"):
            events = await self.run(action, answer)
            for event in (found for found in events if found.get("event") == "followup"):
                await self._step(event["name"], answer) if event["name"] != "action_listen" else None
        elif self.form is None:
            self.form = action
            await self._go_on(answer)

    async def _fills_form(self, answer: Answer) -> bool:
        events = await self.run(f"validate_{self.form}", answer)
        # A reader ends its form early by emptying the requested slot.
        self.ended = any(event.get("name") == "requested_slot" for event in events)
        filled_slots = any(event.get("event") == "slot" for event in events)
        if not filled_slots:
            self.events.append({"event": "action_execution_rejected", "name": self.form})
        return filled_slots

    async def _go_on(self, answer: Answer) -> None:
        """Ask for the next slot, or close the form and submit it."""
        form, self.asked = str(self.form), True
        required = self.domain["forms"][form]["required_slots"]
        missing = None if self.ended else next((slot for slot in required if self.slots[slot] is None), None)
        self.ended = False
        self.slots["requested_slot"] = missing
        self.events.append({"event": "action", "name": form})
        if missing:
            await self.run(f"action_ask_{form}_{missing}", answer)
        else:
            self.form = None
            await self._step(f"action_submit_{form.removesuffix('_form')}", answer)

    async def run(self, action: str, answer: Answer) -> list[Json]:
        """Run one action and take over what it changes and says."""
        state = {
            "sender_id": self.dialogue_id,
            "slots": dict(self.slots),
            "latest_message": self.message,
            "events": list(self.events),
            "active_loop": {"name": self.form} if self.form else {},
        }
        result = await self.executor.run({"next_action": action, "tracker": state, "domain": self.domain})
        assert result is not None
        for response in result.responses:
            self._hear_bot(response, answer)
        self.events.append({"event": "action", "name": action})
        for event in result.events:
            self._apply(event)
        return result.events

    def _apply(self, event: Json) -> None:
        self.events.append(event)
        if event["event"] == "slot":
            assert event["name"] in self.slots, f"domain.yml has no slot {event['name']}"
            self.slots[event["name"]] = event["value"]
        elif event["event"] == "active_loop":
            self.form = event["name"]

    def _hear_bot(self, response: Json, answer: Answer) -> None:
        said: Json = {}
        if response.get("response"):
            answer.names.append(response["response"])
            said = dict(variant(self.domain, response["response"], self.slots))
            assert said, f"no response {response['response']}"
        text = filled(str(said.get("text") or response.get("text") or ""), response)
        buttons = [*said.get("buttons", []), *(response.get("buttons") or [])]
        shown = [{**button, "payload": _payload(button["payload"], response)} for button in buttons]
        # What customers typed may hold braces too; only the response's own values must all be there.
        left_out = [name for name in PLACEHOLDER.findall(str(said.get("text") or "")) if name in text]
        assert not left_out, text
        answer.texts.append(text)
        answer.buttons.extend(shown)
        data = {"buttons": shown or None, "custom": response.get("custom") or None}
        used = {"utter_action": response["response"]} if response.get("response") else {}
        self.events.append({"event": "bot", "text": text, "data": data, "metadata": used})


def _payload(payload: str, values: Json) -> str:
    return filled(payload, values).replace("{{", "{").replace("}}", "}")
