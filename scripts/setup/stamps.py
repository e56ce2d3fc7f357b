"""Stamps: what a result was made from, so that a second run does nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

LEFT_OUT = {"node_modules", "dist", "__pycache__"}


def fingerprint(inputs: Iterable[Path]) -> str:
    """A digest over names and contents; folders count with all that is in them."""
    digest = hashlib.sha256()
    for path in inputs:
        for file in _files(path):
            digest.update(f"{file.relative_to(path.parent)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the stamp says that the result was made from just this."""
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == wanted


def write(stamp: Path, made_from: str) -> None:
    """Say what the result beside the stamp was made from."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"{made_from}\n", encoding="ascii")


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for found in sorted(path.rglob("*")):
        if found.is_file() and not LEFT_OUT.intersection(found.relative_to(path).parts):
            yield found
