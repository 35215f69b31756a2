"""One Excel workbook with a sheet for each type and each relationship, or a folder of CSV files of the same names.

An entry's key is ``<file>#<sheet>/<Schlüssel or name>``, or the Schlüssel itself where it is an official id
(``schulnummer:101321``). A reference is such a Schlüssel, an official id, or a name that is unique in the
workbook, else in the ledger. ``akteursatlas template`` writes the empty workbook.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from graph.ledger_records import folded
from graph.model import EdgeType, Field, NodeType, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.values import plain as text
from ingest.grid import Grid, filled
from ingest.headings import ADDS_TO, END, EXAMPLE_MARK, NOTE_MARK, START, Column, columns, plain, sheet_types
from ingest.references import References, official
from ingest.source import About, Context, Option, Unreadable
from ingest.workbook import Sheet, csv_files, sheets

ABOUT = About(
    "tables",
    Text("Eigene Tabellen", "Own tables"),
    Text("Excel-Arbeitsmappe nach der Vorlage, oder ein Ordner mit CSV-Dateien", "Excel workbook made from the template, or a folder of CSV files"),
    (
        Option(
            "as_of",
            Text(
                "Stand der Angaben (TT.MM.JJJJ); sonst der auf dem Blatt Anleitung oder Hinweise, sonst der Tag der Datei",
                "date that the data stand for; else the one on the sheet Anleitung or Hinweise, else the day of the file",
            ),
        ),
        Option("title", Text("Name der Quelle in der App; sonst der Dateiname", "name of the source in the app; else the file's name")),
    ),
)

_GUIDES = ("anleitung", "hinweise")
"""Sheets for people; only the line "Stand" means something there."""

_FORMULA_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
"""What a file holds where Excel shows #NV, #BEZUG!, #WERT! ..."""

_REMEMBERED = 5_000
_DAY = Field("as_of", Text("Stand", "As of"), Text("Stand der Angaben", "As of"), "date")


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each workbook or folder, named by it."""
    path = Path(os.path.abspath(path))  # "." has no name
    if not path.exists():
        raise Unreadable(f"„{path.name}“ gibt es nicht. Bitte Namen und Ordner prüfen.")
    try:
        day = _DAY.parse(options.get("as_of", ""))
    except ValueError as error:
        raise Unreadable(f"Einstellung as_of: {error}") from None
    files = csv_files(path) if path.is_dir() else [path]
    newest = max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)
    return Dataset(f"tables:{path.name}", "tables", options.get("title") or path.stem, str(day or _stated_day(path) or date.fromtimestamp(newest).isoformat()))


def _stated_day(path: Path) -> Value | None:
    """The day that the workbook itself names, in a line "Stand" of its sheet Anleitung or Hinweise."""
    for place, stated in _stated(path, "stand"):
        try:
            return _DAY.parse(stated)
        except ValueError as error:
            raise Unreadable(f"{place}: Stand: {error}.") from None
    return None


def _stated(path: Path, wanted: str) -> Iterator[tuple[str, object]]:
    """Place and content of each line of this word on the sheets Anleitung and Hinweise: what stands behind the word or beside it."""
    for sheet in sheets(path, lambda _: None):
        if plain(sheet.name) not in _GUIDES:
            continue
        for number, cells in sheet.rows():
            word, colon, behind = str(cells[0] if cells else "").partition(":")
            if plain(word) == wanted:
                yield f"{sheet.file}, Blatt „{sheet.name}“, Zeile {number}", behind if colon and behind.strip() else next(filter(filled, cells[1:]), None)


def records(context: Context) -> Iterator[Record]:
    """The entries of all sheets, then the relationships."""
    known = sheet_types()
    nodes: list[tuple[Sheet, NodeType]] = []
    edges: list[tuple[Sheet, EdgeType]] = []
    for sheet in sheets(context.path, context.warn):
        kind = known.get(plain(sheet.name))
        if isinstance(kind, NodeType):
            nodes.append((sheet, kind))
        elif isinstance(kind, EdgeType):
            edges.append((sheet, kind))
        elif plain(sheet.name) not in _GUIDES:
            many = sum(1 for _, cells in sheet.rows() if any(map(filled, cells)))
            if not many:
                continue  # such as the "Tabelle1" that Excel begins with
            close = difflib.get_close_matches(plain(sheet.name), known, 1)
            meant = f" Ist „{_title(known[close[0]])}“ gemeint?" if close else ""
            context.warn(f"Das Blatt „{sheet.name}“ ({many} Zeilen) gehört nicht zur Vorlage und wurde nicht gelesen.{meant}", Where(sheet.file, sheet.name))
    if not nodes and not edges:
        raise Unreadable(f"„{context.path.name}“ hat kein Blatt der Vorlage. Eine leere Vorlage schreibt: akteursatlas template netzwerk.xlsx")
    names = References(context, adds_to=[text(file) for _, file in _stated(context.path, plain(ADDS_TO)) if filled(file)])
    for sheet, kind in nodes:
        yield from _Reader(context, sheet, kind, names).nodes()
    for sheet, link in edges:
        yield from _Reader(context, sheet, link, names).edges()


def _title(kind: NodeType | EdgeType) -> str:
    return kind.plural.de if isinstance(kind, NodeType) else kind.sheet.de


class _Typed:
    """A column that holds a field. Words that come again and again (roles, dates, choices) are parsed once."""

    __slots__ = ("_seen", "field", "heading", "place", "resolve")

    def __init__(self, place: int, heading: str, field: Field, names: References) -> None:
        self.place, self.heading, self.field = place, heading, field
        self.resolve = names.resolver((field.of,)) if field.kind == "reference" else None
        self._seen: dict[str, Value | None] = {}

    def parse(self, cell: object) -> Value | None:
        """The value of a cell; raises ``ValueError`` with a German reason."""
        if self.resolve is not None:
            key, reason = self.resolve(cell) if filled(cell) else ("", "")
            if reason:
                raise ValueError(reason)
            return key or None
        if not isinstance(cell, str):
            return self._parse(cell)
        if cell in self._seen:
            return self._seen[cell]
        value = self._parse(cell)
        if len(self._seen) < _REMEMBERED:
            self._seen[cell] = value
        return value

    def _parse(self, cell: object) -> Value | None:
        if cell in _FORMULA_ERRORS:
            raise ValueError(f"„{cell}“ ist der Fehler einer Formel; bitte die Formel in Excel berichtigen oder die Zelle leeren.")
        try:
            return self.field.parse(cell)
        except ValueError as error:
            raise ValueError(f"{error}.") from None


class _Reader:
    """Reads one sheet."""

    def __init__(self, context: Context, sheet: Sheet, kind: NodeType | EdgeType, names: References) -> None:
        self._context, self._sheet, self._kind, self._names = context, sheet, kind, names

    def _open(self) -> bool:
        """Finds the head; False where the sheet is empty."""
        meanings = columns(self._kind)
        self._grid = Grid(self._context, self._sheet, lambda word: plain(word) in meanings)
        self._heads = self._grid.heads
        self._columns: dict[int, Column] = {}
        for place, heading in self._heads.items():
            meaning = meanings.get(plain(heading))
            if meaning is not None and meaning not in self._columns.values():
                self._columns[place] = meaning
        self._typed = [_Typed(place, self._heads[place], column.field, self._names) for place, column in self._columns.items() if column.field]
        self._leading = [place for place, column in self._columns.items() if column.field is None or column.field.name == "name"]
        self._required = [field for field in self._kind.fields if field.required and field.name != "name"]
        return bool(self._heads)

    def _rows(self) -> Iterator[tuple[Where, list[Any]]]:
        """Place and cells (as many as the head has at least) of every row that holds data, without notes and examples."""
        left: Counter[int] = Counter()
        width, leading, unknown = self._grid.width, self._leading, [place for place in range(self._grid.width) if place not in self._columns]
        for where, cells in self._grid.rows():
            if any(map(_marked, map(cells.__getitem__, leading))):
                self._explain(where, cells)
                continue
            for place in unknown:
                left[place] += filled(cells[place])
            for place in range(width, len(cells)):
                left[place] += filled(cells[place])
            yield where, cells
        for place, count in left.items():
            if count:
                self._context.leftover(self._heads.get(place, f"Spalte {place + 1}"), count, self._grid.name, self._grid.file)

    def _explain(self, where: Where, cells: list[Any]) -> None:
        """Says why a row is not read where somebody wrote over the example and left its mark in another cell."""
        example = next((place for place in self._leading if _marked(cells[place]) and not cells[place].lstrip().startswith(NOTE_MARK)), None)
        own = next((cells[place] for place in self._leading if filled(cells[place]) and not _marked(cells[place])), None)
        if example is not None and own is not None:
            self._context.warn(
                f"Die Zeile mit „{own}“ ist in der Spalte „{self._heads[example]}“ noch als Beispiel gekennzeichnet und wurde nicht gelesen. "
                f"Sind es Ihre Angaben, dann bitte die Zelle mit „{EXAMPLE_MARK}“ leeren oder überschreiben.",
                where,
            )

    def _place(self, role: str) -> int | None:
        return next((place for place, column in self._columns.items() if column.role == role), None)

    def _require(self, place: int | None, heading: str) -> int:
        if place is None:
            raise Unreadable(
                f"{self._sheet.file}, Blatt „{self._sheet.name}“: die Spalte „{heading}“ fehlt in der Kopfzeile. Gefunden: {', '.join(self._heads.values())}."
            )
        return place

    def nodes(self) -> Iterator[Node]:
        """The entries of a sheet."""
        kind = self._kind
        assert isinstance(kind, NodeType)
        if not self._open():
            return
        key_place = self._place("key")
        name_place = self._require(next((typed.place for typed in self._typed if typed.field.name == "name"), None), kind.field("name").label.de)
        seen: set[str] = set()
        stem = f"{self._context.dataset.name.removeprefix('tables:')}#{kind.plural.de}/"
        for where, cells in self._rows():
            fields = self._fields(where, cells)
            if fields is None:
                continue
            if "name" not in fields:
                self._context.reject(where, self._heads[name_place], "", "Der Name fehlt; bitte ergänzen oder die Zeile löschen.")
                continue
            name, own = str(fields["name"]), ""
            if key_place is not None and filled(cells[key_place]):
                own = text(cells[key_place])
                if own in _FORMULA_ERRORS:
                    self._context.reject(where, self._heads[key_place], own, "Das ist der Fehler einer Formel; bitte berichtigen oder die Zelle leeren.")
                    continue
            key = official(own) or stem + (own or name)
            if key in seen:
                if own and key_place is not None:
                    self._context.reject(where, self._heads[key_place], own, "Der Schlüssel steht schon weiter oben; jeder darf nur einmal vorkommen.")
                else:
                    self._context.reject(where, self._heads[name_place], name, "Name doppelt; bitte in der Spalte Schlüssel unterscheiden.")
                continue
            seen.add(key)
            words = {folded(name), folded(key)}
            if own:
                words.add(folded(own))
            words.update(folded(f"{field.identifier}:{fields[field.name]}") for field in kind.identifiers if field.name in fields)
            self._names.add(key, kind.name, words)
            yield Node(kind.name, key, fields, where)

    def edges(self) -> Iterator[Edge]:
        """The relationships of a sheet."""
        kind = self._kind
        assert isinstance(kind, EdgeType)
        if not self._open():
            return
        start_place, start_of = self._require(self._place(START), kind.start_label.de), self._names.resolver(kind.start_types)
        end_place, end_of = self._require(self._place(END), kind.end_label.de), self._names.resolver(kind.end_types)
        for where, cells in self._rows():
            fields = self._fields(where, cells)
            start, end = self._end(where, cells, start_place, start_of), self._end(where, cells, end_place, end_of)
            if fields is not None and start and end:
                yield Edge(kind.name, start, end, fields, where)

    def _end(self, where: Where, cells: list[Any], place: int, resolve: Callable[[object], tuple[str, str]]) -> str:
        """The key that a side of a relationship names, or "" where there is none (it is reported)."""
        cell = cells[place]
        if not filled(cell):
            self._context.reject(where, self._heads[place], "", "Die Angabe fehlt; eine Beziehung braucht beide Seiten.")
            return ""
        key, reason = resolve(cell)
        if reason:
            self._context.reject(where, self._heads[place], cell, reason)
        return key

    def _fields(self, where: Where, cells: list[Any]) -> dict[str, Value] | None:
        """The parsed fields of a row, or None where one of them cannot be read (each is reported)."""
        fields: dict[str, Value] = {}
        good = True
        for typed in self._typed:
            cell = cells[typed.place]
            if cell is None or cell == "":
                continue
            try:
                value = typed.parse(cell)
            except ValueError as error:
                self._context.reject(where, typed.heading, cell, str(error))
                good = False
                continue
            if value is not None:
                fields[typed.field.name] = value
        for field in self._required:
            if field.name not in fields and good:
                self._context.reject(where, field.label.de, "", f"„{field.label.de}“ fehlt; diese Angabe wird gebraucht.")
                good = False
        return fields if good else None


def _marked(cell: object) -> bool:
    return isinstance(cell, str) and cell.lstrip().startswith((NOTE_MARK, EXAMPLE_MARK))
