"""Points and areas: the finest area at a point, parents by containment, shapes that are not as they should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.places import AreaIndex, AreaShape

SHARED = Path(__file__).resolve().parents[2] / "shared"


def box(west: float, south: float, east: float, north: float) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


# A town 6..8 x 50..52 with two Bezirke (west and east of 7); the west one has one Stadtteil in its south.
TOWN = [
    AreaShape("town", "municipality", box(6, 50, 8, 52)),
    AreaShape("west", "district", box(6, 50, 7, 52)),
    AreaShape("east", "district", box(7, 50, 8, 52)),
    AreaShape("south-west", "quarter", box(6, 50, 7, 51)),
    AreaShape("no shape", "quarter", None),
    AreaShape("space", "social_space", box(6, 50, 7, 51)),
]


def test_the_finest_area_at_a_point() -> None:
    index = AreaIndex(TOWN)
    assert index.finest(6.5, 50.5) == "south-west"
    assert index.finest(6.5, 51.5) == "west"  # no Stadtteil there: the Bezirk
    assert index.finest(7.5, 50.5) == "east"
    assert index.finest(9.0, 50.5) is None
    assert index.finest(8.0, 50.5) == "east"  # the border belongs to it
    assert index.finest(float("nan"), 50.5) is None


def test_many_points_give_the_same_answers_as_one_by_one() -> None:
    index = AreaIndex(TOWN)
    lons, lats = [6.5, 6.5, 7.5, 9.0], [50.5, 51.5, 50.5, 50.5]
    assert index.finest_of(lons, lats) == [index.finest(a, b) for a, b in zip(lons, lats, strict=True)] == ["south-west", "west", "east", None]
    assert index.finest_of([], []) == []


def test_of_overlapping_areas_of_one_level_the_smallest_is_taken() -> None:
    index = AreaIndex([AreaShape("a large", "quarter", box(6, 50, 8, 52)), AreaShape("b small", "quarter", box(6, 50, 7, 51))])
    assert index.finest(6.5, 50.5) == "b small"


def test_a_social_space_is_neither_found_nor_a_parent() -> None:
    index = AreaIndex([AreaShape("space", "social_space", box(6, 50, 8, 52)), AreaShape("quarter", "quarter", box(6, 50, 7, 51))])
    assert index.finest(7.5, 51.5) is None
    assert index.parent("quarter") is None
    assert index.parent("space") is None
    assert index.lies_within("quarter", "space")


def test_parents_are_the_nearest_coarser_area_that_holds_at_least_half() -> None:
    index = AreaIndex(TOWN)
    assert index.parent("south-west") == "west"
    assert index.parent("west") == "town"
    assert index.parent("town") is None
    assert index.parent("no shape") is None
    assert index.parent("unknown") is None


@pytest.mark.parametrize(("east_border", "parent"), [(6.79, "a"), (6.81, "b")])
def test_half_of_the_area_decides(east_border: float, parent: str) -> None:
    # The Stadtteil reaches from 6.6 to 7.0; the border between the Bezirke a and b moves past its middle.
    index = AreaIndex([
        AreaShape("b", "district", box(6, 50, east_border, 51)), AreaShape("a", "district", box(east_border, 50, 8, 51)),
        AreaShape("q", "quarter", box(6.6, 50.2, 7.0, 50.8)),
    ])
    assert index.parent("q") == parent
    assert index.lies_within("q", parent)
    assert not index.lies_within("q", "a" if parent == "b" else "b")


def test_a_coarse_area_does_not_lie_within_a_fine_one_of_the_same_shape() -> None:
    whole = box(6, 50, 8, 52)
    index = AreaIndex([AreaShape("town", "municipality", whole), AreaShape("district", "district", whole), AreaShape("quarter", "quarter", box(6, 50, 7, 51))])
    assert index.parent("quarter") == "district"
    assert index.parent("district") == "town"
    assert index.lies_within("district", "town") and not index.lies_within("town", "district")


def test_a_ring_that_crosses_itself_is_mended_and_said() -> None:
    bow_tie = json.dumps({"type": "Polygon", "coordinates": [[[6, 50], [7, 51], [7, 50], [6, 51], [6, 50]]]})
    index = AreaIndex([AreaShape("bow", "quarter", bow_tie)])
    assert index.finest(6.1, 50.5) == "bow"
    assert [problem.id for problem in index.problems] == ["bow"]
    assert "berichtigt" in index.problems[0].reason


@pytest.mark.parametrize("text", ["no json", "{}", '{"type": "Point", "coordinates": [6, 50]}', box(6, 50, 6, 50)])
def test_a_shape_that_is_none_is_reported_and_harms_no_other(text: str) -> None:
    index = AreaIndex([AreaShape("bad", "quarter", text), *TOWN])
    assert [problem.id for problem in index.problems] == ["bad"]
    assert index.finest(6.5, 50.5) == "south-west"


def test_a_feature_collection_counts_as_one_area() -> None:
    features = [{"type": "Feature", "properties": {}, "geometry": json.loads(box(west, 50, west + 1, 51))} for west in (6, 8)]
    index = AreaIndex([AreaShape("two parts", "quarter", json.dumps({"type": "FeatureCollection", "features": features}))])
    assert index.finest_of([6.5, 7.5, 8.5], [50.5] * 3) == ["two parts", None, "two parts"]


def test_without_areas_nothing_is_found() -> None:
    index = AreaIndex([])
    assert index.finest(6.5, 50.5) is None
    assert index.parent("x") is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(5.9, 8.1), st.floats(49.9, 52.1)), max_size=30))
def test_the_finest_area_is_the_one_that_plain_comparison_finds(points: list[tuple[float, float]]) -> None:
    def plain(lon: float, lat: float) -> str | None:
        if not (6 <= lon <= 8 and 50 <= lat <= 52):
            return None
        if lon <= 7 and lat <= 51:
            return "south-west"
        # Both Bezirke share the line 7; of equally large ones the later id is taken.
        return "west" if lon <= 7 else "east"

    found = AreaIndex(TOWN).finest_of([p[0] for p in points], [p[1] for p in points])
    assert found == [plain(*p) for p in points]


@pytest.mark.skipif(not (SHARED / "data/districts").is_dir(), reason="the shared real data are not beside this checkout")
def test_every_stadtteil_of_duisburg_lies_in_its_bezirk_by_containment() -> None:
    levels = {"stadt": "municipality", "stadtbezirk": "district", "stadtteil": "quarter"}
    features = json.loads((SHARED / "data/districts/duisburg/duisburg_bezirke_stadtteile.geojson").read_text("utf-8"))["features"]
    known = {str(f["properties"]["code"]): f["properties"] for f in features}
    index = AreaIndex(AreaShape(code, levels[known[code]["level"]], json.dumps(f["geometry"])) for f, code in zip(features, known, strict=True))
    quarters = [code for code, p in known.items() if p["level"] == "stadtteil"]
    assert len(quarters) == 27
    for code in quarters:
        assert index.parent(code) == code[0] + "00", known[code]["name"]
