"""The graph as columns: read once for each version, kept in memory and on disk, shared by all who ask.

Set questions over everything (who sits where, which areas lack what) are answered on these columns.
:func:`load` costs one look at the graph's version where nothing has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from graph import columns
from graph.area_tree import AreaTree
from graph.folded import Fold
from graph.redaction import redact
from graph.schema import NODES

__all__ = ["AreaTree", "Snapshot", "begun", "ended", "forget", "last", "load", "of_fold", "read_at"]

_INTERNAL = "internal"
_ATTEMPTS = 3
_DAYS_KEPT = 4

Made = TypeVar("Made")
Places = np.ndarray[Any, np.dtype[np.intp]]


class Meta(Protocol):
    """What the graph says about itself (see ``graph.store``)."""

    @property
    def graph_id(self) -> str:
        """Which graph it is; a new one where the server was set up anew."""

    @property
    def version(self) -> int:
        """The ledger's version that the graph stands for."""

    @property
    def writing(self) -> int | None:
        """The version that is being written, None where nobody writes."""


class Reader(columns.Reader, Protocol):
    """What a snapshot needs of the store."""

    def meta(self) -> Meta:
        """The graph's word about itself, now."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The whole graph at one version. It is shared: change a copy of its frames, never the frames.

    ``nodes``: index ``id`` (sorted), columns ``type``, ``name``, ``source``, ``as_of`` and every field that
    occurs. ``edges``: columns ``id`` (sorted), ``type``, ``start``, ``end``, ``since``, ``until``, ``source``,
    ``as_of`` and every edge field that occurs. Texts, choices, references and ISO dates are strings, integers
    and numbers are floats, yes/no is True or False. What is missing is None or NaN.
    """

    version: int
    nodes: pd.DataFrame
    edges: pd.DataFrame
    graph_id: str = ""
    role: str = _INTERNAL
    _derived: dict[tuple[str, object], Any] = field(default_factory=dict, repr=False)

    def of_type(self, name: str) -> pd.DataFrame:
        """The nodes of one type, with the columns that are filled there; raises ``KeyError`` for an unknown type."""
        if name not in NODES:
            raise KeyError(name)
        frame = self.nodes[self.nodes["type"] == name]
        return frame[[c for c in frame.columns if c in ("type", "name", "source", "as_of") or frame[c].notna().any()]]

    def at(self, day: str) -> Snapshot:
        """The graph with only those edges that held on ``day`` (ISO date); no date at an end means no limit there."""
        key = ("at", day)
        if key not in self._derived:
            for old in [k for k in list(self._derived) if k[0] == "at"][: -_DAYS_KEPT + 1]:
                self._derived.pop(old, None)
            held = begun(self.edges, day) & ~ended(self.edges, day)
            starts, ends = self.ends
            kept: dict[tuple[str, object], Any] = {("once", "ends"): (starts[held], ends[held])}
            self._derived[key] = Snapshot(self.version, self.nodes, self.edges[held].reset_index(drop=True), self.graph_id, self.role, kept)
        view: Snapshot = self._derived[key]
        return view

    def places(self, ids: Iterable[str]) -> Places:
        """Where these nodes stand in ``nodes``; unknown ones are left out."""
        found = self.nodes.index.get_indexer(pd.Index(list(ids), dtype=object))
        return found[found >= 0]

    def places_of(self, ids: pd.Series[Any]) -> Places:
        """Where each of these nodes stands in ``nodes``, -1 for one that is missing or not there. Quick for whole columns of the graph."""
        known = self.once("known ids", lambda: pa.array(self.nodes.index, type=pa.string()))
        found = pc.index_in(pa.array(ids, type=pa.string(), from_pandas=True), value_set=known, skip_nulls=True)
        places: Places = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
        return places

    def ends_of(self, name: str) -> tuple[Places, Places]:
        """Where the starts and the ends of all edges of a type stand in ``nodes``, in the order of ``edges``."""
        by_type = self.once("by type", self._ends_by_type)
        nowhere = np.empty(0, dtype=np.intp)
        return by_type.get(name, (nowhere, nowhere))

    def rows_of(self, name: str) -> Places:
        """Where the edges of a type stand in ``edges``."""
        rows = self.once("rows by type", self._rows_by_type)
        return rows.get(name, np.empty(0, dtype=np.intp))

    def held(self, names: Sequence[str], day: str) -> dict[str, tuple[Places, Places]]:
        """As :meth:`ends_of` for these types, but only of the edges that held on ``day``.

        For whoever needs a few types of a large graph at once: no other edge is looked at, as :meth:`at` must.
        """
        rows = [self.rows_of(name) for name in names]
        every = np.concatenate(rows) if rows else np.empty(0, dtype=np.intp)
        kind = np.repeat(np.arange(len(rows)), [len(mine) for mine in rows])
        period = self.edges[["since", "until"]].iloc[every]
        on = begun(period, day) & ~ended(period, day)
        every, kind = every[on], kind[on]
        starts, ends = (self.places_of(self.edges[end].iloc[every]) for end in ("start", "end"))
        known = (starts >= 0) & (ends >= 0)
        return {name: (starts[mine], ends[mine]) for place, name in enumerate(names) for mine in [known & (kind == place)]}

    def _rows_by_type(self) -> dict[str, Places]:
        codes, names = pd.factorize(self.edges["type"])
        codes = codes.astype(np.int16)  # short numbers are sorted by digits: half the time on a large graph
        order = np.argsort(codes, kind="stable")
        first = np.searchsorted(codes[order], np.arange(len(names) + 1))
        return {str(name): order[first[place] : first[place + 1]] for place, name in enumerate(names)}

    def _ends_by_type(self) -> dict[str, tuple[Places, Places]]:
        starts, ends = self.ends
        by_type = {}
        for name, rows in self.once("rows by type", self._rows_by_type).items():
            a, b = starts[rows], ends[rows]
            known = (a >= 0) & (b >= 0)
            by_type[name] = (a[known], b[known])
        return by_type

    def touching(self, ids: Iterable[str]) -> pd.DataFrame:
        """The edges that start or end at one of these nodes, each once, in the order of ``edges``; unknown ids have none.

        Quick on any graph: where each node's edges are is looked up once for the snapshot.
        """
        order, first = self.once("incidence", self._incidence)
        index = self.nodes.index
        places = [int(place) for key in dict.fromkeys(ids) if key in index and isinstance(place := index.get_loc(key), int)]
        found = [order[first[place] : first[place + 1]] for place in places]
        return self.edges.iloc[np.unique(np.concatenate(found)) if found else []]

    def between(self, one: str, other: str) -> pd.DataFrame:
        """The edges between two nodes, in either direction, in the order of ``edges``; none where one of them is unknown."""
        order, first = self.once("incidence", self._incidence)
        index = self.nodes.index
        if one not in index or other not in index:
            return self.edges.iloc[:0]
        mine, theirs = (order[first[place] : first[place + 1]] for place in index.get_indexer(pd.Index([one, other], dtype=object)))
        return self.edges.iloc[np.intersect1d(mine, theirs)]

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What ``make`` returns, made once for this snapshot and kept with it. Whoever gets it must not change it."""
        key = ("once", name)
        if key not in self._derived:
            self._derived[key] = make()
        made: Made = self._derived[key]
        return made

    @property
    def ends(self) -> tuple[Places, Places]:
        """Where the start and the end of each edge stand in ``nodes``; -1 for one that is not there."""
        return self.once("ends", lambda: (self.places_of(self.edges["start"]), self.places_of(self.edges["end"])))

    def _incidence(self) -> tuple[Places, Places]:
        """Rows of ``edges`` ordered by the node they touch, and where those of each node begin."""
        nodes, rows = np.concatenate(self.ends), np.tile(np.arange(len(self.edges)), 2)
        nodes, rows = nodes[nodes >= 0], rows[nodes >= 0]
        return rows[np.argsort(nodes, kind="stable")], np.concatenate([[0], np.cumsum(np.bincount(nodes, minlength=len(self.nodes)))])

    def adjacency(self, types: Iterable[str] | None = None) -> sparse.csr_array[Any]:
        """How many edges join two nodes, as a symmetric matrix in the order of ``nodes.index``.

        ``types`` limits it to these edge types. An edge from a node to itself counts once.
        """
        limit = None if types is None else tuple(sorted(set(types)))
        key = ("adjacency", limit)
        if key not in self._derived:
            starts, ends = self.ends
            if limit is not None:
                chosen = self.edges["type"].isin(list(limit)).to_numpy()
                starts, ends = starts[chosen], ends[chosen]
            known = (starts >= 0) & (ends >= 0)
            starts, ends = starts[known], ends[known]
            back = starts != ends
            rows, cols = np.concatenate([starts, ends[back]]), np.concatenate([ends, starts[back]])
            size = len(self.nodes)
            self._derived[key] = sparse.coo_array((np.ones(len(rows), dtype=np.int32), (rows, cols)), shape=(size, size)).tocsr()
        matrix: sparse.csr_array[Any] = self._derived[key]
        return matrix

    def networkx(self, types: Iterable[str] | None = None) -> nx.MultiDiGraph[str]:
        """A new networkx graph of all nodes and the edges of ``types`` (all without); edge keys are edge ids."""
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        names = list(self.nodes.columns)
        for key, values in zip(self.nodes.index, self.nodes.itertuples(index=False, name=None), strict=True):
            graph.add_node(key, **{c: v for c, v in zip(names, values, strict=True) if _filled(v)})
        chosen = self._chosen(None if types is None else tuple(types))
        more = [c for c in chosen.columns if c not in ("id", "start", "end")]
        for key, start, end, *rest in chosen[["id", "start", "end", *more]].itertuples(index=False, name=None):
            graph.add_edge(start, end, key=key, **{c: v for c, v in zip(more, rest, strict=True) if _filled(v)})
        return graph

    @cached_property
    def areas(self) -> AreaTree:
        """Which area is part of which."""
        return AreaTree.of(self.nodes, self.edges)

    @cached_property
    def labels(self) -> pd.Series[str]:
        """What to call each node where it stands among others: its name, or its short name where several have the same name.

        Registers call dozens of schools "Städt. Gem. Grundschule"; the short name tells them apart.
        """
        names = self.nodes["name"]
        if "short" not in self.nodes.columns:
            return names
        shared = names.groupby([self.nodes["type"], names]).transform("size") > 1
        return names.where(~shared | self.nodes["short"].isna(), self.nodes["short"])

    def _chosen(self, types: Sequence[str] | None) -> pd.DataFrame:
        return self.edges if types is None else self.edges[self.edges["type"].isin(list(types))]


def begun(edges: pd.DataFrame, day: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which edges had begun by ``day`` (ISO date). A date that is a year or month only has begun by any day of it."""
    return ~_before(edges["since"], day, later=True)


def ended(edges: pd.DataFrame, day: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which edges had ended before ``day`` (ISO date). A date that is a year or month only lasts to its end."""
    until = edges["until"]
    return _before(until, day) & ~until.isin([day[:size] for size in range(1, len(day) + 1)]).to_numpy(dtype=bool)


def _before(days: pd.Series[Any], day: str, *, later: bool = False) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of ``days`` are texts before (or ``later`` than) ``day``; what is missing is neither."""
    known = days.notna().to_numpy(dtype=bool)
    found = np.zeros(len(days), dtype=bool)
    if known.any():
        texts = days[known]
        found[known] = (texts > day if later else texts < day).to_numpy(dtype=bool)
    return found


def _filled(value: object) -> bool:
    return value is not None and value == value


# ---- loading and keeping ----------------------------------------------------------------------------

_kept: dict[tuple[str, str], Snapshot] = {}
_loading = threading.Lock()


def of_fold(whole: Fold) -> Snapshot:
    """The network of a fold without any graph database: as a run has it that is not committed yet."""
    nodes = pd.DataFrame([{"id": key, "type": node.type, **node.props} for key, node in whole.nodes.items()]).set_index("id").sort_index()
    made = [{"id": key, "type": edge.type, "start": edge.start, "end": edge.end, **edge.props} for key, edge in whole.edges.items()]
    edges = pd.DataFrame(made, columns=None if made else ["id", "type", "start", "end", "since", "until"])
    return Snapshot(whole.version, _plain_texts(nodes), _plain_texts(edges).sort_values("id", ignore_index=True))


def _plain_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of text with None where nothing is said."""
    texts = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in frame.columns if frame[name].dtype == object}
    return frame.assign(**texts)


def load(store: Reader, cache: Path, role: str = _INTERNAL) -> Snapshot:
    """The graph as columns, as ``role`` may see it; ``cache`` is a folder that only this function uses.

    While the graph is being written the last snapshot is returned, and an empty one (version 0) where
    there is none yet. Raises the store's errors where the server cannot be read.
    """
    with _loading:
        return _as_seen_by(role, _current(store, cache), cache)


def cached(cache: Path, graph_id: str, version: int, role: str = _INTERNAL) -> Snapshot | None:
    """The graph at this version where it was read before; asks no server. None where it was not."""
    with _loading:
        kept = _kept.get((str(cache), _INTERNAL))
        if kept is None or (kept.graph_id, kept.version) != (graph_id, version):
            tables = columns.from_disk(cache, graph_id, version)
            if tables is None:
                return None
            kept = _keep(cache, graph_id, version, tables)
        return _as_seen_by(role, kept, cache)


def last(cache: Path, role: str = _INTERNAL) -> Snapshot | None:
    """What was read last, whatever the graph stands for by now; asks no server. None where nothing was read yet."""
    with _loading:
        found = _last(cache)
        return _as_seen_by(role, found, cache) if found.graph_id else None


def read_at(cache: Path, view: Snapshot) -> datetime | None:
    """When ``view`` was read from the server; None where its files are gone."""
    when = columns.written_at(cache, view.graph_id, view.version)
    return None if when is None else datetime.fromtimestamp(when)


def forget() -> None:
    """Drops what this process keeps in memory (the files stay)."""
    with _loading:
        _kept.clear()


def _current(store: Reader, cache: Path) -> Snapshot:
    meta = store.meta()
    for _ in range(_ATTEMPTS):
        if meta.writing is not None:
            break
        if not meta.graph_id:
            return _snapshot("", 0, columns.empty())
        kept = _kept.get((str(cache), _INTERNAL))
        if kept is not None and (kept.graph_id, kept.version) == (meta.graph_id, meta.version):
            return kept
        tables = columns.from_disk(cache, meta.graph_id, meta.version)
        if tables is None:
            tables = columns.read(store)
            after = store.meta()
            if (after.graph_id, after.version, after.writing) != (meta.graph_id, meta.version, None):
                meta = after  # somebody wrote while we read: what was read may be torn
                continue
            columns.to_disk(cache, meta.graph_id, meta.version, tables)
        return _keep(cache, meta.graph_id, meta.version, tables)
    return _last(cache)


def _last(cache: Path) -> Snapshot:
    """What was read last: by this process, else by anyone. A rebuild gives the graph a new name, but the city stays the same."""
    kept = _kept.get((str(cache), _INTERNAL))
    if kept is not None:
        return kept
    for graph_id, version in columns.kept(cache):
        if (tables := columns.from_disk(cache, graph_id, version)) is not None:
            return _keep(cache, graph_id, version, tables)
    return _snapshot("", 0, columns.empty())


def _keep(cache: Path, graph_id: str, version: int, tables: columns.Tables) -> Snapshot:
    kept = _kept[str(cache), _INTERNAL] = _snapshot(graph_id, version, tables)
    return kept


def _snapshot(graph_id: str, version: int, tables: columns.Tables) -> Snapshot:
    nodes, edges = (table.to_pandas() for table in tables)
    pa.default_memory_pool().release_unused()  # what reading took, as much again as it left, goes back to the machine
    ids = pd.Index(nodes.pop("id").to_numpy(dtype=object), dtype=object, name="id")  # as objects they are found several times faster
    return Snapshot(version, nodes.set_index(ids), edges, graph_id)


def _as_seen_by(role: str, whole: Snapshot, cache: Path) -> Snapshot:
    if role == _INTERNAL:
        return whole
    kept = _kept.get((str(cache), role))
    if kept is None or (kept.graph_id, kept.version) != (whole.graph_id, whole.version):
        kept = _kept[str(cache), role] = Snapshot(whole.version, *redact(whole.nodes, whole.edges), whole.graph_id, role)
    return kept
