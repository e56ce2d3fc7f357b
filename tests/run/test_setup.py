import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from scripts.setup import ROOT, SetupProblem, browser, disk, environments, services, stamps, steps, web
from scripts.setup.__main__ import main
from scripts.setup.steps import DISK_FULL, Step, run_step

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "log"
    monkeypatch.setattr(steps, "LOGS", folder)
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    return folder


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def fake(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def python_step(code: str) -> Step:
    return Step("Making tea", [sys.executable, "-c", code], "tea", usual_seconds=5, cwd=ROOT)


class TestSteps:
    def test_output_goes_to_the_log_and_not_to_the_terminal(
        self, logs: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run_step(python_step("print('megabytes')"))
        assert (logs / "tea.log").read_text() == "megabytes\n"
        shown = capsys.readouterr().out
        assert "megabytes" not in shown
        assert shown.startswith("Making tea (usually about 0:05, output in log/tea.log)")
        assert "Making tea: done in 0:0" in shown

    def test_long_step_tells_its_time(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(steps, "LINE_EVERY_SECONDS", 0.2)
        run_step(python_step("import time; time.sleep(1)"))
        assert "Making tea: 0:00 of usually about 0:05" in capsys.readouterr().out

    def test_failure_shows_the_end_of_the_output(self, capsys: pytest.CaptureFixture[str]) -> None:
        code = "print('first\\n' + 'line\\n' * 30 + 'the reason'); raise SystemExit(3)"
        with pytest.raises(SetupProblem, match=r"Making tea failed: .* all of it in .*tea\.log\."):
            run_step(python_step(code))
        shown = capsys.readouterr().err
        assert "the reason" in shown
        assert "first" not in shown

    def test_full_disk_is_one_sentence(self) -> None:
        code = "raise OSError(28, 'No space left on device')"
        with pytest.raises(SetupProblem) as refused:
            run_step(python_step(code))
        assert str(refused.value) == DISK_FULL


class TestStamps:
    def test_changed_content_and_changed_names_are_noticed(self, tmp_path: Path) -> None:
        source = tmp_path / "src" / "a.ts"
        source.parent.mkdir()
        source.write_text("one")
        first = stamps.fingerprint([source.parent])
        source.write_text("two")
        second = stamps.fingerprint([source.parent])
        source.rename(source.with_name("b.ts"))
        assert len({first, second, stamps.fingerprint([source.parent])}) == 3

    def test_what_is_made_from_the_sources_does_not_count(self, tmp_path: Path) -> None:
        before = stamps.fingerprint([tmp_path])
        made = tmp_path / "node_modules" / "preact" / "index.js"
        made.parent.mkdir(parents=True)
        made.write_text("x")
        assert stamps.fingerprint([tmp_path]) == before

    def test_stamp_is_current_only_for_what_it_names(self, tmp_path: Path) -> None:
        stamp = tmp_path / "deep" / "made-from"
        assert not stamps.is_current(stamp, "abc")
        stamps.write(stamp, "abc")
        assert stamps.is_current(stamp, "abc")
        assert not stamps.is_current(stamp, "abd")


class TestMachine:
    def test_too_little_room_is_said_before_anything_is_made(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(disk, "RASA_ENVIRONMENT", tmp_path / "none")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 2 * disk.GIGABYTE))
        with pytest.raises(SetupProblem, match=r"2\.0 GB are free .* about 6 GB are needed"):
            disk.check_room()

    def test_missing_python_310_is_one_sentence(
        self, programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fake(programs, "uv", "exit 2")
        (programs.parent / "rasa.txt").touch()
        monkeypatch.setattr(environments, "REQUIREMENTS", programs.parent)
        monkeypatch.setattr(environments, "APP_ENVIRONMENT", programs.parent)
        monkeypatch.setattr(environments, "RASA_ENVIRONMENT", programs.parent / "rasa")
        assert main(["rasa"]) == 1
        assert capsys.readouterr().err.endswith(f"{environments.NO_PYTHON_310}\n")

    def test_old_node_is_not_used(self, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        installed: list[str] = []
        monkeypatch.setattr(web, "pip_install", lambda title, *_: installed.append(title))
        monkeypatch.setattr(web, "APP_ENVIRONMENT", programs.parent / "environment")
        fake(programs, "node", "echo v18.20.4")
        assert web.node_env()["PATH"].startswith(str(programs.parent / "environment" / "bin"))
        assert installed == ["Installing Node"]

    def test_recent_node_of_the_machine_is_used(self, programs: Path) -> None:
        fake(programs, "node", "echo v20.19.0")
        fake(programs, "npm", "true")
        assert web.node_env() == {}

    def test_missing_browser_says_where_it_comes_from(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(browser, "find_chromium", lambda: None)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(SetupProblem, match="apt-get install chromium"):
            browser.set_up_browser()


class TestServices:
    @pytest.fixture
    def nothing_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_arguments: object, **_options: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "create_connection", refuse)
        for name in services.LOCAL:
            monkeypatch.delenv(name, raising=False)

    @pytest.mark.usefixtures("nothing_answers")
    def test_missing_server_fails_ci(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        with pytest.raises(SetupProblem, match=services.POSTGRESQL):
            services.check_services()

    @pytest.mark.usefixtures("nothing_answers")
    def test_missing_server_is_told_elsewhere(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("CI", raising=False)
        services.check_services()
        assert services.POSTGRESQL in capsys.readouterr().err


class TestWithPython:
    SCRIPT = ROOT / "scripts" / "with-python"

    def run(self, programs: Path) -> "subprocess.CompletedProcess[str]":
        command = ["/bin/sh", str(self.SCRIPT), "-c", "print('ran')"]
        env = {"PATH": str(programs)}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def test_newer_python_is_found_beside_an_old_one(self, programs: Path) -> None:
        fake(programs, "python3", "exit 1")
        fake(programs, "python3.12", f'exec "{sys.executable}" "$@"')
        assert self.run(programs).stdout == "ran\n"

    def test_no_recent_python_is_one_sentence(self, programs: Path) -> None:
        fake(programs, "python3", "exit 1")
        result = self.run(programs)
        assert result.returncode == 1
        assert result.stderr.startswith("Python 3.11, 3.12, 3.13 or 3.14 is needed")
        assert result.stderr.count("\n") == 1

    def test_python_without_venv_is_told_apart(self, programs: Path) -> None:
        fake(programs, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
        assert "python3-venv" in self.run(programs).stderr
