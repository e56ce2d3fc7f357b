"""Stand-ins that tests share, each written once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class FakeClock:
    """A clock that a test sets: call it for the time."""

    now: datetime = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The shop's time, UTC."""
        return self.now

    def advance(self, **span: float) -> datetime:
        """Move on by `timedelta(**span)`."""
        self.now += timedelta(**span)
        return self.now
