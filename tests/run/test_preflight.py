import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from bot.run import preflight
from bot.run.problem import RunProblem
from bot.settings import Settings

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def rasa_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    python = tmp_path / "rasa-python"
    python.touch()
    monkeypatch.setattr(preflight, "RASA_PYTHON", python)
    return python


def refusal(settings: Settings) -> str:
    with pytest.raises(RunProblem) as refused:
        preflight.check(settings)
    return str(refused.value)


def changed(settings: Settings, **fields: object) -> Settings:
    return settings.model_copy(update=fields)


def test_all_is_well(settings: Settings) -> None:
    preflight.check(settings)


@pytest.mark.parametrize("name", ["port", "ops_port", "files_port", "rasa_port", "actions_port"])
def test_taken_port_is_named_with_its_setting(settings: Settings, name: str) -> None:
    port: int = getattr(settings, name)
    with socket.create_server(("127.0.0.1", port)):
        sentence = refusal(settings)
    assert f"Port {port} is taken" in sentence
    assert f"AFTERCARE_{name.upper()}." in sentence


def test_one_port_for_two_things_is_refused(settings: Settings) -> None:
    sentence = refusal(changed(settings, ops_port=settings.port))
    assert sentence.startswith(f"AFTERCARE_PORT and AFTERCARE_OPS_PORT are both {settings.port}")


def test_port_of_a_rasa_elsewhere_is_not_looked_at(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.rasa_port)):
        preflight.check(changed(settings, rasa_url="http://10.0.0.7:5005"))


def test_full_disk_is_one_sentence(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 5 * 1024**2))
    assert refusal(settings).startswith("The disk is too full: 5 MB are free")


def test_missing_model_says_how_to_train(settings: Settings) -> None:
    (settings.data_dir / "models" / "model.tar.gz").unlink()
    assert "make train" in refusal(settings)


def test_missing_pages_say_how_to_build(settings: Settings) -> None:
    (settings.web_dir / "index.html").unlink()
    assert "make setup-web" in refusal(settings)


def test_missing_rasa_says_how_to_set_up(settings: Settings, rasa_python: Path) -> None:
    rasa_python.unlink()
    assert "make setup-rasa" in refusal(settings)
