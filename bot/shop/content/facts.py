"""Who the shop is: shop.yaml and countries.yaml."""

from datetime import date, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from bot.shop.content.base import ContentModel, Countries, Country, Currency, Identifier, Text

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value!r} is no time zone (as in Europe/Helsinki)") from error
    return value


TimeZone = Annotated[str, AfterValidator(_zone)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Contact(ContentModel):
    """How people reach the shop outside the chat."""

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    phone: str
    address: Text


class OpeningHours(ContentModel):
    """The same hours on some days of the week; `closes` is no longer open."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self


class ShopFacts(ContentModel):
    """shop.yaml."""

    version: str
    name: str
    home_country: Country
    time_zone: TimeZone
    currencies: tuple[Currency, ...] = Field(min_length=1)
    contact: Contact
    hours: tuple[OpeningHours, ...] = Field(min_length=1)
    answer_within_hours: int = Field(ge=1, le=200)
    closed_dates: tuple[date, ...] = ()
    closed_every_year: tuple[MonthDay, ...] = ()
    suggested_countries: tuple[Country, ...] = Field(min_length=1, max_length=4)
    suggested_categories: tuple[Identifier, ...] = Field(min_length=1, max_length=4)

    def is_closed(self, day: date) -> bool:
        """Whether the shop is closed on `day` whatever the weekday."""
        return day in self.closed_dates or day.strftime("%m-%d") in self.closed_every_year

    def is_business_day(self, day: date) -> bool:
        """Whether parcels move and staff work on `day`."""
        return not self.is_closed(day) and day.weekday() < WEEKDAYS.index("saturday")


class CountryGroups(ContentModel):
    """countries.yaml: names for sets of countries, used wherever countries are listed."""

    version: str
    groups: dict[Identifier, Countries]
