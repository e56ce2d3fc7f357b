"""What every use case needs: settings, the shop's content, the database and the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.settings import Settings
from bot.shop.content import Content
from bot.store.database import Database


@dataclass(frozen=True)
class Runtime:
    """One per process, made by `bot.bootstrap`; tests make their own. `clock` gives the shop's time, UTC."""

    settings: Settings
    content: Content
    database: Database
    clock: Callable[[], datetime]
