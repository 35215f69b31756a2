"""Areas out of GeoJSON of any nesting level, and Sozialräume out of a table."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from shapely.geometry import shape

import ingest.run as run
from graph.home import Home
from ingest.source import Unreadable
from ingest.sources import areas
from tests.recording import Recorder

_beside = itertools.count()
SQUARE = [[[6.0, 51.0], [6.1, 51.0], [6.1, 51.1], [6.0, 51.1], [6.0, 51.0]]]
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "districts"
real = pytest.mark.skipif(not DATA.exists(), reason="the real data of shared/data are not beside this checkout")


def square(at: int) -> dict[str, Any]:
    """One of a thousand squares that do not touch each other."""
    east, north = 6 + at % 25 * 0.2, 48 + at // 25 % 40 * 0.1
    return {"type": "Polygon", "coordinates": [[[x + east - 6.0, y + north - 51.0] for x, y in SQUARE[0]]]}


def feature(geometry: Any = "square", **properties: Any) -> dict[str, Any]:
    """A feature; each one without a geometry of its own gets another square."""
    return {"type": "Feature", "properties": properties, "geometry": square(next(_beside)) if geometry == "square" else geometry}


def read(folder: Path, document: Any, **options: str) -> Recorder:
    path = folder / "stadt.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return Recorder(path, options).read(areas)


def collection(*features: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def test_levels_parents_and_the_ags_of_the_town(tmp_path: Path) -> None:
    town = collection(
        feature(name="Duisburg", level="stadt", code=0, parent=None),
        feature(name="Hamborn", level="stadtbezirk", code=200, parent=0.0),
        feature(name="Laar", level="Stadtteil", code=304, parent=200.0),
    )
    said = read(tmp_path, town, ags="5112000")
    assert {key: node.fields["level"] for key, node in said.nodes.items()} == {
        "ags:05112000": "municipality",
        "05112000#district/200": "district",
        "05112000#quarter/304": "quarter",
    }
    assert said.ties("PART_OF") == [("05112000#district/200", "ags:05112000"), ("05112000#quarter/304", "05112000#district/200")]
    assert not said.rejected and not said.warnings


def test_a_file_of_stadtteile_alone_belongs_to_the_town_of_the_option(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="Zentrum")), ags="14713000", level="Ortsteil")
    assert said.ties("PART_OF") == [("14713000#quarter/Zentrum", "ags:14713000")]


def test_gemeinden_by_their_official_key(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(GEN="Düsseldorf", AGS="5111000", BEZ="Stadt"), feature(GEN="Aachen", RS="053340002002")))
    assert set(said.nodes) == {"ags:05111000", "ags:05334002"}
    assert "gelten als Kommune" in said.warnings[0]


def test_properties_that_nobody_asked_for_are_counted(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="A", level="stadtteil", EWZ=5, nested={"a": 1}), feature(name="B", level="stadtteil", EWZ=None, Flaeche=2.5)))
    assert said.left == {"EWZ": 1, "nested": 1, "Flaeche": 1}
    assert len(said.nodes) == 2


def test_the_town_that_each_stadtteil_states(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="Laar", AGS="5112000", nr=304), feature(name="Mitte", AGS="05916000", nr=1)), level="Stadtteil")
    assert said.ties("PART_OF") == [("05112000#quarter/304", "ags:05112000"), ("05916000#quarter/1", "ags:05916000")]
    assert not said.left


def test_without_a_level_the_mend_is_named(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="Laar", AGS="05112000"), feature(name="Beeck", AGS="05112000")))
    assert said.rejected[0][2] == "05112000" and "--option level=Stadtteil" in said.rejected[0][3]


def test_a_kreis_is_known_by_its_five_digits(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(GEN="Städteregion Aachen", AGS="5334"), feature(GEN="Aachen", AGS="05334002")))
    assert [(key, node.fields["level"]) for key, node in said.nodes.items()] == [("stadt.geojson#county/05334", "county"), ("ags:05334002", "municipality")]


def test_levels_that_were_inferred_are_counted_wherever_they_stand(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="A", level="stadtteil"), feature(name="B"), feature(name="C")))
    assert said.warnings == ["2 Flächen nennen keine Ebene; sie gelten als Stadtteil. Anders mit --option level=..."]


def test_a_code_at_two_levels_means_the_coarser_one_as_parent(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="Nord", level="bezirk", nr=5), feature(name="Hafen", level="stadtteil", nr=5, parent=5)))
    assert said.ties("PART_OF") == [("stadt.geojson#quarter/5", "stadt.geojson#district/5")]


def test_the_bezirk_of_a_stadtteil_is_its_parent(tmp_path: Path) -> None:
    shapes = collection(feature(Bezirk="Nord", level="bezirk"), feature(Stadtteil="Hafen", Bezirk="Nord", level="stadtteil"))
    said = read(tmp_path, shapes)
    assert said.ties("PART_OF") == [("stadt.geojson#quarter/Hafen", "stadt.geojson#district/Nord")]
    assert not said.left and not said.warnings


@pytest.mark.parametrize("parent", ["Nord", 500])
def test_a_parent_is_found_among_the_known_areas_of_the_town_only(tmp_path: Path, parent: object) -> None:
    path = tmp_path / "stadt.geojson"
    path.write_text(json.dumps(collection(feature(name="Hafen", level="stadtteil", parent=parent))), encoding="utf-8")
    known = [("05112000#district/500", "Area", "Nord"), ("05916000#district/500", "Area", "Nord")]
    said = Recorder(path, {"ags": "05112000"}, known).read(areas)
    assert said.ties("PART_OF") == [("05112000#quarter/Hafen", "05112000#district/500")]
    elsewhere = Recorder(path, {"ags": "05334002"}, known).read(areas)
    assert not elsewhere.edges and "aus den Flächen bestimmt" in elsewhere.warnings[0]


def test_an_ags_that_is_none_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="acht Ziffern"):
        read(tmp_path, collection(feature(name="A", level="stadtteil")), ags="Duisburg")


def test_heights_are_left_out(tmp_path: Path) -> None:
    tall = {"type": "Polygon", "coordinates": [[[*point, 31.5] for point in SQUARE[0]]]}
    (node,) = read(tmp_path, collection(feature(tall, name="Laar", level="stadtteil"))).nodes.values()
    assert {len(point) for point in json.loads(str(node.fields["geometry"]))["coordinates"][0]} == {2}


def test_a_geometry_collection_without_properties_is_one_area(tmp_path: Path) -> None:
    said = read(tmp_path, {"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "coordinates": [SQUARE]}]})
    (node,) = said.nodes.values()
    assert node.fields["name"] == "stadt"
    assert shape(json.loads(str(node.fields["geometry"]))).area == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("bad", "row", "word"),
    [
        (feature(level="stadtteil"), 1, "keinen Namen"),
        (feature(name="Laar", level="Planet"), 1, "Ebene ist unbekannt"),
        ("kein Objekt", 1, "keine GeoJSON-Fläche"),
        ({"type": "Feature", "properties": ["name"], "geometry": None}, 1, "keinen Namen"),
    ],
)
def test_bad_features_are_rejected_the_rest_taken(tmp_path: Path, bad: Any, row: int, word: str) -> None:
    said = read(tmp_path, collection(bad, feature(name="Beeck", level="stadtteil")))
    assert [r[0] for r in said.rejected] == [row]
    assert word in said.rejected[0][3]
    assert [node.fields["name"] for node in said.nodes.values()] == ["Beeck"]


def test_the_same_key_twice_is_rejected(tmp_path: Path) -> None:
    said = read(tmp_path, collection(feature(name="A", level="stadtteil", code=1), feature(name="B", level="stadtteil", code=1)))
    assert len(said.nodes) == 1
    assert said.rejected[0][:2] == (2, "code")


def test_an_invalid_ring_is_repaired_and_said(tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[6.0, 51.0], [6.1, 51.1], [6.1, 51.0], [6.0, 51.1], [6.0, 51.0]]]}
    said = read(tmp_path, collection(feature(bow, name="Laar", level="stadtteil")))
    (node,) = said.nodes.values()
    assert shape(json.loads(str(node.fields["geometry"]))).is_valid
    assert "repariert" in said.warnings[0]


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": [6, 51]}, {"type": "Polygon", "coordinates": "?"}])
def test_without_a_shape_it_is_taken_and_said(tmp_path: Path, geometry: Any) -> None:
    said = read(tmp_path, collection(feature(geometry, name="Marxloh", level="stadtteil")))
    (node,) = said.nodes.values()
    assert "geometry" not in node.fields
    assert "Liste unter der Karte" in said.warnings[0]


def test_a_declared_coordinate_system_is_turned_into_degrees(tmp_path: Path) -> None:
    metres = {"type": "Polygon", "coordinates": [[[344000, 5700000], [345000, 5700000], [345000, 5701000], [344000, 5701000], [344000, 5700000]]]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    said = read(tmp_path, collection(feature(metres, name="Laar", level="stadtteil"), crs=crs))
    (node,) = said.nodes.values()
    west, south, _, _ = shapely.bounds(shape(json.loads(str(node.fields["geometry"]))))
    assert (west, south) == (pytest.approx(6.75, abs=0.05), pytest.approx(51.43, abs=0.05))


@pytest.mark.parametrize(("document", "word"), [("{", "kein gültiges JSON"), ("[]", "kein GeoJSON"), ('{"type": "FeatureCollection"}', "features")])
def test_what_is_no_geojson_is_unreadable(tmp_path: Path, document: str, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        read(tmp_path, document)


# ---- Sozialräume

KNOWN = [("d#district/500", "Area", "Mitte"), ("d#quarter/508", "Area", "Hochfeld"), ("d#quarter/505", "Area", "Neudorf-Nord")]
TABLE = "Sozialraum;Stadtteil;Bezirk;Notiz\nSüd;Hochfeld;Mitte;\nSüd;Neudorf-Nord;;wichtig\n"


def spaces(folder: Path, text: str, encoding: str = "utf-8", known: list[tuple[str, str, str]] | None = None) -> Recorder:
    path = folder / "sozialraeume.csv"
    path.write_bytes(text.encode(encoding))
    return Recorder(path, {}, KNOWN if known is None else known).read(areas)


def test_a_sozialraum_groups_its_stadtteile(tmp_path: Path) -> None:
    said = spaces(tmp_path, TABLE)
    assert said.ties("PART_OF") == [("d#quarter/508", "sozialraeume.csv#Sozialraum/Süd"), ("d#quarter/505", "sozialraeume.csv#Sozialraum/Süd")]
    assert said.nodes["sozialraeume.csv#Sozialraum/Süd"].fields == {"name": "Süd", "level": "social_space"}
    assert said.left == {"Notiz": 1}


def test_an_unknown_stadtteil_of_a_known_bezirk_is_made_without_a_shape(tmp_path: Path) -> None:
    said = spaces(tmp_path, "Sozialraum,Stadtteil,Bezirk\nNord,Marxloh,Mitte\n")
    assert ("sozialraeume.csv#Stadtteil/Marxloh", "d#district/500") in said.ties("PART_OF")
    assert "keine Fläche bekannt" in said.warnings[0]


def test_an_unknown_stadtteil_of_nowhere_is_rejected(tmp_path: Path) -> None:
    said = spaces(tmp_path, "Sozialraum;Stadtteil\nNord;Marxloh\nNord;\n")
    assert [(row, column) for row, column, _, _ in said.rejected] == [(2, "Stadtteil"), (3, "Stadtteil")]
    assert not said.nodes


def test_an_ambiguous_stadtteil_is_rejected_with_its_candidates(tmp_path: Path) -> None:
    said = spaces(tmp_path, "Sozialraum;Stadtteil\nNord;Mitte\n", known=[("a#quarter/1", "Area", "Mitte"), ("b#quarter/2", "Area", "Mitte")])
    assert "a#quarter/1, b#quarter/2" in said.rejected[0][3]


def test_a_stadtteil_called_like_its_bezirk_or_its_sozialraum(tmp_path: Path) -> None:
    known = [("k#district/4", "Area", "Ehrenfeld"), ("k#quarter/401", "Area", "Ehrenfeld"), ("alt.csv#Sozialraum/1", "Area", "Ehrenfeld")]
    said = spaces(tmp_path, "Sozialraum;Stadtteil;Bezirk\nEhrenfeld;Ossendorf;Ehrenfeld\nEhrenfeld;Ehrenfeld;Ehrenfeld\n", known=known)
    assert said.ties("PART_OF") == [
        ("sozialraeume.csv#Stadtteil/Ossendorf", "k#district/4"),
        ("sozialraeume.csv#Stadtteil/Ossendorf", "sozialraeume.csv#Sozialraum/Ehrenfeld"),
        ("k#quarter/401", "sozialraeume.csv#Sozialraum/Ehrenfeld"),
    ]


def test_a_bezirk_is_not_taken_for_its_stadtteil(tmp_path: Path) -> None:
    known = [("k#district/4", "Area", "Ehrenfeld")]
    named = spaces(tmp_path, "Sozialraum;Stadtteil;Bezirk\nWest;Ehrenfeld;Ehrenfeld\n", known=known)
    assert named.ties("PART_OF")[0] == ("sozialraeume.csv#Stadtteil/Ehrenfeld", "k#district/4")
    whole = spaces(tmp_path, "Sozialraum;Stadtteil\nWest;Ehrenfeld\n", known=known)
    assert whole.ties("PART_OF") == [("k#district/4", "sozialraeume.csv#Sozialraum/West")]
    assert "als Ganzes" in whole.warnings[0]


def test_what_the_table_remarks_stands_with_the_sozialraum(tmp_path: Path) -> None:
    said = spaces(tmp_path, "Schlüssel;Sozialraum;Stadtteil;Bemerkung\n1;Süd;Hochfeld;\n1;Süd;Neudorf-Nord;in der Quelle „Neudorf“\n")
    fields = said.nodes["sozialraeume.csv#Sozialraum/1"].fields
    assert (fields["code"], fields["note"]) == ("1", "Neudorf-Nord: in der Quelle „Neudorf“")
    assert not said.left


@pytest.mark.parametrize(("column", "options"), [(";AGS", {}), ("", {"ags": "05112000"})])
def test_the_town_tells_two_of_the_same_name_apart(tmp_path: Path, column: str, options: dict[str, str]) -> None:
    known = [("05112000#quarter/501", "Area", "Altstadt"), ("05111000#quarter/11", "Area", "Altstadt")]
    path = tmp_path / "raum.csv"
    path.write_text(f"Sozialraum;Stadtteil{column}\nMitte;Altstadt{';5112000' if column else ''}\n", encoding="utf-8")
    said = Recorder(path, options, known).read(areas)
    assert said.ties("PART_OF") == [("05112000#quarter/501", "raum.csv#Sozialraum/Mitte")]
    assert not said.left


def test_the_table_that_comes_with_the_repository() -> None:
    path = Path(__file__).resolve().parents[1] / "demo" / "duisburg" / "sozialraeume.csv"
    districts = ("Walsum", "Hamborn", "Meiderich/Beeck", "Duisburg-Mitte")
    said = Recorder(path, {}, [(f"d#district/{name}", "Area", name) for name in districts]).read(areas)
    found = {key: str(node.fields.get("note", "")) for key, node in said.nodes.items() if node.fields["level"] == "social_space"}
    assert len(found) == 3 and not said.rejected and not said.left
    assert "Altstadt: in der Quelle „Mitte“" in found["sozialraeume.csv#Sozialraum/Hochfeld, Mitte und Neudorf-Nord"]
    assert len([start for start, end in said.ties("PART_OF") if end in found]) == 13


def test_a_misspelt_name_is_rejected_with_similar_ones(tmp_path: Path) -> None:
    said = spaces(tmp_path, "Sozialraum;Stadtteil;Bezirk\nSüd;Hochfelt;\nSüd;Marxloh;Mite\n")
    assert [(row, column, value) for row, column, value, _ in said.rejected] == [(2, "Stadtteil", "Hochfelt"), (3, "Bezirk", "Mite")]
    assert "Ähnlich heißen: Hochfeld" in said.rejected[0][3]
    assert "Ähnlich heißen: Mitte" in said.rejected[1][3]


def test_the_same_table_twice_is_the_same(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shapes = tmp_path / "stadt.geojson"
    shapes.write_text(json.dumps(collection(feature(name="Mitte", level="Stadtbezirk"))), encoding="utf-8")
    table = tmp_path / "raum.csv"
    table.write_text("Sozialraum;Stadtteil;Bezirk\nNord;Marxloh;Mitte\nNord;Laar;Mitte\n", encoding="utf-8")

    def taken(path: Path) -> tuple[int, int, int, int]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "_project", lambda *_: None)
            report = run.ingest("areas", [path], {}, home)
        assert report.exit_code == 0, report.to_text()
        return report.new, report.changed, report.unchanged, report.removed

    taken(shapes)
    assert taken(table) == (7, 0, 0, 0)
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")  # read anew, and finds what it made itself
    assert taken(table) == (0, 0, 7, 0)


def test_windows_text_and_excel_are_read_as_well(tmp_path: Path) -> None:
    assert spaces(tmp_path, TABLE, "cp1252").ties("PART_OF") == spaces(tmp_path, TABLE).ties("PART_OF")
    book = openpyxl.Workbook()
    for row in (line.split(";") for line in TABLE.splitlines()):
        book.worksheets[0].append(row)
    book.save(tmp_path / "raum.xlsx")
    assert len(Recorder(tmp_path / "raum.xlsx", {}, KNOWN).read(areas).edges) == 2


def test_row_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    said = spaces(tmp_path, 'sep=;\nSozialraum;Stadtteil;Bemerkung\n"Süd";Hochfeld;"zwei\nZeilen"\n\nSüd;Nirgends;\n')
    assert [row for row, *_ in said.rejected] == [6]
    assert said.edges[0].where.row == 3


def test_a_table_without_its_columns_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="Spalte „Stadtteil“"):
        spaces(tmp_path, "Sozialraum;Ort\nNord;Laar\n")


# ---- real files


@real
@pytest.mark.parametrize(
    ("file", "levels"),
    [
        ("duisburg/duisburg_bezirke_stadtteile.geojson", {"municipality": 1, "district": 7, "quarter": 27}),
        ("nrw_gemeinden/gemeinden_simplify200.geojson", {"municipality": 396}),
        ("click_that_hood/leipzig.geojson", {"quarter": 63}),
        ("duisburg/304_laar.json", {"quarter": 1}),
    ],
)
def test_real_cities(file: str, levels: dict[str, int]) -> None:
    said = Recorder(DATA / file, {"ags": "05112000"} if "duisburg" in file else {}).read(areas)
    found: dict[str, int] = {}
    for node in said.nodes.values():
        found[str(node.fields["level"])] = found.get(str(node.fields["level"]), 0) + 1
        assert "geometry" in node.fields
    assert found == levels
    assert not said.rejected
