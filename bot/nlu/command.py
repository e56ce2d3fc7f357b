"""`python -m bot.nlu.command ...`: the `rasa` command without the libraries this shop does not use."""

from __future__ import annotations

import sys

from bot.nlu.environment import quiet


def run(*arguments: str) -> None:
    """Become the `rasa` command with these arguments."""
    quiet()
    sys.argv = ["rasa", *arguments]
    # Imported late: it takes seconds, and needs the environment above.
    from rasa.__main__ import main as rasa_main

    from bot.nlu import patches

    patches.apply()
    rasa_main()


if __name__ == "__main__":
    run(*sys.argv[1:])
