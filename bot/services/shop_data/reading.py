"""From lines to rows: one line at a time, whatever its length or its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.services.shop_data.fields import Row

LINE_BYTES = 1024 * 1024
MAX_REASONS = 5
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Refusal:
    """Why a line did not go in."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


@dataclass(frozen=True)
class Line:
    """A line that was read: the row, or why it is none; and how many bytes it took."""

    number: int
    size: int
    row: Row | None
    refusals: tuple[Refusal, ...] = ()


class RowReader:
    """Reads rows of one model. `context` is what the model's checks depend on."""

    def __init__(self, file: str, model: type[Row], context: dict[str, Any]) -> None:
        """`file` is the name that refusals give."""
        self.file = file
        self.model = model
        self.context = context

    def read(self, path: Path) -> Iterator[Line]:
        """Every line that holds something."""
        with path.open("rb") as stream:
            number = 0
            while text := stream.readline(LINE_BYTES):
                number += 1
                size = len(text)
                if size == LINE_BYTES and not text.endswith(b"\n"):
                    size += _skip_rest(stream)
                    yield self._refused(number, size, ("line", f"is longer than {LINE_BYTES} bytes"))
                    continue
                if number == 1:
                    text = text.removeprefix(BYTE_ORDER_MARK)
                if text.strip():
                    yield self._line(number, size, text)

    def _line(self, number: int, size: int, text: bytes) -> Line:
        if b"\\u0000" in text:
            return self._refused(number, size, ("line", "holds the character NUL, which no database keeps"))
        try:
            row = self.model.model_validate_json(text, context=self.context)
        except ValidationError as error:
            problems = [_explained(item) for item in error.errors(include_url=False, include_input=False)]
            return self._refused(number, size, *problems[:MAX_REASONS])
        return Line(number, size, row)

    def _refused(self, number: int, size: int, *problems: tuple[str, str]) -> Line:
        refusals = tuple(Refusal(self.file, number, field, reason) for field, reason in problems)
        return Line(number, size, None, refusals)


def _skip_rest(stream: Any) -> int:
    skipped = 0
    while rest := stream.readline(LINE_BYTES):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


def _explained(item: Any) -> tuple[str, str]:
    """Field and reason. What checks a whole row names the field in its message."""
    field = ".".join(str(step) for step in item["loc"] if step != "[key]")
    message: str = item["msg"].removeprefix("Value error, ")
    if item["type"] == "json_invalid":
        return "line", message[:1].lower() + message[1:]
    if item["type"] == "missing":
        return field, "is missing"
    if not field:
        named, separator, reason = message.partition(": ")
        return (named, reason) if separator else ("line", message)
    return field, message
