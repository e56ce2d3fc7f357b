import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.run.conftest import eventually, free_ports, runs

SCRIPT = Path(__file__).with_name("dummy_run.py")
READY = str(SCRIPT.with_name("dummy_gateway.py"))
SILENT = "-cimport time; time.sleep(600)"
DYING = "-cimport sys; sys.exit('the gateway has no content')"


class Run:
    """One run of the dummies, its output in a file."""

    def __init__(self, data_dir: Path, gateway: str) -> None:
        self.output = data_dir / "output"
        ports = {f"AFTERCARE_{name.upper()}": str(port) for name, port in free_ports().items()}
        env = {**os.environ, **ports, "AFTERCARE_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
        with self.output.open("wb") as output:
            command = [sys.executable, str(SCRIPT), gateway]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)

    def said(self, words: str) -> bool:
        return words in self.output.read_text()

    def descendants(self) -> dict[int, str]:
        """Every process below this one, with its command."""
        listing = subprocess.check_output(["ps", "-eo", "pid=,ppid=,args="], text=True)
        rows = re.findall(r"^ *(\d+) +(\d+) (.*)$", listing, flags=re.MULTILINE)
        found: dict[int, str] = {}
        parents = {str(self.process.pid)}
        while below := {pid: args for pid, parent, args in rows if parent in parents}:
            found.update({int(pid): args for pid, args in below.items()})
            parents = set(below)
        return found

    def program(self, mark: str) -> int:
        return next(pid for pid, args in self.descendants().items() if mark in args)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    running = Run(tmp_path, READY)
    yield running
    running.process.terminate()
    running.process.wait(timeout=30)


@pytest.fixture
def ready(run: Run) -> Run:
    assert eventually(lambda: run.said("Aftercare answers")), run.output.read_text()
    return run


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_signal_ends_everything(ready: Run, stop: signal.Signals) -> None:
    pids = ready.descendants()
    assert len(pids) == 3
    ready.process.send_signal(stop)
    assert ready.process.wait(timeout=15) == 0
    assert [pid for pid in pids if runs(pid)] == []
    assert ready.said("Stopped.")


def test_nothing_outlives_a_killed_run(ready: Run) -> None:
    pids = ready.descendants()
    ready.process.kill()
    assert eventually(lambda: not any(runs(pid) for pid in pids))


def test_program_that_died_is_started_again_and_it_is_said(ready: Run) -> None:
    os.kill(ready.program("time.sleep(600)"), signal.SIGKILL)
    assert eventually(lambda: ready.said("rasa had stopped and was started again"))
    assert runs(ready.program("time.sleep(600)"))


def test_second_run_on_the_same_data_is_refused(ready: Run, tmp_path: Path) -> None:
    again = subprocess.run(
        [sys.executable, str(SCRIPT), READY],
        cwd=ROOT,
        env={**os.environ, "AFTERCARE_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert again.stderr.startswith(f"Aftercare already runs on {tmp_path}")


def test_stop_while_starting_ends_everything(tmp_path: Path) -> None:
    run = Run(tmp_path, SILENT)
    assert eventually(lambda: len(run.descendants()) == 3)
    pids = run.descendants()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(timeout=15) == 0
    assert [pid for pid in pids if runs(pid)] == []


def test_program_that_keeps_dying_shows_its_log_and_ends_the_start(tmp_path: Path) -> None:
    run = Run(tmp_path, DYING)
    assert run.process.wait(timeout=30) == 1
    assert run.said("| the gateway has no content")
    assert run.said("gateway keeps stopping")
