"""The table of all ties says the same as counting edges and seats one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from queries.network import area_actors, ties

NODES = {"g1": "Gremium", "g2": "Gremium", "i1": "Institution", "i2": "Institution", "p1": "Person", "p2": "Person", "a": "Area"}
KINDS = [("MEMBER_OF", s, e) for s in ("i1", "i2", "p1", "p2") for e in ("g1", "g2")]
KINDS += [("WORKS_FOR", p, i) for p in ("p1", "p2") for i in ("i1", "i2")] + [("COOPERATES_WITH", "i1", "i2"), ("COOPERATES_WITH", "i2", "i1"), ("LOCATED_IN", "i1", "a")]
DATES = st.sampled_from([None, "2019", "2021-05-01", "2023-01"])
EDGES = st.lists(st.tuples(st.sampled_from(KINDS), DATES, DATES, st.sampled_from([None, "contract", "i1", "i2"]), st.sampled_from(["L", "L; M", None])), max_size=18)


def snapshot(rows: list[Any]) -> Snapshot:
    nodes = pd.DataFrame({"type": NODES.values(), "name": list(NODES)}, index=pd.Index(list(NODES), name="id")).sort_index()
    columns = ["id", "type", "start", "end", "since", "until", "source", "as_of", "basis", "on_behalf_of"]
    table = []
    for n, ((kind, start, end), since, until, more, source) in enumerate(rows):
        basis = more if kind == "COOPERATES_WITH" and more == "contract" else None
        sender = more if kind == "MEMBER_OF" and start[0] == "p" and more in ("i1", "i2") else None
        table.append([f"e{n:02d}", kind, start, end, since, until, source, "2026-01-01", basis, sender])
    return Snapshot(1, nodes, pd.DataFrame(table, columns=columns))


def one_by_one(rows: list[Any], actors: set[str]) -> dict[tuple[str, str, str], int]:
    employer: dict[str, str] = {}
    for (kind, start, end), *_ in rows:
        if kind == "WORKS_FOR":
            employer[start] = min(end, employer.get(start, "z"))
    found: list[tuple[str, str, str]] = []
    for (kind, start, end), _since, _until, more, _source in rows:
        name = "COOPERATES_WITH/contract" if kind == "COOPERATES_WITH" and more == "contract" else kind
        found.append((start, end, name))
        if kind == "MEMBER_OF" and start[0] == "p":
            sender = more if more in ("i1", "i2") else employer.get(start)
            if sender:
                found.append((sender, end, "MEMBER_OF"))
    return {key: found.count(key) for key in found if {key[0], key[1]} <= actors}


@given(EDGES, st.sets(st.sampled_from(list(NODES))))
def test_every_tie_is_counted_once(rows: list[Any], actors: set[str]) -> None:
    found = ties.run(snapshot(rows), sorted(actors))
    counts = {(a, b, kind): n for a, b, kind, n in found[["a", "b", "kind", "n"]].itertuples(index=False)}
    assert counts == one_by_one(rows, actors)
    assert list(counts) == sorted(counts)


@given(EDGES)
def test_dates_and_sources_of_what_stands_behind_a_tie(rows: list[Any]) -> None:
    for tie in ties.run(snapshot(rows), ["i1", "i2"]).to_dict("records"):
        behind = [r for r in rows if (r[0][1], r[0][2]) == (tie["a"], tie["b"]) and tie["kind"].endswith("contract") == (r[3] == "contract")]
        since, until = [r[1] for r in behind if r[1]], [r[2] for r in behind if r[2]]
        assert tie["since"] == min(since, default=None)
        assert tie["until"] == (max(until) if len(until) == len(behind) else None)
        assert set(tie["source"].split("; ")) - {""} == {part for r in behind if r[4] for part in r[4].split("; ")}


@given(EDGES)
def test_the_degree_counts_ties_among_actors_only(rows: list[Any]) -> None:
    frame = area_actors.run(snapshot(rows), [])
    counted = one_by_one(rows, set(NODES) - {"a"})
    for actor, degree in frame["degree"].items():
        assert degree == sum((a == actor) + (b == actor) for a, b, _kind in counted)
