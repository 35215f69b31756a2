"""Sozialräume out of a table: which Stadtteile each of them groups.

A Stadtteil is found by its name or key among the areas that are known by now. One without a shape of its own
that lies in a known Bezirk is made, so that the Sozialraum is complete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graph import values
from graph.records import Edge, Node, Record, Where
from graph.schema import AREA_LEVELS
from ingest.shapes.area_properties import municipality_key, word
from ingest.source import Context, Unreadable
from ingest.tabular.grid import Grid, filled
from ingest.tabular.headings import plain
from ingest.tabular.workbook import sheets

_LEVELS = frozenset(choice.value for choice in AREA_LEVELS)
_COLUMNS = {
    "sozialraum": "sozialraum", "sozialräume": "sozialraum",
    "stadtteil": "stadtteil", "stadtteile": "stadtteil", "ortsteil": "stadtteil", "ortsteile": "stadtteil",
    "bezirk": "bezirk", "stadtbezirk": "bezirk", "schlüssel": "schlüssel", "ags": "ags", "bemerkung": "bemerkung", "bemerkungen": "bemerkung",
}  # fmt: skip
_SEVERAL = re.compile(r"[;\r\n]+")
"""What stands between several Stadtteile in one cell."""


def social_spaces(context: Context, town: str = "") -> Iterator[Record]:
    """Each row says that a Stadtteil (or several) belongs to a Sozialraum; ``town`` is the AGS of the town that the table is about, if known.

    Raises ``Unreadable`` for a file without a sheet that has the columns Sozialraum and Stadtteil.
    """
    # Records come after all look-ups, so that a Sozialraum that is called like a Stadtteil is not taken for it.
    said = _Said()
    for grid, columns in _tables(context):
        _read(context, grid, columns, town, said)
    yield from (described.node(key) for key, described in said.spaces.items())
    yield from said.records


def _tables(context: Context) -> list[tuple[Grid, dict[str, int]]]:
    """The sheets with the columns that are needed, and where each column is."""
    found: list[tuple[Grid, dict[str, int]]] = []
    others: list[Grid] = []
    for sheet in sheets(context.path, context.warn):
        grid = Grid(context, sheet, lambda heading: plain(heading) in _COLUMNS)
        columns: dict[str, int] = {}
        for place, heading in grid.heads.items():
            if meaning := _COLUMNS.get(plain(heading)):
                columns.setdefault(meaning, place)
        if "sozialraum" in columns and "stadtteil" in columns:
            found.append((grid, columns))
        elif grid.heads:
            others.append(grid)
    if not found and not others:
        raise Unreadable(f"„{context.path.name}“ ist leer.")
    if not found:
        heads = {plain(heading) for heading in others[0].heads.values()}
        missing = "Stadtteil" if any(_COLUMNS.get(heading) == "sozialraum" for heading in heads) else "Sozialraum"
        raise Unreadable(f"„{context.path.name}“ hat keine Spalte „{missing}“; erwartet werden Sozialraum, Stadtteil und, wenn bekannt, Bezirk.")
    for grid in others:
        context.warn(f"Das Blatt „{grid.sheet.name}“ hat keine Spalten Sozialraum und Stadtteil und wurde nicht gelesen.", Where(grid.file, grid.name))
    return found


@dataclass(slots=True)
class _Said:
    """What the sheets have said so far."""

    records: list[Record] = field(default_factory=list)
    spaces: dict[str, _Space] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    ties: set[tuple[str, str]] = field(default_factory=set)


def _read(context: Context, grid: Grid, columns: dict[str, int], town: str, said: _Said) -> None:
    left: Counter[int] = Counter()
    used = set(columns.values())
    for where, cells in grid.rows():

        def cell(name: str, cells: list[Any] = cells) -> str:
            return word(cells[columns[name]]) if name in columns else ""

        others = {place: cells[place] for place in range(len(cells)) if place not in used and filled(cells[place])}
        left.update(others.keys())
        space = cell("sozialraum")
        quarters = _several(cells[columns["stadtteil"]])
        if not space or not quarters:
            empty = "Sozialraum" if not space else "Stadtteil"
            context.reject(where, empty, "", f"Die Spalte {empty} ist leer; bitte ergänzen.")
            continue
        here = municipality_key(cell("ags")) if cell("ags") else town
        if cell("ags") and len(here) != 8:
            context.reject(where, "AGS", cell("ags"), "Das ist kein Gemeindeschlüssel mit acht Ziffern; bitte berichtigen oder leeren.")
            continue
        space_key = f"{context.path.name}#Sozialraum/{cell('schlüssel') or space}"
        extra = {"extra": values.extra({_heading(grid, place): value for place, value in others.items()})} if others else {}
        for quarter in quarters:
            member = _member(context, where, quarter, cell("bezirk"), here)
            if not member:
                continue
            if len(member) == 2 and member[0] not in said.seen:
                said.records.append(Node("Area", member[0], {"name": quarter, "level": "quarter"}, where))
                said.records.append(Edge("PART_OF", member[0], member[1], {}, where))
            said.seen.add(member[0])
            described = said.spaces.setdefault(space_key, _Space(space, cell("schlüssel"), where))
            if (member[0], space_key) in said.ties:
                context.warn(f"„{quarter}“ steht beim Sozialraum „{space}“ zweimal; einmal genügt.", where)
                continue
            said.ties.add((member[0], space_key))
            said.records.append(Edge("PART_OF", member[0], space_key, extra, where))
            if remark := cell("bemerkung"):
                described.remarks.append(f"{quarter}: {remark}")
    for place, count in left.items():
        context.leftover(_heading(grid, place), count, grid.name, grid.file)


def _heading(grid: Grid, place: int) -> str:
    return grid.heads.get(place, f"Spalte {place + 1}")


def _several(cell: object) -> list[str]:
    """The names in a cell, one behind the other."""
    return [name for name in map(word, _SEVERAL.split(cell if isinstance(cell, str) else word(cell))) if name]


@dataclass(frozen=True, slots=True)
class _Space:
    """A Sozialraum: its name and key, where it first stands, and what the table remarks about its Stadtteile."""

    name: str
    code: str
    where: Where
    remarks: list[str] = field(default_factory=list)

    def node(self, key: str) -> Node:
        """The Area of the graph."""
        told = {"code": self.code, "note": "; ".join(self.remarks)}
        return Node("Area", key, {"name": self.name, "level": "social_space"} | {name: value for name, value in told.items() if value}, self.where)


def _member(context: Context, where: Where, quarter: str, district: str, town: str) -> tuple[str, ...]:
    """The key of a known area; or the key of a new Stadtteil and that of the known Bezirk it belongs to; or nothing (rejected)."""
    found = _among(context.find(quarter, ("Area",)), "quarter", town)
    coarser = [key for key in found if _level_in(key) in ("district", "municipality")]
    parents = _among(context.find(district, ("Area",)), "district", town) if district else []
    if len(found) == 1 and not (coarser and len(parents) == 1):
        if coarser:
            context.warn(f"„{quarter}“ ist kein Stadtteil, sondern ein größeres Gebiet; es gehört als Ganzes zum Sozialraum.", where)
        return (found[0],)
    if len(found) > 1 and not coarser:
        mend = "Bitte einen davon als Stadtteil angeben, oder --option ags=..."
        context.reject(where, "Stadtteil", quarter, f"Der Name ist nicht eindeutig: {', '.join(found)}. {mend}")
        return ()
    if context.exists(quarter, ("Area",)):
        return (quarter,)
    if len(parents) == 1:
        context.warn(f"Für den Stadtteil „{quarter}“ ist keine Fläche bekannt; er gehört zu „{district}“ und steht in der Liste unter der Karte.", where)
        return f"{context.path.name}#Stadtteil/{quarter}", parents[0]
    unknown = district or quarter
    if parents:
        reason = f"Der Name ist nicht eindeutig: {', '.join(parents)}. Bitte den Stadtteil mit seiner Fläche einlesen."
    else:
        similar = context.similar(unknown, ("Area",))
        meant = f" Ähnlich heißen: {', '.join(similar)}." if similar else ""
        reason = f"Dieses Gebiet gibt es noch nicht.{meant} Bitte zuerst die Gebiete einlesen, oder in der Spalte Bezirk einen bekannten Bezirk nennen."
    context.reject(where, "Bezirk" if district else "Stadtteil", unknown, reason)
    return ()


def _level_in(key: str) -> str:
    """The level that a key of the source ``areas`` names; "" for the key of another source."""
    if key.startswith("ags:"):
        return "municipality"
    level = key.partition("#")[2].partition("/")[0]
    return {"Stadtteil": "quarter", "Sozialraum": "social_space"}.get(level, level if level in _LEVELS else "")


def _among(keys: list[str], level: str, town: str) -> list[str]:
    """Those of this level, else all but Sozialräume: a Bezirk is often called like one of its Stadtteile.

    Where several are left, those of the ``town`` come first: every other town has an "Altstadt", too.
    """
    fitting = [key for key in keys if _level_in(key) == level] or [key for key in keys if _level_in(key) != "social_space"]
    if len(fitting) > 1 and town:
        return [key for key in fitting if key == f"ags:{town}" or key.startswith(f"{town}#")] or fitting
    return fitting
