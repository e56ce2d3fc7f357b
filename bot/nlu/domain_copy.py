"""A second copy of the domain inside the model, in JSON.

Rasa parses the domain's YAML three times when it loads a model: seconds of every start, at hundreds of
responses in three languages. JSON gives the same domain at once.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain

_FILE = "domain.json"


def persist(self: DomainProvider, domain: Domain) -> None:
    """Write the domain as Rasa does, and its copy beside it."""
    with self._model_storage.write_to(self._resource) as folder:
        domain.persist(folder / "domain.yml")
        (folder / _FILE).write_text(json.dumps(domain.as_dict()), encoding="utf-8")


def load(
    cls: type[DomainProvider],
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    """The domain from the copy, or from the YAML of a model that has none."""
    with model_storage.read_from(resource) as folder:
        copy = folder / _FILE
        known = Domain.from_dict(json.loads(copy.read_bytes())) if copy.exists() else Domain.from_path(folder)
    return cls(model_storage, resource, known)
