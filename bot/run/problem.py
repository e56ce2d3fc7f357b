"""What stands in the way of running."""

from pathlib import Path

TAIL_LINES = 15


class RunProblem(Exception):
    """One clear sentence for the person at the terminal."""


def tail(log: Path) -> str:
    """The last lines of a program's log, indented."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        lines = file.read().decode("utf-8", errors="replace").splitlines()
    return "\n".join(f"  | {line}" for line in lines[-TAIL_LINES:])
