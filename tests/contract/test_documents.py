"""The documents say what is true: settings, commands, links, and the README's tree."""

import re
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.settings import ROOT, Settings

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    assert f"`AFTERCARE_{name.upper()}`" in text


def test_no_setting_is_documented_that_does_not_exist() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    named = set(re.findall(r"^\| `AFTERCARE_([A-Z_]+)`", text, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_for_operators(command: str) -> None:
    text = (ROOT / "docs" / "operators.md").read_text()
    assert re.search(rf"\b{re.escape(command)}\b", text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = [document.parent / target for target in LINK.findall(document.read_text())]
    assert [str(target) for target in targets if not target.exists()] == []


def test_readme_gives_the_two_commands_and_make_has_them() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    commands = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, re.MULTILINE))
    assert {"run", "test"} <= commands
    assert [name for name in commands if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_readme_names_folders_that_exist() -> None:
    tree = (ROOT / "README.md").read_text().split("## Where things are")[1]
    folders = re.findall(r"^([a-z_/]+/)\s", tree, re.MULTILINE)
    assert len(folders) > 8
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
