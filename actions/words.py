"""Reading the shop's responses from the domain that Rasa sends with every call.

Rasa itself words most answers. These functions are for what it cannot do: titles of buttons that are chosen
while the program runs, and an answer without its buttons.
"""

import re
from collections.abc import Mapping
from typing import Any

Variant = Mapping[str, Any]

_PLACEHOLDER = re.compile(r"{([^\n{}]+?)}")


def variant(domain: Mapping[str, Any], response: str, slots: Mapping[str, Any]) -> Variant:
    """The variant of a response that Rasa would say: one whose conditions hold, else the one without any."""
    variants: list[Variant] = (domain.get("responses") or {}).get(response) or []
    plain = [found for found in variants if not found.get("condition")]
    fitting = [found for found in variants if found.get("condition") and _holds(found, slots)]
    return next(iter(fitting or plain), {})


def _holds(found: Variant, slots: Mapping[str, Any]) -> bool:
    return all(slots.get(condition["name"]) == condition["value"] for condition in found["condition"])


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with `{name}` replaced by the value of that name."""
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def safe(value: object) -> str:
    """A value as text that Rasa can put into a response.

    Rasa takes "0[" in a finished text for a placeholder it failed to fill, and then says the raw template.
    A word joiner between the two characters cannot be seen and keeps them apart.
    """
    return str(value).replace("0[", "0\u2060[")
