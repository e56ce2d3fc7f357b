import importlib
import subprocess
import sys

import pytest

from bot.nlu.lean import UNUSED, UnusedLibrary, leave_out_unused
from bot.nlu.places import ROOT


def test_an_unused_library_can_be_imported_and_derived_from() -> None:
    module = importlib.import_module("tensorflow.keras.layers")

    class Layer(module.Layer):  # type: ignore[misc, name-defined]
        pass

    assert issubclass(Layer, module.Layer)
    assert module.Layer.deep.name.__module__ == "tensorflow.keras.layers.Layer.deep"


def test_to_use_it_is_an_error_that_names_it() -> None:
    module = importlib.import_module("tensorflow")
    with pytest.raises(UnusedLibrary, match=r"tensorflow\.constant is called"):
        module.constant(1)


def test_what_is_not_listed_is_imported_as_ever() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_library")


def test_a_second_call_changes_nothing() -> None:
    before = list(sys.meta_path)
    leave_out_unused()
    assert sys.meta_path == before


def test_rasas_server_starts_without_the_unused_libraries() -> None:
    check = "import sys; from bot.nlu.lean import UNUSED; import rasa.core.run"
    shown = "print([n for n in sorted(UNUSED) if getattr(sys.modules.get(n), '__file__', None)])"
    run = subprocess.run(
        [sys.executable, "-c", f"{check}; {shown}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_what_the_lock_leaves_out_has_a_stand_in() -> None:
    lines = (ROOT / "requirements/rasa-left-out.txt").read_text(encoding="utf-8").splitlines()
    names = {line.replace("-", "_").lower() for line in lines if line and not line.startswith("#")}
    variants = {name for name in names if name.startswith("tensorflow_")} | {"sentence_transformers"}
    assert names - variants <= {name.lower() for name in UNUSED}
