import stat
from pathlib import Path

import pytest

from bot import settings as configuration
from bot.run import demo_secrets
from bot.settings import DEMO_ENV_FILE, Settings


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFTERCARE_DATA_DIR", str(tmp_path / "data"))
    demo_secrets.complete(configuration.load())
    return tmp_path / "data" / DEMO_ENV_FILE


def test_first_start_makes_every_secret_and_settings_read_them(loaded: Path) -> None:
    settings = configuration.load()
    values = {getattr(settings, name).get_secret_value() for name in demo_secrets.NAMES}
    assert len(values) == len(demo_secrets.NAMES)
    assert all(len(value) >= 32 for value in values)


def test_secrets_are_readable_by_their_owner_only(loaded: Path) -> None:
    assert stat.S_IMODE(loaded.stat().st_mode) == 0o600


def test_later_start_keeps_the_secrets(loaded: Path) -> None:
    before = loaded.read_text()
    demo_secrets.complete(configuration.load())
    assert loaded.read_text() == before


def test_secret_from_the_environment_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERCARE_RASA_TOKEN", "given")
    monkeypatch.setenv("AFTERCARE_DATA_DIR", str(tmp_path))
    demo_secrets.complete(configuration.load())
    assert "RASA_TOKEN" not in (tmp_path / DEMO_ENV_FILE).read_text()


def test_production_gets_no_generated_secrets(tmp_path: Path) -> None:
    production = Settings(data_dir=tmp_path).model_copy(update={"env": "production"})
    demo_secrets.complete(production)
    assert not (tmp_path / DEMO_ENV_FILE).exists()
