"""The names of the schema in a Cypher text: which it has, which it cannot have, and which were probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from graph.schema import EDGES, NODES
from queries.cypher_text import Part, Token

_EVERYWHERE = ("id", "source", "as_of")


def wrong_kinds(part: Part, own: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The labels or relationship types of a part of a pattern that there are not; each with its line and what to write."""
    known, what = (NODES, "Art von Einträgen") if part.node else (EDGES, "Art von Beziehungen")
    for name in part.names:
        if name.name not in known and name.name not in own:
            yield name.line, f"Eine {what} „{name.name}“ gibt es nicht{meant(name.name, known)} Alle stehen in docs/schema.md."


def unknown_fields(keys: Sequence[Token], owners: Sequence[Part]) -> Iterator[tuple[int, str]]:
    """The properties that none of these parts of a pattern can have."""
    known: Mapping[str, object] = NODES if owners[0].node else EDGES
    names = {name.name for part in owners for name in part.names}
    if not names <= set(known):
        return  # a label of our own, or an unknown one that has been told already
    allowed: set[str] = set()
    for name in names or known:
        allowed |= fields(name, owners[0].node)
    for key in keys:
        if key.name and key.name not in allowed:
            where = f" von {', '.join(sorted(names))}" if names else ""
            yield key.line, f"Ein Feld „{key.name}“{where} gibt es nicht{meant(key.name, allowed)} Alle stehen in docs/schema.md."


@cache
def fields(name: str, node: bool) -> frozenset[str]:
    """The properties that a label or a relationship type has in the graph."""
    kind = NODES[name] if node else EDGES[name]
    return frozenset((*_EVERYWHERE, *(() if node else ("since", "until")), *(f.name for f in kind.graph_fields)))


def meant(name: str, known: Iterable[str]) -> str:
    """The end of a sentence that asks for the name that was meant."""
    close = difflib.get_close_matches(name, list(known), 1, 0.6)
    return f"; meinten Sie „{close[0]}“?" if close else "."
