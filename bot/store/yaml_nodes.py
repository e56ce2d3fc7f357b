"""YAML that keeps its line numbers, refuses double keys and reads scalars as people mean them.

Only `true`, `false`, `null`, whole numbers, decimals and ISO dates are more than text: in PyYAML's own
reading the country code NO is a bool, 10:00 is six hundred and 4.90 is a float.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode


class NodeError(Exception):
    """A text that is no usable YAML, with its line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")
        self.line = line
        self.reason = reason


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with readings of scalars of its own."""

    def construct_decimal(self, node: ScalarNode) -> Decimal:
        return Decimal(node.value)


_Loader.yaml_implicit_resolvers = {}
_DIGITS = "-0123456789"
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9]\d*)$"), list(_DIGITS))
_Loader.add_implicit_resolver("!decimal", re.compile(r"^-?\d+\.\d+$"), list(_DIGITS))
_Loader.add_implicit_resolver("tag:yaml.org,2002:timestamp", re.compile(r"^\d{4}-\d\d-\d\d$"), list(_DIGITS))
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^<<$"), ["<"])
_Loader.add_constructor("!decimal", _Loader.construct_decimal)


@dataclass(frozen=True)
class Document:
    """A read file: its data, and where in the text each part of it stands."""

    data: Any
    root: Node

    def line(self, location: Sequence[str | int]) -> int:
        """The line of the part at `location`, or of the nearest part around it that exists."""
        node = self.root
        line = _line(node)
        for step in location:
            found = _child(node, step)
            if found is None:
                continue
            line, node = found
        return line


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _child(node: Node, step: str | int) -> tuple[int, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return _line(item), item
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return _line(key), value
    return None


def parse(text: str) -> Document:
    """Read one YAML document; NodeError tells the line of what is wrong."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise NodeError(1, "the file is empty")
        _refuse_double_keys(root)
        return Document(loader.construct_document(root), root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NodeError(mark.line + 1 if mark else 1, error.problem or "is no YAML") from error
    except (yaml.YAMLError, ValueError) as error:
        raise NodeError(1, str(error).splitlines()[0]) from error
    finally:
        loader.dispose()


def _refuse_double_keys(node: Node) -> None:
    if isinstance(node, SequenceNode):
        for item in node.value:
            _refuse_double_keys(item)
    if isinstance(node, MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if key.value in seen:
                raise NodeError(_line(key), f"{key.value!r} is given twice (first on line {seen[key.value]})")
            seen[key.value] = _line(key)
            _refuse_double_keys(value)
