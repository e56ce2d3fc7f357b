"""Four slow spots of Rasa 3.6.21, mended from outside because that line gets no more releases.

Each replaces one function by one that answers the same, faster. Figures: docs, "language understanding".
"""

from __future__ import annotations

import functools
import gc
from typing import Any

from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.events import Event

from bot.nlu import domain_copy

_MARK = "patched_by_shop"


def apply() -> None:
    """Install the patches; a second call changes nothing."""
    if getattr(Agent, _MARK, False):
        return
    setattr(Agent, _MARK, True)
    # Rasa walks all event classes for every event of a session, at every message.
    Event.resolve_by_type = staticmethod(functools.cache(Event.resolve_by_type))
    RemoteAction._validate_action_result = _validate_action_result
    Agent.load_model = _then_freeze(Agent.load_model)
    DomainProvider._persist = domain_copy.persist
    DomainProvider.load = classmethod(domain_copy.load)


@functools.cache
def _reply_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    # Rasa checks and compiles the schema anew for every reply of the action server: 16 ms each time.
    error: ValidationError | None = best_match(_reply_validator().iter_errors(result))
    if error is not None:
        error.message += ". The action server's reply does not have the form Rasa expects."
        raise error
    return True


def _then_freeze(load_model: Any) -> Any:
    # The model's objects live as long as the process: walking them stops every answer for 280 ms.
    @functools.wraps(load_model)
    def load_and_freeze(self: Agent, *args: Any, **kwargs: Any) -> None:
        load_model(self, *args, **kwargs)
        gc.collect()
        gc.freeze()

    return load_and_freeze
