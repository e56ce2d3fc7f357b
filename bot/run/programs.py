"""The programs that make up Aftercare on one machine."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT, Settings

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


@dataclass(frozen=True)
class Program:
    """What to start, and how long it may take to prove itself and to end.

    Programs stop in the order of `stops`, the highest first: the gateway before what it needs.
    """

    name: str
    command: tuple[str, ...]
    proves_itself_seconds: int
    stop_seconds: int
    stops: int


def programs(settings: Settings) -> list[Program]:
    """Actions, the gateway, and what settings do not place elsewhere: Rasa, the worker's loops."""
    app = (sys.executable, "-m", "bot")
    actions = Program("actions", (*app, "actions"), proves_itself_seconds=2, stop_seconds=5, stops=1)
    rasa_command = (str(RASA_PYTHON), "-m", "bot.nlu.serve")
    rasa = Program("rasa", rasa_command, proves_itself_seconds=4, stop_seconds=5, stops=2)
    gateway = Program("gateway", (*app, "gateway"), proves_itself_seconds=2, stop_seconds=10, stops=4)
    worker = Program("worker", (*app, "worker"), proves_itself_seconds=2, stop_seconds=10, stops=3)
    elsewhere = {rasa: bool(settings.rasa_url), worker: settings.worker_in_gateway}
    return [program for program in (actions, rasa, worker, gateway) if not elsewhere.get(program)]


def environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """What every program gets: Rasa's cannot read the settings themselves, so they are spelled out."""
    told = {
        "AFTERCARE_DATA_DIR": str(settings.data_dir),
        "AFTERCARE_RASA_PORT": str(settings.rasa_port),
        "AFTERCARE_ACTIONS_PORT": str(settings.actions_port),
        "AFTERCARE_RASA_TOKEN": settings.rasa_token.get_secret_value(),
        "AFTERCARE_ACTIONS_TOKEN": settings.actions_token.get_secret_value(),
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
    }
    return {**inherited, **told}


def log_file(settings: Settings, name: str) -> Path:
    """Where a program's output goes."""
    return settings.data_dir / "log" / f"{name}.log"
