"""One sheet as a table: which row is its head, and which rows below it hold data."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from graph.records import Where
from ingest.headings import notes_on_rejection
from ingest.source import Context
from ingest.workbook import Sheet

HEAD_WITHIN = 10
"""The head stands in one of so many first rows; above it people write titles and notes."""

_EVERY = 2_000


class Grid:
    """A sheet whose head has been found.

    ``heads`` are the headings by their place (0 is column A), ``head_row`` is the number of the row that they
    stand in (0 where the sheet is empty), ``above`` the filled rows before it.
    """

    def __init__(self, context: Context, sheet: Sheet, known: Callable[[str], bool]) -> None:
        """``known`` tells whether a heading is one that the source understands; the row with most of them is the head."""
        self._context = context
        self.sheet = sheet
        rows = sheet.rows()
        first = [(number, cells) for number, cells in islice(rows, HEAD_WITHIN) if any(map(filled, cells))]
        best = max(range(len(first)), key=lambda at: sum(known(heading(cell)) for cell in first[at][1] if filled(cell)), default=-1)
        self.head_row, head = first[best] if first else (0, [])
        self.above = first[: max(best, 0)]
        self.heads = {place: heading(cell) for place, cell in enumerate(head) if filled(cell)}
        self._never_data = notes_on_rejection(self.heads)
        for place in self._never_data:
            del self.heads[place]
        self.width = max(self.heads, default=-1) + 1
        self._rest = chain(first[best + 1 :], rows)

    @property
    def file(self) -> str:
        """The file that the sheet stands in."""
        return self.sheet.file

    @property
    def name(self) -> str:
        """The name of the sheet as a place: a CSV file has no sheets."""
        return "" if self.file.lower().endswith((".csv", ".txt")) else self.sheet.name

    def rows(self) -> Iterator[tuple[Where, list[Any]]]:
        """Place and cells (as many as the head has at least) of every filled row below the head. May be read once."""
        file, name, width = self.file, self.name, self.width
        for number, cells in self._rest:
            for place in self._never_data:
                if place < len(cells):
                    cells[place] = None
            if not any(map(filled, cells)):
                continue
            if len(cells) < width:
                cells += [None] * (width - len(cells))
            if number % _EVERY == 0:
                self._context.progress(number, 0)
            yield Where(file, name, number), cells


def filled(cell: object) -> bool:
    """Does a person see anything in this cell?"""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def heading(cell: object) -> str:
    """A heading as one line; a file that comes from a Mac may have umlauts of two characters."""
    return " ".join(unicodedata.normalize("NFC", str(cell)).split())
