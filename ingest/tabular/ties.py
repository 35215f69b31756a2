"""Columns of a list of things that are relationships: the Träger of a Kita, the themes of a project, the members of a Gremium."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.model import NodeType
from graph.schema import ACTORS, EDGES, NODES
from ingest.tabular.headings import columns, plain


@dataclass(frozen=True, slots=True)
class Tie:
    """What a column of references means: an edge from the row's thing (``outgoing``) or to it, and the types at the other end."""

    edge: str
    outgoing: bool
    types: tuple[str, ...]


_USUAL = {"Theme": "ADDRESSES", "Stage": "FOR_STAGE", "TargetGroup": "FOR_GROUP", "Goal": "PURSUES", "Project": "TAKES_PART_IN", "Gremium": "MEMBER_OF"}
"""The relationship that is meant where a column is only headed by what stands at its other end."""

_PLACES = ("gebiet", "gebiete", "stadtteil", "stadtteile", "stadtbezirk", "bezirk", "sozialraum", "sozialräume", "ortsteil", "quartier")
_WORDS = {
    "ADDRESSES": ("handlungsfeld", "handlungsfelder", "themenfeld", "themenfelder", "schwerpunkt", "schwerpunkte"),
    "FOR_STAGE": ("lebensphase", "phase", "altersgruppe"),
    "PURSUES": ("handlungsziel", "handlungsziele"),
    "WORKS_FOR": ("arbeitgeber", "dienststelle"),
}


def ties(kind: NodeType) -> dict[str, Tie]:
    """Which headings of a sheet of this type are relationships; a word that could mean two of them is none."""
    meant: dict[str, set[Tie]] = defaultdict(set)
    for edge in EDGES.values():
        to = tuple(dict.fromkeys(b for a, b in edge.ends if a == kind.name))
        of = tuple(dict.fromkeys(a for a, b in edge.ends if b == kind.name))
        for outgoing, types, words in ((True, to, (edge.label, edge.end_label)), (False, of, (edge.inverse, edge.start_label))):
            for text in words if types else ():
                for word in (text.de, text.en):
                    meant[plain(word)].add(Tie(edge.name, outgoing, types))
    found = {word: next(iter(ways)) for word, ways in meant.items() if len(ways) == 1}
    for name, edge_name in _USUAL.items():
        if (kind.name, name) in EDGES[edge_name].ends:
            tie = Tie(edge_name, True, (name,))
            named = (NODES[name].label.de, NODES[name].plural.de, NODES[name].label.en, NODES[name].plural.en)
            found |= {plain(word): tie for word in (*named, *_WORDS.get(edge_name, ()))}
    if kind.name == "Person":
        found |= dict.fromkeys(("institution", "einrichtung", *_WORDS["WORKS_FOR"]), Tie("WORKS_FOR", True, ("Institution",)))
    if kind.name in ACTORS and (place := "LOCATED_IN" if kind.placed else "SERVES") and (kind.name, "Area") in EDGES[place].ends:
        found |= dict.fromkeys(_PLACES, Tie(place, True, ("Area",)))
    for word in ("akteur", "actor", *columns(kind)):  # a field goes first
        found.pop(word, None)
    return found
