import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings

PORTS = ("port", "ops_port", "files_port", "rasa_port", "actions_port")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory with a model, built pages, and ports that are free."""
    model = tmp_path / "models" / "model.tar.gz"
    page = tmp_path / "dist" / "index.html"
    for file in (model, page):
        file.parent.mkdir()
        file.touch()
    return Settings.model_validate({"data_dir": tmp_path, "web_dir": page.parent, **free_ports()})


def free_ports() -> dict[str, int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return dict(zip(PORTS, ports, strict=True))


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether it comes to hold within that time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def runs(pid: int) -> bool:
    """Whether a process lives; one that has ended but was not collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
