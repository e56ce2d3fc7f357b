"""The servers that some tests talk to; the app itself needs neither."""

import os
import socket
import sys

from scripts.setup import SetupProblem

POSTGRESQL = "AFTERCARE_TEST_DATABASE_URL"
REDIS = "AFTERCARE_TEST_REDIS_URL"
LOCAL = {
    POSTGRESQL: (5432, "postgresql://root@127.0.0.1:5432/test"),
    REDIS: (6379, "redis://127.0.0.1:6379/15"),
}


def test_services() -> dict[str, str]:
    """The addresses of the servers that can be used: those named in the environment, else local ones."""
    return {name: url for name in LOCAL if (url := os.environ.get(name) or _local(name))}


def check_services() -> None:
    """Say which tests will be left out; on CI none may be."""
    missing = [name for name in LOCAL if name not in test_services()]
    if not missing:
        return
    names = " and ".join(missing)
    if os.environ.get("CI") == "true":
        raise SetupProblem(f"On CI no test is left out, but nothing answers for {names}.")
    print(f"Tests that need {names} are left out: nothing answers there.", file=sys.stderr)


def _local(name: str) -> str | None:
    port, url = LOCAL[name]
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return None
    return url
