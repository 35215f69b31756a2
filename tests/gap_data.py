"""Small towns for the tests of gaps, written as rows, and the demo city as a snapshot without a server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from graph.fold import fold
from graph.home import Home
from graph.snapshot import Snapshot, of_fold

NodeRow = tuple[str, str, str, dict[str, Any]]
EdgeRow = tuple[str, str, str, dict[str, Any]]

AREAS: list[NodeRow] = [
    ("stadt", "Area", "Stadt", {"level": "municipality"}),
    ("nord", "Area", "Nord", {"level": "district"}),
    ("sued", "Area", "Süd", {"level": "district"}),
    ("hafen", "Area", "Hafen", {"level": "quarter"}),
    ("markt", "Area", "Markt", {"level": "quarter"}),
    ("wiesen", "Area", "Wiesen", {"level": "quarter"}),
    ("raum", "Area", "Raum am Fluss", {"level": "social_space"}),
]
NESTING: list[EdgeRow] = [
    *(("nord", "PART_OF", "stadt", {}), ("sued", "PART_OF", "stadt", {}), ("hafen", "PART_OF", "nord", {}), ("markt", "PART_OF", "nord", {})),
    *(("wiesen", "PART_OF", "sued", {}), ("hafen", "PART_OF", "raum", {}), ("wiesen", "PART_OF", "raum", {}), ("hafen", "PART_OF", "stadt", {})),
]
"""Parts of a town: two Bezirke, three Stadtteile, and a Sozialraum across both Bezirke."""


def square(x: float, y: float, side: float = 0.01) -> str:
    """A square of GeoJSON whose corner is at (x, y) steps of ``side`` degrees, near 51.4 north."""
    west, south = 6.7 + x * side, 51.4 + y * side
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def snapshot(nodes: Iterable[NodeRow], edges: Iterable[EdgeRow]) -> Snapshot:
    """The town of these nodes (id, type, name, fields) and edges (start, type, end, fields)."""
    rows = [{"id": key, "type": kind, "name": name, "source": "Liste", "as_of": "2026-01-01", **more} for key, kind, name, more in nodes]
    ties = [
        {"id": f"e{n:04d}", "type": kind, "start": a, "end": b, "since": None, "until": None, "source": "Amt", "as_of": "2026-01-01", **more}
        for n, (a, kind, b, more) in enumerate(edges)
    ]
    columns = ["id", "type", "start", "end", "since", "until", "source", "as_of"]
    return Snapshot(1, pd.DataFrame(rows).set_index("id").sort_index(), pd.DataFrame(ties, columns=None if ties else columns))


def demo(home: Home) -> Snapshot:
    """The demo city as the app has it, out of its ledger."""
    with home.open_ledger() as ledger:
        return of_fold(fold(ledger))


def named(frame: pd.DataFrame, *columns: str) -> Mapping[tuple[str, ...], Any]:
    """The rows of a result by these columns."""
    return {tuple(str(row[name]) for name in columns): row for row in frame.to_dict("records")}
