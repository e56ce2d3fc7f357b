"""`python -m bot.nlu.train`: trains Rasa's model when it is missing or stale.

A model is stale when a file it was made from has changed; its name carries the sum of those files.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bot.nlu.environment import quiet
from bot.nlu.places import ROOT, data_dir, models_dir

_SOURCES = ("config.yml", "domain.yml", "domain", "data", "bot/nlu", "requirements/rasa.txt")
_SUFFIXES = {".yml", ".py", ".txt"}
_KEEP = 2
_STALE = 3


def main(arguments: list[str] | None = None) -> int:
    """Train if needed; with --check only tell, by text and exit status 3, whether it is needed."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.train", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="only tell whether training is needed")
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    options = parser.parse_args(arguments)
    quiet()
    wanted = fingerprint(ROOT)
    model = model_path(wanted)
    fresh = model.exists() and not options.force
    if options.check:
        _say(f"The model is {'up to date' if fresh else 'missing or stale'}.\n")
        return 0 if fresh else _STALE
    if fresh:
        # The newest model is the one served: after going back to older sources that is this one.
        model.touch()
        return 0
    return _train(model)


def fingerprint(root: Path) -> str:
    """One sum over every file a model is made from."""
    total = hashlib.sha256()
    for path in sorted(_source_files(root)):
        total.update(str(path.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _source_files(root: Path) -> Iterable[Path]:
    for name in _SOURCES:
        path = root / name
        files = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in files if file.is_file() and file.suffix in _SUFFIXES)


def model_path(sum_of_sources: str) -> Path:
    """The file of the model made from these sources."""
    return models_dir() / f"aftercare-{sum_of_sources[:16]}.tar.gz"


def _train(model: Path) -> int:
    models_dir().mkdir(parents=True, exist_ok=True)
    log = data_dir() / "train.log"
    started = time.monotonic()
    _say("Training the model ...")
    with log.open("wb") as output, tempfile.TemporaryDirectory(dir=models_dir()) as scratch:
        process = subprocess.Popen(_command(Path(scratch)), cwd=ROOT, stdout=output, stderr=output)
        _wait(process, started)
        trained = Path(scratch) / "model.tar.gz"
        if process.returncode != 0 or not trained.exists():
            _say(f"Training failed; the reason stands at the end of {log}.\n")
            return 1
        # Moved when complete, so that nobody ever loads half a model.
        os.replace(trained, model)
    _say(f"Trained the model in {time.monotonic() - started:.0f} s ({model.name}).\n")
    _forget_old_models()
    return 0


def _command(folder: Path) -> list[str]:
    sources = ["--config", "config.yml", "--domain", "domain.yml", "--data", "data"]
    target = ["--out", str(folder), "--fixed-model-name", "model", "--force"]
    return [sys.executable, "-m", "bot.nlu.command", "train", *sources, *target]


def _wait(process: subprocess.Popen[bytes], started: float) -> None:
    while process.poll() is None:
        time.sleep(0.5)
        if sys.stderr.isatty():
            _say(f"Training the model ... {time.monotonic() - started:.0f} s")


def _say(text: str) -> None:
    # On a terminal one line is written over; a log gets its lines one after the other.
    start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "" if text.endswith("\n") else "\n")
    print(f"{start}{text}", end=end, file=sys.stderr, flush=True)


def _forget_old_models() -> None:
    models = sorted(models_dir().glob("aftercare-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for old in models[:-_KEEP]:
        old.unlink()


if __name__ == "__main__":
    sys.exit(main())
