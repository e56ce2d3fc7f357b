"""`python -m bot check-content`."""

import sys
from collections.abc import Sequence

from bot import settings
from bot.store import content


def command(_arguments: Sequence[str]) -> int:
    """Print every mistake in the content as FILE:LINE: reason; 1 when there is one."""
    errors = content.check(settings.load().content_dir)
    for error in errors:
        sys.stdout.write(f"{error}\n")
    return 1 if errors else 0
