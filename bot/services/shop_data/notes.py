"""What is worth a word but refuses nothing: said once at the end, with how often and where first."""

from collections import Counter
from collections.abc import Iterator

MAX_NOTES = 1000


class Notes:
    """Remarks by file, each counted; bounded, so that a file of nothing but remarks fits into memory."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], int] = {}
        self._count: Counter[tuple[str, str]] = Counter()
        self._left_out = 0

    def add(self, file: str, line: int, remark: str) -> None:
        """Note a remark on a line."""
        note = (file, remark)
        if note not in self._first and len(self._first) >= MAX_NOTES:
            self._left_out += 1
            return
        self._first.setdefault(note, line)
        self._count[note] += 1

    def sentences(self) -> Iterator[str]:
        """The remarks, in the order in which they came up."""
        for (file, remark), line in self._first.items():
            times = self._count[file, remark]
            where = f"line {line}" if times == 1 else f"{times} times, first in line {line}"
            yield f"{file}: {remark} ({where})"
        if self._left_out:
            yield f"{self._left_out} more remarks are left out"
