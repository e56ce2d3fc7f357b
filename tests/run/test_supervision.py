import os
import signal
import sys
from pathlib import Path

import pytest

from bot.run.programs import Program
from bot.run.supervision import ProgramState, Supervision
from tests.run.conftest import eventually, runs

SLEEPER = "import time; time.sleep(600)"
WITH_HELPER = (
    "import subprocess, sys, time, pathlib; "
    f"helper = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); "
    "pathlib.Path(sys.argv[1]).write_text(str(helper.pid)); time.sleep(600)"
)
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


def program(code: str, *arguments: str, name: str = "dummy") -> Program:
    command = (sys.executable, "-c", code, *arguments)
    return Program(name, command, proves_itself_seconds=0, stop_seconds=2, stops=1)


def supervision(tmp_path: Path, *programs: Program) -> Supervision:
    return Supervision(programs, tmp_path / "log", os.environ)


def running(supervised: Supervision, name: str = "dummy") -> ProgramState:
    assert eventually(lambda: any(_is_up(state, name) for state in supervised.states()))
    return next(state for state in supervised.states() if state.name == name)


def _is_up(state: ProgramState, name: str) -> bool:
    return state.name == name and state.state == "RUNNING" and runs(state.pid)


def test_killed_program_is_started_again(tmp_path: Path) -> None:
    with supervision(tmp_path, program(SLEEPER)) as supervised:
        first = running(supervised).pid
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: not runs(first))
        assert running(supervised).pid != first


def test_helpers_of_a_dead_program_do_not_outlive_it(tmp_path: Path) -> None:
    noted = tmp_path / "helper"
    with supervision(tmp_path, program(WITH_HELPER, str(noted))) as supervised:
        first = running(supervised).pid
        assert eventually(lambda: noted.exists() and noted.read_text() != "")
        helper = int(noted.read_text())
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: bool(supervised.states()) and not runs(helper))


@pytest.mark.parametrize("code", [SLEEPER, STUBBORN])
def test_nothing_is_left_after_the_end(tmp_path: Path, code: str) -> None:
    with supervision(tmp_path, program(code)) as supervised:
        pid = running(supervised).pid
    assert not runs(pid)
    assert not supervised.alive


def test_nothing_is_left_when_the_supervisor_was_killed(tmp_path: Path) -> None:
    with supervision(tmp_path, program(SLEEPER)) as supervised:
        pid = running(supervised).pid
        supervisor = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        os.kill(supervisor, signal.SIGKILL)
        assert eventually(lambda: not supervised.alive)
    assert eventually(lambda: not runs(pid))


def test_program_that_cannot_start_is_given_up_and_can_be_tried_again(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    code = f"import os, sys, time; os.path.exists(sys.argv[1]) or sys.exit('no'); {SLEEPER}"
    broken = Program("dummy", (sys.executable, "-c", code, str(allowed)), 1, 2, 1)
    with supervision(tmp_path, broken) as supervised:
        assert eventually(lambda: any(state.given_up for state in supervised.states()))
        allowed.touch()
        supervised.start_again("dummy")
        running(supervised)
    assert "no" in (tmp_path / "log" / "dummy.log").read_text()
