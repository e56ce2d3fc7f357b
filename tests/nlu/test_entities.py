import pytest
from spacy.language import Language

from bot.nlu.spacy_folder import build_language, ensure_spacy_folder, spacy_folder
from bot.nlu.spacy_language import entities_of


@pytest.fixture(scope="module")
def language() -> Language:
    return build_language()


def readings(language: Language, text: str) -> set[tuple[str, str]]:
    return {(entity["entity"], entity["value"]) for entity in entities_of(language(text))}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("where is #10482?", "10482"),
        ("order no 77120 please", "77120"),
        ("order no.77120", "77120"),
        ("order#10482", "10482"),
        ("It is A-20391.", "A-20391"),
        ("my order is ABC123XY", "ABC123XY"),
        ("order number is 42", "42"),
        ("tilaus 10482", "10482"),
    ],
)
def test_order_numbers_are_read_in_every_form(language: Language, text: str, value: str) -> None:
    assert ("order_number", value) in readings(language, text)


@pytest.mark.parametrize(
    "text", ["CLM-2026-000123: any news?", "clm-2026-000123", "claim clm 2026 000123", "CLM2026000123"]
)
def test_claim_numbers_get_one_spelling_and_no_other_reading(language: Language, text: str) -> None:
    assert readings(language, text) == {("claim_number", "CLM-2026-000123")}


@pytest.mark.parametrize(
    "text",
    ["my order is 3 days late", "size 42 yesterday", "order 2 pairs please", "500 points", "open 24/7?"],
)
def test_small_numbers_are_no_order_numbers(language: Language, text: str) -> None:
    assert readings(language, text) == set()


@pytest.mark.parametrize("code", ["SW1A 1AA", "1234 AB", "123 45", "K1A 0B6", "FI-00100", "90210-1234"])
def test_postcodes_of_several_countries_are_read(language: Language, code: str) -> None:
    assert ("postcode", code) in readings(language, f"it is {code}, thanks")


def test_five_digits_keep_both_readings(language: Language) -> None:
    assert readings(language, "00100") == {("order_number", "00100"), ("postcode", "00100")}


def test_an_email_is_read_without_the_full_stop_behind_it(language: Language) -> None:
    assert readings(language, "Write to Anna.K+x@shop.co.uk.") == {("email", "Anna.K+x@shop.co.uk")}


def test_an_entity_points_at_its_place_in_the_text(language: Language) -> None:
    text = "order no. #10482, please"
    entity = next(e for e in entities_of(language(text)) if e["entity"] == "order_number")
    assert text[entity["start"] : entity["end"]] == entity["value"] == "10482"


def test_the_folder_is_rebuilt_when_it_is_missing_and_named_by_its_patterns(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("AFTERCARE_DATA_DIR", str(tmp_path))
    folder = ensure_spacy_folder()
    assert folder == spacy_folder()
    assert (folder / "config.cfg").exists()
    monkeypatch.setattr("bot.nlu.spacy_folder.ruler_patterns", list)
    assert spacy_folder() != folder
