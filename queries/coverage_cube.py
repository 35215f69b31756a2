"""The coverage cube: what there is for every area, theme, stage and target group, and where somebody looked and found nothing.

Rules, the same for every analysis of gaps:

* **Supply** are Angebote and Projekte. Gremien and Institutionen are counted beside it: that a committee talks about a
  theme, or that a house stands there, serves nobody yet.
* Something is there for an area **and all its parts** where it serves the area, and for an area alone where it lies in
  it. Above, it counts **once** in every whole, however many parts it reaches; Sozialräume are wholes of their Stadtteile.
  An Angebot without any place of its own is where its Träger is.
* It is there for a theme, a stage, a target group that it names itself; for a theme also in the themes that this is part of.
  What names none counts only where none is asked for.
* It counts from its first to its last day (its own, and that of each relationship). A Projekt that is planned without a
  beginning does not count, nor one that its source calls finished or stopped, from the day of that source on.
* A survey (CHECKED) that found nothing holds for the area and its parts, for its stage or, without one, for all; a whole is
  checked where all its parts are. Where supply has come since into the area that was looked at, the survey no longer holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.snapshot import Places, Snapshot, begun, ended
from queries.coverage_checks import Checks, checks

SUPPLY = ("Offer", "Project")
BESIDE = ("Institution", "Gremium")
COUNTED = (*SUPPLY, *BESIDE)
"""Node types that are counted in cells; the first two are what a gap lacks."""
DIMENSIONS = ("Area", "Theme", "Stage", "TargetGroup")
_FACETS = {"Theme": "ADDRESSES", "Stage": "FOR_STAGE", "TargetGroup": "FOR_GROUP"}
_EDGES = ("PART_OF", "LOCATED_IN", "SERVES", "RUNS", *_FACETS.values())
_OVER = ("done", "stopped")
_DAYS_KEPT = 4

Counts = NDArray[np.intp]
Mask = NDArray[np.bool_]
Table = sparse.csr_array


@dataclass(frozen=True, eq=False)
class Dimension:
    """The values of a dimension (ids, in the order of ``nodes``), and which items are there for which of them."""

    ids: pd.Index[Any]
    of: Table

    def place(self, value: str) -> int:
        """Where a value stands; raises ``KeyError`` for one that there is not."""
        found = self.ids.get_loc(value)
        assert isinstance(found, int)
        return found


@dataclass(frozen=True, eq=False)
class Cube:
    """The cube on one day.

    ``ties``: by edge type where the starts and ends of the edges of that day stand in ``nodes``; ``items``: where what is
    counted stands there, ``types``: the type of each, as a place in ``COUNTED``.
    """

    snapshot: Snapshot
    day: str
    ties: Mapping[str, tuple[Places, Places]]
    items: Places
    types: NDArray[np.int8]
    dimensions: Mapping[str, Dimension]
    providers: Table
    whole: Table
    """Area x area: is the second (a part of) the first?"""
    roots: Places
    """Areas that are part of no other but a Sozialraum, and are none."""
    checks: Checks

    def chosen(self, kept: Mapping[str, str], types: Sequence[str] = SUPPLY) -> Mask:
        """Which items are of these types and there for every one of the values in ``kept`` (dimension -> id)."""
        found = np.isin(self.types, [COUNTED.index(name) for name in types])
        for name, value in kept.items():
            dimension = self.dimensions[name]
            of = np.zeros(len(self.items), dtype=bool)
            table = dimension.of
            at = table.indices == dimension.place(value)
            of[np.repeat(np.arange(len(self.items)), np.diff(table.indptr))[at]] = True
            found &= of
        return found

    def counts(self, axes: Sequence[str], kept: Mapping[str, str], types: Sequence[str] = SUPPLY) -> Counts:
        """How many items each cell of these dimensions has, everyone once; one axis of the result for each dimension."""
        shape = [len(self.dimensions[name].ids) for name in axes]
        mask = self.chosen(kept, types)
        if len(axes) == 2:  # a product of tables counts the same, in a quarter of the time
            rows, columns = (self.dimensions[name].of[np.flatnonzero(mask)] for name in axes)
            product: Counts = (rows.T @ columns).toarray().astype(np.intp)
            return product
        _, cells = self._entries(axes, mask)
        return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape)

    def carriers(self, axes: Sequence[str], kept: Mapping[str, str], shown: Sequence[Sequence[int]]) -> Counts:
        """How many different Träger (RUNS) the supply of each cell has; supply without a known one adds none.

        Only cells at the places ``shown`` of each axis are counted, the others are nought.
        """
        shape = [len(self.dimensions[name].ids) for name in axes]
        items, cells = self._entries(axes, self.chosen(kept), shown)
        _, cells, carrier = _joined(items, cells, self.providers)
        number = max(1, self.providers.shape[1])
        pairs = np.sort(cells * number + carrier)  # quicker than np.unique, which hashes
        first = np.ones(len(pairs), dtype=bool)
        first[1:] = pairs[1:] != pairs[:-1]
        return np.bincount(pairs[first] // number, minlength=int(np.prod(shape))).reshape(shape)

    def asked(self) -> Mask:
        """Theme x stage: does anything anywhere serve the pair, or has a survey asked for it? What nobody does anywhere is no gap of a part."""
        pairs = self.counts(("Theme", "Stage"), {}) > 0
        return pairs | (self.checks.last >= 0).any(axis=0)

    def checked(self, axes: Sequence[str], kept: Mapping[str, str]) -> NDArray[np.int32]:
        """For each cell of these dimensions the newest survey that found nothing there (a place in ``checks.rows``), -1 where it was not surveyed.

        A cell over several themes or stages was surveyed where every pair that matters (``asked``) was; one over the
        whole town where all areas that are part of no other were. Surveys ask for no target group: they hold for each.
        """
        asked = np.broadcast_to(self.asked()[None], self.checks.last.shape)
        newest = np.where(asked, self.checks.last, -1)
        every, some = (self.checks.last >= 0) | ~asked, asked
        index = {"Area": 0, "Theme": 1, "Stage": 2}
        for name, axis in index.items():
            if name in axes:
                continue
            if name in kept:
                places = [self.dimensions[name].place(kept[name])]
            elif name == "Area":
                places = self.roots.tolist()
            else:
                places = list(range(len(self.dimensions[name].ids)))
            newest = newest.take(places, axis=axis).max(axis=axis, keepdims=True, initial=-1)
            every = np.asarray(every.take(places, axis=axis).all(axis=axis, keepdims=True))
            some = np.asarray(some.take(places, axis=axis).any(axis=axis, keepdims=True))
        found = np.where(every & some, newest, -1)
        shape = [len(self.dimensions[name].ids) for name in axes]
        flat = found.reshape([size for (name, _), size in zip(index.items(), found.shape, strict=True) if name in axes])
        order = [name for name in index if name in axes]
        flat = flat.transpose([order.index(name) for name in axes if name in index])
        spread = [slice(None) if name in index else None for name in axes]
        return np.broadcast_to(flat[tuple(spread)], shape).astype(np.int32)

    def within(self, areas: Sequence[str]) -> Mask:
        """Which areas are one of these, or a part of one."""
        found = np.zeros(len(self.dimensions["Area"].ids), dtype=bool)
        for area in areas:
            place = self.dimensions["Area"].place(area)
            found[self.whole.indices[self.whole.indptr[place] : self.whole.indptr[place + 1]]] = True
        return found

    def holding(self, area: str) -> dict[str, int]:
        """The area and every area that it is a part of, with how many areas each holds: the smaller, the nearer."""
        sizes = np.diff(self.whole.indptr)
        holders = self.whole[:, [self.dimensions["Area"].place(area)]].nonzero()[0]
        return {str(self.dimensions["Area"].ids[n]): int(sizes[n]) for n in holders.tolist()}

    def unstated(self, name: str, kept: Mapping[str, str]) -> int:
        """How much of the supply names no value of a dimension (for areas: has no place at all)."""
        return int((self.chosen(kept) & (np.diff(self.dimensions[name].of.indptr) == 0)).sum())

    def ids(self, mask: Mask) -> list[str]:
        """The ids of these items."""
        return [str(key) for key in self.snapshot.nodes.index[self.items[mask]]]

    def _entries(self, axes: Sequence[str], mask: Mask, shown: Sequence[Sequence[int]] | None = None) -> tuple[Places, Counts]:
        """(item, cell) of every item in every cell that it is in (and that is ``shown``); cells are numbered through in the order of the axes."""
        items, cells = np.flatnonzero(mask), np.zeros(int(mask.sum()), dtype=np.intp)
        for axis, name in enumerate(axes):
            dimension = self.dimensions[name]
            items, cells, value = _joined(items, cells, dimension.of)
            cells = cells * len(dimension.ids) + value
            if shown is not None:
                wanted = np.isin(np.arange(len(dimension.ids)), shown[axis])[value]
                items, cells = items[wanted], cells[wanted]
        return items, cells


def cube(snapshot: Snapshot, as_of: str = "") -> Cube:
    """The cube on the day ``as_of`` (ISO), today where it is empty; made once for each snapshot and day (the last ones are kept)."""
    day = as_of or date.today().isoformat()
    made = snapshot.once("coverage cubes", dict[str, Cube])
    if day not in made:
        for old in list(made)[: -_DAYS_KEPT + 1]:
            made.pop(old, None)
        made[day] = _cube(snapshot, day)
    return made[day]


def _cube(snapshot: Snapshot, day: str) -> Cube:
    nodes, ties = snapshot.nodes, snapshot.held(_EDGES, day)
    places = _members(snapshot, COUNTED)
    items = np.flatnonzero((places >= 0) & _live(nodes, day, places))
    types = places[items].astype(np.int8)
    item_of = np.full(len(nodes), -1, dtype=np.intp)
    item_of[items] = np.arange(len(items))
    value_of = {name: _numbered(snapshot, name) for name in DIMENSIONS}
    ids = {name: _ids(snapshot, name) for name in DIMENSIONS}
    steps = {name: _table(*ties["PART_OF"], value_of[name], value_of[name], (len(ids[name]),) * 2) for name in ("Area", "Theme")}
    whole, themes = (_closure(steps[name]) for name in ("Area", "Theme"))
    dimensions = {"Area": Dimension(ids["Area"], _areas(ties, item_of, value_of["Area"], whole, types))}
    for name, edge in _FACETS.items():
        own = _table(*ties[edge], item_of, value_of[name], (len(items), len(ids[name])))
        dimensions[name] = Dimension(ids[name], _flat(own @ themes.T) if name == "Theme" else own)
    carriers, run = ties["RUNS"]
    known = np.unique(carriers[item_of[run] >= 0])
    carrier_of = np.full(len(nodes), -1, dtype=np.intp)
    carrier_of[known] = np.arange(len(known))
    providers = _table(run, carriers, item_of, carrier_of, (len(items), len(known)))
    levels = nodes["level"].iloc[np.flatnonzero(value_of["Area"] >= 0)] if "level" in nodes.columns else pd.Series("", index=ids["Area"])
    spaces = (levels == "social_space").to_numpy(dtype=bool)
    roots = np.flatnonzero(~spaces & (steps["Area"] @ (~spaces).astype(np.int32) == 0))
    surveyed = ("Area", "Theme", "Stage")
    none = Checks.none((len(ids["Area"]), len(ids["Theme"]), len(ids["Stage"])))
    made = Cube(snapshot, day, ties, items, types, dimensions, providers, whole, roots, none)
    rows = snapshot.rows_of("CHECKED")
    if not len(rows):
        return made
    covered = made.counts(surveyed, {}) > 0
    return replace(made, checks=checks(snapshot.edges.iloc[rows], day, ids, covered, steps["Area"], whole, themes))


def _members(view: Snapshot, names: Sequence[str]) -> NDArray[np.intp]:
    """For each node the place of its type in ``names``, -1 for the others."""
    categories = view.once("types as codes", lambda: pd.factorize(view.nodes["type"]))
    codes, found = categories
    of = {str(name): place for place, name in enumerate(names)}
    lookup = np.array([of.get(str(name), -1) for name in found], dtype=np.intp)
    return lookup[codes] if len(lookup) else np.empty(0, dtype=np.intp)


def _numbered(view: Snapshot, name: str) -> NDArray[np.intp]:
    """For each node its number among those of a type, in the order of ``nodes``; -1 for the others."""
    of_type = _members(view, (name,)) == 0
    return np.where(of_type, np.cumsum(of_type) - 1, -1)


def _ids(view: Snapshot, name: str) -> pd.Index[Any]:
    found: pd.Index[Any] = view.nodes.index[_members(view, (name,)) == 0]
    return found


def _live(nodes: pd.DataFrame, day: str, types: NDArray[np.intp]) -> Mask:
    """Which nodes are at work on the day: by their own first and last day, and by what their source calls them."""
    empty = pd.Series(None, index=nodes.index, dtype=object)
    found = np.ones(len(nodes), dtype=bool)
    mine = np.flatnonzero(types >= 0)
    period = pd.DataFrame({name: nodes.get(field, empty).iloc[mine] for name, field in (("since", "start"), ("until", "end"))})
    found[mine] = begun(period, day) & ~ended(period, day)
    if "status" in nodes.columns:
        rows = nodes.iloc[mine]
        unbegun = (rows["status"] == "planned") & period["since"].isna()
        over = rows["status"].isin(_OVER) & ~(rows["as_of"].fillna("") > day)
        found[mine] &= ~(unbegun | over).to_numpy(dtype=bool)
    return found


def _areas(ties: Mapping[str, tuple[Places, Places]], item_of: Places, area_of: Places, whole: Table, types: NDArray[np.int8]) -> Table:
    """Items x areas: where each is, or is there for, with all parts of what it serves, and once in every whole above."""
    shape = (len(types), whole.shape[0])
    located, serving = (_table(*ties[edge], item_of, area_of, shape) for edge in ("LOCATED_IN", "SERVES"))
    placeless = (np.diff(located.indptr) == 0) & (np.diff(serving.indptr) == 0) & (types == COUNTED.index("Offer"))
    homes = _table(*ties["LOCATED_IN"], np.arange(len(item_of), dtype=np.intp), area_of, (len(item_of), shape[1]))
    carriers, run = ties["RUNS"]
    mine = (item_of[run] >= 0) & placeless[item_of[run]]
    through = sparse.csr_array((np.ones(mine.sum(), dtype=np.int32), (item_of[run[mine]], carriers[mine])), shape=(shape[0], len(item_of)))
    own = serving @ whole + located + through @ homes
    return _flat(own @ whole.T)


def _closure(step: Table) -> Table:
    """Things x things: is the second the first, or a part of it at any depth? ``step`` says which the first is directly part of."""
    reach = _flat(sparse.csr_array(sparse.eye_array(step.shape[0], dtype=np.int32, format="csr")) + step.T)
    while True:
        further = _flat(reach @ reach)
        if further.nnz == reach.nnz:
            return further
        reach = further


def _table(starts: Places, ends: Places, row_of: Places, column_of: Places, shape: tuple[int, int]) -> Table:
    """The edges between items and values as a table of ones."""
    rows, columns = row_of[starts], column_of[ends]
    both = (rows >= 0) & (columns >= 0)
    return _flat(sparse.csr_array((np.ones(both.sum(), dtype=np.int32), (rows[both], columns[both])), shape=shape))


def _flat(table: Any) -> Table:
    """Every number that is not nought becomes one."""
    found = sparse.csr_array(table)
    found.sum_duplicates()
    found.data = np.ones_like(found.data)
    return found


def _joined(items: Places, cells: Counts, table: Table) -> tuple[Places, Counts, Counts]:
    """Every (item, cell) with every value that the item has in ``table``."""
    several = np.diff(table.indptr)[items]
    rows = np.repeat(np.arange(len(items)), several)
    first = np.cumsum(several) - several
    within = np.arange(len(rows)) - first[rows]
    return items[rows], cells[rows], table.indices[table.indptr[items[rows]] + within].astype(np.intp)
