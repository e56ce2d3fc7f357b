"""Values as a customer of a language reads them: money, dates, times, names, lists."""

from collections.abc import Mapping
from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from bot.shop.answers.base import (
    AspectLabel,
    CountryName,
    Length,
    Names,
    Parameter,
    Rows,
    Share,
    Term,
)
from bot.shop.content import Content
from bot.shop.content.base import Language, LocalText, Money
from bot.shop.content.vocabulary import Vocabulary

# English is written for customers in Europe: day before month, and US$ told from other dollars.
LOCALES: dict[Language, Locale] = {
    "en": Locale.parse("en_GB"),
    "fi": Locale.parse("fi_FI"),
    "fil": Locale.parse("fil_PH"),
}
MONTHS_IN_A_YEAR = 12


def words_of(content: Content, parameters: Mapping[str, Parameter], language: Language) -> dict[str, str]:
    """Every parameter in words, and beside each `name` a `Name` with a capital and a `name_lower` without."""
    writer = Writer(content, language)
    plain = {name: writer.write(value) for name, value in parameters.items()}
    capitals = {name.capitalize(): capitalized(text) for name, text in plain.items()}
    return plain | capitals | {f"{name}_lower": text[:1].lower() + text[1:] for name, text in plain.items()}


def capitalized(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


class Writer:
    """Writes values in one language."""

    def __init__(self, content: Content, language: Language) -> None:
        self.language = language
        self.locale = LOCALES[language]
        self.vocabulary: Vocabulary = content.vocabulary[language]

    def write(self, value: Parameter) -> str:
        """The value in words."""
        if isinstance(value, str):
            return value
        if isinstance(value, LocalText):
            return value.in_language(self.language)
        if isinstance(value, date):
            return format_date(value, "long", locale=self.locale)
        if isinstance(value, Names | Rows):
            return self.list_of(value)
        return self.single(value)

    def single(self, value: "Money | Length | CountryName | Share | Term | AspectLabel") -> str:
        """A number, a name or a word of the vocabulary."""
        match value:
            case Money():
                return str(format_currency(value.amount, value.currency, locale=self.locale))
            case Length():
                return self.length(value)
            case CountryName():
                return self.country(value.code)
            case Share():
                return str(format_percent(value.percent / 100, locale=self.locale))
            case Term():
                return self.term(value)
            case AspectLabel():
                return self.vocabulary.aspects[value.topic][value.aspect].label

    def list_of(self, value: Names | Rows) -> str:
        """Things in a sentence, or one to a line."""
        if isinstance(value, Names):
            return format_list([self.write(item) for item in value.items], value.style, self.locale)
        return "\n".join(f"• {self.row(row)}" for row in value.rows)

    def row(self, row: tuple[Parameter, tuple[Parameter, ...]]) -> str:
        """One line of a list."""
        about, cells = row
        return f"{capitalized(self.write(about))}: {', '.join(self.write(cell) for cell in cells)}"

    def length(self, value: Length) -> str:
        """A time such as 3-5 business days, 2 years, 30 days."""
        number, longest, unit = value.number, value.longest, str(value.unit)
        if unit == "month" and longest is None and number and number % MONTHS_IN_A_YEAR == 0:
            number, unit = number // MONTHS_IN_A_YEAR, "year"
        if unit in self.vocabulary.phrases:
            return self._phrase(unit, number, longest)
        return str(format_unit(number, unit, locale=self.locale))

    def _phrase(self, key: str, number: int, longest: int | None) -> str:
        forms = self.vocabulary.phrases[key]
        last = number if longest is None else longest
        shown = format_decimal(last, locale=self.locale)
        if last != number:
            shown = f"{format_decimal(number, locale=self.locale)}–{shown}"
        return (forms.one if last == 1 and number == 1 else forms.other).replace("{n}", shown)

    def country(self, code: str) -> str:
        """The name of a country as it stands in a sentence."""
        known = self.vocabulary.countries.phrases.get(code)
        return known or self.locale.territories.get(code, code)

    def term(self, value: Term) -> str:
        """A word of the vocabulary, with the value it is about."""
        text = self.vocabulary.terms[value.key]
        return text if value.value is None else text.replace("{value}", self.write(value.value))
