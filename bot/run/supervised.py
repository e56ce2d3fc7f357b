"""supervisord, which ends when its parent ends: `python -m bot.run.supervised CONFIGURATION PARENT_PID`."""

import ctypes
import os
import signal
import sys

from supervisor.supervisord import main as supervisord

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become supervisord."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    configuration, parent = sys.argv[1:]
    if os.getppid() != int(parent):
        sys.exit("What started this has ended already.")
    supervisord(args=["--configuration", configuration, "--nodaemon"])


if __name__ == "__main__":
    main()
