"""docs/content.md names every field of every model of the content."""

import re
from typing import Any, get_args

import pytest

from bot.settings import ROOT
from bot.shop.content import Content
from bot.shop.content.base import ContentModel, LocalText, Money

SECTIONS = dict(
    re.findall(
        r"^### (\w+)\n(.*?)(?=^##|\Z)",
        (ROOT / "docs" / "content.md").read_text(encoding="utf-8"),
        re.M | re.S,
    )
)


def _models(kind: Any, found: dict[str, type[ContentModel]]) -> dict[str, type[ContentModel]]:
    if isinstance(kind, type) and issubclass(kind, ContentModel) and kind.__name__ not in found:
        found[kind.__name__] = kind
        for field in kind.model_fields.values():
            _models(field.annotation, found)
    for inner in get_args(kind):
        _models(inner, found)
    return found


MODELS = {
    name: model for name, model in _models(Content, {}).items() if model not in (Content, LocalText, Money)
}


@pytest.mark.parametrize("name", MODELS)
def test_every_field_is_documented_and_no_other(name: str) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", SECTIONS[name], re.M)
    assert documented == list(MODELS[name].model_fields)


def test_no_model_is_documented_that_does_not_exist() -> None:
    assert set(SECTIONS) == set(MODELS)
