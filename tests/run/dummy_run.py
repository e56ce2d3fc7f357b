"""`python -m bot run` with small programs in place of the real ones: dummy_run.py GATEWAY.

GATEWAY is what Python gets: a file, or -c with code.
"""

import sys
from unittest import mock

from bot.run import main, preflight
from bot.run.programs import Program
from bot.settings import Settings

SLEEPER = "-cimport time; time.sleep(600)"


def dummies(settings: Settings) -> list[Program]:
    def dummy(name: str, code: str) -> Program:
        command = (sys.executable, code, str(settings.ops_port))
        return Program(name, command, proves_itself_seconds=0, stop_seconds=2, stops=1)

    return [dummy("rasa", SLEEPER), dummy("gateway", sys.argv[1])]


if __name__ == "__main__":
    with mock.patch.object(main, "programs", dummies), mock.patch.object(preflight, "check"):
        sys.exit(main.command([]))
