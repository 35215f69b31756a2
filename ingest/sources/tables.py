"""One Excel workbook with a sheet for each type and each relationship, or a folder of CSV files of the same names.

An entry's key is ``<file>#<sheet>/<Schlüssel or name>``, or the Schlüssel itself where it is an official id
(``schulnummer:101321``). A reference is such a Schlüssel, an official id, or a name that is unique in the
workbook, else in the ledger. ``akteursatlas template`` writes the empty workbook.
"""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from graph import dates
from graph.ledger_records import folded
from graph.model import EdgeType, Field, NodeType, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.values import extra as as_extra
from graph.values import plain as text
from ingest.source import About, Context, Option, Unreadable
from ingest.tabular.cells import Typed, both_ends, complaint, several
from ingest.tabular.grid import Grid, filled
from ingest.tabular.guide import DAY, GUIDES, stated, stated_day
from ingest.tabular.headings import ADDS_TO, END, EXAMPLE_MARK, NOTE_MARK, START, Column, columns, plain, sheet_types
from ingest.tabular.references import References, Resolver, official
from ingest.tabular.ties import Tie, ties
from ingest.tabular.workbook import Sheet, csv_files, sheets

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
        Option(
            "create_missing",
            Text("ja: wen ein Verweis nennt und niemand beschreibt, als Eintrag anlegen", "yes: make an entry for whom a reference names and nobody describes"),
        ),
        Option("title", Text("Name der Quelle in der App; sonst der Dateiname", "name of the source in the app; else the file's name")),
    ),
)

_ADDRESSES = ("email", "url")
_SEVERAL_ADDRESSES = re.compile(r"[;,\s]")
_YES_OR_NO = Field("create_missing", Text("Anlegen", "Create"), Text("Fehlende anlegen", "Create what is missing"), "boolean")


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each workbook or folder, named by it."""
    path = Path(os.path.abspath(path))  # "." has no name
    if not path.exists():
        raise Unreadable(f"„{path.name}“ gibt es nicht. Bitte Namen und Ordner prüfen.")
    try:
        day = DAY.parse(options.get("as_of", ""))
    except ValueError as error:
        raise Unreadable(f"Einstellung as_of: {error}") from None
    files = csv_files(path) if path.is_dir() else [path]
    newest = max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)
    as_of = dates.first_day(str(day or stated_day(path) or date.fromtimestamp(newest).isoformat()))
    return Dataset(f"tables:{path.name}", "tables", options.get("title") or path.stem, as_of)


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
        elif plain(sheet.name) not in GUIDES:
            many = sum(1 for _, cells in sheet.rows() if any(map(filled, cells)))
            if not many:
                continue  # such as the "Tabelle1" that Excel begins with
            close = difflib.get_close_matches(plain(sheet.name), known, 1)
            meant = f" Ist „{_title(known[close[0]])}“ gemeint?" if close else ""
            told = f"Das Blatt „{sheet.name}“ ({many} Zeilen) gehört nicht zur Vorlage und wurde nicht gelesen.{meant}"
            context.warn(f"{told} Eine eigene Tabelle wird mit „akteursatlas map“ zur Quelle.", Where(sheet.file, sheet.name))
    if not nodes and not edges:
        empty = f"„{context.path.name}“ hat kein Blatt der Vorlage. Eine leere Vorlage schreibt: akteursatlas template netzwerk.xlsx."
        raise Unreadable(f"{empty} Eine Tabelle in anderer Form wird mit einer Zuordnung zur Quelle: akteursatlas map {context.path.name}")
    create = context.dataset.name.removeprefix("tables:") if _wanted(context.options.get("create_missing", "")) else ""
    names = References(context, adds_to=[text(file) for _, file in stated(context.path, plain(ADDS_TO)) if filled(file)], create=create)
    readers = [_Reader(context, sheet, kind, names) for sheet, kind in nodes]
    for reader in readers:
        yield from reader.nodes()
    for reader in readers:
        yield from reader.held()
    for sheet, link in edges:
        yield from _Reader(context, sheet, link, names).edges()
    yield from names.stubs


def _wanted(said: str) -> bool:
    try:
        return bool(_YES_OR_NO.parse(said))
    except ValueError as error:
        raise Unreadable(f"Einstellung create_missing: {error}.") from None


class _Waiting(NamedTuple):
    """A cell of references that is resolved once all entries are known."""

    place: int
    tie: Tie
    resolve: Resolver
    cell: object


def _title(kind: NodeType | EdgeType) -> str:
    return kind.plural.de if isinstance(kind, NodeType) else kind.sheet.de


class _Reader:
    """Reads one sheet."""

    def __init__(self, context: Context, sheet: Sheet, kind: NodeType | EdgeType, names: References) -> None:
        self._context, self._sheet, self._kind, self._names = context, sheet, kind, names
        self._held: list[tuple[Node, list[_Waiting]]] = []
        self._stem = f"{context.dataset.name.removeprefix('tables:')}#{kind.plural.de if isinstance(kind, NodeType) else kind.sheet.de}/"

    def _open(self) -> bool:
        """Finds the head; False where the sheet is empty."""
        meanings = columns(self._kind)
        relations = ties(self._kind) if isinstance(self._kind, NodeType) else {}
        self._grid = Grid(self._context, self._sheet, lambda word: plain(word) in meanings or plain(word) in relations)
        self._heads = self._grid.heads
        self._columns: dict[int, Column] = {}
        self._ties: dict[int, tuple[Tie, Resolver]] = {}
        for place, heading in self._heads.items():
            meaning = meanings.get(plain(heading))
            if meaning is not None and meaning not in self._columns.values():
                self._columns[place] = meaning
            elif meaning is None and (tie := relations.get(plain(heading))):
                self._ties[place] = (tie, self._names.resolver(tie.types))
        self._typed = [Typed(place, self._heads[place], column.field, self._names) for place, column in self._columns.items() if column.field]
        # Laid out for the loop over every cell of the file.
        self._steps = [(typed.place, typed.field.name, typed.field.kind in _ADDRESSES, typed) for typed in self._typed]
        self._numbers = [(field.name, field.identifier) for field in (self._kind.identifiers if isinstance(self._kind, NodeType) else ())]
        self._leading = [place for place, column in self._columns.items() if column.role != "period" and (not column.field or column.field.name == "name")]
        self._required = [field for field in self._kind.fields if field.required and field.name != "name"]
        names = {field.name for field in self._kind.fields}
        self._period = ("since", "until") if "since" in names else ("start", "end") if "start" in names else ("", "")
        self._period_places = [place for place, column in self._columns.items() if column.role == "period"]
        self._unknown = [place for place in self._heads if place not in self._columns and place not in self._ties]
        self._left: Counter[int] = Counter()
        return bool(self._heads)

    def _rows(self) -> Iterator[tuple[Where, list[Any]]]:
        """Place and cells (as many as the head has at least) of every row that holds data, without notes and examples."""
        width, leading, left, unknown = self._grid.width, self._leading, self._left, self._unknown
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
        for typed in self._typed:
            typed.report(self._context)

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
        """The entries of a sheet; those that refer to others wait until all are known (``held``)."""
        kind = self._kind
        assert isinstance(kind, NodeType)
        if not self._open():
            return
        key_place = self._place("key")
        name_place = self._require(next((typed.place for typed in self._typed if typed.field.name == "name"), None), kind.field("name").label.de)
        seen: set[str] = set()
        for where, cells in self._rows():
            fields = self._fields(where, cells)
            if fields is None:
                continue
            if "name" not in fields:
                self._context.reject(where, self._heads[name_place], "", "Der Name fehlt; bitte ergänzen oder die Zeile löschen.")
                continue
            name, own = str(fields["name"]), ""
            if key_place is not None and filled(cells[key_place]):
                if wrong := complaint(cells[key_place]):
                    self._context.reject(where, self._heads[key_place], cells[key_place], wrong)
                    continue
                own = " ".join(text(cells[key_place]).split())
            key = official(own) or self._stem + (own or name)
            if key in seen:
                if own and key_place is not None:
                    self._context.reject(where, self._heads[key_place], own, "Der Schlüssel steht schon weiter oben; jeder darf nur einmal vorkommen.")
                else:
                    self._context.reject(where, self._heads[name_place], name, "Name doppelt; bitte in der Spalte Schlüssel unterscheiden.")
                continue
            seen.add(key)
            waiting = [_Waiting(place, tie, resolve, cells[place]) for place, (tie, resolve) in self._ties.items() if filled(cells[place])]
            self._note(kind, key, own, name, fields, waiting)
            node = Node(kind.name, key, fields, where)
            if waiting:
                self._held.append((node, waiting))
            else:
                yield node

    def _note(self, kind: NodeType, key: str, own: str, name: str, fields: dict[str, Value], waiting: list[_Waiting]) -> None:
        """Makes the entry known to those who refer to it."""
        words = {folded(name), folded(key)}
        if own:
            words.add(folded(own))
        words.update(folded(f"{scheme}:{fields[number]}") for number, scheme in self._numbers if number in fields)
        places = [str(fields[name]) for name in ("city", "postcode") if name in fields]
        places += [part for told in waiting if told.tie.types == ("Area",) for part in several(told.cell)]
        self._names.add(key, kind.name, words, short=str(fields.get("short", "")), places=places)

    def held(self) -> Iterator[Record]:
        """The entries that refer to others, and these relationships. Where one of them leads nowhere, the row is not taken."""
        for node, waiting in self._held:
            edges: list[Edge] = []
            good = True
            for told in waiting:
                keys, reason = self._ends(told.cell, told.resolve, node.where)
                if reason:
                    self._context.reject(node.where, self._heads[told.place], told.cell, reason)
                    good = False
                tie = told.tie
                edges += [Edge(tie.edge, node.key, key, {}, node.where) if tie.outgoing else Edge(tie.edge, key, node.key, {}, node.where) for key in keys]
            if good:
                yield node
                yield from edges
            else:
                self._names.forget(node.key)

    def edges(self) -> Iterator[Edge]:
        """The relationships of a sheet; several names in a cell are several relationships."""
        kind = self._kind
        assert isinstance(kind, EdgeType)
        if not self._open():
            return
        start_place, start_of = self._require(self._place(START), kind.start_label.de), self._names.resolver(kind.start_types)
        end_place, end_of = self._require(self._place(END), kind.end_label.de), self._names.resolver(kind.end_types)
        for where, cells in self._rows():
            fields = self._fields(where, cells)
            starts, ends = self._side(where, cells, start_place, start_of), self._side(where, cells, end_place, end_of)
            if fields is not None:
                for start in starts:
                    for end in ends:
                        yield Edge(kind.name, start, end, fields, where)

    def _side(self, where: Where, cells: list[Any], place: int, resolve: Resolver) -> list[str]:
        """The keys that a side of a relationship names; empty where there is none or one of them is unknown (it is reported)."""
        cell = cells[place]
        if not filled(cell):
            self._context.reject(where, self._heads[place], "", "Die Angabe fehlt; eine Beziehung braucht beide Seiten.")
            return []
        keys, reason = self._ends(cell, resolve, where)
        if reason:
            self._context.reject(where, self._heads[place], cell, reason)
        return keys

    def _ends(self, cell: object, resolve: Resolver, where: Where) -> tuple[list[str], str]:
        """The keys behind one name or several, or a German reason: all of them or none."""
        if wrong := complaint(cell):
            return [], wrong
        parts = several(cell)
        if len(parts) < 2:
            key, reason = resolve(cell, where)
            return ([key] if key else []), reason
        answers = [resolve(part, where) for part in parts]
        if bad := [f"„{part}“: {reason}" for part, (_, reason) in zip(parts, answers, strict=True) if reason]:
            return [], " ".join(bad)
        return list(dict.fromkeys(key for key, _ in answers)), ""

    def _fields(self, where: Where, cells: list[Any]) -> dict[str, Value] | None:
        """The parsed fields of a row, or None where one of them cannot be read (each is reported)."""
        fields: dict[str, Value] = {}
        extra: dict[str, str] = {}
        good, first_day = True, self._period[0]
        for place, name, addresses, typed in self._steps:
            cell = cells[place]
            if cell is None or cell == "":
                continue
            try:
                if name == first_day:
                    good = self._take_period(where, typed.heading, both_ends(cell), fields) and good
                    continue
                if addresses and isinstance(cell, str) and _SEVERAL_ADDRESSES.search(cell.strip()):
                    value, others = typed.first(cell)
                    extra[typed.heading] = others
                else:
                    value = typed.parse(cell)
            except ValueError as error:
                self._context.reject(where, typed.heading, cell, str(error))
                good = False
                continue
            if value is not None:
                fields[name] = value
        for place in self._period_places:
            good = self._whole_period(where, place, cells[place], fields) and good
        good = self._in_order(where, fields) and good
        for field in self._required:
            if field.name not in fields and good:
                self._context.reject(where, field.label.de, "", f"„{field.label.de}“ fehlt; diese Angabe wird gebraucht.")
                good = False
        if self._left:
            for heading, told in self._grid.further(cells, self._left).items():
                extra[heading] = f"{extra[heading]}; {told}" if heading in extra else told
        if extra:
            fields["extra"] = as_extra(extra)
        return fields if good else None

    def _whole_period(self, where: Where, place: int, cell: object, fields: dict[str, Value]) -> bool:
        if not filled(cell):
            return True
        try:
            period = both_ends(cell)
        except ValueError as error:
            self._context.reject(where, self._heads[place], cell, str(error))
            return False
        return self._take_period(where, self._heads[place], period, fields)

    def _take_period(self, where: Where, heading: str, period: tuple[str | None, str | None], fields: dict[str, Value]) -> bool:
        """Both ends of a period; one that another column states differently is rejected."""
        for name, value in zip(self._period, period, strict=True):
            if value is not None and fields.setdefault(name, value) != value:
                self._context.reject(where, heading, value, f"Eine andere Spalte nennt „{fields[name]}“; bitte nur eine davon ausfüllen.")
                return False
        return True

    def _in_order(self, where: Where, fields: dict[str, Value]) -> bool:
        begin, end = (fields.get(name) for name in self._period)
        if begin is None or end is None or dates.in_order(str(begin), str(end)):
            return True
        label = self._kind.field(self._period[1]).label.de
        self._context.reject(where, label, end, f"„{label}“ ({end}) liegt vor dem Anfang ({begin}); bitte eines von beiden berichtigen.")
        return False


def _marked(cell: object) -> bool:
    return isinstance(cell, str) and cell.lstrip().startswith((NOTE_MARK, EXAMPLE_MARK))
