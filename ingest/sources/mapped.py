"""Somebody's own table, read by a mapping file (:mod:`ingest.mapping.file`); ``akteursatlas map`` proposes one.

A name that stands in several rows is one entry; rows that describe it differently are rejected. Its key is its official
number where the mapping names a column for that, else ``<file>#<plural of its type>/<name>``, as in the template. Beside
what a row is about (the first entry) and people, a name means what other sources know by it, where that is one
thing; areas are only referred to, never made. A row is taken as a whole or not at all.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from graph import dates
from graph.model import EdgeType, Field, NodeType, Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import EDGES, NODES
from graph.values import extra as as_extra
from graph.values import plain as text
from graph.values import read_extra
from ingest.mapping.file import Entry, TableMapping, Tie, beside, load
from ingest.source import About, Context, Option, Unreadable
from ingest.tabular.cells import Typed, complaint, several
from ingest.tabular.grid import Grid, filled
from ingest.tabular.guide import stated, stated_day
from ingest.tabular.headings import ADDS_TO, plain
from ingest.tabular.references import References
from ingest.tabular.workbook import Sheet, sheets

ABOUT = About(
    "mapped",
    Text("Eigene Tabelle mit Zuordnung", "Own table with a mapping"),
    Text("Excel oder CSV in beliebiger Form, mit einer Zuordnung (YAML)", "Excel or CSV of any shape, with a mapping (YAML)"),
    (
        Option("mapping", Text("Zuordnung (YAML); sonst TABELLE.mapping.yaml neben der Tabelle", "mapping (YAML); else TABLE.mapping.yaml beside the table")),
        Option("as_of", Text("Stand der Angaben (TT.MM.JJJJ)", "date that the data stand for")),
        Option("title", Text("Name der Quelle in der App", "name of the source in the app")),
    ),
)

_NAMED = 5
_YES = Field("marked", Text("Kreuz", "Mark"), Text("Angekreuzt", "Marked"), "boolean")


def inputs(path: Path, options: Mapping[str, str]) -> list[Path]:
    """What a reading depends on beside the table itself."""
    return [found] if (found := _file(path, options)).is_file() else []


def _file(path: Path, options: Mapping[str, str]) -> Path:
    if named := options.get("mapping", ""):
        return Path(named)
    found = beside(path)
    if found is None:
        raise Unreadable(f"Zu „{path.name}“ gibt es keine Zuordnung (mapping). Vorschlagen lassen: akteursatlas map {path.name} --auto")
    return found


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each table, named by it."""
    path = Path(os.path.abspath(path))
    mapping = load(_file(path, options))
    try:
        day = dates.parse(options["as_of"]) if options.get("as_of") else mapping.as_of or stated_day(path)
    except ValueError as error:
        raise Unreadable(f"Einstellung as_of: {error}.") from None
    as_of = dates.first_day(str(day or date.fromtimestamp(path.stat().st_mtime).isoformat()))
    return Dataset(f"mapped:{path.name}", "mapped", options.get("title") or mapping.title or path.stem, as_of)


def records(context: Context) -> Iterator[Record]:
    """The entries of all rows, then their relationships."""
    mapping = load(_file(context.path, context.options))
    reading = _Reading(context, mapping, _grid(context, mapping))
    reading.read()
    yield from reading.nodes()
    yield from reading.edges


def _grid(context: Context, mapping: TableMapping) -> Grid:
    """The sheet that the mapping is about: the named one, else the first that has its columns."""
    asked = {plain(column) for column in mapping.columns}
    found: list[Sheet] = sheets(context.path, context.warn)
    if mapping.sheet:
        named = [sheet for sheet in found if plain(sheet.name) == plain(mapping.sheet)]
        if not named:
            present = ", ".join(sheet.name for sheet in found)
            raise Unreadable(f"„{context.path.name}“ hat kein Blatt „{mapping.sheet}“, das die Zuordnung (mapping) nennt. Vorhanden: {present}.")
        found = named
    best: Grid | None = None
    lacking: list[str] = []
    for sheet in found:
        grid = Grid(context, sheet, lambda word: plain(word) in asked)
        there = {plain(word) for word in grid.heads.values()}
        missing = [column for column in mapping.columns if plain(column) not in there]
        if best is None or len(missing) < len(lacking):
            best, lacking = grid, missing
        if not missing:
            return grid
    if best is None:
        raise Unreadable(f"„{context.path.name}“ hat kein Blatt.")
    raise Unreadable(
        f"{best.file}, Blatt „{best.sheet.name}“: die Zuordnung (mapping) nennt Spalten, die fehlen: {', '.join(lacking)}. "
        f"Gefunden: {', '.join(best.heads.values())}."
    )


class _Made(NamedTuple):
    """A thing as a row describes it; without fields it is only referred to."""

    key: str
    entry: Entry
    fields: dict[str, Value]


class _Reading:
    """All rows of the table."""

    def __init__(self, context: Context, mapping: TableMapping, grid: Grid) -> None:
        self._context, self._mapping, self._grid = context, mapping, grid
        self._main = mapping.entries[0]
        self._places: dict[str, list[int]] = {}
        for place, word in grid.heads.items():
            self._places.setdefault(plain(word), []).append(place)
        self._area = References(context).resolver(("Area",))
        # Rows that were rejected and mended speak of the same entries as the file that they are from.
        added_to = next((text(file) for _, file in stated(context.path, plain(ADDS_TO)) if filled(file)), "")
        self._stem = added_to or context.dataset.name.removeprefix("mapped:")
        self._typed: dict[tuple[str, str], Typed] = {}
        self._others = self._unused()
        self._left: Counter[int] = Counter()
        self._things: dict[str, tuple[str, dict[str, Value], Where]] = {}
        self._elsewhere: dict[tuple[str, str], list[str]] = {}
        self._nowhere: Counter[tuple[str, str]] = Counter()
        self._met: dict[str, set[str]] = {}
        self.edges: list[Edge] = []

    def _unused(self) -> list[int]:
        """The places of the columns that the mapping does not speak of. Below a heading that several columns have, all hold names, but one field."""
        used: set[int] = set()
        for entry in self._mapping.entries:
            used.update(place for column in entry.named_by for place in self._places[plain(column)])
            used.update(map(self._place, entry.fields.values()))
        for tie in self._mapping.ties:
            used.update(map(self._place, tie.fields.values()))
        for column in self._mapping.ignore:
            used.update(self._places.get(plain(column), ()))
        return [place for place in self._grid.heads if place not in used]

    def _place(self, column: str) -> int:
        return self._places[plain(column)][0]

    def read(self) -> None:
        """Takes every row, and says what a person should know of all of them."""
        for where, cells in self._grid.rows():
            self._row(where, cells)
        for place, count in self._left.items():
            self._context.leftover(self._grid.heads.get(place, f"Spalte {place + 1}"), count, self._grid.name, self._grid.file)
        for typed in self._typed.values():
            typed.report(self._context)
        for (name, reason), count in self._nowhere.most_common():
            rows = "Eine Zeile ist" if count == 1 else f"{count} Zeilen sind"
            self._context.warn(f"Gebiet „{name}“: {reason} {rows} ohne diesen Ort übernommen; er steht unter den weiteren Angaben.")
        shared = {key: places for key, places in self._met.items() if len(places) > 1}
        if shared:
            named = ", ".join(f"„{self._things[key][1]['name']}“" for key in list(shared)[:_NAMED])
            who = "Eine Person gilt" if len(shared) == 1 else f"{len(shared)} Personen gelten"
            self._context.warn(f"{who} bei mehreren Einträgen als dieselbe ({named}). Sind es verschiedene, dann bitte die Namen unterscheiden.")

    def nodes(self) -> Iterator[Node]:
        """Every entry once."""
        for key, (kind, fields, where) in self._things.items():
            yield Node(kind, key, fields, where)

    def _row(self, where: Where, cells: list[Any]) -> None:
        others = [*self._others, *range(self._grid.width, len(cells))]
        self._left.update(place for place in others if filled(cells[place]))
        further = self._grid.further(cells, others)
        made: dict[str, list[_Made]] = {}
        good = True
        for entry in self._mapping.entries:
            found = self._entry(entry, where, cells, further)
            good = good and found is not None
            made[entry.id] = found or []
        if good and not made[self._main.id]:
            self._context.reject(where, self._main.named_by[0], "", "Der Name fehlt; bitte ergänzen oder die Zeile löschen.")
            return
        edges: list[Edge] = []
        for tie in self._mapping.ties:
            starts, ends = ([thing.key for thing in made[id_]] for id_ in (tie.start, tie.end))
            fields = self._fields(tie, EDGES[tie.edge], where, cells) if starts and ends else {}
            good = good and fields is not None
            edges += [Edge(tie.edge, start, end, fields or {}, where) for start in starts for end in ends if start != end]
        things = [thing for found in made.values() for thing in found]
        if good and not any(self._contradicts(thing, where) for thing in things):
            self._take(things, further, where)
            self.edges += edges

    def _take(self, things: list[_Made], further: Mapping[str, str], where: Where) -> None:
        about = things[0]  # of the first entry, which is never empty
        for key, entry, fields in things:
            if not fields:
                continue
            known = self._things.setdefault(key, (entry.type, {}, where))[1]
            for name, value in fields.items():
                known.setdefault(name, value)
            if entry.type == "Person" and key != about.key:
                self._met.setdefault(key, set()).add(about.key)
        if further:
            known = self._things[about.key][1]
            before = read_extra(str(known["extra"])) if "extra" in known else {}
            for column, told in further.items():
                before[column] = f"{before[column]}; {told}" if before.get(column, told) != told else told
            known["extra"] = as_extra(before)

    def _contradicts(self, thing: _Made, where: Where) -> bool:
        """Does an earlier row describe this thing differently? Then this one is rejected."""
        if thing.key not in self._things or not thing.fields:
            return False
        _, known, first = self._things[thing.key]
        for name, column in {"name": thing.entry.named_by[0], **thing.entry.fields}.items():
            now = thing.fields.get(name)
            if now is not None and known.get(name, now) != now:
                mend = "Bitte angleichen, oder die Namen unterscheiden, wenn es nicht dasselbe ist."
                self._context.reject(where, column, now, f"„{known['name']}“ steht in Zeile {first.row} mit „{known[name]}“. {mend}")
                return True
        return False

    def _entry(self, entry: Entry, where: Where, cells: list[Any], further: dict[str, str]) -> list[_Made] | None:
        """Every thing of this entry in a row, or None where a cell cannot be read (it is reported)."""
        try:
            names = self._named(entry, cells)
        except _Bad as bad:
            self._context.reject(where, bad.column, bad.cell, bad.reason)
            return None
        if not names:
            return []
        kind = NODES[entry.type]
        if entry.type == "Area":
            return self._areas(entry, names, further)
        fields = self._fields(entry, kind, where, cells)
        if fields is None:
            return None
        made = []
        for name in names:
            number = next((f"{known.identifier}:{fields[known.name]}" for known in kind.identifiers if known.name in fields), "")
            elsewhere = self._known_elsewhere(entry, name) if not number else []
            if len(elsewhere) > 1:
                reason = f"„{name}“ ist nicht eindeutig; so heißen: {', '.join(elsewhere)}. Bitte einen dieser Schlüssel angeben."
                self._context.reject(where, entry.named_by[0], name, reason)
                return None
            told = {"name": name, **entry.fixed, **fields}
            if elsewhere:  # what it is, the others say; what this table adds to it, it says itself
                told = {"name": name, **fields} if fields and name != elsewhere[0] else {}
            made.append(_Made(number or (elsewhere[0] if elsewhere else f"{self._stem}#{kind.plural.de}/{name}"), entry, told))
        return made

    def _areas(self, entry: Entry, names: Iterable[str], further: dict[str, str]) -> list[_Made]:
        made = []
        for name in names:
            key, reason = self._area(name)
            if key:
                made.append(_Made(key, entry, {}))
            else:
                several_of_them = self._context.find(name, ("Area",))
                self._nowhere[name, reason if several_of_them else "ist noch nicht bekannt; bitte die Gebiete vorher einlesen."] += 1
                further.setdefault(entry.named_by[0], name)
        return made

    def _known_elsewhere(self, entry: Entry, name: str) -> list[str]:
        """Keys of what other sources know by this name or key. Neither what a row is about is looked for, nor people: two may share a name."""
        if entry is self._main or entry.type == "Person":
            return []
        asked = (entry.type, name)
        if asked not in self._elsewhere:
            types = (entry.type,)
            self._elsewhere[asked] = [name] if self._context.exists(name, types) else self._context.find(name, types)
        return self._elsewhere[asked]

    def _named(self, entry: Entry, cells: list[Any]) -> list[str]:
        """The names of the things of this entry in a row, each once; raises ``_Bad``."""
        names: list[str] = []
        for column, cell in self._cells(entry.name, cells):
            names += _parts(_readable(column, cell), entry.split)
        if together := [text(_readable(column, cell)) for column, cell in self._cells(entry.joined, cells)]:
            names.append(" ".join(together))
        for column, cell in self._cells(entry.marked, cells):
            try:
                names += [column] if _YES.parse(_readable(column, cell)) else []
            except ValueError as error:
                raise _Bad(column, cell, f"{error}.") from None
        return list(dict.fromkeys(clean for name in names if (clean := " ".join(name.split()))))

    def _cells(self, columns: Iterable[str], cells: list[Any]) -> Iterator[tuple[str, Any]]:
        """Heading and content of the filled cells below these headings, below each that is so called."""
        for column in columns:
            for place in self._places[plain(column)]:
                if filled(cells[place]):
                    yield column, cells[place]

    def _fields(self, described: Entry | Tie, kind: NodeType | EdgeType, where: Where, cells: list[Any]) -> dict[str, Value] | None:
        """What the columns say of a thing or relationship, or None where one cannot be read (it is reported)."""
        fields: dict[str, Value] = dict(described.fixed) if isinstance(described, Tie) else {}
        good = True
        for name, column in described.fields.items():
            cell = cells[self._place(column)]
            if not filled(cell):
                continue
            typed = self._typed.get((name, column))
            if typed is None:
                typed = self._typed[name, column] = Typed(self._place(column), column, kind.field(name), References(self._context))
            try:
                value = typed.parse(cell)
            except ValueError as error:
                self._context.reject(where, column, cell, str(error))
                good = False
                continue
            if value is not None:
                fields[name] = value
        return fields if good else None


class _Bad(Exception):
    """A cell that cannot be read."""

    def __init__(self, column: str, cell: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.cell, self.reason = column, cell, reason


def _readable(column: str, cell: object) -> object:
    """The cell, unless it is the error of a formula; raises ``_Bad``."""
    if wrong := complaint(cell):
        raise _Bad(column, cell, wrong)
    return cell


def _parts(cell: object, split: str) -> list[str]:
    """The names in a cell: one, or several parted by ``split``; a semicolon stands for line breaks, too."""
    if not split:
        return [text(cell)]
    return several(cell) if split == ";" else text(cell).split(split)
