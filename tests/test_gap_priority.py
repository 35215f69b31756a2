"""Ranked gaps, one cell, gaps between two days: on a small town with the numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graph.snapshot import Snapshot
from queries import catalog
from queries.area_borders import ground
from queries.area_needs import age_of, need, needs
from queries.catalog import AnalysisError
from tests.gap_data import EdgeRow, NodeRow, named, snapshot, square

DAY = "2026-06-01"
# Three Bezirke side by side, west, middle, east; a fourth far off.
NODES: list[NodeRow] = [
    ("stadt", "Area", "Stadt", {"level": "municipality"}),
    ("west", "Area", "West", {"level": "district", "geometry": square(0, 0)}),
    ("mitte", "Area", "Mitte", {"level": "district", "geometry": square(1, 0)}),
    ("ost", "Area", "Ost", {"level": "district", "geometry": square(2, 0)}),
    ("fern", "Area", "Fern", {"level": "district", "geometry": square(9, 0)}),
    ("sprache", "Theme", "Sprache", {}),
    ("mint", "Theme", "MINT", {}),
    ("kita", "Stage", "Kita", {"order": 1.0, "age_from": 3.0, "age_to": 5.0}),
    ("beruf", "Stage", "Beruf", {"order": 2.0, "age_from": 16.0, "age_to": 24.0}),
    ("kinder", "Indicator", "Kinder unter 6 Jahren", {"unit": "Kinder"}),
    ("leute", "Indicator", "Einwohner", {"unit": "Personen"}),
    ("quote", "Indicator", "Quote", {"unit": "Prozent"}),
    ("awo", "Institution", "AWO", {}),
    ("vhs", "Institution", "VHS", {}),
    ("kurs", "Offer", "Kurs", {"lat": 51.405, "lon": 6.715}),
    ("kreis", "Offer", "Kreis", {}),
    ("labor", "Offer", "Labor", {"start": "2026-03-01"}),
    ("forum", "Gremium", "Forum Sprache", {"level": "work"}),
    ("lenkung", "Gremium", "Lenkungskreis", {"level": "steering"}),
    ("alt", "Gremium", "Altes Forum", {"level": "work", "end": "2020-12-31"}),
]
EDGES: list[EdgeRow] = [
    *((area, "PART_OF", "stadt", {}) for area in ("west", "mitte", "ost", "fern")),
    *(("kurs", "SERVES", "mitte", {}), ("kurs", "ADDRESSES", "sprache", {}), ("kurs", "FOR_STAGE", "kita", {}), ("awo", "RUNS", "kurs", {})),
    *(("kreis", "SERVES", "mitte", {}), ("kreis", "ADDRESSES", "sprache", {}), ("kreis", "FOR_STAGE", "kita", {}), ("vhs", "RUNS", "kreis", {})),
    *(("kreis", "SERVES", "fern", {}), ("vhs", "LOCATED_IN", "west", {})),
    *(("labor", "SERVES", "ost", {}), ("labor", "ADDRESSES", "mint", {}), ("labor", "FOR_STAGE", "beruf", {}), ("awo", "RUNS", "labor", {})),
    *(("forum", "SERVES", "stadt", {}), ("forum", "ADDRESSES", "sprache", {}), ("lenkung", "SERVES", "stadt", {})),
    *(("alt", "SERVES", "west", {}), ("alt", "ADDRESSES", "sprache", {})),
    ("west", "CHECKED", "sprache", {"stage": "kita", "date": "2026-02-03", "by": "Büro"}),
    *((area, "HAS_VALUE", "kinder", {"value": value, "year": 2025.0}) for area, value in (("west", 100.0), ("mitte", 50.0), ("ost", 200.0), ("fern", 20.0))),
    *((area, "HAS_VALUE", "leute", {"value": value, "year": 2025.0}) for area, value in (("west", 900.0), ("mitte", 300.0), ("ost", 600.0), ("fern", 90.0))),
    *((area, "HAS_VALUE", "quote", {"value": value, "year": 2025.0}) for area, value in (("west", 40.0), ("mitte", 10.0), ("ost", 20.0))),
]


@pytest.fixture(scope="module")
def town() -> Snapshot:
    return snapshot(NODES, EDGES)


def gaps(town: Snapshot, **more: object) -> pd.DataFrame:
    return catalog.run("gaps/priority", snapshot=town, as_of=DAY, **more)


def test_the_numbers_of_every_gap(town: Snapshot) -> None:
    found = named(gaps(town), "area", "theme", "stage")
    # Empty: Sprache/Kita in West and Ost; MINT/Beruf in West, Mitte and Fern. What nobody does anywhere is no gap.
    assert set(found) == {("west", "sprache", "kita"), ("ost", "sprache", "kita"), *((area, "mint", "beruf") for area in ("west", "mitte", "fern"))}
    west = found["west", "sprache", "kita"]
    # Kinder 100/200 and Quote 40/40; Einwohner do not count, because Kinder fit the age. Next door, in Mitte: two.
    assert west["need"] == pytest.approx((0.5 + 1.0) / 2)
    assert (west["nearby"], west["neighbours"], west["easing"]) == (2, "Mitte 2", pytest.approx(1 / 1.5))
    assert west["priority"] == pytest.approx(100 * 0.75 / 1.5)
    assert west["formula"] == "100 × 0.750 × 1/(1+0) × 1/(1+0.25×2) = 50.0"
    assert west["indicators"] == "Kinder unter 6 Jahren 100 Kinder = 0.50 × 1; Quote 40 Prozent = 1.00 × 1"
    assert (west["state"], west["checked_on"], west["checked_by"]) == ("checked", "2026-02-03", "Büro")
    work = found["mitte", "mint", "beruf"]
    # Nobody counts people of 16 to 24: Einwohner 300/900 and Quote 10/40. Next door: one in Ost.
    assert work["need"] == pytest.approx((300 / 900 + 0.25) / 2) and work["nearby"] == 1
    far = found["fern", "mint", "beruf"]
    assert far["need"] == pytest.approx(0.1), "its Quote is not known, so that Einwohner count alone"
    assert (far["neighbours"], far["easing"], far["state"]) == ("", 1.0, "unknown") and pd.isna(far["checked_on"])


def test_ranks_and_what_they_hang_on(town: Snapshot) -> None:
    frame = gaps(town)
    assert frame["rank"].tolist() == sorted(frame["rank"]) and frame["priority"].is_monotonic_decreasing
    assert (frame["low"] <= frame["rank"]).all() and (frame["rank"] <= frame["high"]).all()
    first, second = frame.iloc[0], frame.iloc[1]
    # West/MINT: (1 + 1)/2, nothing next door = 100. Always first; Ost/Sprache: (1 + 0.5)/2, two next door = 50, as West/Sprache.
    assert (first["area"], first["theme"], first["low"], first["high"]) == ("west", "mint", 1, 1)
    assert second["rank"] == 2 and frame.iloc[2]["rank"] == 2
    assert {row["area"] for row in frame.to_dict("records") if row["rank"] == 2} == {"west", "ost"}
    assert (second["low"], second["high"]) == (2, 3), "who of the two goes before hangs on the weights"


def test_weights_and_neighbours_are_parameters(town: Snapshot) -> None:
    weighed = named(gaps(town, weights="quote:0"), "area", "theme", "stage")
    assert weighed["ost", "sprache", "kita"]["need"] == 1.0 and weighed["west", "sprache", "kita"]["need"] == 0.5
    turned = named(gaps(town, weights="kinder:0,quote:-2"), "area", "theme", "stage")
    assert turned["west", "sprache", "kita"]["need"] == 0.0 and turned["ost", "sprache", "kita"]["need"] == 0.5
    assert named(gaps(town, easing=0.0), "area", "theme", "stage")["west", "sprache", "kita"]["easing"] == 1.0
    near = named(gaps(town, distance=4.0), "area", "theme", "stage")
    assert near["fern", "mint", "beruf"]["nearby"] == 0
    assert named(gaps(town, distance=4.3), "area", "theme", "stage")["fern", "mint", "beruf"]["neighbours"] == "Ost 1", "six squares of 694 m between"
    thin = named(gaps(town, most=1), "area", "theme", "stage")
    assert thin["fern", "sprache", "kita"]["shortage"] == 0.5 and ("mitte", "sprache", "kita") not in thin


def test_limits_and_odd_words(town: Snapshot) -> None:
    assert set(gaps(town, state="checked")["area"]) == {"west"}
    assert set(gaps(town, state="unknown", theme="sprache")["area"]) == {"ost"}
    assert gaps(town, within=["mitte"])["area"].unique().tolist() == ["mitte"]
    assert gaps(town, stage="kita")["stage"].unique().tolist() == ["kita"]
    assert len(gaps(town, level="county")) == 0
    for odd, said in (({"state": "offen"}, "checked und unknown"), ({"weights": "kinder"}, "Kennzahl:Zahl"), ({"weights": "kinder:nan"}, "Kennzahl:Zahl")):
        with pytest.raises(AnalysisError, match=said):
            gaps(town, **odd)
    assert len(gaps(town, weights="gibt-es-nicht-mehr:2")) == 5


def test_without_indicators_and_polygons_neighbours_and_need_are_the_same_for_all() -> None:
    bare = snapshot(
        [(key, kind, name, {k: v for k, v in more.items() if k != "geometry"}) for key, kind, name, more in NODES if kind != "Indicator"], EDGES[:24]
    )
    frame = gaps(bare)
    assert frame["need"].unique().tolist() == [1.0] and frame["neighbours"].unique().tolist() == [""]


def test_a_rate_of_a_whole_is_the_mean_of_its_parts_by_people(town: Snapshot) -> None:
    known: list[EdgeRow] = [("fern", "HAS_VALUE", "quote", {"value": 100.0, "year": 2025.0})]
    values = needs(snapshot(NODES, [*EDGES, *known]), DAY).values
    assert values.at["stadt", "quote"] == pytest.approx((40 * 900 + 10 * 300 + 20 * 600 + 100 * 90) / 1890)
    assert values.at["stadt", "kinder"] == 370
    assert pd.isna(needs(town, DAY).values.at["stadt", "quote"]), "one part is not known"
    assert needs(town, "2024-12-31").values.empty, "of a later year"


@pytest.mark.parametrize(
    ("name", "age"),
    [
        ("Kinder unter 6 Jahren", (0, 5)),
        ("Kinder von 6 bis unter 10 Jahren", (6, 9)),
        ("Jugendliche 10 bis 16", (10, 16)),
        ("18–27 Jahre ohne Abschluss", (18, 27)),
        ("Menschen ab 65", (65, 120)),
        ("Arbeitslosenquote", None),
        ("Werte 2025", None),
    ],
)
def test_the_ages_that_a_name_speaks_of(name: str, age: tuple[int, int] | None) -> None:
    assert age_of(name) == age


def test_need_is_a_weighted_mean_of_what_is_known() -> None:
    shares = np.array([[0.5, 1.0], [np.nan, 0.2], [np.nan, np.nan]])
    assert need(shares, np.array([[1.0, 3.0], [0.0, -1.0]])).tolist() == [pytest.approx([0.875, 0.2, 1.0]), pytest.approx([0.0, 0.8, 1.0])]


def test_neighbours_share_a_border_or_lie_near(town: Snapshot) -> None:
    flat = ground(town)
    areas = ["west", "mitte", "ost", "fern", "stadt"]
    assert flat.neighbours(areas) == {"west": ["mitte"], "mitte": ["west", "ost"], "ost": ["mitte"], "fern": [], "stadt": []}
    assert flat.neighbours(areas, 1.0)["west"] == ["mitte", "ost"]
    broken = snapshot([("a", "Area", "A", {"level": "district", "geometry": "{kaputt"})], [])
    assert ground(broken).neighbours(["a"]) == {"a": []}


# ---- one cell -------------------------------------------------------------------------------------------


def roles(town: Snapshot, **parameters: str) -> dict[str, list[str]]:
    frame = catalog.run("gaps/cell", snapshot=town, as_of=DAY, **parameters)
    return {str(role): rows["id"].tolist() for role, rows in frame.groupby("role", sort=False)}


def test_a_gap_names_what_is_near_who_could_come_and_who_decides(town: Snapshot) -> None:
    frame = catalog.run("gaps/cell", snapshot=town, as_of=DAY, area="west", theme="sprache", stage="kita")
    rows = named(frame, "role", "id")
    assert [key for key in rows if key[0] == "near"] == [("near", "kreis"), ("near", "kurs")], "Kreis is next door, Kurs 350 m behind the border"
    assert rows["near", "kreis"]["km"] == 0.0 and rows["near", "kurs"]["km"] == pytest.approx(0.35, abs=0.02)
    assert (rows["near", "kurs"]["providers"], rows["near", "kreis"]["area"]) == ("AWO", "fern")
    assert [key[1] for key in rows if key[0] == "come"] == ["vhs", "awo"], "the VHS is in West already"
    assert (rows["come", "vhs"]["known_here"], rows["come", "awo"]["known_here"], rows["come", "vhs"]["n"]) == (True, False, 1)
    assert [key[1] for key in rows if key[0] == "decide"] == ["forum"], "the old one has ended, the Lenkungskreis has another theme"
    assert (rows["check", "sprache"]["date"], rows["check", "sprache"]["by"]) == ("2026-02-03", "Büro")


def test_who_serves_a_cell_and_who_decides_where_nobody_has_the_theme(town: Snapshot) -> None:
    assert roles(town, area="mitte", theme="sprache", stage="kita")["here"] == ["kreis", "kurs"]
    assert roles(town, area="mitte", theme="mint", stage="beruf")["decide"] == ["lenkung"]
    assert roles(town, area="stadt")["here"] == ["kreis", "kurs", "labor"]
    assert roles(town, area="stadt")["beside"] == ["forum", "lenkung", "vhs"]
    with pytest.raises(AnalysisError, match="area"):
        catalog.run("gaps/cell", snapshot=town, area="")


# ---- two days -------------------------------------------------------------------------------------------


def test_closed_opened_and_still_open(town: Snapshot) -> None:
    def between(since: str, day: str) -> dict[tuple[str, ...], str]:
        frame = catalog.run("gaps/changes", snapshot=town, since=since, as_of=day)
        return {key: row["change"] for key, row in named(frame, "area", "theme", "stage").items()}

    changed = between("2026-01-01", DAY)
    assert changed["ost", "mint", "beruf"] == "closed"
    assert {key for key, change in changed.items() if change == "open"} == set(named(gaps(town), "area", "theme", "stage"))
    ended: list[EdgeRow] = [(a, kind, b, more | ({"until": "2026-04-30"} if a == "kurs" or a == "kreis" else {})) for a, kind, b, more in EDGES]
    later = catalog.run("gaps/changes", snapshot=snapshot(NODES, ended), since="2026-04-01", as_of=DAY, stage="kita")
    assert named(later[later["change"] == "opened"], "area", "theme").keys() == {("mitte", "sprache"), ("fern", "sprache")}
    with pytest.raises(AnalysisError, match="muss vor dem Stand"):
        between(DAY, DAY)
