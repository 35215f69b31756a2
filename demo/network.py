"""Collects the rows of the network list while the town is being peopled, and notices a wrong one at once.

Rows carry field names and values of ``graph/schema.py``; a reference is a key of this list, ``schulnummer:…`` or
the name of an area. What is added here is what stands in the workbook, row for row.
"""

from __future__ import annotations

import random
from datetime import date

from demo.town import Address, Town
from graph.schema import EDGES, NODES

Cell = str | int | float | bool | date
Row = dict[str, Cell]
TODAY = date(2026, 10, 31)
"""The day on which the list stands."""


class Network:
    """The town, its schools, and the rows of the workbook by type."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.nodes: dict[str, list[Row]] = {name: [] for name in NODES}
        self.edges: dict[str, list[Row]] = {name: [] for name in EDGES}
        self.type_of: dict[str, str] = {}
        self.quarter_of: dict[str, int] = {}
        """Stadtteil of institutions, schools included, by key."""
        self._by_key: dict[str, Row] = {}
        self._names: set[tuple[str, str]] = set()
        self._shorts: set[str] = set()
        self._ties: set[tuple[object, ...]] = set()
        for area in [town.name, *(d.name for d in town.districts), *(q.name for q in town.quarters), *(s.name for s in town.spaces)]:
            self.know(area, "Area")

    def know(self, key: str, kind: str, quarter: int | None = None) -> None:
        """Something that other source files describe and this list may point at."""
        self.type_of[key] = kind
        if quarter is not None:
            self.quarter_of[key] = quarter

    def add(self, kind: str, key: str, /, quarter: int | None = None, address: Address | None = None, **fields: Cell | None) -> str:
        """A row on the sheet of ``kind``; returns its key. Raises ``ValueError`` where key, name or short name is taken."""
        row: Row = {"key": key}
        for name, value in {**fields, **(address.fields() if address else {})}.items():
            NODES[kind].field(name)
            if value is not None:
                row[name] = value
        name, short = str(row["name"]), str(row.get("short", ""))
        if key in self.type_of or (kind, name.casefold()) in self._names or (short and short.casefold() in self._shorts):
            raise ValueError(f"Schon vergeben: {key}, „{name}“ oder „{short}“")
        self._names.add((kind, name.casefold()))
        self._shorts.add(short.casefold())
        self.know(key, kind, address.quarter if address else quarter)
        self.nodes[kind].append(row)
        self._by_key[key] = row
        return key

    def link(self, kind: str, start: str, end: str, /, **fields: Cell | None) -> bool:
        """A row on the sheet of the relationship; False, and no row, where the list has that tie already."""
        edge = EDGES[kind]
        if (self.type_of[start], self.type_of[end]) not in edge.ends:
            raise ValueError(f"{kind} führt nicht von {start} nach {end}")
        row: Row = {"start": start, "end": end}
        for name, value in fields.items():
            edge.field(name)
            if value is not None:
                row[name] = value
        ends = (start, end) if edge.directed else tuple(sorted((start, end)))
        tie = (kind, *ends, *(row.get(name) for name in edge.distinguish))
        if tie in self._ties:
            return False
        self._ties.add(tie)
        self.edges[kind].append(row)
        return True

    def row(self, key: str) -> Row:
        """The row under ``key``."""
        return self._by_key[key]

    def name(self, key: str) -> str:
        """What the row under ``key`` is called."""
        return str(self._by_key[key]["name"])

    def ends_of(self, kind: str, start: str) -> list[str]:
        """Where the ties of ``kind`` from ``start`` lead."""
        return [str(row["end"]) for row in self.edges[kind] if row["start"] == start]

    def carrier(self, key: str) -> str:
        """Who runs an offer, a project or a house."""
        return next(str(row["start"]) for row in self.edges["RUNS"] if row["end"] == key)

    def mail_domain(self, key: str) -> str:
        """The domain of an institution's e-mail address."""
        return str(self._by_key[key]["email"]).split("@")[1]

    def near(self, rng: random.Random, key: str) -> tuple[float, float]:
        """(lat, lon) some metres off, as another list has them for the same place."""
        row = self._by_key[key]
        lat, lon = row["lat"], row["lon"]
        assert isinstance(lat, float) and isinstance(lon, float)
        return round(lat + rng.uniform(-2e-4, 2e-4), 6), round(lon + rng.uniform(-3e-4, 3e-4), 6)

    def free_name(self, kind: str, name: str) -> bool:
        """Is nothing of this type called so yet?"""
        return (kind, name.casefold()) not in self._names


def spread_days(rng: random.Random, first: date, last: date) -> date:
    """A day between two, both included."""
    return date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))
