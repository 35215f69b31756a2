"""Raw geometry becomes valid polygons in degrees: rings, collections, coordinate systems, neighbours."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box, mapping, shape

from ingest.shapes.coordinates import in_degrees
from ingest.shapes.neighbours import Area, TooMany, compare, in_words
from ingest.shapes.repair import NoShape, compact, read_shape, rounded
from ingest.source import Unreadable
from ingest.sources import areas
from tests.recording import Recorder

RING = [[6.0, 51.0], [6.1, 51.0], [6.1, 51.1], [6.0, 51.1], [6.0, 51.0]]
HOLE = [[6.02, 51.02], [6.04, 51.02], [6.04, 51.04], [6.02, 51.04], [6.02, 51.02]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*geometries: Any) -> dict[str, Any]:
    return {"type": "GeometryCollection", "geometries": list(geometries)}


def written(path: Path, geometries: list[Any], **more: Any) -> Path:
    features = [{"type": "Feature", "properties": {"name": f"Gebiet {n}", "level": "stadtteil"}, "geometry": g} for n, g in enumerate(geometries, 1)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def shapes_of(said: Recorder) -> list[Any]:
    return [shape(json.loads(str(node.fields["geometry"]))) for node in said.nodes.values() if "geometry" in node.fields]


# ---- rings


@pytest.mark.parametrize(
    ("raw", "size", "repair"),
    [
        (polygon(RING), 0.01, ""),
        (polygon(RING[::-1]), 0.01, ""),
        (polygon([point for point in RING for _ in range(3)]), 0.01, ""),
        (polygon([[*point, 12.5, 7] for point in RING]), 0.01, ""),
        (polygon([[*RING[0], 12.5], *RING[1:-1], [*RING[-1], 12.5]]), 0.01, ""),
        (polygon(RING, HOLE), 0.0096, ""),
        (polygon(RING[:-1]), 0.01, "nicht geschlossen"),
        (polygon(RING, HOLE[:-1]), 0.0096, "nicht geschlossen"),
        (polygon(RING, [HOLE[0], HOLE[1], HOLE[0]]), 0.01, "ohne Ausdehnung"),
        (polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), 0.005, "überschnitt sich selbst"),
        ({"type": "MultiPolygon", "coordinates": [[RING], [[[x + 1, y] for x, y in RING]]]}, 0.02, ""),
        ({"type": "MultiPolygon", "coordinates": [[RING], [[[x + 0.05, y] for x, y in RING]]]}, 0.015, "repariert"),
        ({"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}, 0.01, "Teile ineinander"),
        (collection(polygon(RING), {"type": "Point", "coordinates": [6, 51]}, {"type": "MultiPoint", "coordinates": [[6, 51]]}), 0.01, "2 Punkte"),
        (collection(collection(polygon(RING)), {"type": "LineString", "coordinates": [[6, 51], [7, 51]]}, None), 0.01, "1 Linie"),
    ],
)
def test_a_ring_is_taken_or_repaired_and_said(raw: object, size: float, repair: str) -> None:
    found = read_shape(raw)
    assert found is not None and found.shape.is_valid
    assert found.shape.area == pytest.approx(size)
    assert len(found.repairs) == bool(repair) and repair in " ".join(found.repairs)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("Polygon", "kein GeoJSON-Objekt"),
        ({"type": "Polygon", "coordinates": "?"}, "falsch verschachtelt"),
        ({"type": "Polygon", "coordinates": RING}, "falsch verschachtelt"),
        ({"type": "Polygon", "coordinates": [[RING]]}, "falsch verschachtelt"),
        ({"type": "Polygon", "coordinates": [[6.0, 51.0, 6.1, 51.0]]}, "falsch verschachtelt"),
        ({"type": "Polygon"}, "falsch verschachtelt"),
        (polygon([["6.0", "51.0"], ["6.1", "51.0"], ["6.1", "51.1"]]), "Texte statt Zahlen"),
        (polygon([[6.0, "51.0"], [6.1, 51.0], [6.1, 51.1]]), "Texte statt Zahlen"),
        (polygon([[6.0, None], [6.1, 51.0], [6.1, 51.1]]), "keine Zahlen"),
        (polygon([[6.0, math.nan], [6.1, 51.0], [6.1, 51.1]]), "keine endlichen Zahlen"),
        (polygon([[6.0, math.inf], [6.1, 51.0], [6.1, 51.1]]), "keine endlichen Zahlen"),
        (polygon([[6.0, 10**400], [6.1, 51.0], [6.1, 51.1]]), "keine Zahlen"),
        (polygon([[6.0, 1e300], [6.1, 51.0], [6.1, 51.1]]), "zu groß"),
        (polygon([[6.0, 51.0], [6.1, 51.1], [6.0, 51.0]]), "keine Ausdehnung"),
        (polygon([[6.0, 51.0], [6.1, 51.1], [6.2, 51.2], [6.3, 51.3], [6.0, 51.0]]), "keine Ausdehnung"),
        (polygon([]), "keine Ausdehnung"),
        (polygon(), "ohne Polygon"),
        ({"type": "Point", "coordinates": [6, 51]}, "ein Punkt"),
        ({"type": "LineString", "coordinates": RING}, "eine Linie"),
        ({"type": "Circle", "coordinates": RING}, "die es in GeoJSON nicht gibt"),
        (collection("Polygon"), "falsch verschachtelt"),
    ],
)
def test_what_is_no_shape_is_told(raw: object, why: str) -> None:
    with pytest.raises(NoShape, match=why):
        read_shape(raw)


def test_collections_within_collections_end_no_stack() -> None:
    nested: dict[str, Any] = polygon(RING)
    for _ in range(5_000):
        nested = collection(nested)
    found = read_shape(nested)
    assert found is not None and found.shape.area == pytest.approx(0.01)


def test_a_shape_of_a_million_points_is_left_out() -> None:
    angles = np.linspace(0, 2 * math.pi, 400_000)
    with pytest.raises(NoShape, match=r"300\.000 Punkte"):
        read_shape(polygon(np.column_stack([np.cos(angles), np.sin(angles)]).tolist()))


@st.composite
def parcels(draw: st.DrawFn) -> MultiPolygon:
    """Some blocks beside each other in Germany, most with a hole, with edges of any direction."""
    parts = []
    for at in range(draw(st.integers(1, 4))):
        west, south = 7 + at * 0.3 + draw(st.floats(0, 0.05)), 50 + draw(st.floats(0, 1))
        corners = [(west + dx + draw(st.floats(0, 0.02)), south + dy + draw(st.floats(0, 0.02))) for dx, dy in ((0, 0), (0.2, 0), (0.2, 0.2), (0, 0.2))]
        hole = draw(st.none() | st.floats(1e-5, 0.08))
        inside = [[(west + 0.05, south + 0.05), (west + 0.05 + hole, south + 0.05), (west + 0.05 + hole, south + 0.05 + hole)]] if hole else []
        parts.append(Polygon(corners, inside))
    return MultiPolygon(parts)


@given(parcels())
def test_holes_and_parts_survive_within_the_rounding(original: MultiPolygon) -> None:
    found = read_shape(json.loads(json.dumps(mapping(original))))
    assert found is not None and not found.repairs
    kept = rounded(found.shape)
    assert kept is not None
    back = shape(json.loads(compact(kept)))
    assert back.is_valid and back.equals(kept)
    assert len(shapely.get_parts(back)) == len(original.geoms)
    assert sum(len(part.interiors) for part in shapely.get_parts(back)) == sum(len(part.interiors) for part in original.geoms)
    assert shapely.hausdorff_distance(back, original) < 1e-6


@given(st.lists(st.tuples(st.floats(8, 8.00002), st.floats(50, 50.00002)), min_size=3, max_size=9))
def test_rounding_never_makes_a_shape_invalid(points: list[tuple[float, float]]) -> None:
    try:
        found = read_shape(polygon([list(point) for point in points]))
    except NoShape:
        return
    assert found is not None
    kept = rounded(found.shape)
    if kept is not None:
        again = shape(json.loads(compact(kept)))
        assert again.is_valid and again.area > 0


# ---- coordinate systems

DUISBURG, MUNICH, GOERLITZ = box(6.72, 51.40, 6.80, 51.46), box(11.4, 48.1, 11.6, 48.2), box(14.9, 51.1, 15.0, 51.2)


def in_system(geometry: Polygon, system: str, swapped: bool = False) -> Polygon:
    """The shape in another system, its edges divided so that they stay where they are."""
    transformer = pyproj.Transformer.from_crs("OGC:CRS84", system, always_xy=True)

    def move(points: Any) -> Any:
        moved = np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
        return moved[:, ::-1] if swapped else moved

    there: Polygon = shapely.transform(geometry, move)
    return there


@pytest.mark.parametrize("place", [DUISBURG, MUNICH, GOERLITZ])
@pytest.mark.parametrize(
    "system", ["EPSG:25832", "EPSG:25833", "EPSG:4647", "EPSG:5650", "EPSG:31466", "EPSG:31467", "EPSG:31468", "EPSG:31469", "EPSG:3857", "EPSG:3035"]
)
def test_a_system_is_recognised_or_asked_for_but_never_wrong(place: Polygon, system: str) -> None:
    metres = in_system(place, system)
    for swapped in (False, True):
        given_in = shapely.transform(metres, lambda points: points[:, ::-1]) if swapped else metres
        try:
            found = in_degrees("a.geojson", [given_in])
        except Unreadable as asked:
            assert "mehr als eines möglich" in str(asked) and f"({system})" in str(asked)
            continue
        (back,) = found.shapes
        assert back is not None and f"({system})" in found.notes[0]
        assert shapely.hausdorff_distance(back, place) < 1e-4


@pytest.mark.parametrize(("place", "ags"), [(DUISBURG, "05112000"), (MUNICH, "09162000"), (GOERLITZ, "14626110")])
@pytest.mark.parametrize("system", ["EPSG:25832", "EPSG:25833", "EPSG:31466", "EPSG:31467", "EPSG:31468", "EPSG:3857"])
def test_the_ags_of_the_town_decides(place: Polygon, ags: str, system: str) -> None:
    (back,) = in_degrees("a.geojson", [in_system(place, system)], ags=[ags]).shapes
    assert back is not None and shapely.hausdorff_distance(back, place) < 1e-4


def test_two_zones_are_asked_for_with_the_places_they_mean() -> None:
    with pytest.raises(Unreadable) as asked:
        in_degrees("a.geojson", [in_system(DUISBURG, "EPSG:25832")])
    for told in ("EPSG:25832", "EPSG:25833", "51,43° N, 6,76° O", "12,7", "--option crs=EPSG:25832"):
        assert told in str(asked.value)


def test_a_place_that_is_possible_in_both_orders_is_asked_for() -> None:
    passau = in_system(box(13.4, 48.5, 13.5, 48.6), "EPSG:31469")
    with pytest.raises(Unreadable, match="vertauscht"):
        in_degrees("a.geojson", [passau], ags=["09262000"])
    (back,) = in_degrees("a.geojson", [passau], option="EPSG:31469").shapes
    assert back is not None and back.bounds == pytest.approx((13.4, 48.5, 13.5, 48.6), abs=1e-3)


def test_what_the_user_says_goes_before_the_file() -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:25833"}}
    (back,) = in_degrees("a.geojson", [in_system(DUISBURG, "EPSG:25832")], [crs], option="25832").shapes
    assert back is not None and shapely.hausdorff_distance(back, DUISBURG) < 1e-4


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG:6.9:25832"}},
        {"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/25832"}},
        {"type": "name", "properties": {"name": "epsg:25832"}},
        {"type": "name", "properties": {"name": "ETRS89 / UTM zone 32N"}},
        {"type": "EPSG", "properties": {"code": 25832}},
        "EPSG:25832",
    ],
)
def test_every_way_to_name_a_system(crs: object) -> None:
    found = in_degrees("a.geojson", [in_system(DUISBURG, "EPSG:25832")], [crs, None])
    assert not found.notes and found.shapes[0] is not None and shapely.hausdorff_distance(found.shapes[0], DUISBURG) < 1e-4


@pytest.mark.parametrize("name", ["EPSG:999999", "Duisburg", "+proj=pipeline +step +proj=hgridshift +grids=/etc/passwd", "x" * 5_000, 'PROJCS["x"]'])
def test_an_unknown_system_is_unreadable(name: str) -> None:
    for declared, option in (([{"type": "name", "properties": {"name": name}}], ""), ([], name)):
        with pytest.raises(Unreadable, match="unbekannt"):
            in_degrees("a.geojson", [DUISBURG], declared, option)


def test_two_systems_in_one_file_are_asked_about() -> None:
    with pytest.raises(Unreadable, match="mehrere Koordinatensysteme"):
        in_degrees("a.geojson", [DUISBURG], ["EPSG:25832", "EPSG:4326"])


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4258"])
def test_degrees_stay_as_they_are(crs: object) -> None:
    found = in_degrees("a.geojson", [DUISBURG], [crs])
    assert found.shapes == [DUISBURG] and not found.notes and not found.turned


def test_a_file_that_names_the_wrong_kind_of_numbers() -> None:
    as_degrees = in_degrees("a.geojson", [DUISBURG], ["EPSG:25832"])
    assert as_degrees.shapes == [DUISBURG] and "sind aber Grad" in as_degrees.notes[0]
    as_metres = in_degrees("a.geojson", [in_system(DUISBURG, "EPSG:25832")], ["EPSG:4326"], ags=["05112000"])
    assert as_metres.shapes[0] is not None and "keine" in as_metres.notes[0] and "UTM Zone 32" in as_metres.notes[1]


def test_cities_elsewhere_are_not_turned() -> None:
    for west, south in ((16.3, 48.1), (8.5, 47.3), (-0.2, 51.4), (47.9, 15.3), (151.1, -33.9)):
        place = box(west, south, west + 0.1, south + 0.1)
        found = in_degrees("a.geojson", [place])
        assert found.shapes == [place] and not found.notes and not found.turned


def test_numbers_that_lead_nowhere_are_refused() -> None:
    with pytest.raises(Unreadable, match="keines der üblichen Systeme"):
        in_degrees("a.geojson", [box(100_000, 100, 101_000, 900)])


def test_one_shape_whose_numbers_changed_places_is_turned_and_named(tmp_path: Path) -> None:
    wrong = [[[y, x] for x, y in RING]]
    said = Recorder(written(tmp_path / "a.geojson", [polygon([[x + 1, y] for x, y in RING]), {"type": "Polygon", "coordinates": wrong}])).read(areas)
    assert said.warnings == ["Bei „Gebiet 2“ waren Länge und Breite vertauscht und wurden gedreht."]
    assert shapes_of(said)[1].equals(box(6.0, 51.0, 6.1, 51.1))


def test_a_shape_far_off_stays_without_one(tmp_path: Path) -> None:
    far = polygon([[x * 1000, y] for x, y in RING])
    said = Recorder(written(tmp_path / "a.geojson", [polygon(RING), polygon([[x + 1, y] for x, y in RING]), far])).read(areas)
    assert len(said.nodes) == 3 and len(shapes_of(said)) == 2
    assert "keine Grad" in said.warnings[0]


@given(parcels())
def test_the_same_areas_whether_turned_or_in_metres(tmp_path_factory: pytest.TempPathFactory, original: MultiPolygon) -> None:
    folder = tmp_path_factory.mktemp("systems")
    plain = Recorder(written(folder / "a.geojson", [mapping(original)])).read(areas)
    swapped = shapely.transform(original, lambda points: points[:, ::-1])
    turned = Recorder(written(folder / "b.geojson", [mapping(swapped)])).read(areas)
    assert [node.fields["geometry"] for node in turned.nodes.values()] == [node.fields["geometry"] for node in plain.nodes.values()]
    metres = in_system(original, "EPSG:25832")
    crs = {"type": "name", "properties": {"name": "EPSG:25832"}}
    named, asked = written(folder / "c.geojson", [mapping(metres)], crs=crs), written(folder / "d.geojson", [mapping(metres)])
    for said in (Recorder(named).read(areas), Recorder(asked, {"crs": "25832"}).read(areas)):
        (there,) = shapes_of(said)
        (here,) = shapes_of(plain)
        assert shapely.hausdorff_distance(there, here) < 2e-6


# ---- neighbours


def test_an_overlap_and_a_gap_with_their_size() -> None:
    # Four blocks around an empty one; the first reaches into its neighbour.
    d = 0.01
    ends = [(0, 0, 2.1, 1), (2, 0, 3, 2), (1, 2, 3, 3), (0, 1, 1, 3)]
    blocks = [box(7 + west * d, 51 + south * d, 7 + east * d, 51 + north * d) for west, south, east, north in ends]
    found = compare([Area(name, block) for name, block in zip("ABCD", blocks, strict=True)])
    (overlap,), (gap,) = found.overlaps, found.gaps
    degree = 111_250 * 111_250 * math.cos(math.radians(51))
    assert overlap.names == ("A", "B") and overlap.square_metres == pytest.approx(0.1 * d * d * degree, rel=0.01)
    assert gap.names == ("A", "B", "C", "D") and gap.square_metres == pytest.approx(d * d * degree, rel=0.01)
    assert not found.nested and found.minor_overlaps == found.minor_gaps == (0, 0.0)


def test_neighbours_that_share_their_border_have_neither() -> None:
    # The long border has points on one side only, where a projection would tear it.
    left = Polygon([(7, 51), (7.5, 51), (7.5, 51.5), (7, 51.5)])
    right = Polygon([(7.5, 51), (8, 51), (8, 51.5), (7.5, 51.5), (7.5, 51.3), (7.5, 51.1)])
    above = Polygon([(7, 51.5), (7.3, 51.5), (7.7, 51.5), (8, 51.5), (8, 52), (7, 52)])
    found = compare([Area("A", left), Area("B", right), Area("C", above)])
    assert not found.overlaps and not found.gaps and found.minor_overlaps[0] == found.minor_gaps[0] == 0


def test_slivers_are_summed_up() -> None:
    found = compare([Area("A", box(7, 51, 7.100001, 51.1)), Area("B", box(7.1, 51, 7.2, 51.1))])
    assert not found.overlaps and found.minor_overlaps[0] == 1 and 500 < found.minor_overlaps[1] < 1500  # 11 km long, 7 cm wide


def test_an_area_within_another_is_no_overlap() -> None:
    found = compare([Area("Bezirk", box(7, 51, 7.2, 51.2)), Area("Stadtteil", box(7.1, 51.1, 7.15, 51.15))])
    assert found.nested == [("Stadtteil", "Bezirk")] and not found.overlaps


def test_a_hole_that_nobody_fills_and_one_that_is_filled() -> None:
    ring = box(7, 51, 7.1, 51.1).difference(box(7.04, 51.04, 7.06, 51.06))
    assert [gap.names for gap in compare([Area("Ring", ring)]).gaps] == [("Ring",)]
    assert not compare([Area("Ring", ring), Area("Kern", box(7.04, 51.04, 7.06, 51.06))]).gaps


def test_thousands_of_areas_on_each_other_end_soon(tmp_path: Path) -> None:
    with pytest.raises(TooMany):
        compare([Area(str(n), box(7, 51, 7.1, 51.1)) for n in range(5_000)])
    said = Recorder(written(tmp_path / "a.geojson", [polygon(RING)] * 1_000)).read(areas)
    assert len(said.nodes) == 1_000 and "übereinander" in said.warnings[-1]


@pytest.mark.parametrize(("size", "words"), [(3200.4, "3.200 m²"), (12_000, "1,2 ha"), (4_530_000, "4,5 km²"), (1234e6, "1.234,0 km²"), (99.6, "100 m²")])
def test_sizes_as_people_write_them(size: float, words: str) -> None:
    assert in_words(size) == words


def test_overlaps_are_told_for_the_level_and_not_for_a_sozialraum(tmp_path: Path) -> None:
    path = tmp_path / "stadt.geojson"
    squares = [("A", "stadtteil", 6.0), ("B", "stadtteil", 6.05), ("Nord", "sozialraum", 6.03), ("Bezirk", "bezirk", 6.02)]
    features = [{"type": "Feature", "properties": {"name": n, "level": level}, "geometry": mapping(box(x, 51, x + 0.1, 51.1))} for n, level, x in squares]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    said = Recorder(path).read(areas)
    assert said.warnings == ["Überschneidung von „A“ und „B“: 39,0 km²."]
