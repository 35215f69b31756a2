"""One Excel workbook with a sheet for each type and each relationship, or a folder of CSV files of the same names.

An entry's key is ``<file>#<sheet>/<Schlüssel or name>``, or the Schlüssel itself where it is an official id
(``schulnummer:101321``). A reference is such a Schlüssel, an official id, or a name that is unique in the
workbook, else in the ledger. ``akteursatlas template`` writes the empty workbook.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from graph.model import EdgeType, Field, NodeType, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import NODES
from ingest.headings import END, EXAMPLE_MARK, NOTE_MARK, START, Column, columns, plain, sheet_types
from ingest.source import About, Context, Option, Unreadable
from ingest.workbook import Sheet, sheets

ABOUT = About(
    "tables",
    Text("Eigene Tabellen", "Own tables"),
    Text("Excel-Arbeitsmappe nach der Vorlage, oder ein Ordner mit CSV-Dateien", "Excel workbook made from the template, or a folder of CSV files"),
    (
        Option("as_of", Text("Stand der Angaben (TT.MM.JJJJ); sonst der Tag der Datei", "date that the data stand for; else the day of the file")),
        Option("title", Text("Name der Quelle in der App; sonst der Dateiname", "name of the source in the app; else the file's name")),
    ),
)

_SCHEMES = frozenset(field.identifier for node in NODES.values() for field in node.identifiers)
_EVERY = 2_000
_REMEMBERED = 5_000
_DAY = Field("as_of", Text("Stand", "As of"), Text("Stand der Angaben", "As of"), "date")


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each workbook or folder, named by it."""
    try:
        day = _DAY.parse(options.get("as_of", ""))
    except ValueError as error:
        raise Unreadable(f"Einstellung as_of: {error}") from None
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    newest = max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)
    return Dataset(f"tables:{path.name}", "tables", options.get("title") or path.stem, str(day or date.fromtimestamp(newest).isoformat()))


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
        elif plain(sheet.name) not in ("anleitung", "hinweise"):
            filled = sum(1 for _, cells in sheet.rows() if any(_filled(cell) for cell in cells))
            close = difflib.get_close_matches(plain(sheet.name), known, 1)
            meant = f" Ist „{_title(known[close[0]])}“ gemeint?" if close else ""
            context.warn(f"Das Blatt „{sheet.name}“ ({filled} Zeilen) gehört nicht zur Vorlage und wurde nicht gelesen.{meant}", Where(sheet.file, sheet.name))
    if not nodes and not edges:
        raise Unreadable(f"„{context.path.name}“ hat kein Blatt der Vorlage. Eine leere Vorlage schreibt: akteursatlas template netzwerk.xlsx")
    names = _Names(context)
    for sheet, kind in nodes:
        yield from _Reader(context, sheet, kind, names).nodes()
    for sheet, link in edges:
        yield from _Reader(context, sheet, link, names).edges()


def _title(kind: NodeType | EdgeType) -> str:
    return kind.plural.de if isinstance(kind, NodeType) else kind.sheet.de


def _filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


class _Names:
    """What the entries of this workbook are called, and what a reference means."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_word: dict[str, list[tuple[str, str]]] = {}
        self._answers: dict[tuple[str, ...], dict[str, tuple[str, str]]] = {}

    def add(self, key: str, kind: str, words: set[str]) -> None:
        """Notes an entry under its Schlüssel, its name and its official ids."""
        for word in words:
            self._by_word.setdefault(word, []).append((key, kind))

    def resolver(self, types: tuple[str, ...]) -> Callable[[object], tuple[str, str]]:
        """A function from a cell to (key, "") of what it refers to among these types, or to ("", German reason)."""
        answers = self._answers.setdefault(types, {})

        def resolve(cell: object) -> tuple[str, str]:
            word = cell.strip() if isinstance(cell, str) else str(_scalar(cell))
            answer = answers.get(word)
            if answer is None:
                answer = answers[word] = self._answer(word, types)
            return answer

        return resolve

    def _answer(self, word: str, types: tuple[str, ...]) -> tuple[str, str]:
        here = list(dict.fromkeys(key for key, kind in self._by_word.get(_folded(word), ()) if kind in types))
        if len(here) == 1:
            return here[0], ""
        if len(here) > 1:
            return "", f"Der Name ist nicht eindeutig: {', '.join(here)}. Bitte den Schlüssel angeben."
        scheme, colon, rest = word.partition(":")
        if colon and scheme in _SCHEMES and rest:
            return word, ""
        if self._context.exists(word, types):
            return word, ""
        found = self._context.find(word, types)
        if len(found) == 1:
            return found[0], ""
        if found:
            return "", f"Der Name ist im Bestand nicht eindeutig: {', '.join(found)}. Bitte einen dieser Schlüssel angeben."
        labels = " oder ".join(NODES[name].label.de for name in types)
        close = self._context.similar(word, types)
        meant = f" Ähnlich heißen: {', '.join(close)}." if close else ""
        return "", f"Gibt es nicht als {labels}.{meant} Bitte den Namen prüfen oder auf dem Blatt „{NODES[types[0]].plural.de}“ ergänzen."


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


class _Typed:
    """A column that holds a field. Words that come again and again (roles, dates, choices) are parsed once."""

    __slots__ = ("_seen", "field", "heading", "place", "resolve")

    def __init__(self, place: int, heading: str, field: Field, names: _Names) -> None:
        self.place, self.heading, self.field = place, heading, field
        self.resolve = names.resolver((field.of,)) if field.kind == "reference" else None
        self._seen: dict[str, Value | None] = {}

    def parse(self, cell: object) -> Value | None:
        """The value of a cell; raises ``ValueError`` with a German reason."""
        if self.resolve is not None:
            key, reason = self.resolve(cell) if _filled(cell) else ("", "")
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
        try:
            return self.field.parse(cell)
        except ValueError as error:
            raise ValueError(f"{error}.") from None


class _Reader:
    """Reads one sheet."""

    def __init__(self, context: Context, sheet: Sheet, kind: NodeType | EdgeType, names: _Names) -> None:
        self._context, self._sheet, self._kind, self._names = context, sheet, kind, names

    def _open(self) -> bool:
        """Reads the head; False where the sheet is empty."""
        self._rest = self._sheet.rows()
        _, head = next(self._rest, (0, []))
        meanings = columns(self._kind)
        self._heads = {place: str(heading).strip() for place, heading in enumerate(head) if _filled(heading)}
        self._columns: dict[int, Column] = {}
        for place, heading in self._heads.items():
            meaning = meanings.get(plain(heading))
            if meaning is not None and meaning not in self._columns.values():
                self._columns[place] = meaning
        self._width = max(self._heads, default=-1) + 1
        self._typed = [_Typed(place, self._heads[place], column.field, self._names) for place, column in self._columns.items() if column.field]
        self._required = [field for field in self._kind.fields if field.required and field.name != "name"]
        return bool(self._heads)

    def _rows(self) -> Iterator[tuple[Where, list[Any]]]:
        """Place and cells (as many as the head has at least) of every row that holds data; the first row is the head."""
        left: Counter[int] = Counter()
        name = "" if self._sheet.file.lower().endswith(".csv") else self._sheet.name
        file, width, unknown = self._sheet.file, self._width, [place for place in range(self._width) if place not in self._columns]
        for number, cells in self._rest:
            first = next(filter(_filled, cells), None)
            if first is None or (isinstance(first, str) and first.startswith((NOTE_MARK, EXAMPLE_MARK))):
                continue
            if len(cells) < width:
                cells += [None] * (width - len(cells))
            for place in unknown:
                left[place] += _filled(cells[place])
            for place in range(width, len(cells)):
                left[place] += _filled(cells[place])
            if number % _EVERY == 0:
                self._context.progress(number, 0)
            yield Where(file, name, number), cells
        for place, count in left.items():
            if count:
                self._context.leftover(self._heads.get(place, f"Spalte {place + 1}"), count, name, file)

    def _place(self, role: str) -> int | None:
        return next((place for place, column in self._columns.items() if column.role == role), None)

    def _require(self, place: int | None, heading: str) -> int:
        if place is None:
            raise Unreadable(
                f"{self._sheet.file}, Blatt „{self._sheet.name}“: die Spalte „{heading}“ fehlt in der ersten Zeile. "
                f"Gefunden: {', '.join(self._heads.values())}."
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
        stem = f"{self._context.path.name}#{kind.plural.de}/"
        for where, cells in self._rows():
            fields = self._fields(where, cells)
            if fields is None:
                continue
            if "name" not in fields:
                self._context.reject(where, self._heads[name_place], "", "Der Name fehlt; bitte ergänzen oder die Zeile löschen.")
                continue
            name, own = str(fields["name"]), ""
            if key_place is not None and _filled(cells[key_place]):
                own = str(_scalar(cells[key_place]))
            key = own if ":" in own and own.partition(":")[0] in _SCHEMES else stem + (own or name)
            if key in seen:
                if own and key_place is not None:
                    self._context.reject(where, self._heads[key_place], own, "Der Schlüssel steht schon weiter oben; jeder darf nur einmal vorkommen.")
                else:
                    self._context.reject(where, self._heads[name_place], name, "Name doppelt; bitte in der Spalte Schlüssel unterscheiden.")
                continue
            seen.add(key)
            words = {_folded(name), _folded(key)}
            if own:
                words.add(_folded(own))
            words.update(_folded(f"{field.identifier}:{fields[field.name]}") for field in kind.identifiers if field.name in fields)
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
        if not _filled(cell):
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


def _scalar(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
