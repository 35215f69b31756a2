"""Sozialräume out of a table: which Stadtteile each of them groups.

A Stadtteil is found by its name or key among the areas that are known by now. One without a shape of its own
that lies in a known Bezirk is made, so that the Sozialraum is complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.records import Edge, Node, Record, Where
from graph.schema import AREA_LEVELS
from ingest.source import Context, Unreadable
from ingest.workbook import sheets

_LEVELS = frozenset(choice.value for choice in AREA_LEVELS)
_KNOWN = ("sozialraum", "stadtteil", "bezirk", "schlüssel", "ags", "bemerkung")


def social_spaces(context: Context, town: str = "") -> Iterator[Record]:
    """Each row says that a Stadtteil belongs to a Sozialraum; ``town`` is the AGS of the town that the table is about, if known.

    Raises ``Unreadable`` for a table without the columns Sozialraum and Stadtteil.
    """
    head, rows = _table(context)
    columns = {name.strip().casefold(): place for place, name in enumerate(head)}
    for needed in ("sozialraum", "stadtteil"):
        if needed not in columns:
            raise Unreadable(f"„{context.path.name}“ hat keine Spalte „{needed.title()}“; erwartet werden Sozialraum, Stadtteil und, wenn bekannt, Bezirk.")
    # Records come after all look-ups, so that a Sozialraum that is called like a Stadtteil is not taken for it.
    said: list[Record] = []
    seen: set[str] = set()
    spaces: dict[str, _Space] = {}
    for number, row in rows:
        where = Where(context.path.name, row=number)

        def cell(name: str, row: list[str] = row) -> str:
            place = columns.get(name)
            return row[place].strip() if place is not None and place < len(row) else ""

        space, quarter = cell("sozialraum"), cell("stadtteil")
        if not space or not quarter:
            empty = "Sozialraum" if not space else "Stadtteil"
            context.reject(where, empty, "", f"Die Spalte {empty} ist leer; bitte ergänzen.")
            continue
        member = _member(context, where, quarter, cell("bezirk"), cell("ags").zfill(8) if cell("ags") else town)
        if not member:
            continue
        space_key = f"{context.path.name}#Sozialraum/{cell('schlüssel') or space}"
        if len(member) == 2 and member[0] not in seen:
            said.append(Node("Area", member[0], {"name": quarter, "level": "quarter"}, where))
            said.append(Edge("PART_OF", member[0], member[1], {}, where))
        said.append(Edge("PART_OF", member[0], space_key, {}, where))
        seen.add(member[0])
        described = spaces.setdefault(space_key, _Space(space, cell("schlüssel"), where))
        if remark := cell("bemerkung"):
            described.remarks.append(f"{quarter}: {remark}")
    yield from (described.node(key) for key, described in spaces.items())
    yield from said
    for name, place in columns.items():
        filled = sum(1 for _, row in rows if place < len(row) and row[place].strip())
        if name and name not in _KNOWN and filled:
            context.leftover(head[place], filled)


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


def _table(context: Context) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Head and filled rows (with the row numbers that people see) of a CSV file or of the first sheet of a workbook."""
    rows = [(number, [_word(cell) for cell in cells]) for number, cells in sheets(context.path, context.warn)[0].rows()]
    filled = [(number, row) for number, row in rows if any(row)]
    if not filled:
        raise Unreadable(f"„{context.path.name}“ ist leer.")
    return filled[0][1], filled[1:]


def _word(cell: object) -> str:
    """A cell as text; a number that Excel keeps as 300.0 is 300."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
