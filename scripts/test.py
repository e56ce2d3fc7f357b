"""Runs pytest over one group of tests: `python -m scripts.test unit|browser|all [pytest's arguments]`."""

import os
import subprocess
import sys

from scripts.setup import ROOT, SetupProblem
from scripts.setup.browser import find_chromium, set_up_browser
from scripts.setup.services import test_services

NEEDS_PROGRAMS = ("tests/browser", "tests/faults", "tests/load", "tests/stories", "tests/system")


def main(group: str, extra: list[str]) -> int:
    """Pytest's exit status; what is left out for lack of a browser is said after its closing line."""
    arguments, left_out = _selection(group)
    env = {**os.environ, **test_services()}
    if chromium := find_chromium():
        env["CHROMIUM"] = chromium
    command = [sys.executable, "-m", "pytest", *arguments, *extra]
    status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if left_out:
        print(f"The browser tests were left out. {left_out}", file=sys.stderr)
    return status


def _selection(group: str) -> tuple[list[str], str | None]:
    if group == "browser":
        return ["tests/browser"], None
    if group == "unit":
        return [f"--ignore={folder}" for folder in NEEDS_PROGRAMS], None
    missing = _browser_missing()
    return (["--ignore=tests/browser"], missing) if missing else ([], None)


def _browser_missing() -> str | None:
    try:
        set_up_browser()
    except SetupProblem as problem:
        if os.environ.get("CI") == "true":
            raise
        return str(problem)
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except SetupProblem as refused:
        sys.exit(str(refused))
