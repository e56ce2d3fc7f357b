"""The widget and the console: installed and built with the machine's Node, or with one from a package."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts.setup import APP_ENVIRONMENT, ROOT, WEB, SetupProblem, stamps
from scripts.setup.disk import check_room
from scripts.setup.environments import pip_install
from scripts.setup.steps import Step, run_step

OLDEST_NODE = (20, 19)


def set_up_web() -> None:
    """`web/dist`, from the sources as they are."""
    _install()
    stamp = WEB / "node_modules" / "built-from"
    wanted = stamps.fingerprint([WEB])
    if stamps.is_current(stamp, wanted) and (WEB / "dist").is_dir():
        return
    run_step(Step("Building the web pages", ["npm", "run", "build"], "web-build", 15, WEB, node_env()))
    stamps.write(stamp, wanted)


def _install() -> None:
    stamp = WEB / "node_modules" / "made-from"
    wanted = stamps.fingerprint([WEB / "package.json", WEB / "package-lock.json"])
    if stamps.is_current(stamp, wanted):
        return
    check_room()
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    run_step(Step("Installing the web packages", command, "npm", 30, WEB, node_env()))
    stamps.write(stamp, wanted)


def test_web() -> None:
    """The type check and the tests of the web pages; their output is shown."""
    for script in ("typecheck", "test"):
        command = ["npm", "run", "--silent", script]
        if subprocess.run(command, cwd=WEB, env={**os.environ, **node_env()}, check=False).returncode != 0:
            raise SetupProblem(f"The web pages did not pass `npm run {script}`: see above.")


def node_env() -> dict[str, str]:
    """A PATH on which `node` is recent enough."""
    own = APP_ENVIRONMENT / "bin"
    if _recent("node") and shutil.which("npm"):
        return {}
    if not _recent(str(own / "node")):
        lock = ROOT / "requirements" / "node.txt"
        pip_install("Installing Node", lock, "node", 20)
    return {"PATH": f"{own}{os.pathsep}{os.environ['PATH']}"}


def _recent(node: str) -> bool:
    if shutil.which(node) is None and not Path(node).exists():
        return False
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", printed)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE
