"""How far a reading is: which file of how many, how many rows, and how long it will still take."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

_CHUNK = 1 << 20
_MOST_COUNTED = 2 << 30
"""Bytes of text in which lines are counted, a second or two of work."""

_HEAD = 4_096
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?[A-Z]+(\d+)"')
_EARLY = 1.0
"""Before so many seconds nobody can tell how long it will take."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A moment of a reading. ``expected`` rows and ``seconds_left`` are None where nobody can know; ``file`` counts from 1, 0 after the reading."""

    stage: str = ""
    file: int = 0
    files: int = 0
    rows: int = 0
    expected: int | None = None
    seconds_left: float | None = None

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; None where unknown."""
        return min(1.0, self.rows / self.expected) if self.expected else None


def expected_rows(path: Path) -> int:
    """About how many rows a file or folder has, by what costs nothing to know; 0 where that says nothing."""
    try:
        if path.is_dir():
            counts = [expected_rows(file) for file in path.iterdir() if file.suffix.lower() in (".csv", ".txt") and file.is_file()]
            return sum(counts) if all(counts) else 0
        if path.suffix.lower() in (".csv", ".txt") and path.stat().st_size <= _MOST_COUNTED:
            with path.open("rb") as content:
                return sum(chunk.count(b"\n") for chunk in iter(lambda: content.read(_CHUNK), b"")) + 1
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return _rows_of_workbook(path)
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError):
        pass  # the reading itself will say what is wrong with it
    return 0


def _rows_of_workbook(path: Path) -> int:
    """The sizes that the sheets state of themselves."""
    total = 0
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with parts.open(name) as part:
                    stated = _DIMENSION.search(part.read(_HEAD))
                total += int(stated[1]) if stated else 0
    return total


class Meter:
    """Turns what a reading says (stage, rows done of this sheet, total or 0) into a pace for all of its files."""

    def __init__(self, paths: Sequence[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._paths, self._clock = list(paths), clock
        self._begun = clock()
        self._expected = [expected_rows(path) for path in self._paths]
        self._at = -1
        self._earlier = self._last = 0
        self.now = Pace(files=len(self._paths))

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Takes a message of the reading."""
        if stage != self.now.stage:
            self._begin(stage)
        if done < self._last:  # the next sheet counts from its own first row
            self._earlier += self._last
        self._last = done
        rows = self._earlier + done
        known = total or (self._expected[self._at] if self.now.file else 0)
        expected = max(known, rows) if known else None
        passed = self._clock() - self._begun
        left = passed / rows * (expected - rows) if expected and rows and passed >= _EARLY else None
        self.now = replace(self.now, rows=rows, expected=expected, seconds_left=left)

    def _begin(self, stage: str) -> None:
        self._earlier = self._last = 0
        self._begun = self._clock()
        later = next((place for place in range(self._at + 1, len(self._paths)) if stage.startswith(self._paths[place].name + " ")), None)
        if later is not None:
            self._at = later
        self.now = Pace(stage, 0 if later is None else later + 1, len(self._paths))
