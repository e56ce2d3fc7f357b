import os
from pathlib import Path

import pytest

from bot.nlu import model_cache, train
from bot.nlu.encoders import embed
from bot.nlu.places import newest_model

SOURCES = ["config.yml", "domain.yml", "data/nlu/orders.yml", "bot/nlu/text.py", "requirements/rasa.txt"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in SOURCES:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("one", encoding="utf-8")
    return tmp_path


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFTERCARE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(train, "quiet", lambda: None)
    (tmp_path / "var/models").mkdir(parents=True)
    return tmp_path / "var"


@pytest.mark.parametrize("name", SOURCES)
def test_a_change_of_any_source_makes_the_model_stale(root: Path, name: str) -> None:
    before = train.fingerprint(root)
    (root / name).write_text("two", encoding="utf-8")
    assert train.fingerprint(root) != before


def test_other_files_do_not_make_the_model_stale(root: Path) -> None:
    before = train.fingerprint(root)
    (root / "README.md").write_text("new", encoding="utf-8")
    assert train.fingerprint(root) == before


def test_check_tells_a_missing_model_from_a_fresh_one(data_dir: Path) -> None:
    assert train.main(["--check"]) == 3
    train.model_path(train.fingerprint(train.ROOT)).touch()
    assert train.main(["--check"]) == 0


def test_a_fresh_model_becomes_the_newest_again(data_dir: Path) -> None:
    fresh = train.model_path(train.fingerprint(train.ROOT))
    fresh.touch()
    os.utime(fresh, (1, 1))
    (data_dir / "models/aftercare-other.tar.gz").touch()
    assert train.main([]) == 0
    assert newest_model() == fresh


def test_a_failed_training_says_where_the_reason_stands(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train, "_command", lambda _: ["sh", "-c", "echo no good; exit 1"])
    assert train.main([]) == 1
    assert str(data_dir / "train.log") in capsys.readouterr().err
    assert (data_dir / "train.log").read_text() == "no good\n"
    assert newest_model() is None


def test_the_intents_are_learnt_once_for_the_same_examples(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["hello there", "good morning", "thanks a lot", "many thanks"]
    labels = ["greet", "greet", "thank", "thank"]
    first = model_cache.trained_model(texts, labels)
    monkeypatch.setattr(model_cache.IntentModel, "fit", lambda *_: pytest.fail("learnt again"))
    assert model_cache.trained_model(texts, labels).rank("thank you") == first.rank("thank you")


def test_only_new_texts_are_encoded(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = model_cache._vectors(["hello there", "thanks a lot"])
    encoded = []
    monkeypatch.setattr(model_cache, "embed", lambda texts: encoded.extend(texts) or embed(texts))
    again = model_cache._vectors(["thanks a lot", "good morning"])
    assert encoded == ["good morning"]
    assert (again[0] == known[1]).all()
