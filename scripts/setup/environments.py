"""The two Python environments, each from its own locked list."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.setup import APP_ENVIRONMENT, RASA_ENVIRONMENT, ROOT, SetupProblem, stamps
from scripts.setup.disk import check_room
from scripts.setup.steps import Step, run_step

REQUIREMENTS = ROOT / "requirements"
# uv reads the Python version from the folder it stands in.
RASA_CODE = ROOT / "bot" / "nlu"
NO_PYTHON_310 = (
    "Rasa needs Python 3.10, which was not found here and could not be downloaded: install it "
    "(for example with pyenv, or your system's python3.10) and run the same command again."
)


def set_up_app() -> None:
    """`.venv`: the app, its tests and its checks, on the Python that runs this."""
    lock = REQUIREMENTS / "dev.txt"
    stamp = APP_ENVIRONMENT / "made-from"
    wanted = stamps.fingerprint([lock])
    if stamps.is_current(stamp, wanted) and _works(APP_ENVIRONMENT):
        return
    check_room()
    if not _works(APP_ENVIRONMENT):
        create = [sys.executable, "-m", "venv", "--clear", str(APP_ENVIRONMENT)]
        run_step(Step("Making the app's environment .venv", create, "venv", 10))
    pip_install("Installing the app's packages", lock, "pip", 90)
    stamps.write(stamp, wanted)


def pip_install(title: str, lock: Path, log_name: str, usual_seconds: int) -> None:
    """Into `.venv`, and only what the lock's hashes vouch for."""
    command = [str(APP_ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--require-hashes"]
    options = ["--disable-pip-version-check", "--progress-bar=off", "-r", str(lock)]
    run_step(Step(title, [*command, *options], log_name, usual_seconds))


def set_up_rasa() -> None:
    """`.venv-rasa`: Rasa on Python 3.10, made by the uv that the app's lock brings."""
    lock = REQUIREMENTS / "rasa.txt"
    stamp = RASA_ENVIRONMENT / "made-from"
    wanted = stamps.fingerprint([lock])
    if stamps.is_current(stamp, wanted) and _works(RASA_ENVIRONMENT):
        return
    check_room()
    uv = str(APP_ENVIRONMENT / "bin" / "uv")
    if not _works(RASA_ENVIRONMENT):
        create = [uv, "venv", "--clear", "--python", _python_310(uv), str(RASA_ENVIRONMENT)]
        run_step(Step("Making Rasa's environment .venv-rasa", create, "venv-rasa", 5))
    left_out = ["--excludes", str(REQUIREMENTS / "rasa-left-out.txt")]
    target = ["--python", str(RASA_ENVIRONMENT), "--require-hashes"]
    install = [uv, "pip", "install", *target, *left_out, "-r", str(lock)]
    run_step(Step("Installing Rasa", install, "rasa-packages", 180))
    stamps.write(stamp, wanted)


def _python_310(uv: str) -> str:
    found = _find_python_310(uv)
    if found is None:
        _download_python_310(uv)
        found = _find_python_310(uv)
    if found is None:
        raise SetupProblem(NO_PYTHON_310)
    return found


def _find_python_310(uv: str) -> str | None:
    # pyenv's shim has bound its children to the version that runs this.
    env = {name: value for name, value in os.environ.items() if name != "PYENV_VERSION"}
    find = [uv, "python", "find", "--no-project", "--no-python-downloads"]
    found = subprocess.run(find, cwd=RASA_CODE, env=env, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


def _download_python_310(uv: str) -> None:
    download = Step("Downloading Python 3.10 for Rasa", [uv, "python", "install"], "python310", 30, RASA_CODE)
    try:
        run_step(download)
    except SetupProblem as problem:
        raise SetupProblem(NO_PYTHON_310) from problem


def _works(environment: Path) -> bool:
    python = environment / "bin" / "python"
    probe = [str(python), "-c", "import sys"]
    return python.exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0
