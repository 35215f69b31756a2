"""From the ledger to the graph database: only what changed is written, and the graph says what it stands for.

The ledger remembers a stamp (hash) of every element as the graph was last given it. An update folds the
ledger, compares, and writes the difference in transactions of at most 5,000 rows. Before the first one the
graph says which version is being written, after the last one that it stands for it, and then the ledger
notes the stamps. Whatever is killed in between, the next update sees that graph and ledger do not agree,
reads back what really stands in the graph, and writes what is missing: nothing doubled, nothing left over.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graph.fold import fold
from graph.folded import Fold, Progress, no_collection
from graph.ledger import Ledger
from graph.schema import EDGES, NODES
from graph.store import BATCH, Meta, Store, StoreError

_TIMEOUT = 300.0
_DOUBLED = b"doubled"

_LABELS = {name.lower(): name for name in NODES}
_TYPES = {name.lower(): name for name in EDGES}

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What an update did. ``fold`` is None where nothing had to be looked at: the graph stood for the ledger already."""

    nodes_written: int = 0
    nodes_deleted: int = 0
    edges_written: int = 0
    edges_deleted: int = 0
    version: int = 0
    fold: Fold | None = None


def in_step(ledger: Ledger, store: Store) -> bool:
    """Does the graph stand for the ledger as it is now? Reads two lines, writes nothing."""
    given = ledger.projected()
    if given.version != ledger.version:
        return False
    meta = store.meta()
    return meta.writing is None and (meta.graph_id, meta.version) == (given.graph_id, given.version)


def update(ledger: Ledger, store: Store, progress: Progress | None = None, *, folded: Fold | None = None) -> BuildResult:
    """Brings the graph to the ledger's version; writes only what changed, and nothing where nothing did.

    Finishes what a killed update left half done. Another graph than last time is emptied and written anew.
    Waits for another writer. Who has just folded the ledger may hand that over as ``folded``; it is used if the
    ledger still is at its version. Raises ``StoreError`` or ``LedgerError``; what was written by then is finished
    by the next update.
    """
    if in_step(ledger, store):
        return BuildResult(version=ledger.version)
    with store.writer():
        if in_step(ledger, store):  # another writer did it while this one waited
            return BuildResult(version=ledger.version)
        meta, given = store.meta(), ledger.projected()
        building = _Building(ledger, store, progress, folded)
        if given.graph_id and meta.graph_id != given.graph_id:
            return building.anew()
        if meta.writing is None and meta.version == given.version:
            return building.from_known(ledger.projection(), trusted=True)
        return building.from_known(read_back(store), trusted=False)


def rebuild(ledger: Ledger, store: Store, progress: Progress | None = None) -> BuildResult:
    """Empties the graph (of everything that the schema describes) and writes all of it from the ledger."""
    with store.writer():
        return _Building(ledger, store, progress).anew()


def stamp(element: str, props: Mapping[str, Any]) -> bytes:
    """What tells one state of an element from another; the order of its fields means nothing."""
    return hashlib.blake2b(f"{element}{sorted(props.items())}".encode(), digest_size=16).digest()


def read_back(store: Store) -> dict[str, bytes]:
    """The stamps of everything that really stands in the graph."""
    found: dict[str, bytes] = {}
    for label in NODES:
        for answer in store.read(f"MATCH (n:`{label}`) RETURN collect(properties(n)) AS found", timeout=_TIMEOUT):
            found.update((props["id"], stamp(label, props)) for props in answer["found"] if "id" in props)
    for kind in EDGES:
        for answer in store.read(f"MATCH ()-[r:`{kind}`]->() RETURN startNode(r).id AS start, collect(properties(r)) AS found", timeout=_TIMEOUT):
            for props in answer["found"]:
                # An edge that stands there twice matches no stamp: both are deleted and one is written.
                found[props["id"]] = _DOUBLED if props["id"] in found else stamp(kind, props)
    return found


class _Building:
    """One update under the store's writer lock."""

    def __init__(self, ledger: Ledger, store: Store, progress: Progress | None, folded: Fold | None = None) -> None:
        self._ledger = ledger
        self._store = store
        self._progress = progress or (lambda doing, done, total: None)
        self._counts: Counter[str] = Counter()
        self._mended = False
        self._folded = folded

    def anew(self) -> BuildResult:
        """Empties the graph and writes everything."""
        result = self._fold()
        self._store.ensure_schema()
        self._progress("Der Graph wird geleert", 0, 0)
        self._store.begin_writing(result.version)
        self._store.empty()
        return self._write(result, {}, trusted=False)

    def from_known(self, known: Mapping[str, bytes], *, trusted: bool) -> BuildResult:
        """Writes the difference to what is ``known`` to stand in the graph.

        ``trusted`` says that the ledger's own notes are this knowledge, so that only the difference is noted.
        """
        result = self._fold()
        self._store.ensure_schema()
        return self._write(result, known, trusted=trusted)

    def _fold(self) -> Fold:
        if self._folded is not None and self._folded.version == self._ledger.version:
            return self._folded
        return fold(self._ledger, self._progress)

    def _write(self, result: Fold, known: Mapping[str, bytes], *, trusted: bool) -> BuildResult:
        stamps = self._stamps(result)
        changed, gone = _difference(stamps, known)
        if changed or gone:
            self._store.begin_writing(result.version)
            if not self._write_difference(result, changed, gone, known):
                # A batch whose answer was lost came twice, or somebody else wrote: look what is there, and mend it once.
                trusted, known = False, read_back(self._store)
                if not self._write_difference(result, *_difference(stamps, known), known):
                    raise StoreError(f"Im Graphen steht nicht, was geschrieben wurde ({self._wrong(result)}). Bitte „akteursatlas rebuild“ aufrufen.")
        if trusted:
            self._store.end_writing(result.version)
        else:
            # Under a new name: nobody shall take an older picture of the graph for this one.
            self._store.set_meta(Meta(uuid.uuid4().hex, result.version))
        put = ((key, stamps[key]) for key in (changed if trusted else stamps))
        self._ledger.set_projection(self._store.meta().graph_id, result.version, put, gone if trusted else (), fresh=not trusted)
        counts = self._counts
        return BuildResult(counts["nodes"], counts["nodes gone"], counts["edges"], counts["edges gone"], result.version, result)

    def _write_difference(self, result: Fold, changed: list[str], gone: list[str], known: Mapping[str, bytes]) -> bool:
        """Says whether the graph holds the right number of everything afterwards. Edges go before nodes, and come after them."""
        doubled = {key for key in changed if known.get(key) == _DOUBLED}
        absent = {key for key in changed if key not in known} | doubled
        try:
            self._delete_edges([*gone, *doubled])
            self._delete_nodes(gone)
            self._write_nodes(result, [key for key in changed if key in result.nodes], absent)
            self._write_edges(result, [key for key in changed if key in result.edges], absent)
        except StoreError:
            if not self._mended:
                self._mended = True
                return False
            raise
        return not self._wrong(result)

    @staticmethod
    def _stamps(result: Fold) -> dict[str, bytes]:
        with no_collection():
            stamps = {key: stamp(node.type, node.props) for key, node in result.nodes.items()}
            stamps.update((key, stamp(edge.type, edge.props)) for key, edge in result.edges.items())
        return stamps

    # ---- deleting and writing, by label and by (type, start label, end label)

    def _delete_edges(self, keys: Iterable[str]) -> None:
        for kind, gone in _grouped(keys, lambda key: _TYPES.get(_prefix(key))).items():
            for (start, end), rows in self._ends(kind, set(gone)).items():
                self._send("Beziehungen werden gelöscht", f"{_match(kind, start, end, rows)} DELETE r", rows, "edges gone", len(rows))

    def _ends(self, kind: str, keys: set[str]) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Where these edges are, by labels. The ledger's notes do not say, and the graph itself never errs about it."""
        rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        query = f"MATCH ()-[r:`{kind}`]->() RETURN startNode(r).id AS start, collect([endNode(r).id, r.id]) AS found"
        for answer in self._store.read(query, timeout=_TIMEOUT):
            for end, key in answer["found"]:
                if key in keys:
                    labels = _LABELS.get(_prefix(answer["start"]), ""), _LABELS.get(_prefix(end), "")
                    rows[labels].append({"id": key, "_start": answer["start"], "_end": end})
        return rows

    def _delete_nodes(self, keys: Iterable[str]) -> None:
        for label, gone in _grouped(keys, lambda key: _LABELS.get(_prefix(key))).items():
            query = f"UNWIND $rows AS row MATCH (n:`{label}` {{id: row.id}}) DETACH DELETE n"
            self._send("Einträge werden gelöscht", query, ({"id": key} for key in gone), "nodes gone", len(gone))

    def _write_nodes(self, result: Fold, keys: Iterable[str], absent: set[str]) -> None:
        for (label, fresh), group in _grouped(keys, lambda key: (result.nodes[key].type, key in absent)).items():
            if fresh:
                query = f"UNWIND $rows AS row CREATE (:`{label}` {_listed(field.name for field in NODES[label].graph_fields)})"
            else:
                query = f"UNWIND $rows AS row MATCH (n:`{label}` {{id: row.id}}) SET n = row"
            rows = (result.nodes[key].props for key in group)
            self._send(f"{NODES[label].plural.de} werden geschrieben", query, rows, "nodes", len(group))

    def _write_edges(self, result: Fold, keys: Iterable[str], absent: set[str]) -> None:
        def group_of(key: str) -> tuple[str, str, str, bool]:
            edge = result.edges[key]
            return edge.type, result.nodes[edge.start].type, result.nodes[edge.end].type, key in absent

        for (kind, start, end, fresh), group in _grouped(keys, group_of).items():
            edges = [result.edges[key] for key in group]
            rows: Rows
            if fresh:
                # What is known to be absent is created: on the bundled server twice as fast as MERGE.
                ends = f"MATCH (a:`{start}` {{id: row._start}}) MATCH (b:`{end}` {{id: row._end}})"
                query = f"UNWIND $rows AS row {ends} CREATE (a)-[:`{kind}` {_listed(field.name for field in EDGES[kind].graph_fields)}]->(b)"
                rows = ({**edge.props, "_start": edge.start, "_end": edge.end} for edge in edges)
            else:
                rows = [{"id": edge.props["id"], "_start": edge.start, "_end": edge.end, "props": edge.props} for edge in edges]
                query = f"{_match(kind, start, end, rows)} SET r = row.props"
            self._send(f"Beziehungen „{EDGES[kind].label.de}“ werden geschrieben", query, rows, "edges", len(group))

    def _send(self, doing: str, query: str, rows: Rows, counter: str, total: int) -> None:
        waiting, done = iter(rows), 0
        while batch := list(islice(waiting, BATCH)):
            self._store.write(query, batch, timeout=_TIMEOUT)
            done += len(batch)
            self._counts[counter] += len(batch)
            self._progress(doing, done, total)

    def _wrong(self, result: Fold) -> str:
        """Counts what stands in the graph now; names the types with a wrong number, or "" where all are right."""
        expected = Counter(node.type for node in result.nodes.values()) + Counter(edge.type for edge in result.edges.values())
        queries = {label: f"MATCH (n:`{label}`) RETURN count(n) AS found" for label in NODES}
        queries |= {kind: f"MATCH ()-[r:`{kind}`]->() RETURN count(r) AS found" for kind in EDGES}
        found = {name: self._store.read(query, timeout=_TIMEOUT)[0]["found"] for name, query in queries.items()}
        return ", ".join(f"{name}: {found[name]} statt {expected[name]}" for name in queries if found[name] != expected[name])


def _difference(stamps: Mapping[str, bytes], known: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """The ids that are new or changed, and the ids that are gone."""
    return [key for key, now in stamps.items() if known.get(key) != now], [key for key in known if key not in stamps]


def _match(kind: str, start: str, end: str, rows: Rows) -> str:
    """Finds one edge a row. The server starts at the node named first, and at a hub it looks through all its edges."""
    edge, a, b = f"[r:`{kind}` {{id: row.id}}]", f"(a{_label(start)} {{id: row._start}})", f"(b{_label(end)} {{id: row._end}})"
    spread_out = len({row["_start"] for row in rows}) >= len({row["_end"] for row in rows})
    return f"UNWIND $rows AS row MATCH {a}-{edge}->{b}" if spread_out else f"UNWIND $rows AS row MATCH {b}<-{edge}-{a}"


def _label(name: str) -> str:
    return f":`{name}`" if name else ""  # a type that an older schema had: the graph still knows it, this one does not


def _listed(fields: Iterable[str]) -> str:
    """A property map that names each field: faster than one whole map, and what a row lacks is null and not stored."""
    return "{" + ", ".join(f"`{name}`: row.`{name}`" for name in dict.fromkeys(("id", "source", "as_of", *fields))) + "}"


def _prefix(key: str) -> str:
    """The type in an id, in small letters."""
    return key.rpartition("-")[0]


def _grouped(keys: Iterable[str], group_of: Callable[[str], Any]) -> dict[Any, list[str]]:
    """Keys by their group, in the order of first appearance; those without a group (None) are left out."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for key in keys:
        if (group := group_of(key)) is not None:
            groups[group].append(key)
    return groups
