"""The offers and projects of each area and theme, counted by the graph servers themselves: the peer of ``benchmarks.gaps`` in Cypher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from benchmarks.servers import SERVERS, server
from graph.snapshot import Snapshot
from graph.store import Store

__all__ = ["SERVERS", "counting"]

_BATCH = 5_000
_PATIENCE = 600.0
_HELD = "({0}.since IS NULL OR {0}.since <= $day)"
_UP = (
    "MATCH (own)-[:PART_OF*0..3]->(area:Area) MATCH (what)-[about:ADDRESSES]->(theme:Theme) WHERE {held} "
    "RETURN area.id AS area, theme.id AS theme, count(DISTINCT what) AS n"
)
_THERE = (
    "MATCH (what:`{kind}`)-[at:LOCATED_IN]->(own:Area) WHERE {at} " + _UP,
    "MATCH (what:`{kind}`)-[at:SERVES]->(whole:Area) WHERE {at} MATCH (own:Area)-[:PART_OF*0..3]->(whole) " + _UP,
)
_THROUGH_ITS_HOST = (
    "MATCH (host:Institution)-[runs:RUNS]->(what:Offer) WHERE {runs} AND NOT EXISTS {{ MATCH (what)-[s:SERVES]->(:Area) WHERE {s} }} "
    "MATCH (host)-[at:LOCATED_IN]->(own:Area) WHERE {at} " + _UP
)


def _load(store: Store, view: Snapshot) -> None:
    """Writes the columns into an empty server."""
    types = view.nodes["type"]
    for kind, nodes in view.nodes.groupby("type"):
        store.write(f"CREATE CONSTRAINT `{kind}_id` IF NOT EXISTS FOR (n:`{kind}`) REQUIRE n.id IS UNIQUE")
        _send(store, f"UNWIND $rows AS row CREATE (:`{kind}` {{id: row.id}})", pd.DataFrame({"id": nodes.index}))
    tied = view.edges.assign(a=view.edges["start"].map(types), b=view.edges["end"].map(types))
    for (kind, a, b), edges in tied.groupby(["type", "a", "b"]):
        query = f"UNWIND $rows AS row MATCH (a:`{a}` {{id: row.start}}) MATCH (b:`{b}` {{id: row.end}}) CREATE (a)-[:`{kind}` {{since: row.since}}]->(b)"
        _send(store, query, edges[["start", "end", "since"]])


def _send(store: Store, query: str, rows: pd.DataFrame) -> None:
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    for start in range(0, len(plain), _BATCH):
        store.write(query, plain[start : start + _BATCH])


@contextmanager
def counting(name: str, view: Snapshot, day: str, folder: Path) -> Iterator[Callable[[], Counter[tuple[str, str]]]]:
    """A server of the kind ``name`` that holds ``view``, as a function that counts there. Loading is not measured.

    In the benchmark's town nothing that serves an area lies in one, so that no thing is counted by two of the queries.
    """
    held = {variable: _HELD.format(variable) for variable in ("at", "runs", "s")}
    up = {"held": _HELD.format("about")}
    queries = [query.format(kind=kind, **held, **up) for query in _THERE for kind in ("Offer", "Project")] + [_THROUGH_ITS_HOST.format(**held, **up)]
    with server(name, folder / "server"), Store.connect(home=folder / "home") as store:
        _load(store, view)

        def count() -> Counter[tuple[str, str]]:
            found: Counter[tuple[str, str]] = Counter()
            for query in queries:
                for row in store.read(query, {"day": day}, timeout=_PATIENCE):
                    found[str(row["area"]), str(row["theme"])] += int(row["n"])
            return found

        yield count
