"""A worker beside the system, for instance one whose clock is ahead."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.settings import ROOT
from tests.system.running import System


@contextmanager
def running_worker(system: System, *, now: str) -> Iterator[None]:
    """`python -m bot worker` on the system's data, at that time."""
    environment = system.environment | {"AFTERCARE_NOW": now}
    with (system.data_dir / "worker.log").open("ab") as log:
        command = [sys.executable, "-m", "bot", "worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=30)
