"""supervisord as a child process: its programs' state, and a clean end."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from xmlrpc.client import Error, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from bot.run.configuration import render
from bot.run.programs import Program
from bot.settings import ROOT

NO_WAIT = False


@dataclass(frozen=True)
class ProgramState:
    """One program as supervisord sees it."""

    name: str
    state: str
    pid: int

    @property
    def given_up(self) -> bool:
        """Whether it died too often at its start, so that supervisord no longer tries."""
        return self.state == "FATAL"


class Supervision:
    """Starts supervisord on entry; on exit stops it and everything it started."""

    def __init__(self, programs: Sequence[Program], logs: Path, environment: Mapping[str, str]) -> None:
        self._programs = programs
        self._logs = logs
        self._environment = environment
        self._folder = tempfile.TemporaryDirectory(prefix="aftercare-")
        # A socket's path has at most about 100 characters, so it cannot lie in the data directory.
        self._socket = Path(self._folder.name) / "control.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: set[int] = set()

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        configuration = Path(self._folder.name) / "supervisord.conf"
        configuration.write_text(render(self._programs, self._socket, self._logs), encoding="utf-8")
        with (self._logs / "supervisord.out").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.run.supervised", str(configuration), str(os.getpid())],
                cwd=ROOT,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C reaches us alone, and we stop the programs in order.
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.states()
        self._stop_supervisord()
        _end_groups(self._groups)
        self._folder.cleanup()

    @property
    def alive(self) -> bool:
        """Whether supervisord itself runs."""
        return self._process is not None and self._process.poll() is None

    def states(self) -> list[ProgramState]:
        """Every program's state; none while supervisord is not reachable."""
        try:
            answer = self._call("getAllProcessInfo")
        except (OSError, Error):
            return []
        states = [ProgramState(row["name"], row["statename"], row["pid"]) for row in answer]
        groups = {state.pid for state in states if state.pid}
        # What a dead program's helpers still hold, a port for one, its successor needs.
        _end_groups(self._groups - groups)
        self._groups = groups
        return states

    def start_again(self, name: str) -> None:
        """Try a program that supervisord has given up; a failure shows in its next state."""
        with suppress(OSError, Error):
            self._call("startProcess", name, NO_WAIT)

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _stop_supervisord(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=sum(program.stop_seconds for program in self._programs) + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _end_groups(groups: Iterable[int]) -> None:
    # Each program leads a process group of its own: this reaches helpers that outlive it, and programs
    # that outlive supervisord.
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
