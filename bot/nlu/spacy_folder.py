"""The small spaCy pipeline of this shop, written to disk because Rasa loads it from there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import spacy
from spacy.language import Language

from bot.nlu.patterns import ruler_patterns
from bot.nlu.places import data_dir

SPANS = "shop"


def spacy_folder() -> Path:
    """The folder's path; its name changes with the patterns and with spaCy's version."""
    source = json.dumps([spacy.__version__, SPANS, ruler_patterns()], sort_keys=True)
    return data_dir() / "spacy" / f"shop-{hashlib.sha256(source.encode()).hexdigest()[:16]}"


def ensure_spacy_folder() -> Path:
    """Write the folder if it is missing and say where it is."""
    folder = spacy_folder()
    if not (folder / "config.cfg").exists():
        _write(build_language(), folder)
    return folder


def build_language() -> Language:
    """A blank multi-language pipeline with the rulers only.

    A span ruler, not an entity ruler: entities of spaCy may not overlap, and here one number carries
    every reading it can have.
    """
    language = spacy.blank("xx")
    ruler = language.add_pipe("span_ruler", config={"spans_key": SPANS, "validate": True})
    ruler.add_patterns(ruler_patterns())  # type: ignore[attr-defined]
    return language


def _write(language: Language, folder: Path) -> None:
    # Written beside and moved, so that a second process never loads a half-written folder.
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        language.to_disk(scratch / "language")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(scratch / "language", folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
