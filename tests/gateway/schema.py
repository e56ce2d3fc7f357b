"""The API's document, and the schema every event is held to."""

from functools import cache
from typing import Any

import jsonschema_rs
import yaml

from bot.settings import ROOT

DOCUMENT_PATH = ROOT / "docs" / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """docs/openapi.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT_PATH.read_text())
    return loaded


@cache
def _validator(name: str) -> Any:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def hold_to(name: str, value: object) -> None:
    """Fail the test when `value` is not what the document calls `name`."""
    problems = [error.message for error in _validator(name).iter_errors(value)]
    assert not problems, f"not a documented {name}: {value!r}: {problems}"
