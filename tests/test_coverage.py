"""The coverage cube: on a small town whose numbers are counted by hand, and against a plain nested loop on random graphs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from queries import catalog
from queries.catalog import AnalysisError
from queries.coverage_cube import BESIDE, DIMENSIONS, SUPPLY, cube
from tests.gap_data import AREAS, NESTING, EdgeRow, NodeRow, snapshot

DAY = "2026-06-01"
WORDS: list[NodeRow] = [
    ("sprache", "Theme", "Sprache", {}),
    ("lesen", "Theme", "Lesen", {}),
    ("mint", "Theme", "MINT", {}),
    ("kita", "Stage", "Kita", {"order": 1.0}),
    ("primar", "Stage", "Primar", {"order": 2.0}),
    ("kinder", "TargetGroup", "Kinder", {}),
    ("awo", "Institution", "AWO", {}),
    ("vhs", "Institution", "VHS", {}),
]


def town(things: list[NodeRow], edges: list[EdgeRow]) -> Snapshot:
    return snapshot([*AREAS, *WORDS, *things], [*NESTING, *edges])


def offer(key: str, *ties: str, kind: str = "Offer", **fields: Any) -> tuple[list[NodeRow], list[EdgeRow]]:
    """A thing and its ties: "SERVES nord", "RUNS awo" (who runs it), each with its dates behind an @: "SERVES nord @2026-01..2026-03"."""
    edges: list[EdgeRow] = []
    for tie in ties:
        word, end, *period = tie.split(" ")
        since, _, until = period[0].removeprefix("@").partition("..") if period else ("", "", "")
        more = {"since": since or None, "until": until or None}
        edges.append((end, word, key, more) if word == "RUNS" else (key, word, end, more))
    return [(key, kind, key.title(), fields)], edges


def one(*ties: str, kind: str = "Offer", more: list[EdgeRow] | None = None, **fields: Any) -> Snapshot:
    nodes, edges = offer("cafe", *ties, kind=kind, **fields)
    return town(nodes, [*edges, *(more or [])])


def counts(view: Snapshot, *, day: str = DAY, types: tuple[str, ...] = SUPPLY, **kept: str) -> dict[str, int]:
    """How many there are in each area where there are any."""
    found = cube(view, day)
    numbers = found.counts(("Area",), kept, types)
    return {str(area): int(n) for area, n in zip(found.dimensions["Area"].ids, numbers, strict=True) if n}


def state(view: Snapshot, area: str, theme: str, day: str = DAY, level: str = "", **kept: str) -> tuple[str, Any]:
    levels = {key: more["level"] for key, _, _, more in AREAS}
    frame = catalog.run("gaps/coverage", snapshot=view, level=level or levels[area], as_of=day, **kept)
    row = frame[(frame["row"] == area) & (frame["column"] == theme)].iloc[0]
    return row["state"], row["checked_on"]


# ---- areas --------------------------------------------------------------------------------------------


def test_what_serves_a_bezirk_counts_once_in_it_once_in_each_part_and_once_above() -> None:
    assert counts(one("SERVES nord")) == {"nord": 1, "hafen": 1, "markt": 1, "raum": 1, "stadt": 1}


def test_serving_bezirk_and_stadtteil_and_lying_there_is_still_once() -> None:
    view = one("SERVES nord", "SERVES hafen", "LOCATED_IN hafen", "SERVES stadt")
    assert counts(view) == dict.fromkeys(["stadt", "nord", "sued", "hafen", "markt", "wiesen", "raum"], 1)


def test_what_lies_in_a_bezirk_is_in_none_of_its_parts() -> None:
    assert counts(one("LOCATED_IN nord")) == {"nord": 1, "stadt": 1}
    assert counts(one("LOCATED_IN markt")) == {"markt": 1, "nord": 1, "stadt": 1}


def test_a_sozialraum_crosses_bezirke() -> None:
    assert counts(one("SERVES raum")) == {"raum": 1, "hafen": 1, "wiesen": 1, "nord": 1, "sued": 1, "stadt": 1}
    assert counts(one("SERVES wiesen")) == {"wiesen": 1, "sued": 1, "raum": 1, "stadt": 1}


def test_an_offer_without_a_place_is_where_its_traeger_is_and_a_project_is_nowhere() -> None:
    at_home: list[EdgeRow] = [("awo", "LOCATED_IN", "hafen", {})]
    assert counts(one("RUNS awo", more=at_home)) == {"hafen": 1, "nord": 1, "raum": 1, "stadt": 1}
    assert counts(one("RUNS awo", "SERVES sued", more=at_home)) == {"sued": 1, "wiesen": 1, "raum": 1, "stadt": 1}
    assert counts(one("RUNS awo", kind="Project", more=at_home)) == {}


def test_a_ring_of_parts_does_not_hang() -> None:
    ring: list[EdgeRow] = [("stadt", "PART_OF", "hafen", {})]
    assert counts(one("SERVES hafen", more=ring))["sued"] == 1


# ---- what counts ----------------------------------------------------------------------------------------


def test_gremien_and_institutions_stand_beside() -> None:
    for kind in BESIDE:
        view = one("SERVES nord", "ADDRESSES sprache", kind=kind)
        assert counts(view) == {} and counts(view, types=(kind,))["nord"] == 1
        assert state(view, "nord", "sprache")[0] == "unknown"


def test_themes_go_up_and_what_names_no_stage_counts_only_where_none_is_asked_for() -> None:
    more: list[EdgeRow] = [("lesen", "PART_OF", "sprache", {})]
    view = one("SERVES hafen", "ADDRESSES lesen", more=more)
    assert counts(view, Theme="lesen")["hafen"] == counts(view, Theme="sprache")["hafen"] == 1
    assert counts(view, Theme="mint") == {} and counts(view, Theme="lesen", Stage="kita") == {}
    assert cube(view, DAY).unstated("Stage", {}) == 1


@pytest.mark.parametrize(
    ("day", "there"), [("2025-12-31", False), ("2026-01-01", True), ("2026-03-31", True), ("2026-04-01", False)], ids=["before", "first", "last", "after"]
)
def test_a_period_before_inside_and_after(day: str, there: bool) -> None:
    """On the tie to the area, on the tie to the theme, and on the thing itself."""
    for view in (
        one("SERVES hafen @2026-01..2026-03", "ADDRESSES sprache"),
        one("SERVES hafen", "ADDRESSES sprache @2026-01-01..2026-03-31"),
        one("SERVES hafen", "ADDRESSES sprache", start="2026-01-01", end="2026-03"),
    ):
        assert bool(counts(view, day=day, Theme="sprache")) == there


@pytest.mark.parametrize(
    ("fields", "there"),
    [
        ({"status": "running"}, True),
        ({"status": "planned"}, False),
        ({"status": "planned", "start": "2026-05-01"}, True),
        ({"status": "planned", "start": "2026-07-01"}, False),
        ({"status": "done"}, False),
        ({"status": "stopped", "end": "2027-12-31"}, False),
        ({"status": "done", "end": "2026-12-31", "as_of": "2026-09-01"}, True),
    ],
)
def test_what_a_source_calls_a_project(fields: dict[str, str], there: bool) -> None:
    assert bool(counts(one("SERVES hafen", kind="Project", **fields))) == there


def test_different_traeger_are_counted_once() -> None:
    nodes, edges = [], []
    for key, who in (("a", "awo"), ("b", "awo"), ("c", "vhs"), ("d", "")):
        more = offer(key, "SERVES hafen", "ADDRESSES sprache", *([f"RUNS {who}"] if who else []))
        nodes, edges = [*nodes, *more[0]], [*edges, *more[1]]
    row = catalog.run("gaps/coverage", snapshot=town(nodes, edges), level="quarter", as_of=DAY).set_index(["row", "column"]).loc[("hafen", "sprache")]
    assert (row["n"], row["providers"]) == (4, 2)


# ---- surveys --------------------------------------------------------------------------------------------


def surveyed(area: str, theme: str = "sprache", **more: Any) -> list[EdgeRow]:
    return [(area, "CHECKED", theme, {"stage": None, "date": "2026-02-03", "by": "Büro", **more})]


def test_a_survey_holds_for_the_parts_and_its_stage_and_not_above() -> None:
    view = town([], surveyed("nord", stage="kita"))
    assert state(view, "hafen", "sprache", stage="kita") == ("checked", "2026-02-03")
    assert state(view, "nord", "sprache", stage="kita") == ("checked", "2026-02-03")
    assert state(view, "nord", "sprache", stage="primar") == ("unknown", None)
    assert state(view, "stadt", "sprache", stage="kita") == ("unknown", None)
    assert state(view, "hafen", "sprache", stage="kita", day="2026-02-02") == ("unknown", None), "nobody knew yet"


def test_a_whole_is_surveyed_where_all_its_parts_are() -> None:
    both = surveyed("nord", stage="kita") + surveyed("wiesen", stage="kita", date="2026-03-04")
    assert state(town([], both), "raum", "sprache", stage="kita") == ("checked", "2026-03-04"), "one Stadtteil by its Bezirk, the other itself"
    assert state(town([], both), "stadt", "sprache", stage="kita") == ("checked", "2026-03-04")
    assert state(town([], surveyed("hafen", stage="kita")), "raum", "sprache", stage="kita") == ("unknown", None)


def test_a_survey_without_a_stage_holds_for_all_and_over_all() -> None:
    view = town([], surveyed("nord"))
    assert state(view, "nord", "sprache") == ("checked", "2026-02-03")
    assert state(view, "nord", "sprache", stage="primar") == ("checked", "2026-02-03")


def test_over_all_stages_every_one_that_matters_must_have_been_asked_for() -> None:
    elsewhere, ties = offer("kurs", "SERVES sued", "ADDRESSES sprache", "FOR_STAGE primar")
    assert state(town(elsewhere, ties + surveyed("nord", stage="kita")), "nord", "sprache") == ("unknown", None)
    assert state(town([], surveyed("nord", stage="kita")), "nord", "sprache") == ("checked", "2026-02-03"), "nobody anywhere does it in another stage"


def test_supply_that_has_come_since_ends_a_survey_for_the_other_parts_too() -> None:
    nodes, edges = offer("kurs", "SERVES hafen", "ADDRESSES sprache", "FOR_STAGE kita", start="2026-04-01")
    view = town(nodes, edges + surveyed("nord", stage="kita"))
    assert state(view, "markt", "sprache", day="2026-03-01", stage="kita") == ("checked", "2026-02-03")
    assert state(view, "hafen", "sprache", stage="kita") == ("covered", None)
    assert state(view, "markt", "sprache", stage="kita") == ("unknown", None), "nobody has looked since"
    assert cube(view, DAY).checks.overtaken.tolist() == [True]


def test_gaps_inside_a_covered_cell_are_counted() -> None:
    nodes, edges = offer("kurs", "SERVES sued", "ADDRESSES sprache", "FOR_STAGE kita", "FOR_STAGE primar")
    more = offer("kreis", "SERVES nord", "ADDRESSES sprache", "FOR_STAGE primar")
    view = town([*nodes, *more[0]], [*edges, *more[1], *surveyed("nord", stage="kita")])
    frame = catalog.run("gaps/coverage", snapshot=view, as_of=DAY).set_index(["row", "column"])
    assert frame.loc[("nord", "sprache"), ["n", "empty", "empty_checked"]].tolist() == [1, 1, 1]
    assert frame.loc[("sued", "sprache"), ["n", "empty", "empty_checked"]].tolist() == [1, 0, 0]
    assert not frame.loc[("nord", "mint"), "asked"], "nobody anywhere does MINT: no gap of a part"


# ---- the analysis ---------------------------------------------------------------------------------------


def test_rows_columns_and_limits() -> None:
    view = one("SERVES hafen", "ADDRESSES sprache", "FOR_STAGE kita", "FOR_GROUP kinder")
    frame = catalog.run("gaps/coverage", snapshot=view, rows="Theme", columns="Stage", area="nord", as_of=DAY)
    assert frame["row_name"].drop_duplicates().tolist() == ["Lesen", "MINT", "Sprache"]
    assert frame["column_name"].drop_duplicates().tolist() == ["Kita", "Primar"], "stages stand in their order"
    assert frame.loc[frame["n"] > 0, ["row", "column"]].to_numpy().tolist() == [["sprache", "kita"]]
    within = catalog.run("gaps/coverage", snapshot=view, level="social_space", within=["nord"], as_of=DAY)
    assert within["row"].unique().tolist() == ["raum"], "one of its Stadtteile is in Nord"
    assert catalog.run("gaps/coverage", snapshot=view, level="quarter", within=["nord"], as_of=DAY)["row"].unique().tolist() == ["hafen", "markt"]
    whole = catalog.run("gaps/coverage", snapshot=view, rows="TargetGroup", columns="Stage", as_of=DAY)
    assert whole["n"].tolist() == [1, 0]


def test_odd_words_are_refused_and_an_empty_town_has_no_cells() -> None:
    view = town([], [])
    for odd in ({"rows": "Person"}, {"columns": "Area"}):
        with pytest.raises(AnalysisError, match="Zeilen und Spalten"):
            catalog.run("gaps/coverage", snapshot=view, **odd)
    with pytest.raises(AnalysisError, match="„nie“ gibt es nicht unter Theme"):
        catalog.run("gaps/coverage", snapshot=view, theme="nie")
    assert catalog.run("gaps/coverage", snapshot=view, level="county").empty
    nobody = snapshot([("awo", "Institution", "AWO", {})], [])
    assert catalog.run("gaps/coverage", snapshot=nobody).empty
    assert catalog.run("gaps/priority", snapshot=nobody).empty


# ---- against a plain loop -------------------------------------------------------------------------------

_EDGES = st.sampled_from(["SERVES", "LOCATED_IN", "ADDRESSES", "FOR_STAGE", "FOR_GROUP", "RUNS"])
_ENDS = {"SERVES": "Area", "LOCATED_IN": "Area", "ADDRESSES": "Theme", "FOR_STAGE": "Stage", "FOR_GROUP": "TargetGroup", "RUNS": "Institution"}
_KEYS = {kind: [key for key, of, _, _ in (*AREAS, *WORDS) if of == kind] for kind in {*_ENDS.values()}}


@st.composite
def random_towns(draw: st.DrawFn) -> Snapshot:
    things = {f"x{n}": draw(st.sampled_from(["Offer", "Project", "Gremium"])) for n in range(draw(st.integers(0, 5)))}
    edges: list[EdgeRow] = [("awo", "LOCATED_IN", draw(st.sampled_from(_KEYS["Area"])), {})]
    for key in things:
        for _ in range(draw(st.integers(0, 6))):
            edge = draw(_EDGES)
            end, since = draw(st.sampled_from(_KEYS[_ENDS[edge]])), draw(st.sampled_from([None, "2026-01-01", "2026-07-01"]))
            edges.append((end, edge, key, {"since": since}) if edge == "RUNS" else (key, edge, end, {"since": since}))
    nodes: list[NodeRow] = [(key, kind, key, {"end": draw(st.sampled_from([None, "2026-05", "2026-12-31"]))}) for key, kind in things.items()]
    return town(nodes, edges)


def plain(view: Snapshot) -> dict[tuple[str, str, str, str], set[str]]:
    """The same cube by nested loops: cell -> the supply in it; "" in a place stands for any value."""
    edges = view.edges[view.edges["since"].isna() | (view.edges["since"] <= DAY)]
    pairs = {kind: set(zip(rows["start"], rows["end"], strict=True)) for kind, rows in edges.groupby("type")}
    ends = lambda kind, key: {b for a, b in pairs.get(kind, set()) if a == key}  # noqa: E731
    up = {key: {key} for key in _KEYS["Area"]}
    for _ in AREAS:
        up = {key: whole | {b for a in whole for b in ends("PART_OF", a)} for key, whole in up.items()}
    out: dict[tuple[str, str, str, str], set[str]] = {}
    for key, row in view.nodes.iterrows():
        if row["type"] not in SUPPLY or (isinstance(row["end"], str) and row["end"] < DAY[: len(row["end"])]):
            continue
        served, lies = ends("SERVES", key), ends("LOCATED_IN", key)
        if row["type"] == "Offer" and not served and not lies:
            lies = {b for a, what in pairs.get("RUNS", set()) if what == key for b in ends("LOCATED_IN", a)}
        there = {part for part in up if up[part] & served} | lies
        areas = {whole for area in there for whole in up[area]}
        for a in areas | {""}:
            for t in ends("ADDRESSES", key) | {""}:
                for s in ends("FOR_STAGE", key) | {""}:
                    for g in ends("FOR_GROUP", key) | {""}:
                        out.setdefault((a, t, s, g), set()).add(str(key))
    return out


@given(random_towns())
@settings(max_examples=60)
def test_the_cube_is_what_nested_loops_count(view: Snapshot) -> None:
    found, cells = cube(view, DAY), plain(view)
    carriers = {what: {a for a, b in zip(rows["start"], rows["end"], strict=True) if b == what} for rows in [_runs(view)] for what in rows["end"]}
    for kept in ({}, {"Theme": "sprache"}, {"Area": "nord"}, {"Stage": "kita", "TargetGroup": "kinder"}):
        axes = [name for name in DIMENSIONS if name not in kept][:2]
        numbers, different = found.counts(axes, kept), found.carriers(axes, kept, [range(len(found.dimensions[name].ids)) for name in axes])
        for i, first in enumerate(found.dimensions[axes[0]].ids):
            for j, second in enumerate(found.dimensions[axes[1]].ids):
                at = {**kept, axes[0]: first, axes[1]: second}
                inside = cells.get(tuple(at.get(name, "") for name in DIMENSIONS), set())
                assert numbers[i, j] == len(inside)
                assert different[i, j] == len({who for key in inside for who in carriers.get(key, set())})


def _runs(view: Snapshot) -> pd.DataFrame:
    return view.edges[(view.edges["type"] == "RUNS") & (view.edges["since"].isna() | (view.edges["since"] <= DAY))]
