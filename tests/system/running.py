"""The real system in its own process: `python -m bot run` on free ports, with a data directory of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from bot.settings import ROOT
from bot.store.tables import METADATA

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
PORTS = ("port", "ops_port", "files_port", "rasa_port", "actions_port")
# Words of a command line that only this program has.
MARKS = {
    "rasa": "bot.nlu.serve",
    "actions": "-m bot actions",
    "gateway": "-m bot gateway",
    "supervisord": "bot.run.supervised",
}
START_SECONDS = 240
STOP_SECONDS = 60
# Where `make train` puts the model; AFTERCARE_TEST_MODELS_DIR names another place, whose newest is taken.
DATA_DIR = (ROOT / os.environ.get("AFTERCARE_DATA_DIR", "var")).resolve()
MODELS_DIR = os.environ.get("AFTERCARE_TEST_MODELS_DIR")


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it comes to hold within that time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not collected does not."""
    command = ["ps", "-o", "stat=", "-p", str(pid)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in ("", "Z")


def trained_model() -> Path:
    """The model made from the sources as they are; trained now if it is missing or stale."""
    if MODELS_DIR is None:
        command = [str(RASA_PYTHON), "-m", "bot.nlu.train"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "AFTERCARE_DATA_DIR": str(DATA_DIR)}, check=True)
    folder = Path(MODELS_DIR) if MODELS_DIR else DATA_DIR / "models"
    return max(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)


def free_ports() -> dict[str, int]:
    """A free port for everything that listens."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = [server.getsockname()[1] for server in servers]
    for server in servers:
        server.close()
    return dict(zip(PORTS, ports, strict=True))


class System:
    """One run of everything, with the demo shop in its database."""

    def __init__(self, data_dir: Path, model: Path, **settings: object) -> None:
        self.data_dir = data_dir
        self.ports = free_ports()
        # All the tests' customers write faster than people, and some tell which address they come from.
        unhurried = {"sessions_per_minute": 10_000, "messages_per_minute": 10_000}
        chosen = {
            "data_dir": data_dir,
            "trusted_proxies": "127.0.0.1",
            **unhurried,
            **self.ports,
            **settings,
        }
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")},
            **{f"AFTERCARE_{name.upper()}": str(value) for name, value in chosen.items()},
        }
        (data_dir / "models").mkdir(parents=True)
        (data_dir / "models" / model.name).symlink_to(model)
        self.output = data_dir / "output"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['port']}"

    def start(self) -> None:
        """Load the demo shop, start everything, and wait until a real message gets a real answer."""
        self.load_demo_shop()
        with self.output.open("wb") as output:
            command = [sys.executable, "-m", "bot", "run"]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        started = eventually(lambda: self.said("Aftercare answers") or self.ended, START_SECONDS)
        assert started, f"not ready within {START_SECONDS} s:\n{self.logs()}"
        assert not self.ended, self.logs()

    def stop(self) -> None:
        """Press Ctrl-C and wait until everything has ended."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def said(self, words: str) -> bool:
        """Whether it stands on the terminal."""
        return words in self.output.read_text(encoding="utf-8")

    def logs(self) -> str:
        """The end of everything written, for a failure's message."""
        files = [self.output, *sorted((self.data_dir / "log").glob("*.log"))]
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in files)

    def load_demo_shop(self) -> None:
        """Customers, products and orders, as `make run` loads them."""
        command = [sys.executable, "-m", "bot", "demo-data"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table of the database, read beside the running system."""
        engine = create_engine(f"sqlite:///{self.data_dir / 'aftercare.db'}")
        try:
            with engine.connect() as connection:
                found = connection.execute(select(METADATA.tables[table])).mappings()
                return [dict(row) for row in found]
        finally:
            engine.dispose()

    def descendants(self) -> dict[int, str]:
        """Every process below the run, with its command."""
        assert self.process is not None
        listing = subprocess.check_output(["ps", "-eo", "pid=,ppid=,args="], text=True)
        rows = re.findall(r"^ *(\d+) +(\d+) (.*)$", listing, flags=re.MULTILINE)
        found: dict[int, str] = {}
        parents = {str(self.process.pid)}
        while below := {pid: args for pid, parent, args in rows if parent in parents}:
            found |= {int(pid): args for pid, args in below.items()}
            parents = set(below)
        return found

    def pid(self, program: str) -> int:
        """The process of a program, the one that leads if it has helpers."""
        found = [pid for pid, args in self.descendants().items() if MARKS[program] in args]
        assert found, f"{program} does not run\n{self.logs()}"
        return found[0]

    def signal(self, program: str, number: signal.Signals) -> int:
        """Send a signal to a program; its process id."""
        pid = self.pid(program)
        os.kill(pid, number)
        return pid

    def kill(self, program: str) -> None:
        """End it as a crash would, and wait until its process is gone."""
        pid = self.signal(program, signal.SIGKILL)
        assert eventually(lambda: not lives(pid), 20)

    @contextmanager
    def frozen(self, program: str) -> Iterator[None]:
        """It lives but does nothing meanwhile."""
        pid = self.signal(program, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
