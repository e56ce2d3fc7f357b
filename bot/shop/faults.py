"""A broken item as rules see it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.shop.reasons import Reason


class FaultCause(StrEnum):
    """Why an item is broken, as far as is known; what nobody knows counts as a defect."""

    DEFECT = "defect"
    ACCIDENT = "accident"
    WEAR = "wear"
    COMMERCIAL_USE = "commercial_use"
    OTHER_REPAIR = "other_repair"


# What neither the seller nor a warranty answers for.
NOT_THE_GOODS: dict[FaultCause, Reason] = {
    FaultCause.ACCIDENT: Reason.ACCIDENT,
    FaultCause.WEAR: Reason.WEAR,
    FaultCause.COMMERCIAL_USE: Reason.COMMERCIAL_USE,
    FaultCause.OTHER_REPAIR: Reason.OTHER_REPAIR,
}


@dataclass(frozen=True)
class Fault:
    """What is wrong: the cause, the part if it is one with a time of its own, and the day if known."""

    cause: FaultCause = FaultCause.DEFECT
    part: str | None = None
    occurred_on: date | None = None
