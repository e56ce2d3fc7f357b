"""`python -m bot COMMAND ...`.

Each command is one function that takes the further words and gives the exit status; it is imported when used.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from pydantic import ValidationError

# command: what it is for, and module:function
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("start everything under supervision and wait until it answers", "bot.run:command"),
    "gateway": ("serve the chat, the pages and the worker's loops", "bot.gateway.serve:command"),
    "worker": ("run the worker's loops apart from the gateway", "bot.worker.serve:command"),
    "actions": ("serve the actions that Rasa calls", "actions.server:command"),
    "migrate": ("bring the database to the newest tables", "bot.commands.migrate:command"),
    "check-content": ("check the shop's policies, catalogue and messages", "bot.commands.content:command"),
    "import": ("take in shop data: import DIR", "bot.commands.shop_data:import_command"),
    "export": ("write a table as JSON Lines: export TABLE", "bot.commands.shop_data:export_command"),
    "requests": ("list what the shop is asked to do, or settle it", "bot.commands.shop_requests:command"),
    "access": (
        "write all that is held of a customer: access CUSTOMER",
        "bot.commands.privacy:access_command",
    ),
    "forget": ("erase a customer everywhere: forget CUSTOMER", "bot.commands.privacy:forget_command"),
    "demo-data": ("fill the database with the demo shop", "bot.commands.shop_data:demo_command"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 for wrong words or settings, else what the command says."""
    parser = argparse.ArgumentParser(
        prog="python -m bot", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.epilog = "commands:\n" + "\n".join(
        f"  {name:<15} {about}" for name, (about, _) in COMMANDS.items()
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...")
    given = parser.parse_args(arguments)
    module, function = COMMANDS[given.command][1].split(":")
    try:
        status: int = getattr(import_module(module), function)(given.rest)
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(("AFTERCARE", *map(str, problem["loc"]))).upper()
            print(f"{name}: {problem['msg']}", file=sys.stderr)
        return 2
    return status
