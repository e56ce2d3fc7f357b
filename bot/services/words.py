"""The gateway's own words, from content/messages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from bot.services.runtime import Runtime
from bot.shop.content.base import Language
from bot.shop.content.messages import MessageName, ProblemName
from bot.store.log import NewEntry
from bot.support.conversation import Author


def message(
    runtime: Runtime, name: MessageName, language: Language, *, promised: datetime | None = None
) -> NewEntry:
    """A message of the bot in the customer's language, with its buttons."""
    words = runtime.content.messages.messages[name]
    return NewEntry(
        author=Author.BOT,
        text=words.text.in_language(language).format(
            shop=runtime.content.shop.name,
            promised=moment_in_words(promised, language, runtime.content.shop.time_zone) if promised else "",
        ),
        choices=[(choice.title.in_language(language), choice.payload) for choice in words.choices],
    )


def problem(runtime: Runtime, name: ProblemName, language: Language) -> tuple[str, str]:
    """Title and detail of a refusal."""
    words = runtime.content.problems.problems[name]
    return words.title.in_language(language), words.detail.in_language(language)


def moment_in_words(moment: datetime, language: Language, zone: str) -> str:
    """A date and time as people write it, in the shop's zone, which is named."""
    local = moment.astimezone(ZoneInfo(zone))
    day = format_date(local.date(), "EEEE d MMMM", locale=language)
    return f"{day}, {format_time(local, 'HH:mm', locale=language)} ({local.tzname()})"
