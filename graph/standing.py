"""What really stands in the graph database, element by element: for whoever must not rely on what was noted about it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.folded import Progress, edge_id, no_collection
from graph.schema import EDGES, NODES
from graph.store import BATCH, Store

TIMEOUT = 300.0

LABELS = {name.lower(): name for name in NODES}
TYPES = {name.lower(): name for name in EDGES}

Props = Mapping[str, Any]
Ends = tuple[str | None, str | None]


def stamp(element: str, props: Props) -> bytes:
    """What tells one state of an element from another; the order of its fields means nothing."""
    return hashlib.blake2b(f"{element}{sorted(props.items())}".encode(), digest_size=16).digest()


def type_in(key: str) -> str:
    """The type in an id, in small letters."""
    return key.rpartition("-")[0]


def nodes(store: Store, label: str, *, whole: bool = True) -> Iterator[Props]:
    """The properties of every node of this label; of each only its id (None where it has none) unless ``whole``."""
    asked = "properties(n)" if whole else "[n.id]"  # a list with null in it: collect() would leave null out
    for answer in store.read(f"MATCH (n:`{label}`) RETURN collect({asked}) AS found", timeout=TIMEOUT):
        for props in answer["found"]:
            yield props if whole else {"id": props[0]}


def edges(store: Store, kind: str, *, whole: bool = True) -> Iterator[tuple[Ends, Props]]:
    """Where every edge of this type starts and ends (None for a node without an id), and its properties as in :func:`nodes`."""
    asked = "properties(r)" if whole else "r.id"
    query = f"MATCH ()-[r:`{kind}`]->() RETURN startNode(r).id AS start, collect([endNode(r).id, {asked}]) AS found"
    for answer in store.read(query, timeout=TIMEOUT):
        for end, props in answer["found"]:
            yield (answer["start"], end), props if whole else {"id": props}


@dataclass(slots=True)
class Standing:
    """Everything that stands in the graph under the types of the schema.

    ``stamps``: of what may stay, by id. The rest no writing can mend, so it is deleted and written anew: nodes (label, id)
    and edges (type, ends, id) whose id is not theirs alone, or says another type or other ends; the id is None where there is none.
    """

    stamps: dict[str, bytes] = field(default_factory=dict)
    unfit_nodes: list[tuple[str, Any]] = field(default_factory=list)
    unfit_edges: list[tuple[str, Ends, Any]] = field(default_factory=list)

    @property
    def unfit(self) -> bool:
        """Is there anything that must go before something right can come?"""
        return bool(self.unfit_nodes or self.unfit_edges)

    @classmethod
    def read(cls, store: Store, progress: Progress | None = None) -> Standing:
        """Reads the whole graph."""
        found, show = cls(), progress or (lambda doing, done, total: None)
        with no_collection():
            for label in NODES:
                found._take_nodes(label, nodes(store, label))
                show("Der Graph wird verglichen", len(found.stamps), 0)
            for kind in EDGES:
                found._take_edges(kind, edges(store, kind))
                show("Der Graph wird verglichen", len(found.stamps), 0)
        return found

    def _take_nodes(self, label: str, standing: Iterable[Props]) -> None:
        doubled = set()
        for props in standing:
            key = props.get("id")
            if not isinstance(key, str) or LABELS.get(type_in(key)) != label:
                self.unfit_nodes.append((label, key))
            elif key in self.stamps:
                doubled.add(key)
            else:
                self.stamps[key] = stamp(label, props)
        for key in doubled:
            del self.stamps[key]
            self.unfit_nodes.append((label, key))

    def _take_edges(self, kind: str, standing: Iterable[tuple[Ends, Props]]) -> None:
        first: dict[str, Ends] = {}
        doubled = set()
        for (start, end), props in standing:
            key = props.get("id")
            if not isinstance(key, str) or start is None or end is None or key != edge_id(kind, start, end, dict(props)):
                self.unfit_edges.append((kind, (start, end), key))
            elif key in first:
                doubled.add(key)
            else:
                first[key] = (start, end)
                self.stamps[key] = stamp(kind, props)
        for key in doubled:
            del self.stamps[key]
            self.unfit_edges.append((kind, first[key], key))

    def clear(self, store: Store) -> None:
        """Deletes what is unfit, with all edges of the nodes among it."""
        for (kind, start, end), group in _grouped(((kind, *map(_label_of, ends)), (*ends, key)) for kind, ends, key in self.unfit_edges).items():
            rows = [{"key": key, "start": first, "end": last} for first, last, key in group if key is not None]
            if rows and start and end:
                ends = f"(:`{start}` {{id: row.start}})-[r:`{kind}` {{id: row.key}}]->(:`{end}` {{id: row.end}})"
                store.write(f"UNWIND $rows AS row MATCH {ends} DELETE r", rows)
            elif rows:  # an end is nothing that the schema knows, so that the id of the edge itself has to be enough
                store.write(f"UNWIND $rows AS row MATCH ()-[r:`{kind}` {{id: row.key}}]->() DELETE r", rows)
            if len(rows) < len(group):
                store.write(f"MATCH ()-[r:`{kind}`]->() WHERE r.id IS NULL DELETE r")
        for label, these in _grouped(self.unfit_nodes).items():
            if told := [{"key": key} for key in dict.fromkeys(these) if key is not None]:
                store.write(f"UNWIND $rows AS row MATCH (n:`{label}` {{id: row.key}}) DETACH DELETE n", told)
            if None in these:
                store.write(f"MATCH (n:`{label}`) WHERE n.id IS NULL DETACH DELETE n")


def empty(store: Store, progress: Progress | None = None) -> None:
    """Deletes every node of the schema and its edges. What the graph says about itself stays: readers shall not take it for a new one."""
    gone = 0
    for label in NODES:
        while now := store.write(f"MATCH (n:`{label}`) WITH n LIMIT {BATCH} DETACH DELETE n RETURN count(*) AS gone", timeout=TIMEOUT)[0]["gone"]:
            gone += now
            if progress:
                progress("Der Graph wird geleert", gone, 0)


def _label_of(key: Any) -> str:
    """The label that an id says; "" where it says none of ours."""
    return LABELS.get(type_in(key), "") if isinstance(key, str) else ""


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for group, item in pairs:
        groups[group].append(item)
    return groups
