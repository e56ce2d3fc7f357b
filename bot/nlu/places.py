"""Where things lie on disk.

`bot.settings` belongs to the other environment and cannot be imported here, so this package reads its
own few variables of the environment.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """The folder for everything the system writes, as an absolute path."""
    return (ROOT / os.environ.get("AFTERCARE_DATA_DIR", "var")).resolve()


def models_dir() -> Path:
    """Where trained models are kept."""
    return data_dir() / "models"


def newest_model() -> Path | None:
    """The model trained last, or nothing if there is none."""
    models = sorted(models_dir().glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return models[-1] if models else None
