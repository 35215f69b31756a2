"""The graph's columns as Arrow tables: read from the server, kept in files.

Two tables make one edition: the nodes and the edges of the graph at one version. What they hold says
:class:`graph.snapshot.Snapshot`.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from pyarrow import feather

from graph.model import Field
from graph.schema import EDGES, NODES

_FORMAT = 2
"""Counts up when the files in the cache change their shape without a change of the schema."""

_READ_TIMEOUT = 120.0
_LEFT_BEHIND = 3600.0

Tables = tuple[pa.Table, pa.Table]


class Reader(Protocol):
    """What reading the columns needs of the store."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 30) -> list[dict[str, Any]]:
        """The answer's rows."""


# ---- reading: one query for each label and each relationship type ------------------------------------

_ARROW = {"integer": pa.float64(), "number": pa.float64(), "boolean": pa.bool_()}


def _columns(fixed: Sequence[str], fields: Iterable[Field]) -> dict[str, pa.DataType]:
    columns: dict[str, pa.DataType] = dict.fromkeys(fixed, pa.string())
    for f in fields:
        kind = _ARROW.get(f.kind, pa.string())
        if columns.setdefault(f.name, kind) != kind:
            raise TypeError(f"Das Feld „{f.name}“ hat in graph/schema.py zwei Arten von Werten.")
    return columns


_NODE_FIXED = ("id", "type", "name", "source", "as_of")
_EDGE_FIXED = ("id", "type", "start", "end", "since", "until", "source", "as_of")
_NODE_COLUMNS = _columns(_NODE_FIXED, (f for kind in NODES.values() for f in kind.graph_fields))
_EDGE_COLUMNS = _columns(_EDGE_FIXED, (f for kind in EDGES.values() for f in kind.graph_fields))
_SHAPE = hashlib.blake2b(repr((_FORMAT, _NODE_COLUMNS, _EDGE_COLUMNS, list(NODES), list(EDGES))).encode(), digest_size=6).hexdigest()


def read(store: Reader) -> Tables:
    """The nodes and the edges as they are on the server now.

    A label's nodes come as one list, a type's edges as one list for each start node: the Bolt protocol
    carries long lists several times faster than as many short rows. Nodes without a name in the pattern spare
    the bundled server a walk over all of them for each type.
    """
    with _no_search_for_cycles():
        return _read(store)


@contextlib.contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows hold no cycles, but while half a million of them come in Python would look through all of them again and again: half of the time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _read(store: Reader) -> Tables:
    nodes: list[pa.Table] = []
    for kind in NODES.values():
        names = list(dict.fromkeys(("id", "source", "as_of", *(f.name for f in kind.graph_fields))))
        listed = ", ".join(f"n.`{name}`" for name in names)
        answer = store.read(f"MATCH (n:`{kind.name}`) RETURN collect([{listed}]) AS rows", timeout=_READ_TIMEOUT)
        rows = answer[0]["rows"] if answer else []
        nodes.append(_table(_NODE_COLUMNS, rows, names, {"type": kind.name}))
    edges: list[pa.Table] = []
    for edge_kind in EDGES.values():
        names = list(dict.fromkeys(("id", "source", "as_of", *(f.name for f in edge_kind.graph_fields))))
        listed = ", ".join(f"r.`{name}`" for name in names)
        query = f"MATCH ()-[r:`{edge_kind.name}`]->() RETURN startNode(r).id AS start, collect([endNode(r).id, {listed}]) AS rows"
        answer = store.read(query, timeout=_READ_TIMEOUT)
        rows = [(group["start"], *row) for group in answer for row in group["rows"]]
        del answer
        edges.append(_table(_EDGE_COLUMNS, rows, ["start", "end", *names], {"type": edge_kind.name}))
    return _tidy(nodes, _NODE_FIXED), _tidy(edges, _EDGE_FIXED)


def _table(columns: Mapping[str, pa.DataType], rows: Sequence[Sequence[Any]], names: Sequence[str] = (), fixed: Mapping[str, str] | None = None) -> pa.Table:
    found = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    arrays = []
    for name, kind in columns.items():
        if fixed and name in fixed:
            arrays.append(pa.repeat(pa.scalar(fixed[name], pa.string()), len(rows)))
        elif name in found:
            arrays.append(pa.array(found[name], type=kind))
        else:
            arrays.append(pa.nulls(len(rows), kind))
    return pa.Table.from_arrays(arrays, names=list(columns))


def empty() -> Tables:
    """The tables of a graph that holds nothing."""
    return _table(_NODE_COLUMNS, []).select(list(_NODE_FIXED)), _table(_EDGE_COLUMNS, []).select(list(_EDGE_FIXED))


def _tidy(tables: list[pa.Table], fixed: Sequence[str]) -> pa.Table:
    """All types in one table, sorted by id, without the fields that nothing fills."""
    whole = pa.concat_tables(tables)
    used = [name for name in whole.column_names if name in fixed or whole[name].null_count < len(whole)]
    return whole.select(used).sort_by("id").combine_chunks()


# ---- the files in the cache --------------------------------------------------------------------------


def _folder(cache: Path, graph_id: str, version: int) -> Path:
    return cache / f"snapshot-{_SHAPE}-{version}-{_safe(graph_id)}"


def _safe(graph_id: str) -> str:
    """A graph's name as part of a file's name; the names that we give pass as they are."""
    return graph_id if graph_id.isalnum() and len(graph_id) <= 64 else hashlib.blake2b(graph_id.encode(), digest_size=16).hexdigest()


def kept(cache: Path) -> list[tuple[str, int]]:
    """Graph id and version of what is kept, the last written first."""
    start = f"snapshot-{_SHAPE}-"
    found = []
    for path in cache.glob(start + "*"):
        version, _, graph_id = path.name.removeprefix(start).partition("-")
        with contextlib.suppress(OSError, ValueError):
            found.append((path.stat().st_mtime, graph_id, int(version)))
    return [(graph_id, version) for _, graph_id, version in sorted(found, reverse=True)]


def written_at(cache: Path, graph_id: str, version: int) -> float | None:
    """When the tables of this version were written, in seconds since 1970; None where there are none."""
    try:
        return _folder(cache, graph_id, version).stat().st_mtime
    except OSError:
        return None


def from_disk(cache: Path, graph_id: str, version: int) -> Tables | None:
    """The tables kept for this version, or None where there are none that can be read."""
    folder = _folder(cache, graph_id, version)
    try:
        # Not mapped into memory: Windows could not remove an old file that somebody still has mapped.
        tables = tuple(feather.read_table(folder / f"{name}.feather", memory_map=False) for name in ("nodes", "edges"))
    except (OSError, pa.ArrowException):
        return None
    return tables[0], tables[1]


def to_disk(cache: Path, graph_id: str, version: int, tables: Tables) -> None:
    """Keeps the tables for this version and removes all others.

    Both files are written beside their place and moved there at once. Where that fails (a full disk) nothing
    is kept, and the next reader asks the server again.
    """
    target = _folder(cache, graph_id, version)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=cache))  # readable by its owner only
        for name, table in zip(("nodes", "edges"), tables, strict=True):
            feather.write_feather(table, str(work / f"{name}.feather"), compression="lz4", chunksize=max(1, len(table)))
        if target.exists():  # unreadable, else it would have been taken
            shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    except OSError:
        pass
    for old in cache.glob("snapshot-*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)
    for left in cache.glob(".snapshot-*"):  # of a process that was killed while it wrote
        try:
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            continue
