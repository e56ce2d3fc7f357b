"""Chromium for the browser tests: the machine's, or installed."""

import os
import shutil
from pathlib import Path

from scripts.setup import SetupProblem
from scripts.setup.steps import Step, run_step

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
MISSING = (
    "The browser tests need Chromium, which was not found: install it (on Debian: apt-get install chromium) "
    "or name it in the variable CHROMIUM, and run the same command again."
)


def find_chromium() -> str | None:
    """The path of a Chromium, the one named by the variable CHROMIUM before others."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if found := shutil.which(name):
            return found
    return str(MAC) if MAC.exists() else None


def set_up_browser() -> None:
    """Install Chromium where that can be done; SetupProblem where it cannot."""
    if find_chromium():
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupProblem(MISSING)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run_step(Step("Reading Debian's package list", ["apt-get", "update"], "apt-update", 15, env=quiet))
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]
    run_step(Step("Installing Chromium", install, "apt-chromium", 60, env=quiet))
    if not find_chromium():
        raise SetupProblem(MISSING)
