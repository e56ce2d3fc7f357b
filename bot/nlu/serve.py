"""`python -m bot.nlu.serve`: Rasa's server with the newest model, on loopback only."""

from __future__ import annotations

import os
import sqlite3
import sys

from bot.nlu.command import run
from bot.nlu.environment import fill_endpoints, quiet
from bot.nlu.places import newest_model


def main() -> int:
    """Check what is needed, then become Rasa's server."""
    quiet()
    fill_endpoints()
    problem = _problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    _prepare_tracker_file(os.environ["AFTERCARE_RASA_TRACKER_URL"])
    run("run", *_arguments())
    return 0


def _problem() -> str | None:
    for name in ("AFTERCARE_RASA_TOKEN", "AFTERCARE_ACTIONS_TOKEN"):
        if not os.environ.get(name):
            return f"{name} is not set: without this secret anyone on this machine could command Rasa."
    if newest_model() is None:
        return "There is no trained model: run `python -m bot.nlu.train` first."
    return None


def _arguments() -> list[str]:
    return [
        *("--model", str(newest_model())),
        *("--interface", "127.0.0.1"),
        *("--port", os.environ.get("AFTERCARE_RASA_PORT", "5005")),
        *("--endpoints", "endpoints.yml"),
        *("--credentials", "credentials.yml"),
        *("--enable-api", "--auth-token", os.environ["AFTERCARE_RASA_TOKEN"]),
    ]


def _prepare_tracker_file(url: str) -> None:
    """Create the SQLite file with a write-ahead log: one less wait for the disk at each message."""
    scheme, _, path = url.partition(":///")
    if scheme == "sqlite":
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        sqlite3.connect(path).execute("PRAGMA journal_mode=WAL").connection.close()


if __name__ == "__main__":
    sys.exit(main())
