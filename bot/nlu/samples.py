"""Reading evaluation files: JSON Lines of {"text", "lang", "label"}."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from bot.nlu.language import LANGUAGES
from bot.nlu.scores import Sample


class BadSamples(ValueError):
    """A file that cannot be used; its text names file, line and reason, one problem on each line."""


def read_samples(path: Path, intents: Collection[str]) -> list[Sample]:
    """All samples, or every problem at once."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSamples(f"{path}: {problem}") from problem
    samples: list[Sample] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                samples.append(_sample(line, intents))
            except ValueError as problem:
                problems.append(f"{path}:{number}: {problem}")
    if not samples and not problems:
        problems.append(f"{path}: holds no sample")
    if problems:
        raise BadSamples("\n".join(problems))
    return samples


def _sample(line: str, intents: Collection[str]) -> Sample:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as problem:
        raise ValueError(f"not JSON: {problem.msg} at column {problem.colno}") from problem
    if not isinstance(row, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the line is wrong, not the program
    for key in ("text", "lang", "label"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"{key}: missing, empty or not a string")
    if row["lang"] not in LANGUAGES:
        raise ValueError(f"lang: {row['lang']!r} is not one of {', '.join(LANGUAGES)}")
    if row["label"] not in intents:
        raise ValueError(f"label: {row['label']!r} is not an intent")
    return Sample(text=row["text"], language=row["lang"], label=row["label"])
