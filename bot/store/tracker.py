"""Rasa's tracker, seen from outside: it holds what customers typed, so it is purged and given out too."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.store.database import Database

# Rasa's own table (SQLTrackerStore of Rasa 3.6.21).
FIND = text("SELECT data FROM events WHERE sender_id IN :ids ORDER BY id").bindparams(
    bindparam("ids", expanding=True)
)
PURGE = text("DELETE FROM events WHERE sender_id IN :ids").bindparams(bindparam("ids", expanding=True))


async def tracker_events(tracker: Database, dialogue_ids: Collection[str]) -> list[dict[str, Any]]:
    """All events of some dialogues, oldest first; none while Rasa has not made its table yet."""
    try:
        async with tracker.reading() as session:
            found = await session.execute(FIND, {"ids": sorted(dialogue_ids)})
            return [json.loads(row.data) for row in found]
    except (OperationalError, ProgrammingError):
        return []


async def purge_tracker(tracker: Database, dialogue_ids: Collection[str]) -> int:
    """Delete all events of some dialogues; gives how many there were."""
    try:
        async with tracker.transaction() as session:
            found = await session.execute(PURGE, {"ids": sorted(dialogue_ids)})
            return int(getattr(found, "rowcount", 0))
    except (OperationalError, ProgrammingError):
        return 0
