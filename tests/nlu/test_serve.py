import os
import sqlite3
from pathlib import Path

import pytest
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.core.utils import AvailableEndpoints

from bot.nlu import serve
from bot.nlu.environment import fill_endpoints
from bot.nlu.places import ROOT


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")}
    own = {"AFTERCARE_DATA_DIR": str(tmp_path), "AFTERCARE_ACTIONS_TOKEN": "s"}
    monkeypatch.setattr(os, "environ", kept | own)


def endpoints() -> AvailableEndpoints:
    fill_endpoints()
    return AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))


def test_a_missing_secret_is_one_clear_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main() == 1
    assert "AFTERCARE_RASA_TOKEN is not set" in capsys.readouterr().err


def test_a_missing_model_is_one_clear_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    os.environ["AFTERCARE_RASA_TOKEN"] = "t"
    assert serve.main() == 1
    assert "no trained model" in capsys.readouterr().err


def test_the_tracker_file_lies_in_the_data_directory_with_a_write_ahead_log(tmp_path: Path) -> None:
    url = endpoints().tracker_store.url
    assert url == f"sqlite:///{tmp_path}/rasa-tracker.db"
    serve._prepare_tracker_file(url)
    mode = sqlite3.connect(tmp_path / "rasa-tracker.db").execute("PRAGMA journal_mode").fetchone()
    assert mode == ("wal",)


def test_the_action_server_is_called_with_the_secret() -> None:
    os.environ["AFTERCARE_ACTIONS_PORT"] = "5955"
    action = endpoints().action
    assert action.url == "http://127.0.0.1:5955/webhook"
    assert action.headers == {"Authorization": "Bearer s"}


def test_the_lock_store_follows_the_redis_address() -> None:
    assert isinstance(LockStore.create(endpoints().lock_store), InMemoryLockStore)
    os.environ["AFTERCARE_REDIS_URL"] = "redis://:p%40ss@cache.test:6390/2"
    store = LockStore.create(endpoints().lock_store)
    assert isinstance(store, RedisLockStore)
    settings = store.red.connection_pool.connection_kwargs
    assert (settings["host"], settings["port"], settings["db"]) == ("cache.test", 6390, 2)
    assert settings["password"] == "p@ss"
