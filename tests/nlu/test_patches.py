import gc
from pathlib import Path

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.utils.endpoints import EndpointConfig

from bot.nlu import patches

patches.apply()


@pytest.fixture
def action() -> RemoteAction:
    return RemoteAction("action_x", EndpointConfig("http://127.0.0.1:1/webhook"))


def test_event_classes_are_found_as_before() -> None:
    assert Event.resolve_by_type("user") is UserUttered
    assert Event.resolve_by_type("unheard_of", UserUttered) is UserUttered
    with pytest.raises(ValueError, match="unheard_of"):
        Event.resolve_by_type("unheard_of")


def test_a_good_reply_passes(action: RemoteAction) -> None:
    reply = {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"text": "hi"}]}
    assert action._validate_action_result(reply)


@pytest.mark.parametrize("reply", [{"events": "none"}, {"events": [{"name": "a"}]}, {"responses": {}}])
def test_a_bad_reply_is_refused(action: RemoteAction, reply: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="action server"):
        action._validate_action_result(reply)


def test_a_loaded_model_is_out_of_the_garbage_collectors_way(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    loaded = []
    patches._then_freeze(lambda *arguments: loaded.append(arguments[1]))(Agent(), "model.tar.gz")
    assert (loaded, frozen) == (["model.tar.gz"], [True])


def test_a_second_call_changes_nothing() -> None:
    before = Agent.load_model
    patches.apply()
    assert Agent.load_model is before


def test_the_domains_copy_gives_the_same_domain(tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    provider = DomainProvider(storage, Resource("domain"))
    written = Domain.from_dict({"intents": ["greet"], "responses": {"utter_hi": [{"text": "Yes: no\n✓"}]}})
    provider._persist(written)
    context = ExecutionContext(None, None)
    quick = DomainProvider.load({}, storage, Resource("domain"), context).provide_inference()
    (tmp_path / "domain/domain.json").unlink()
    slow = DomainProvider.load({}, storage, Resource("domain"), context).provide_inference()
    assert quick.fingerprint() == slow.fingerprint() == written.fingerprint()
