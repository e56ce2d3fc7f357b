"""Texts from the website: what is kept, and what Rasa may see of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.website import clean_json, clean_text, for_rasa

# What Rasa itself strips before it looks for a command.
ANY_TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("/\uff0f\u2044 \u2028\u1680\u200b\x00\x85")
)


@given(ANY_TEXT)
def test_nothing_typed_is_a_command_to_rasa(text: str) -> None:
    assert not for_rasa(clean_text(text), 1000).strip().startswith("/")


@given(ANY_TEXT, st.integers(1, 50))
def test_what_rasa_sees_is_no_longer_than_its_limit_and_can_be_stored(text: str, limit: int) -> None:
    seen = for_rasa(text, limit)
    assert len(seen) <= limit
    assert "\x00" not in seen
    assert seen.encode().decode() == seen


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hello  ", "hello"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1bc\x9f", "abc"),
        ("half \ud83d emoji", "half  emoji"),
        ("whole \U0001f600 emoji", "whole \U0001f600 emoji"),
        ("e\u0301 \u200d ä", "e\u0301 \u200d ä"),
        ("tab\tstays", "tab\tstays"),
    ],
    ids=ascii,
)
def test_what_a_person_can_read_stays_as_it_was_typed(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_a_slash_inside_a_text_stays() -> None:
    assert for_rasa("red and/or blue /restart", 1000) == "red and/or blue /restart"


def test_json_is_cleaned_at_every_depth() -> None:
    given_json = {"a\x00": ["b\x00", {"c": "\ud800d"}, 1, None, True]}
    assert clean_json(given_json) == {"a": ["b", {"c": "d"}, 1, None, True]}
