"""What must hold before anything is started; each failure is one sentence that says what to do."""

import os
import shutil
import socket
from collections.abc import Iterator

from bot.run.problem import RunProblem
from bot.run.programs import RASA_PYTHON
from bot.settings import Settings

NEEDED_MEGABYTES = 300


def check(settings: Settings) -> None:
    """RunProblem with the first thing that stands in the way."""
    _check_data_dir(settings)
    _check_set_up(settings)
    _check_ports(settings)


def _check_data_dir(settings: Settings) -> None:
    if not os.access(settings.data_dir, os.W_OK):
        raise RunProblem(
            f"{settings.data_dir} cannot be written: change its owner, or choose another folder "
            "with AFTERCARE_DATA_DIR."
        )
    free = shutil.disk_usage(settings.data_dir).free // 1024**2
    if free < NEEDED_MEGABYTES:
        raise RunProblem(
            f"The disk is too full: {free} MB are free where {settings.data_dir} lies and "
            f"{NEEDED_MEGABYTES} MB are needed; free some space and try again."
        )


def _check_set_up(settings: Settings) -> None:
    if not any(settings.web_dir.glob("*")):
        raise RunProblem("The web pages are not built: run `make setup-web`.")
    if settings.rasa_url:
        return
    if not RASA_PYTHON.exists():
        raise RunProblem("Rasa's environment is missing: run `make setup-rasa`.")
    if not any((settings.data_dir / "models").glob("*.tar.gz")):
        raise RunProblem("There is no trained model: run `make train`.")


def _check_ports(settings: Settings) -> None:
    owners: dict[int, str] = {}
    for name, host, port in _ports(settings):
        if port in owners:
            raise RunProblem(f"{owners[port]} and {name} are both {port}: give one of them another port.")
        owners[port] = name
        if _taken(host, port):
            raise RunProblem(
                f"Port {port} is taken by another program: stop that program, or choose another port "
                f"with {name}."
            )


def _ports(settings: Settings) -> Iterator[tuple[str, str, int]]:
    yield "AFTERCARE_PORT", settings.host, settings.port
    yield "AFTERCARE_OPS_PORT", "127.0.0.1", settings.ops_port
    yield "AFTERCARE_FILES_PORT", settings.host, settings.files_port
    yield "AFTERCARE_ACTIONS_PORT", "127.0.0.1", settings.actions_port
    if not settings.rasa_url:
        yield "AFTERCARE_RASA_PORT", "127.0.0.1", settings.rasa_port


def _taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port that was just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
