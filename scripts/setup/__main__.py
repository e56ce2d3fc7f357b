"""Runs the named parts of the set-up in order; each does nothing when its result is current."""

import errno
import sys

from scripts.setup import SetupProblem
from scripts.setup.browser import set_up_browser
from scripts.setup.environments import set_up_app, set_up_rasa
from scripts.setup.model import train
from scripts.setup.services import check_services
from scripts.setup.steps import DISK_FULL
from scripts.setup.web import set_up_web, test_web

PARTS = {
    "app": set_up_app,
    "rasa": set_up_rasa,
    "web": set_up_web,
    "model": train,
    "browser": set_up_browser,
    "test-services": check_services,
    "web-tests": test_web,
}


def main(names: list[str]) -> int:
    """The exit status: 0, or 1 after one sentence on standard error."""
    try:
        for name in names:
            PARTS[name]()
    except SetupProblem as problem:
        return _refuse(str(problem))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _refuse(DISK_FULL)
    except KeyboardInterrupt:
        return _refuse("\nStopped; the same command goes on from here.")
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
