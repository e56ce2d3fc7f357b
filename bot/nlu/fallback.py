"""When the ranking of intents is too weak to act on, the intent becomes `nlu_fallback`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"

Entry = dict[str, Any]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class FallbackWhenUnsure(GraphComponent):  # type: ignore[misc]
    """Like Rasa's own FallbackClassifier, with a third ground: a fair chance that nothing here is asked.

    That ground refuses foreign questions at half the cost in customers' own that a higher threshold has.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        """The limits come from config.yml."""
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FallbackWhenUnsure:
        """The component with its limits."""
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Limits that never refuse; config.yml sets the real ones."""
        return {"threshold": 0.0, "ambiguity_threshold": 0.0, "out_of_scope_doubt": 1.0}

    def process(self, messages: list[Message]) -> list[Message]:
        """Put the fallback in front where the ranking is weak; the ranking itself stays behind it."""
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY)
            if ranking and self._unsure(ranking):
                entry = {"name": FALLBACK, "confidence": ranking[0]["confidence"]}
                message.set(INTENT, entry, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [entry, *ranking], add_to_output=True)
        return messages

    def _unsure(self, ranking: list[Entry]) -> bool:
        first, second = ranking[0], ranking[1] if len(ranking) > 1 else {"confidence": 0.0}
        if first["name"] == OUT_OF_SCOPE:
            return False
        doubt = sum(entry["confidence"] for entry in ranking if entry["name"] == OUT_OF_SCOPE)
        return bool(
            first["confidence"] < self._config["threshold"]
            or first["confidence"] - second["confidence"] < self._config["ambiguity_threshold"]
            or doubt > self._config["out_of_scope_doubt"]
        )
