"""What a first sentence tells of a fault."""

from datetime import date

import pytest

from actions.claim_words import cause_in, tells_symptom
from bot.services.fault_days import fault_day_in
from bot.shop.content import Content

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("my espresso machine died, won't heat anymore since tuesday", date(2026, 11, 17)),
        ("it has not worked since yesterday", date(2026, 11, 21)),
        ("the lid snapped, I have only had it since Tuesday", None),
        ("it broke on Friday, I bought it on Monday", date(2026, 11, 20)),
        ("bought it on Monday and it will not start", None),
    ],
)
def test_day_of_the_fault_is_not_the_day_it_was_bought(
    shop_content: Content, text: str, day: date | None
) -> None:
    assert fault_day_in(text, shop_content.vocabulary["en"].dates, "en", SUNDAY) == day


@pytest.mark.parametrize("text", ["the sofa's leg broke off", "a handle fell off", "the drawer fell apart"])
def test_part_that_came_off_is_a_symptom_and_no_mishap(text: str) -> None:
    assert tells_symptom(text)
    assert cause_in(text) is None
