"""Every table is judged, and the page tells what the code does."""

import re

from bot.services.retention import KEPT_DAYS
from bot.settings import ROOT
from bot.store.personal import FINDERS, HOLDINGS
from bot.store.tables import METADATA


def test_every_table_says_how_it_holds_personal_data() -> None:
    assert set(HOLDINGS) == set(METADATA.tables)


def test_every_column_that_leads_to_a_person_exists() -> None:
    missing = [
        (name, column)
        for name, holding in HOLDINGS.items()
        for column in holding.by
        if column not in METADATA.tables[name].columns or column not in FINDERS
    ]
    assert missing == []


def test_the_privacy_page_tells_the_days_of_every_table() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text()
    told = {name: int(days) for name, days in re.findall(r"^\| `(\w+)` \|.*\| (\d+)", page, re.MULTILINE)}
    assert told == KEPT_DAYS
