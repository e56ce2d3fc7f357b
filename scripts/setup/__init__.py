"""Prepares a machine: `scripts/with-python -m scripts.setup app rasa web model browser`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP_ENVIRONMENT = ROOT / ".venv"
RASA_ENVIRONMENT = ROOT / ".venv-rasa"
WEB = ROOT / "web"
LOGS = ROOT / "var" / "log"


class SetupProblem(Exception):
    """What stands in the way, as one sentence that says what to do."""
