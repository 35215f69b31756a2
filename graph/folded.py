"""What the fold of all records is made of: the nodes and edges of the graph, and what could not become part of it."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from graph.model import Value
from graph.places import AreaProblem
from graph.schema import EDGES

Props = dict[str, Value]
Progress = Callable[[str, int, int], None]
"""Called with what is being done (a German phrase), how far it is, and of how many (0 where unknown)."""


@dataclass(slots=True)
class FoldedNode:
    """One thing of the graph. ``props``: ``id``, ``source``, ``as_of`` and its filled fields, in this order."""

    type: str
    props: Props


@dataclass(slots=True)
class FoldedEdge:
    """One relationship of the graph; ``start`` and ``end`` are canonical ids. ``props`` as for a node."""

    type: str
    start: str
    end: str
    props: Props


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A thing that should have a place on the map and has none; ``reason`` is German."""

    id: str
    type: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceConflict:
    """A thing whose coordinate contradicts its stated places (names of areas); the stated ones are kept.

    ``found`` is the area at the point, empty where the point lies outside every area.
    """

    id: str
    type: str
    name: str
    stated: tuple[str, ...]
    found: str

    @property
    def reason(self) -> str:
        """The contradiction as a German sentence."""
        places = " und ".join(f"„{place}“" for place in self.stated)
        where = f"in „{self.found}“" if self.found else "außerhalb aller Gebiete"
        return f"Angegeben ist {places}, die Koordinate liegt {where}. Es gilt die Angabe."


@dataclass(frozen=True, slots=True)
class Refused:
    """A relationship that does not become part of the graph although both ends are known; ``reason`` is German."""

    type: str
    start: str
    end: str
    reason: str


@dataclass(slots=True)
class Fold:
    """The whole graph as it follows from the ledger at one ``version``.

    ``open_ends`` counts edges with an end that nothing in the ledger is (yet), ``open_references`` fields that
    refer to such a thing; both stay in the ledger and wait.
    """

    version: int = 0
    nodes: dict[str, FoldedNode] = field(default_factory=dict)
    edges: dict[str, FoldedEdge] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    open_ends: int = 0
    open_references: int = 0
    conflicts: list[PlaceConflict] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    area_problems: list[AreaProblem] = field(default_factory=list)


def edge_id(kind: str, start: str, end: str, fields: Props) -> str:
    """The id of an edge: the same for the same type, ends and distinguishing fields, on every machine."""
    told_apart = [str(fields.get(name, "")) for name in EDGES[kind].distinguish]
    return f"{kind.lower()}-{hashlib.blake2b(chr(31).join((kind, start, end, *told_apart)).encode(), digest_size=10).hexdigest()}"


@contextmanager
def no_collection() -> Iterator[None]:
    """Keeps the garbage collector from looking through a growing million of objects again and again; none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
