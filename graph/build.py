"""From the ledger to the graph database: only what changed is written, and the graph says what it stands for.

The ledger remembers a stamp (hash) of every element as the graph in use was last given it. An update folds the
ledger, compares, and writes the difference in transactions of at most 5,000 rows. Before the first one the
graph says which version is being written, after the last one that it stands for it, and then the ledger
notes the stamps. Whatever is killed in between, or whoever takes another database into use, the next update sees
that graph and ledger do not agree, reads back what really stands in the graph, and writes what is missing: nothing
doubled, nothing left over.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from graph import store_schema
from graph.address import DATABASE_VARIABLE, URL_VARIABLE
from graph.fold import fold
from graph.folded import Fold, Progress, no_collection
from graph.ledger import Ledger, LedgerError
from graph.schema import EDGES, NODES
from graph.standing import LABELS, TIMEOUT, TYPES, Standing, empty, stamp, type_in
from graph.store import BATCH, Meta, Store, StoreError, Unreachable

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What an update did. ``fold`` is None where nothing had to be looked at: the graph stood for the ledger already.

    ``kept`` counts what was found right where the graph itself was read back; ``resumed`` says that a writing had broken off there.
    """

    nodes_written: int = 0
    nodes_deleted: int = 0
    edges_written: int = 0
    edges_deleted: int = 0
    version: int = 0
    fold: Fold | None = None
    kept: int = 0
    resumed: bool = False


def place() -> str:
    """Which database is in use, as a word that tells it from others and nothing else: "bundled", or a hash of its address."""
    named, database = (os.environ.get(name, "").strip() for name in (URL_VARIABLE, DATABASE_VARIABLE))
    return hashlib.blake2b(f"{named} {database}".encode(), digest_size=8).hexdigest() if named else "bundled"


def noted(ledger: Ledger) -> bool:
    """Was the database in use last given the ledger as it is now? Goes by the ledger's notes and asks no server."""
    given = ledger.projected()
    return given.version == ledger.version and given.place == place()


def in_step(ledger: Ledger, store: Store) -> bool:
    """Does the graph stand for the ledger as it is now? Reads two lines, writes nothing."""
    given = ledger.projected()
    if given.version != ledger.version:
        return False
    meta = store.meta()
    return meta.writing is None and (meta.graph_id, meta.version) == (given.graph_id, given.version)


def update(ledger: Ledger, store: Store, progress: Progress | None = None, *, folded: Fold | None = None) -> BuildResult:
    """Brings the graph in use to the ledger's version; writes only what changed, and nothing where nothing did.

    Finishes what a killed update left half done. Where it is another graph than last time, what stands there is compared.
    Waits for another writer. Who has just folded the ledger may hand that over as ``folded``; it is used if the
    ledger still is at its version. Raises ``StoreError`` or ``LedgerError``; what was written by then is finished
    by the next update.
    """
    if _nothing_to_do(ledger, store):
        return BuildResult(version=ledger.version)
    with ledger.projecting(), store.writer():
        if _nothing_to_do(ledger, store):  # another writer did it while this one waited
            return BuildResult(version=ledger.version)
        meta, given = store.meta(), ledger.projected()
        building = _Building(ledger, store, progress, folded, noting=place())
        if given.graph_id and meta == Meta(given.graph_id, given.version):
            return building.from_notes()
        return building.from_standing(resumed=meta.writing is not None)


def rebuild(ledger: Ledger, store: Store, progress: Progress | None = None, *, in_use: bool = True, emptied: bool = False) -> BuildResult:
    """Writes the whole graph from the ledger: all that stands there is read and compared, and what is not right is written.

    So it repairs a damaged graph, fills an empty one, and goes on where a broken off one stopped. ``emptied`` deletes
    everything first, which is only of use where the database itself is damaged. Without ``in_use`` it is another database
    than the one in use, about which the ledger's notes stay as they are (unless it turns out to be the same graph).
    """
    with ledger.projecting(), store.writer():
        meta, given = store.meta(), ledger.projected()
        known = given.place if given.graph_id and given.graph_id == meta.graph_id else None
        building = _Building(ledger, store, progress, noting=place() if in_use else known)
        return building.anew() if emptied else building.from_standing(resumed=meta.writing is not None)


def read_back(store: Store) -> dict[str, bytes]:
    """The stamps of everything that really stands in the graph, without what cannot stay there (see :class:`Standing`)."""
    return Standing.read(store).stamps


def stamps(result: Fold) -> dict[str, bytes]:
    """The stamp of every element of the graph that follows from the ledger, by id."""
    with no_collection():
        found = {key: stamp(node.type, node.props) for key, node in result.nodes.items()}
        found.update((key, stamp(edge.type, edge.props)) for key, edge in result.edges.items())
    return found


def _nothing_to_do(ledger: Ledger, store: Store) -> bool:
    """Is the graph in step? Notes where it is, should it have moved or be known by a new address."""
    if not in_step(ledger, store):
        return False
    if not noted(ledger):
        given = ledger.projected()
        with suppress(LedgerError):  # while somebody reads in; nobody needs it now
            ledger.set_projection(given.graph_id, given.version, (), (), place=place())
    return True


class _Building:
    """One update under the store's writer lock."""

    def __init__(self, ledger: Ledger, store: Store, progress: Progress | None, folded: Fold | None = None, *, noting: str | None = None) -> None:
        """``noting`` is the place that the ledger notes for what was written; None where it notes nothing."""
        self._ledger = ledger
        self._store = store
        self._progress = progress or (lambda doing, done, total: None)
        self._counts: Counter[str] = Counter()
        self._mended = False
        self._folded = folded
        self._noting = noting
        self._kept = 0

    def anew(self) -> BuildResult:
        """Empties the graph and writes everything."""
        store_schema.check(self._store)
        result = self._fold()
        self._store.begin_writing(result.version)
        empty(self._store, self._progress)
        self._store.ensure_schema()
        return self._write(result, {}, trusted=False)

    def from_notes(self) -> BuildResult:
        """Writes the difference to what the ledger notes that the graph was given."""
        try:
            self._store.ensure_schema()
        except StoreError:  # somebody took a constraint away, and what stands there twice by now does not let it come back
            return self.from_standing(resumed=False)
        return self._write(self._fold(), self._ledger.projection(), trusted=True)

    def from_standing(self, *, resumed: bool) -> BuildResult:
        """Writes the difference to what really stands in the graph."""
        store_schema.check(self._store)  # before anything is deleted
        result = self._fold()
        known = self._standing(result)
        self._store.ensure_schema()  # by now: what stood there twice would not let a constraint come
        done = self._write(result, known, trusted=False)
        return replace(done, kept=self._kept, resumed=resumed)

    def _standing(self, result: Fold) -> dict[str, bytes]:
        """The stamps of what stands in the graph; what cannot stay there is deleted, with the edges that hang on it."""
        found = Standing.read(self._store, self._progress)
        if found.unfit:
            self._store.begin_writing(result.version)
            found.clear(self._store)
            found = Standing.read(self._store, self._progress)
        return found.stamps

    def _fold(self) -> Fold:
        if self._folded is not None and self._folded.version == self._ledger.version:
            return self._folded
        return fold(self._ledger, self._progress)

    def _write(self, result: Fold, known: Mapping[str, bytes], *, trusted: bool) -> BuildResult:
        now = stamps(result)
        changed, gone = _difference(now, known)
        self._kept = len(now) - len(changed)
        if changed or gone:
            self._store.begin_writing(result.version)
            if not self._write_difference(result, changed, gone, known):
                # A batch whose answer was lost came twice, or somebody else wrote: look what is there, and mend it once.
                trusted, known = False, self._standing(result)
                if not self._write_difference(result, *_difference(now, known), known):
                    told = f"Im Graphen steht nicht, was geschrieben wurde ({self._wrong(result)})"
                    raise StoreError(f"{told}. Bitte „akteursatlas rebuild --empty“ aufrufen.")
        if trusted:
            self._store.end_writing(result.version)
        else:
            # Under a new name: nobody shall take an older picture of the graph for this one.
            self._store.set_meta(Meta(uuid.uuid4().hex, result.version))
        put = ((key, now[key]) for key in (changed if trusted else now))
        if self._noting is not None:
            drop = gone if trusted else ()
            self._ledger.set_projection(self._store.meta().graph_id, result.version, put, drop, fresh=not trusted, place=self._noting)
        counts = self._counts
        return BuildResult(counts["nodes"], counts["nodes gone"], counts["edges"], counts["edges gone"], result.version, result)

    def _write_difference(self, result: Fold, changed: list[str], gone: list[str], known: Mapping[str, bytes]) -> bool:
        """Says whether the graph holds the right number of everything afterwards. Edges go before nodes, and come after them."""
        absent = {key for key in changed if key not in known}
        try:
            self._delete_edges(gone)
            self._delete_nodes(gone)
            self._write_nodes(result, [key for key in changed if key in result.nodes], absent)
            self._write_edges(result, [key for key in changed if key in result.edges], absent)
        except Unreachable:
            raise  # there is nothing to look at now; the next update finishes it
        except StoreError:
            if not self._mended:
                self._mended = True
                return False
            raise
        return not self._wrong(result)

    # ---- deleting and writing, by label and by (type, start label, end label)

    def _delete_edges(self, keys: Iterable[str]) -> None:
        for kind, gone in _grouped(keys, lambda key: TYPES.get(type_in(key))).items():
            for (start, end), rows in self._ends(kind, set(gone)).items():
                self._send("Beziehungen werden gelöscht", f"{_match(kind, start, end, rows)} DELETE r", rows, "edges gone", len(rows))

    def _ends(self, kind: str, keys: set[str]) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Where these edges are, by labels. The ledger's notes do not say, and the graph itself never errs about it."""
        rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        query = f"MATCH ()-[r:`{kind}`]->() RETURN startNode(r).id AS start, collect([endNode(r).id, r.id]) AS found"
        for answer in self._store.read(query, timeout=TIMEOUT):
            for end, key in answer["found"]:
                if key in keys:
                    labels = LABELS.get(type_in(answer["start"]), ""), LABELS.get(type_in(end), "")
                    rows[labels].append({"id": key, "_start": answer["start"], "_end": end})
        return rows

    def _delete_nodes(self, keys: Iterable[str]) -> None:
        for label, gone in _grouped(keys, lambda key: LABELS.get(type_in(key))).items():
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
            self._store.write(query, batch, timeout=TIMEOUT)
            done += len(batch)
            self._counts[counter] += len(batch)
            self._progress(doing, done, total)

    def _wrong(self, result: Fold) -> str:
        """Counts what stands in the graph now; names the types with a wrong number, or "" where all are right."""
        expected = Counter(node.type for node in result.nodes.values()) + Counter(edge.type for edge in result.edges.values())
        queries = {label: f"MATCH (n:`{label}`) RETURN count(n) AS found" for label in NODES}
        queries |= {kind: f"MATCH ()-[r:`{kind}`]->() RETURN count(r) AS found" for kind in EDGES}
        found = {name: self._store.read(query, timeout=TIMEOUT)[0]["found"] for name, query in queries.items()}
        return ", ".join(f"{name}: {found[name]} statt {expected[name]}" for name in queries if found[name] != expected[name])


def _difference(stamps: Mapping[str, bytes], known: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """The ids that are new or changed, and the ids that are gone."""
    return [key for key, now in stamps.items() if known.get(key) != now], [key for key in known if key not in stamps]


def _match(kind: str, start: str, end: str, rows: Rows) -> str:
    """Finds one edge a row. The server starts at the node named first, and at a hub it looks through all its edges."""
    edge, a, b = f"[r:`{kind}` {{id: row.id}}]", _end("a", start, "_start"), _end("b", end, "_end")
    spread_out = len({row["_start"] for row in rows}) >= len({row["_end"] for row in rows})
    return f"UNWIND $rows AS row MATCH {a}-{edge}->{b}" if spread_out else f"UNWIND $rows AS row MATCH {b}<-{edge}-{a}"


def _end(variable: str, label: str, key: str) -> str:
    """One end of an edge. A type that an older schema had, the graph still knows and this schema does not: then the edge's own id is enough."""
    return f"({variable}:`{label}` {{id: row.{key}}})" if label else "()"


def _listed(fields: Iterable[str]) -> str:
    """A property map that names each field: faster than one whole map, and what a row lacks is null and not stored."""
    return "{" + ", ".join(f"`{name}`: row.`{name}`" for name in dict.fromkeys(("id", "source", "as_of", *fields))) + "}"


def _grouped(keys: Iterable[str], group_of: Callable[[str], Any]) -> dict[Any, list[str]]:
    """Keys by their group, in the order of first appearance; those without a group (None) are left out."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for key in keys:
        if (group := group_of(key)) is not None:
            groups[group].append(key)
    return groups
