"""The graph as columns: read once for each version, kept in memory and on disk, shared by all who ask.

Set questions over everything (who sits where, which areas lack what) are answered on these columns.
:func:`load` costs one look at the graph's version where nothing has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from graph import columns
from graph.area_tree import AreaTree
from graph.redaction import redact
from graph.schema import NODES

__all__ = ["AreaTree", "Snapshot", "forget", "load"]

_INTERNAL = "internal"
_ATTEMPTS = 3
_DAYS_KEPT = 8


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
            # A date may be a year only: it has begun by any day of it, and lasts to its end.
            begun = [not isinstance(since, str) or since <= day for since in self.edges["since"]]
            lasting = [not isinstance(until, str) or until >= day[: len(until)] for until in self.edges["until"]]
            held = self.edges[np.array(begun, dtype=bool) & np.array(lasting, dtype=bool)].reset_index(drop=True)
            self._derived[key] = Snapshot(self.version, self.nodes, held, self.graph_id, self.role)
        view: Snapshot = self._derived[key]
        return view

    def adjacency(self, types: Iterable[str] | None = None) -> sparse.csr_array[Any]:
        """How many edges join two nodes, as a symmetric matrix in the order of ``nodes.index``.

        ``types`` limits it to these edge types. An edge from a node to itself counts once.
        """
        limit = None if types is None else tuple(sorted(set(types)))
        key = ("adjacency", limit)
        if key not in self._derived:
            chosen = self._chosen(limit)
            starts = self.nodes.index.get_indexer(pd.Index(chosen["start"]))
            ends = self.nodes.index.get_indexer(pd.Index(chosen["end"]))
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


def _filled(value: object) -> bool:
    return value is not None and value == value


# ---- loading and keeping ----------------------------------------------------------------------------

_kept: dict[tuple[str, str], Snapshot] = {}
_loading = threading.Lock()


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
    return Snapshot(version, nodes.set_index("id"), edges, graph_id)


def _as_seen_by(role: str, whole: Snapshot, cache: Path) -> Snapshot:
    if role == _INTERNAL:
        return whole
    kept = _kept.get((str(cache), role))
    if kept is None or (kept.graph_id, kept.version) != (whole.graph_id, whole.version):
        kept = _kept[str(cache), role] = Snapshot(whole.version, *redact(whole.nodes, whole.edges), whole.graph_id, role)
    return kept
