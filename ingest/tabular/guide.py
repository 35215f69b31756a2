"""Sheets for people (Anleitung, Hinweise): of their lines only those of a few words mean something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.model import Field, Text, Value
from ingest.source import Unreadable
from ingest.tabular.grid import filled
from ingest.tabular.headings import plain
from ingest.tabular.workbook import sheets

GUIDES = ("anleitung", "hinweise")
DAY = Field("as_of", Text("Stand", "As of"), Text("Stand der Angaben", "As of"), "date")


def stated_day(path: Path) -> Value | None:
    """The day that a workbook itself names, in a line "Stand" of its guide; raises ``Unreadable`` where that is no date."""
    for place, told in stated(path, "stand"):
        try:
            return DAY.parse(told)
        except ValueError as error:
            raise Unreadable(f"{place}: Stand: {error}.") from None
    return None


def stated(path: Path, wanted: str) -> Iterator[tuple[str, object]]:
    """Place and content of each line of this word in the guides: what stands behind the word or beside it."""
    for sheet in sheets(path, lambda _: None):
        if plain(sheet.name) not in GUIDES:
            continue
        for number, cells in sheet.rows():
            word, colon, behind = str(cells[0] if cells else "").partition(":")
            if plain(word) == wanted:
                yield f"{sheet.file}, Blatt „{sheet.name}“, Zeile {number}", behind if colon and behind.strip() else next(filter(filled, cells[1:]), None)
