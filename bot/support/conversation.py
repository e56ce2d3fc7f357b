"""The words of a conversation: where it takes place, who answers, what its log holds."""

from enum import StrEnum


class Channel(StrEnum):
    """Where a conversation takes place."""

    WEBSITE = "website"
    MESSENGER = "messenger"
    EMAIL = "email"


class Owner(StrEnum):
    """Who answers the customer."""

    WITH_BOT = "with_bot"
    WAITING_FOR_AGENT = "waiting_for_agent"
    WITH_AGENT = "with_agent"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote an entry of the log."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class EntryType(StrEnum):
    """What an entry of the log is; clients see it as the event's `type`."""

    MESSAGE = "message"
    TURN_DONE = "turn_done"
    OWNER = "owner"
    FEEDBACK_REQUEST = "feedback_request"
