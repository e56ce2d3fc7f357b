"""Rasa components around spaCy: the loader of our own pipeline, and the reader of its spans."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc, Span

from bot.nlu.patterns import CLAIM, ORDER
from bot.nlu.spacy_folder import SPANS, ensure_spacy_folder

Entity = dict[str, Any]

_CLAIM_PARTS = re.compile(r"(\d{4})\D*(\d+)")
_Kind = DefaultV1Recipe.ComponentType


@DefaultV1Recipe.register(
    [_Kind.MODEL_LOADER, _Kind.MESSAGE_FEATURIZER], is_trainable=False, model_from="ShopSpacy"
)
class ShopSpacy(SpacyNLP):  # type: ignore[misc]
    """Loads the shop's spaCy folder.

    The path is found when the model is loaded: written into config.yml it would be frozen into the
    model archive and break when the data directory moves or spaCy changes.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ShopSpacy:
        """Build the folder if it is missing, then load it as Rasa would."""
        own = {"model": str(ensure_spacy_folder()), "case_sensitive": True}
        component: ShopSpacy = super().create({**config, **own}, model_storage, resource, execution_context)
        return component


@DefaultV1Recipe.register([_Kind.ENTITY_EXTRACTOR], is_trainable=False)
class SpanEntities(GraphComponent):  # type: ignore[misc]
    """Turns each span of the ruler into an entity; one number may give several."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpanEntities:
        """Nothing to configure."""
        return cls()

    @classmethod
    def required_components(cls) -> list[type]:
        """The spans come from the loader of spaCy."""
        return [SpacyNLP]

    def process(self, messages: list[Message]) -> list[Message]:
        """Append the entities found in each message."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is not None:
                message.set(ENTITIES, message.get(ENTITIES, []) + entities_of(doc), add_to_output=True)
        return messages


def entities_of(doc: Doc) -> list[Entity]:
    """The readings of all spans, longest first where one contains another of its own kind."""
    found: list[Entity] = []
    for span in sorted(doc.spans.get(SPANS, []), key=lambda span: (span.start, -len(span))):
        entity = _entity(span)
        if not any(_covers(other, entity) for other in found):
            found.append(entity)
    claims = [entity for entity in found if entity["entity"] == CLAIM]
    return [e for e in found if e in claims or not any(_overlap(e, claim) for claim in claims)]


def _entity(span: Span) -> Entity:
    start = span.start_char
    text = span.text
    if span.label_ == ORDER:
        # "order no 10482" matches as a whole; only its last word is the number.
        text = _number_part(span)
        start = span.end_char - len(text)
    value = "-".join(("CLM", *_CLAIM_PARTS.findall(text)[0])) if span.label_ == CLAIM else text
    return {
        "entity": span.label_,
        "value": span.id_ or value.lstrip("#"),
        "start": start + len(text) - len(text.lstrip("#")),
        "end": span.end_char,
        "extractor": "SpanEntities",
    }


def _number_part(span: Span) -> str:
    first = next(token for token in span if any(char.isdigit() for char in token.text))
    text = span.doc.text[first.idx : span.end_char]
    return text.split("#")[-1].split(":")[-1].split(".")[-1]


def _covers(other: Entity, entity: Entity) -> bool:
    same = other["entity"] == entity["entity"]
    return bool(same and other["start"] <= entity["start"] and entity["end"] <= other["end"])


def _overlap(one: Entity, two: Entity) -> bool:
    return bool(one["start"] < two["end"] and two["start"] < one["end"])
