"""Filters by theme, stage and target group: who works for what, and that the counts are what a click leaves."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from queries.network import facets as analysis
from tests.town import EDGES, NODES
from views import facets
from views.facets import FIELDS
from views.state import Choice


def town(*more: tuple[str, str, str, dict[str, object]]) -> Snapshot:
    themes = [("sprache", "Theme", "Sprache", {}), ("lesen-t", "Theme", "Lesen", {}), ("frueh", "Stage", "Kita", {"order": 1.0}), ("eltern", "TargetGroup", "Eltern", {})]
    nodes = pd.DataFrame([{"id": key, "type": kind, "name": name, **extra} for key, kind, name, extra in [*NODES, *themes]]).set_index("id")
    edges = pd.DataFrame(
        [{"id": f"e{i}", "type": kind, "start": a, "end": b, "since": None, "until": None, **extra} for i, (a, kind, b, extra) in enumerate([*EDGES, *more])]
    )
    return Snapshot(1, nodes, edges)


def rows(view: Snapshot, as_of: str = "") -> set[tuple[str, str, str, bool]]:
    found = analysis.run(view, as_of)
    return {(a, f, v, bool(i)) for a, f, v, i in found[["actor", "facet", "value", "itself"]].itertuples(index=False)}


def test_itself_and_through_what_it_carries() -> None:
    view = town(("lesen", "ADDRESSES", "lesen-t", {}), ("kurs", "FOR_GROUP", "eltern", {}), ("tisch", "ADDRESSES", "sprache", {}), ("schule", "ADDRESSES", "sprache", {}))
    assert rows(view) == {
        ("lesen", "Theme", "lesen-t", True),
        ("kurs", "TargetGroup", "eltern", True),
        ("tisch", "Theme", "sprache", True),
        ("schule", "Theme", "sprache", True),  # said of it, and through the Runder Tisch: once
        ("kita", "Theme", "lesen-t", False),
        ("kita", "TargetGroup", "eltern", False),
        ("kita", "Theme", "sprache", False),
        ("amt", "Theme", "sprache", False),
        ("anna", "Theme", "sprache", False),
        ("bert", "Theme", "sprache", False),
    }


def test_a_seat_that_has_ended_serves_no_more() -> None:
    view = town(("tisch", "ADDRESSES", "sprache", {}))
    assert ("amt", "Theme", "sprache", False) in rows(view, "2021-06-01")
    assert not any(actor in ("amt", "bert") for actor, *_ in rows(view, "2025-01-01"))


def test_nobody_and_nothing() -> None:
    assert rows(town()) == set()


ACTORS = [f"a{n}" for n in range(12)]
VALUES = {"Theme": ["t1", "t2", "t3"], "Stage": ["s1", "s2"], "TargetGroup": ["g1"]}
NODE_TABLE = pd.DataFrame(
    [{"id": v, "type": facet, "name": v.upper(), "order": float(9 - n)} for facet, values in VALUES.items() for n, v in enumerate(values)]
    + [{"id": a, "type": "Institution", "name": a} for a in ACTORS]
).set_index("id")
FRAMES = st.sets(st.sampled_from([(a, f, v) for a in ACTORS for f, vs in VALUES.items() for v in vs]), max_size=40).map(
    lambda found: pd.DataFrame([(a, f, v, v.upper(), True) for a, f, v in sorted(found)], columns=["actor", "facet", "value", "name", "itself"])
)
CHOICES = st.builds(
    Choice,
    themes=st.sets(st.sampled_from(VALUES["Theme"])).map(lambda s: tuple(sorted(s))),
    stages=st.sets(st.sampled_from(VALUES["Stage"])).map(lambda s: tuple(sorted(s))),
    groups=st.sets(st.sampled_from(VALUES["TargetGroup"])).map(lambda s: tuple(sorted(s))),
)


@given(FRAMES, CHOICES)
def test_one_of_each_facet_is_wanted(frame: pd.DataFrame, choice: Choice) -> None:
    has = {(a, v) for a, v in frame[["actor", "value"]].itertuples(index=False)}
    wanted = [values for values in (choice.themes, choice.stages, choice.groups) if values]
    expected = [a for a in ACTORS if all(any((a, v) in has for v in values) for values in wanted)]
    assert list(facets.kept(pd.Index(ACTORS), facets.Served(frame, NODE_TABLE), choice)) == expected


@given(FRAMES, CHOICES)
def test_the_count_of_a_value_is_what_choosing_it_alone_leaves(frame: pd.DataFrame, choice: Choice) -> None:
    served = facets.Served(frame, NODE_TABLE)
    offered = facets.values(pd.Index(ACTORS), served, choice)
    for facet, field in FIELDS.items():
        for value in offered[facet]:
            only = replace(choice, **{field: (value.id,)})
            assert value.count == len(facets.kept(pd.Index(ACTORS), served, only))
            assert value.on == (value.id in getattr(choice, field))
    stages = [v.id for v in offered["Stage"]]
    assert stages == sorted(stages, reverse=True), "from early to late by their order, not by name"
    missing = set(itertools.chain(*VALUES.values())) - {v.id for values in offered.values() for v in values}
    assert not missing & {*choice.themes, *choice.stages, *choice.groups} & set(frame["value"])
