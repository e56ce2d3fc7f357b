"""One long step: its output goes to a file, its progress to the person who waits."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.setup import LOGS, ROOT, SetupProblem

TAIL_LINES = 20
LINE_EVERY_SECONDS = 20
DISK_FULL = "The disk is full: free some space and run the same command again."
DISK_FULL_SIGNS = ("no space left on device", "errno 28", "enospc", "disk quota exceeded")


@dataclass(frozen=True)
class Step:
    """A command, what it is called, and about how long it takes on two cores with nothing cached."""

    title: str
    command: Sequence[str]
    log_name: str
    usual_seconds: int
    cwd: Path = ROOT
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """Where the output goes."""
        return LOGS / f"{self.log_name}.log"


def run_step(step: Step) -> None:
    """Run it to its end; SetupProblem, after the tail of its log, when it fails."""
    step.log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with step.log.open("wb") as log:
        process = subprocess.Popen(
            step.command,
            cwd=step.cwd,
            env={**os.environ, **step.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        _wait(process, step, begun)
    if process.returncode != 0:
        _say("", last=True)
        raise failure(step.title, step.log)
    _say(f"{step.title}: done in {_clock(time.monotonic() - begun)}", last=True)


def _wait(process: "subprocess.Popen[bytes]", step: Step, begun: float) -> None:
    terminal = sys.stdout.isatty()
    pause: float = 1 if terminal else LINE_EVERY_SECONDS
    usual = _clock(step.usual_seconds)
    _say(f"{step.title} (usually about {usual}, output in {step.log.relative_to(ROOT)})", last=not terminal)
    while True:
        try:
            process.wait(timeout=pause)
            return
        except subprocess.TimeoutExpired:
            elapsed = _clock(time.monotonic() - begun)
            _say(f"{step.title}: {elapsed} of usually about {usual}", last=not terminal)
        except BaseException:
            process.terminate()
            process.wait()
            raise


def failure(title: str, log: Path) -> SetupProblem:
    """What went wrong, after the end of the log has been shown."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    tail = "\n".join(text.splitlines()[-TAIL_LINES:])
    print(tail, file=sys.stderr)
    if any(sign in tail.lower() for sign in DISK_FULL_SIGNS):
        return SetupProblem(DISK_FULL)
    return SetupProblem(f"{title} failed: the end of its output is above, all of it in {log}.")


def _say(text: str, *, last: bool) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\n" if last else "", flush=True)
    else:
        print(text, flush=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
