"""Places within reach, worked out by hand, and the edges that held on a day against the whole snapshot of that day."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import catalog
from queries.catalog import AnalysisError
from queries.catchments import Catchments
from tests.gap_data import EdgeRow, NodeRow, snapshot, square
from tests.test_coverage import DAY, random_towns

# Squares of about 0.7 x 1.1 km in a row; a Kita in the middle of A, one in the middle of C.
NODES: list[NodeRow] = [
    *((key, "Area", key.upper(), {"level": "quarter", "geometry": square(n, 0)}) for n, key in enumerate("abc")),
    ("d", "Area", "D", {"level": "quarter"}),
    ("kinder", "Indicator", "Kinder unter 6 Jahren", {"unit": "Kinder"}),
    ("leute", "Indicator", "Einwohner", {"unit": "Personen"}),
    ("k1", "Institution", "Kita 1", {"kind": "kita", "lat": 51.405, "lon": 6.705, "places": 30.0}),
    ("k2", "Institution", "Kita 2", {"kind": "kita", "lat": 51.405, "lon": 6.725, "places": 20.0}),
    ("k3", "Institution", "Kita 3", {"kind": "kita", "lat": 51.405, "lon": 6.725}),
    ("gs", "Institution", "Schule", {"kind": "school", "lat": 51.405, "lon": 6.705, "places": 500.0}),
]
EDGES: list[EdgeRow] = [
    *((key, "HAS_VALUE", "kinder", {"value": value, "year": 2025.0}) for key, value in zip("abcd", (100.0, 50.0, 150.0, 40.0), strict=True)),
    *((key, "HAS_VALUE", "leute", {"value": 1000.0, "year": 2025.0}) for key in "abcd"),
]


def reach(**more: object) -> dict[str, float]:
    frame = catalog.run("gaps/reach", snapshot=snapshot(NODES, EDGES), as_of=DAY, **({"people": "kinder", "supply": "Institution/kita"} | more))
    return {str(row["area"]): row for row in frame.to_dict("records")}


def test_two_steps_by_hand() -> None:
    found = reach(distance=1.0)
    # Within 1 km of Kita 1 lie the middles of A and B: 30 places for 150 children; of Kita 2 those of B and C: 20 for 200.
    assert found["a"]["reach"] == pytest.approx(100 * 30 / 150) and found["c"]["reach"] == pytest.approx(100 * 20 / 200)
    assert found["b"]["reach"] == pytest.approx(100 * (30 / 150 + 20 / 200))
    assert (found["b"]["sites"], found["b"]["places"], found["b"]["without"]) == (2, 50.0, 1)
    assert math.isnan(found["d"]["reach"]), "it has no polygon"
    assert reach(distance=0.2)["b"]["reach"] == 0.0
    assert reach(people="", distance=1.0)["a"]["reach"] == pytest.approx(100 * 30 / 2000), "without a word all people count"


def ranked(people: bool = True, **more: object) -> dict[str, dict[str, object]]:
    """The gaps of a theme that one offer with places (in A) and one without (for C) are there for."""
    place: dict[str, object] = {"lat": 51.405, "lon": 6.705, "places": 30.0}
    offers: list[NodeRow] = [("sprache", "Theme", "Sprache", {}), ("kita", "Stage", "Kita", {}), ("kurs", "Offer", "Kurs", place), ("kreis", "Offer", "Kreis", {})]
    serving = [("kurs", "LOCATED_IN", "a"), ("kreis", "SERVES", "c")]
    ties: list[EdgeRow] = [(start, name, end, {}) for start, name, end in serving]
    ties += [(offer, name, end, {}) for offer in ("kurs", "kreis") for name, end in (("ADDRESSES", "sprache"), ("FOR_STAGE", "kita"))]
    known = [edge for edge in EDGES if people or edge[2] != "leute"]
    frame = catalog.run("gaps/priority", snapshot=snapshot([*NODES, *offers], [*known, *ties]), as_of=DAY, level="quarter", **more)
    return {str(row["area"]): row for row in frame.to_dict("records")}


def test_what_has_places_softens_a_gap_by_what_can_be_reached_of_it_by_hand() -> None:
    before, found = ranked(), ranked(catchment=1.0)
    assert set(before) == set(found) == {"b", "d"}
    assert before["b"]["nearby"] == 2 and math.isnan(float(str(before["b"]["reach"])))
    # 30 places for the 2000 people of A and B; the mean of the town are 30 for 4000 less the 1000 of D, whose middle is not known.
    assert found["b"]["reach"] == pytest.approx((30 / 2000) / (30 / 3000)) and found["b"]["nearby"] == 2
    assert found["b"]["easing"] == pytest.approx(1 / (1 + 0.25 * 2.5)) and "1/(1+0.25×(1+1.50))" in str(found["b"]["formula"]), "the one without places stays a neighbour"
    assert math.isnan(float(str(found["d"]["reach"]))) and found["d"]["easing"] == 1.0
    near = ranked(catchment=0.2)["b"]
    assert near["reach"] == 0.0 and "×(1+0.00))" in str(near["formula"]), "too far off: next door alone helps nobody"
    assert "1/(1+0.25×2)" in str(ranked(people=False, catchment=1.0)["b"]["formula"]), "without people there are no shares, and all count as neighbours"


def test_what_cannot_be_answered_is_said() -> None:
    with pytest.raises(AnalysisError, match="größer als 0"):
        reach(distance=0.0)
    with pytest.raises(AnalysisError, match="keine Kennzahl mit Werten"):
        reach(people="a")
    bare = catalog.run("gaps/reach", snapshot=snapshot(NODES[:4], []))
    assert bare["reach"].isna().all() and len(bare) == 4


def test_every_place_is_shared_out_once() -> None:
    rng = np.random.default_rng(1)
    near, places, people = rng.random((30, 12)) < 0.3, rng.integers(5, 80, 12).astype(float), rng.integers(50, 900, 30).astype(float)
    around = Catchments(np.ones(12, dtype=bool), places, near, np.ones(30, dtype=bool), people)
    assert people @ (near @ around.per_person()) == pytest.approx(places[near.any(axis=0)].sum())


@given(random_towns(), st.sampled_from([DAY, "2025-12-31", "2026-07-01"]))
@settings(max_examples=30)
def test_edges_held_on_a_day_are_those_of_the_snapshot_of_that_day(view: object, day: str) -> None:
    names = ("SERVES", "RUNS", "PART_OF", "CHECKED")
    for name, (starts, ends) in view.held(names, day).items():  # type: ignore[attr-defined]
        expected = view.at(day).ends_of(name)  # type: ignore[attr-defined]
        assert sorted(zip(starts, ends, strict=True)) == sorted(zip(*expected, strict=True))
