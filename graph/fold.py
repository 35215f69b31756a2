"""What follows from all records: the entities and relationships of the graph. Pure, in memory.

Where several records speak about the same thing, each field comes from the one that goes first
(:mod:`graph.precedence`), a coordinate from one record as a whole. Nothing is dropped in silence:
what cannot be part of the graph is counted or listed in the :class:`~graph.folded.Fold`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.cycles import refuse_cycles
from graph.folded import Fold, FoldedEdge, FoldedNode, PlaceConflict, Progress, Props, Refused, Unplaced, edge_id, no_collection
from graph.ledger_records import StoredEdge, StoredNode
from graph.placing import place
from graph.precedence import COORDINATE, Described, Precedence, coordinate
from graph.schema import EDGES, NODES

if TYPE_CHECKING:
    from graph.ledger import Ledger

__all__ = ["Fold", "FoldedEdge", "FoldedNode", "PlaceConflict", "Refused", "Unplaced", "fold", "fold_records"]

_REPORT_EVERY = 20_000


def fold(ledger: Ledger, progress: Progress | None = None) -> Fold:
    """The graph that follows from the ledger as it is now; inside a run from what the run has said so far."""
    with ledger.reading() as now:
        entities = now.entities()
        result = fold_records(now.datasets(), now.nodes(), now.edges(), entities.get, progress)
        result.version = now.version
    return result


def fold_records(
    datasets: Iterable[Described], nodes: Iterable[StoredNode], edges: Iterable[StoredEdge], entity_of: Callable[[str], str | None],
    progress: Progress | None = None,
) -> Fold:
    """The graph that follows from these records. ``entity_of`` gives the canonical id behind a key or identifier."""
    folding = _Folding(datasets, entity_of, progress)
    with no_collection():
        folding.take_nodes(nodes)
        folding.take_edges(edges)
    refuse_cycles(folding.fold)
    if progress:
        progress("Orte werden bestimmt", 0, 0)
    place(folding.fold, folding.open_places, entity_of)
    return folding.fold


class _Folding:
    def __init__(self, datasets: Iterable[Described], entity_of: Callable[[str], str | None], progress: Progress | None) -> None:
        self.fold = Fold()
        self.open_places: dict[str, str] = {}
        self._precedence = Precedence(datasets)
        self._entity_of = entity_of
        self._progress = progress

    # ---- nodes

    def take_nodes(self, nodes: Iterable[StoredNode]) -> None:
        """Folds all nodes: one entity for each canonical id."""
        place_of = self._precedence.place
        said: dict[str, list[tuple[int, str, Mapping[str, Any]]]] = defaultdict(list)
        for count, record in enumerate(nodes):
            said[self._entity_of(record.key) or record.key].append((place_of[record.dataset], record.type, record.data))
            self._report("Angaben werden gelesen", count)
        shapes = {name: _NodeShape.of(name) for name in NODES}
        for entity in sorted(said):
            records = said.pop(entity)  # given back at once: both forms of all nodes need not be in memory together
            records.sort(key=lambda record: record[0])
            kind = records[0][1]
            source, as_of = self._precedence.origin(record[0] for record in records)
            props: Props = {"id": entity, "source": source, "as_of": as_of}
            for name in shapes[kind].names:
                for _, _, fields in records:
                    if (value := fields.get(name)) is not None:
                        props[name] = value
                        break
            if shapes[kind].located and (at := coordinate([fields for _, _, fields in records])) is not None:
                props |= {name: value for name in COORDINATE if (value := records[at][2].get(name)) is not None}
            props.setdefault("name", _nameless(kind, props))
            self.fold.nodes[entity] = FoldedNode(kind, props)
        for node in self.fold.nodes.values():
            for name, of in shapes[node.type].references:
                self._refer(node.props, name, of)

    # ---- edges

    def take_edges(self, edges: Iterable[StoredEdge]) -> None:
        """Folds all edges whose ends are known: same type, ends and distinguishing fields are one edge."""
        fold, place_of = self.fold, self._precedence.place
        shapes = {kind.name: _EdgeShape.of(kind.name) for kind in EDGES.values()}
        first: dict[str, int] = {}
        several: dict[str, list[tuple[int, Props]]] = {}
        for count, record in enumerate(edges):
            self._report("Beziehungen werden gelesen", count)
            shape = shapes[record.type]
            start, end = self._entity_of(record.start), self._entity_of(record.end)
            start_node, end_node = fold.nodes.get(start or ""), fold.nodes.get(end or "")
            if start is None or end is None or start_node is None or end_node is None:
                fold.open_ends += 1
                if record.type == "LOCATED_IN" and start is not None:
                    self.open_places[start] = record.end
                continue
            if (start_node.type, end_node.type) not in shape.ends:
                fold.refused.append(Refused(record.type, start, end, _not_allowed(record.type, start_node.type, end_node.type)))
                continue
            if start == end:
                fold.refused.append(Refused(record.type, start, end, "Beide Enden sind dasselbe."))
                continue
            if not shape.directed and start > end and (end_node.type, start_node.type) in shape.ends:
                start, end = end, start
            fields = shape.props(record.data)
            for name, of in shape.references:
                self._refer(fields, name, of)
            if record.type == "LOCATED_IN":
                fields.setdefault("basis", "stated")
            key = edge_id(record.type, start, end, fields)
            position = place_of[record.dataset]
            if key not in first:
                first[key] = position
                source, as_of = self._precedence.origin((position,))
                fold.edges[key] = FoldedEdge(record.type, start, end, {"id": key, "source": source, "as_of": as_of, **fields})
            else:
                several.setdefault(key, [(first[key], fold.edges[key].props)]).append((position, fields))
                first[key] = min(first[key], position)
        for key, said in several.items():
            self._merge(fold.edges[key], shapes[fold.edges[key].type], said)
        self._one_register_place(first)

    def _one_register_place(self, first: Mapping[str, int]) -> None:
        """A register knows one place, like a field: of two editions the one that goes first says it, and the school has moved."""
        said: dict[str, list[str]] = defaultdict(list)
        for key, edge in self.fold.edges.items():
            if edge.type == "LOCATED_IN" and edge.props["basis"] == "register" and "until" not in edge.props:
                said[edge.start].append(key)
        for keys in said.values():
            best = min(first[key] for key in keys)
            for key in keys:
                if first[key] > best:
                    edge = self.fold.edges.pop(key)
                    reason = f"Eine andere Angabe des Registers geht vor (diese ist von „{edge.props['source']}“)."
                    self.fold.refused.append(Refused(edge.type, edge.start, edge.end, reason))

    def _merge(self, edge: FoldedEdge, shape: _EdgeShape, said: list[tuple[int, Props]]) -> None:
        said.sort(key=lambda record: record[0])
        source, as_of = self._precedence.origin(position for position, _ in said)
        props: Props = {"id": edge.props["id"], "source": source, "as_of": as_of}
        for name in shape.names:
            for _, fields in said:
                if name in fields:
                    props[name] = fields[name]
                    break
        edge.props = props

    def _refer(self, props: Props, name: str, of: str) -> None:
        """Turns the key in a reference field into a canonical id, or takes the field out where it is open."""
        if name not in props:
            return
        entity = self._entity_of(str(props[name]))
        node = self.fold.nodes.get(entity or "")
        if entity is None or node is None or (of and node.type != of):
            del props[name]
            self.fold.open_references += 1
        else:
            props[name] = entity

    def _report(self, doing: str, count: int) -> None:
        if self._progress and count % _REPORT_EVERY == 0:
            self._progress(doing, count, 0)


@dataclass(frozen=True, slots=True)
class _NodeShape:
    """What folding needs of a node type: its fields but those of a coordinate, whether it has one, its references."""

    names: tuple[str, ...]
    located: bool
    references: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, name: str) -> _NodeShape:
        fields = NODES[name].graph_fields
        names = tuple(field.name for field in fields if field.name not in COORDINATE)
        return cls(names, len(names) < len(fields), tuple((field.name, field.of) for field in fields if field.kind == "reference"))


@dataclass(frozen=True, slots=True)
class _EdgeShape:
    """What folding needs of an edge type, laid out for half a million look-ups."""

    names: tuple[str, ...]
    ends: frozenset[tuple[str, str]]
    references: tuple[tuple[str, str], ...]
    directed: bool

    @classmethod
    def of(cls, name: str) -> _EdgeShape:
        kind = EDGES[name]
        names = tuple(field.name for field in kind.graph_fields)
        references = tuple((field.name, field.of) for field in kind.fields if field.kind == "reference")
        return cls(names, frozenset(kind.ends), references, kind.directed)

    def props(self, fields: Mapping[str, Any]) -> Props:
        """The filled fields in schema order. Names and short texts are shared, not kept once for each edge."""
        return {
            name: sys.intern(value) if type(value) is str and len(value) < 40 else value
            for name in self.names if (value := fields.get(name)) is not None
        }


def _not_allowed(edge: str, start: str, end: str) -> str:
    kind = EDGES[edge]
    pairs = ", ".join(f"{NODES[a].label.de} – {NODES[b].label.de}" for a, b in kind.ends)
    return f"„{kind.label.de}“ verbindet nicht {NODES[start].label.de} mit {NODES[end].label.de}; möglich sind: {pairs}."


def _nameless(kind: str, props: Props) -> str:
    """What to call a thing of which only an official number is known: "Träger 10054"."""
    described = NODES[kind]
    choice = described.field("kind").choice(props.get("kind")) if "kind" in props else None
    number = next((str(props[field.name]) for field in described.identifiers if field.name in props), str(props["id"]))
    return f"{(choice.label if choice else described.label).de} {number}"
