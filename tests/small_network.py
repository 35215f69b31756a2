"""A network written down in a few lines: things as ``key Type Name``, relationships as ``start TYPE end``."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from graph.schema import EDGES, NODES, allowed
from graph.snapshot import Snapshot

Fields = dict[str, object]


def network(things: Sequence[tuple[str, Fields] | str], ties: Sequence[tuple[str, Fields] | str]) -> Snapshot:
    """A snapshot with these things ("key Type Name with blanks", or with fields) and ties ("start TYPE end"); what the schema does not know is refused."""
    nodes: list[Fields] = []
    for thing in things:
        text, given = thing if isinstance(thing, tuple) else (thing, {})
        key, kind, *name = text.split(maxsplit=2)
        fields = {"name": name[0] if name else key, "source": "Liste", "as_of": "2025-01-01"} | given
        assert set(fields) <= {field.name for field in NODES[kind].fields} | {"source", "as_of"}, thing
        nodes.append({"id": key, "type": kind, **fields})
    types = {node["id"]: str(node["type"]) for node in nodes}
    edges = []
    for number, tie in enumerate(ties):
        text, given = tie if isinstance(tie, tuple) else (tie, {})
        start, kind, end = text.split()
        assert allowed(kind, types[start], types[end]), text
        assert set(given) <= {field.name for field in EDGES[kind].fields}, text
        edges.append({"id": f"e{number:03d}", "type": kind, "start": start, "end": end, "since": None, "until": None, "source": "Liste", "as_of": "2025-01-01", **given})
    columns = ["id", "type", "start", "end", "since", "until", "source", "as_of"]
    return Snapshot(1, pd.DataFrame(nodes).set_index("id").sort_index(), pd.DataFrame(edges, columns=None if edges else columns))
