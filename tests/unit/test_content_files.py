"""Reading `content/`: what is right loads, what is wrong is told with its line."""

import shutil
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import ROOT
from bot.shop.content import NoPolicyInForce, in_force, next_change
from bot.store.content import WrongContent, check, load
from bot.store.yaml_nodes import NodeError, parse

SHIPPING = "policies/shipping/2026-01.yaml"
RETURNS = "policies/returns/2026-01.yaml"

Change = Callable[[str, str, str], int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example's content."""
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


@pytest.fixture
def change(folder: Path) -> Change:
    """Replaces text in a file of the copy; returns the line where it stands."""

    def replace(name: str, old: str, new: str) -> int:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace


def _only_error(folder: Path) -> tuple[str, int, str]:
    (error,) = check(folder)
    return error.file.relative_to(folder).as_posix(), error.line, error.reason


def test_the_example_is_right() -> None:
    assert check(ROOT / "content") == []


def test_an_error_is_written_as_file_line_reason(folder: Path, change: Change) -> None:
    line = change("shop.yaml", "home_country: FI", "home_country: Finland")
    (error,) = check(folder)
    assert str(error).startswith(f"{folder / 'shop.yaml'}:{line}: home_country: 'Finland' is no ISO 3166")


def test_an_unknown_field_is_refused_on_its_own_line(folder: Path, change: Change) -> None:
    line = change(RETURNS, "gifts:\n", "presents: x\ngifts:\n")
    assert _only_error(folder) == (RETURNS, line, "presents: no such field is known")


def test_a_missing_field_is_refused(folder: Path, change: Change) -> None:
    change("catalogue.yaml", 'version: "2026-1"\n', "")
    assert _only_error(folder)[2] == "version: is missing"


def test_a_double_key_is_refused(folder: Path, change: Change) -> None:
    line = change(SHIPPING, 'cutoff: "14:00"\n', 'cutoff: "14:00"\ncutoff: "15:00"\n')
    name, where, reason = _only_error(folder)
    assert (name, where) == (SHIPPING, line + 1)
    assert reason == f"'cutoff' is given twice (first on line {line})"


def test_a_field_deep_inside_is_told_with_its_line(folder: Path, change: Change) -> None:
    line = change(SHIPPING, "cost: 12.90", "cost: cheap")
    name, where, reason = _only_error(folder)
    assert (name, where) == (SHIPPING, line)
    assert reason.startswith("zones.0.methods.1.cost: ")


def test_a_category_that_does_not_exist_is_refused(folder: Path, change: Change) -> None:
    line = change(RETURNS, "  garden: 45\n", "  gardening: 45\n")
    name, where, reason = _only_error(folder)
    assert (name, where) == (RETURNS, line)
    assert reason == "windows.gardening: no category 'gardening' in catalogue.yaml"


def test_a_plan_that_does_not_exist_is_refused(folder: Path, change: Change) -> None:
    change("policies/warranty/2026-01.yaml", "plan: care_plus", "plan: care_max")
    assert "no plan 'care_max' in plans.yaml" in _only_error(folder)[2]


def test_a_country_in_two_zones_is_refused(folder: Path, change: Change) -> None:
    change(SHIPPING, 'countries: ["NO", IS]', 'countries: ["NO", IS, FI]')
    assert "in more than one zone: FI" in _only_error(folder)[2]


def test_an_unknown_group_of_countries_is_refused(folder: Path, change: Change) -> None:
    change(RETURNS, "countries: [eea]", "countries: [eeea]")
    assert "'eeea' is no group of countries.yaml" in _only_error(folder)[2]


def test_all_errors_of_all_files_are_told_at_once(folder: Path, change: Change) -> None:
    change("shop.yaml", "home_country: FI", "home_country: XX")
    change("shop.yaml", "Europe/Helsinki", "Europe/Turku")
    change("catalogue.yaml", "id: garden", "id: Garden")
    files = [error.file.name for error in check(folder)]
    assert files.count("shop.yaml") == 2
    assert "catalogue.yaml" in files


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "offers.yaml").unlink()
    assert _only_error(folder) == ("offers.yaml", 1, "the file is missing")


def test_a_file_that_nobody_would_read_is_refused(folder: Path) -> None:
    (folder / "policies" / "shiping.yaml").write_text("version: 1\n")
    assert _only_error(folder) == ("policies/shiping.yaml", 1, "no such file is known here")


def test_a_text_that_is_no_yaml_is_told_with_its_line(folder: Path) -> None:
    (folder / "offers.yaml").write_text("version: 1\noffers: [\n")
    name, line, _ = _only_error(folder)
    assert (name, line) == ("offers.yaml", 3)


def test_two_files_of_one_version_are_refused(folder: Path) -> None:
    shutil.copy(folder / RETURNS, folder / "policies/returns/2027-01.yaml")
    reasons = {error.reason for error in check(folder)}
    assert reasons == {
        "version is the same as in 2026-01.yaml",
        "effective_from is the same as in 2026-01.yaml",
    }


def test_wrong_content_is_not_loaded(folder: Path, change: Change) -> None:
    change("shop.yaml", "home_country: FI", "home_country: XX")
    with pytest.raises(WrongContent) as refusal:
        load(folder)
    assert len(refusal.value.errors) == 1


def test_the_version_in_force_on_a_day_is_used(folder: Path) -> None:
    text = (folder / RETURNS).read_text(encoding="utf-8")
    newer = text.replace('version: "2026-1"', 'version: "2027-1"').replace("2024-01-01", "2027-02-01")
    (folder / "policies/returns/2027-02.yaml").write_text(newer, encoding="utf-8")
    versions = load(folder).returns
    assert in_force(versions, date(2027, 1, 31)).version == "2026-1"
    assert in_force(versions, date(2027, 2, 1)).version == "2027-1"
    assert next_change(versions, date(2027, 1, 31)) == date(2027, 2, 1)
    assert next_change(versions, date(2027, 2, 1)) is None
    with pytest.raises(NoPolicyInForce):
        in_force(versions, date(2020, 1, 1))


def test_scalars_are_read_as_people_mean_them() -> None:
    read = parse("country: NO\ntime: 10:00\ncost: 4.90\nyes: on\nfrom: 2026-01-01\nfree: true\n").data
    assert read["country"] == "NO"
    assert read["time"] == "10:00"
    assert read["cost"] == Decimal("4.90")
    assert read["yes"] == "on"
    assert read["from"] == date(2026, 1, 1)
    assert read["free"] is True


def test_an_impossible_date_is_told() -> None:
    with pytest.raises(NodeError, match="day is out of range"):
        parse("from: 2026-02-30\n")


def test_norway_stays_norway() -> None:
    content = load(ROOT / "content")
    zone = content.shipping[-1].zone_of("NO")
    assert zone is not None
    assert zone.id == "norway"
    assert content.shop.hours[0].opens == time(9)


def test_the_command_prints_every_mistake_and_fails(
    folder: Path, change: Change, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERCARE_CONTENT_DIR", str(folder))
    assert main(["check-content"]) == 0
    line = change("shop.yaml", "home_country: FI", "home_country: XX")
    assert main(["check-content"]) == 1
    assert capsys.readouterr().out.startswith(f"{folder / 'shop.yaml'}:{line}: home_country: ")
