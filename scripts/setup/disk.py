"""Whether there is room for what is not set up yet."""

import shutil

from scripts.setup import RASA_ENVIRONMENT, ROOT, SetupProblem

GIGABYTE = 1024**3
NEEDED_AT_FIRST = 6
NEEDED_LATER = 1


def check_room() -> None:
    """SetupProblem when the set-up would run out of disk half-way."""
    needed = NEEDED_LATER if RASA_ENVIRONMENT.exists() else NEEDED_AT_FIRST
    free = shutil.disk_usage(ROOT).free / GIGABYTE
    if free < needed:
        raise SetupProblem(
            f"The disk is too full: {free:.1f} GB are free where {ROOT} lies and about {needed} GB "
            "are needed; free some space and run the same command again."
        )
