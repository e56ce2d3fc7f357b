"""Starts the programs, keeps them running, says when they answer, and stops them: `python -m bot run`."""

from bot.run.main import command

__all__ = ["command"]
