"""Runs pytest over one group of tests: `python -m scripts.test unit|browser|all [pytest's arguments]`."""

import os
import subprocess
import sys

from scripts.setup import ROOT, SetupProblem
from scripts.setup.browser import find_chromium, set_up_browser
from scripts.setup.services import POSTGRESQL, REDIS, test_services

NEEDS_PROGRAMS = ("tests/browser", "tests/system", "tests/load")


def main(group: str, extra: list[str]) -> int:
    """Pytest's exit status; what is left out for lack of a program is said after its closing line."""
    env = {**os.environ, **test_services()}
    arguments, left_out = _selection(group, env)
    if chromium := find_chromium():
        env["CHROMIUM"] = chromium
    command = [sys.executable, "-m", "pytest", *arguments, *extra]
    status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    for sentence in left_out:
        print(sentence, file=sys.stderr)
    return status


def _selection(group: str, env: dict[str, str]) -> tuple[list[str], list[str]]:
    if group == "browser":
        return ["tests/browser"], []
    wanted, left_out = _without_missing_services(env)
    if group == "unit":
        return [*wanted, *(f"--ignore={folder}" for folder in NEEDS_PROGRAMS)], left_out
    browser_missing = _browser_missing()
    if browser_missing:
        return [*wanted, "--ignore=tests/browser"], [*left_out, f"Left out: {browser_missing}"]
    return wanted, left_out


def _without_missing_services(env: dict[str, str]) -> tuple[list[str], list[str]]:
    markers = {POSTGRESQL: "postgres", REDIS: "redis"}
    missing = {name: marker for name, marker in markers.items() if name not in env}
    expression = " and ".join(f"not {marker}" for marker in missing.values())
    arguments = ["-m", expression] if expression else []
    return arguments, [f"Left out: tests that need {name}; nothing answers there." for name in missing]


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
