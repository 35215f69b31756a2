"""One sheet as a table: which row is its head, and which rows below it hold data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from graph.records import Where
from graph.values import plain, visible
from ingest.source import Listener
from ingest.tabular.headings import notes_on_rejection
from ingest.tabular.workbook import Sheet

HEAD_WITHIN = 10
"""The head stands in one of so many first rows; above it people write titles and notes."""

_EVERY = 2_000
_NAMED = 5
_PARTED = re.compile(r"(?<=[a-zäöüß])-\s*[\r\n]+\s*(?=[a-zäöüß])")
_NUMBER = re.compile(r"[-+]?[\d.\s]+(?:,\d+)?\s*[%€]?")
_TOTAL = re.compile(r"(?:gesamt|zwischen)?summe|gesamt(?:zahl)?|insgesamt|total|anzahl|σ|∑", re.IGNORECASE)
_NOTE = re.compile(r"(?:stand|quelle|quellen|anmerkung|anmerkungen|legende|erläuterung|fußnote)\s*:|[*¹²³†]+\s*\w+\s+\w+|\d\)\s", re.IGNORECASE)


class Grid:
    """A sheet whose head has been found.

    ``heads`` are the headings by their place (0 is column A), ``head_row`` is the number of the row that they
    stand in (0 where the sheet is empty), ``above`` the filled rows before it.
    """

    def __init__(self, context: Listener, sheet: Sheet, known: Callable[[str], bool], *, with_notes: bool = False) -> None:
        """``known`` tells whether a heading is one that the source understands; the row with most of them is the head.

        ``with_notes`` is for a source that reads sums and notes below the table itself; else they are left out and said.
        """
        self._with_notes = with_notes
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
        self._first_heading = next(iter(self.heads.values()), "")
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
        no_data: list[str] = []
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
            if not self._with_notes and (first := _first_word(cells)) and (reason := self._no_data(first, cells)):
                no_data.append(f"Zeile {number} ({reason})")
                continue
            yield Where(file, name, number), cells
        if no_data:
            more = f" und {len(no_data) - _NAMED} weitere" if len(no_data) > _NAMED else ""
            self._context.warn(f"Nicht als Daten gelesen: {', '.join(no_data[:_NAMED])}{more}.", Where(file, name))

    def further(self, cells: Sequence[Any], places: Iterable[int]) -> dict[str, str]:
        """Heading and text of the filled cells at these places; the texts below the same heading are joined."""
        told: dict[str, str] = {}
        for place in places:
            if place < len(cells) and filled(cells[place]):
                word = self.heads.get(place) or f"Spalte {place + 1}"
                told[word] = f"{told[word]}; {plain(cells[place])}" if word in told else plain(cells[place])
        return told

    def _no_data(self, first: str, cells: list[Any]) -> str:
        """What a row is that stands among the data and is none: a sum, a note, the head once more; "" for data."""
        total, note = _TOTAL.fullmatch(first), _NOTE.match(first)
        if not (total or note or first == self._first_heading):
            return ""
        others = [cell for cell in cells if filled(cell)]
        if total and len(others) > 1 and all(map(_is_number, others[1:])):
            return "Summe"
        if note and len(others) == 1 and self.width > 1:
            return f"Anmerkung „{first[:40]}“"
        if len(others) > 1 and all(heading(cells[at]) == word for at, word in self.heads.items() if filled(cells[at])):
            return "Kopfzeile"
        return ""


def filled(cell: object) -> bool:
    """Does a person see anything in this cell?"""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def heading(cell: object) -> str:
    """A heading as one line, a word that was parted at a line's end joined; a file from a Mac may have umlauts of two characters."""
    text = unicodedata.normalize("NFC", plain(cell) if isinstance(cell, float) else str(cell))
    return " ".join(visible(_PARTED.sub("", text)).split())


def _first_word(cells: list[Any]) -> str:
    """What stands in the first filled cell, where it is text."""
    first = next(filter(filled, cells), None)
    return first.strip().rstrip(":").strip() if isinstance(first, str) and not _NOTE.match(first.strip()) else first.strip() if isinstance(first, str) else ""


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and bool(_NUMBER.fullmatch(cell.strip())))
