"""The language of the conversation, told by the gateway, as an entity that fills the slot."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, METADATA
from rasa.shared.nlu.training_data.message import Message

LANGUAGES = ("en", "fi", "fil")


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class LanguageFromMetadata(GraphComponent):  # type: ignore[misc]
    """Appends the entity `language` when the message's metadata names a known one.

    An entity sets the slot before any rule runs, so no action call is spent on it. A message without
    the key leaves the slot as it is.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageFromMetadata:
        """Nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Append the entity to each message whose metadata names a language."""
        for message in messages:
            metadata = message.get(METADATA)
            language = metadata.get("language") if isinstance(metadata, dict) else None
            if language in LANGUAGES:
                entity = {"entity": "language", "value": language, "start": 0, "end": 0}
                entity["extractor"] = "LanguageFromMetadata"
                message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages
