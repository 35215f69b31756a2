"""Files of areas as offices export them: encodings, formats, keys, levels, parts, and what nobody asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from shapely.geometry import box, mapping, shape

from graph.values import read_extra
from ingest.shapes import geojson
from ingest.shapes.area_properties import municipality_key
from ingest.source import Unreadable
from ingest.sources import areas
from tests.recording import Recorder


def block(at: int, size: float = 0.1) -> dict[str, Any]:
    """The nth of a row of blocks that lie apart."""
    return dict(mapping(box(6 + at * 0.2, 51, 6 + at * 0.2 + size, 51 + size)))


def feature(at: int = 0, geometry: Any = "block", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": block(at) if geometry == "block" else geometry}


def text(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}, ensure_ascii=False)


def read(folder: Path, content: bytes | str, name: str = "stadt.geojson", known: Any = (), **options: str) -> Recorder:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Recorder(path, options, list(known)).read(areas)


# ---- the file

MULHEIM = text(feature(name="Mülheim", level="stadtteil"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_of_every_kind(tmp_path: Path, encoding: str) -> None:
    said = read(tmp_path, MULHEIM.encode(encoding))
    assert [node.fields["name"] for node in said.nodes.values()] == ["Mülheim"] and not said.warnings


def test_windows_text_is_read_and_said(tmp_path: Path) -> None:
    said = read(tmp_path, MULHEIM.encode("cp1252"))
    assert [node.fields["name"] for node in said.nodes.values()] == ["Mülheim"]
    assert "cp1252" in said.warnings[0]


@pytest.mark.parametrize("between", ["\n", "\r\n\r\n", "\n\x1e"])
def test_one_feature_in_each_line(tmp_path: Path, between: str) -> None:
    lines = between.join(json.dumps(feature(at, name=name, level="stadtteil")) for at, name in enumerate("ABC"))
    said = read(tmp_path, ("\x1e" if "\x1e" in between else "") + lines + between.rstrip("\x1e"), "stadt.geojsonl")
    assert [node.fields["name"] for node in said.nodes.values()] == ["A", "B", "C"] and not said.rejected


@pytest.mark.parametrize("broken", ['{"type": "Feature"', "was?", '{"a": 1}'])
def test_a_line_that_is_no_feature_spoils_the_file(tmp_path: Path, broken: str) -> None:
    with pytest.raises(Unreadable, match="Zeile 2"):
        read(tmp_path, json.dumps(feature(name="A")) + "\n" + broken)


def test_the_system_may_stand_behind_the_features(tmp_path: Path) -> None:
    metres = dict(mapping(box(344000, 5700000, 345000, 5701000)))
    content = text(feature(geometry=metres, name="A", level="stadtteil"), crs={"type": "name", "properties": {"name": "EPSG:25832"}})
    assert content.index('"features"') < content.index('"crs"')
    said = read(tmp_path, content)
    assert not said.warnings and "geometry" in next(iter(said.nodes.values())).fields


def test_a_system_that_stands_in_each_geometry(tmp_path: Path) -> None:
    metres = {**mapping(box(344000, 5700000, 345000, 5701000)), "crs": {"type": "name", "properties": {"name": "EPSG:25832"}}}
    said = read(tmp_path, text(feature(geometry=metres, name="A", level="stadtteil")))
    assert not said.warnings and "geometry" in next(iter(said.nodes.values())).fields


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.geojson", b"", "leer"),
        ("a.geojson", b" \n ", "leer"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "bricht ab"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [{}', "bricht ab"),
        ("a.geojson", b'{"type": "FeatureCollection",\n "features": [{} {}]}', "Zeile 2, Zeichen 18: ein Komma fehlt"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [{},]}', "Komma fehlt ein Eintrag"),
        ("a.geojson", b'{"type" 5}', "Doppelpunkt"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []} {}', "weitere Zeichen"),
        ("a.geojson", b'{"type": "FeatureCollection", "bbox": ' + b"9" * 5_000 + b"}", "zu lang"),
        ("a.geojson", b"[" * 10_000, "verschachtelt"),
        ("a.geojson", b'{"a":' * 10_000, "verschachtelt"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [' + b"[" * 10_000, "verschachtelt"),
        ("a.geojson", b'{"type": "Topology", "arcs": []}', "TopoJSON.*QGIS"),
        ("a.geojson", b"\xff\xfe{", "Unicode"),
        ("a.geojson", b"PK\x03\x04....", "zip.*QGIS"),
        ("a.json", b"<kml/>", "KML.*QGIS"),
        ("a.json", b"SQLite format 3\x00", "GeoPackage.*QGIS"),
        ("a.shp", b"\x00\x00\x27\x0a", "Shapefile.*QGIS"),
        ("a.zip", b"PK", "QGIS"),
        ("a.kml", b"", "KML.*QGIS"),
    ],
)
def test_another_format_or_a_broken_file_gets_a_clear_word(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        read(tmp_path, content, name)


@pytest.mark.parametrize("content", ["[]," * 200_000, "1.5," * 700_000, '"ab",' * 400_000, '{"a":1},' * 300_000])
def test_a_file_that_would_fill_the_memory_is_refused_before(tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "_MOST_MEMORY", 20_000_000)
    with pytest.raises(Unreadable, match="zu viele Punkte"):
        read(tmp_path, '{"type": "FeatureCollection", "features": [' + content + "1]}")


def test_a_file_that_is_too_big_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    with path.open("wb") as file:
        file.truncate(geojson.MOST_BYTES + 1)
    with pytest.raises(Unreadable, match="300 MB"):
        Recorder(path).read(areas)


# ---- features


@pytest.mark.parametrize("bad", [None, [1], "Laar", {}, {"type": "Feature"}, {"name": "Laar"}])
def test_what_is_no_feature_is_rejected(tmp_path: Path, bad: Any) -> None:
    said = read(tmp_path, text(bad, feature(name="Beeck", level="stadtteil")))
    assert [row for row, *_ in said.rejected] == [1] and len(said.nodes) == 1


def test_what_nobody_asked_for_is_kept_and_counted(tmp_path: Path) -> None:
    one = feature(0, name="A", level="stadtteil", EWZ=5.0, Stand="2024", tief={"ü": [1]}, leer="", nan=float("nan"), aktiv=True)
    two = {**feature(1, name="B", level="stadtteil", EWZ=7), "id": "way/5"}
    said = read(tmp_path, text(one, two))
    assert said.left == {"EWZ": 2, "Stand": 1, "tief": 1, "aktiv": 1, "id": 1}
    first, second = (read_extra(str(node.fields["extra"])) for node in said.nodes.values())
    assert first == {"EWZ": "5", "Stand": "2024", "tief": '{"ü": [1]}', "aktiv": "ja"}
    assert second == {"EWZ": "7", "id": "way/5"}


def test_half_a_character_and_a_name_over_two_lines(tmp_path: Path) -> None:
    said = read(tmp_path, '{"type":"Feature","properties":{"name":"Am\\n \\ud800 Tor","level":"stadtteil","x":"\\udfff"},"geometry":null}')
    (node,) = said.nodes.values()
    assert node.fields["name"] == "Am ? Tor"
    json.dumps(dict(node.fields), ensure_ascii=False).encode("utf-8")


def test_texts_beyond_measure_are_not_kept(tmp_path: Path) -> None:
    said = read(tmp_path, text(feature(0, name="A", level="stadtteil", roman="x" * 30_000), feature(1, name="B" * 30_000, level="stadtteil")))
    (node,) = said.nodes.values()
    assert "extra" not in node.fields and said.left == {"roman": 1} and "zu lang" in said.warnings[0]
    assert "30000 Zeichen" in said.rejected[0][3]


# ---- keys and levels


@pytest.mark.parametrize(
    ("told", "ags"),
    [
        ("05112000", "05112000"), ("5112000", "05112000"), ("051120000000", "05112000"), ("51120000000", "05112000"), ("053340002002", "05334002"),
        ("05334", "05334"), ("5334", "05334"), ("053", ""), ("", ""), ("0511200x", ""), ("٠٥١١٢٠٠٠", ""), ("0511200012345", ""),
    ],
)  # fmt: skip
def test_municipality_keys(told: str, ags: str) -> None:
    assert municipality_key(told) == ags


def test_lost_zeros_are_restored_and_said(tmp_path: Path) -> None:
    shapes = [feature(0, GEN="Duisburg", AGS=5112000), feature(1, GEN="Herne", AGS=5916000.0), feature(2, GEN="Aachen", RS="05 3 34 0002 002")]
    said = read(tmp_path, text(*shapes))
    assert set(said.nodes) == {"ags:05112000", "ags:05916000", "ags:05334002"}
    assert "2 Gemeindeschlüsseln fehlte die führende Null" in " ".join(said.warnings)


def test_what_is_no_municipality_key_stays_an_extra_property(tmp_path: Path) -> None:
    said = read(tmp_path, text(feature(name="A", level="stadtteil", AGS="unbekannt")))
    (node,) = said.nodes.values()
    assert "ags" not in node.fields and read_extra(str(node.fields["extra"])) == {"AGS": "unbekannt"}


def test_municipal_keys_keep_their_zeros_and_are_found_without(tmp_path: Path) -> None:
    shapes = [feature(0, name="Nord", level="bezirk", nr="007"), feature(1, name="Laar", level="stadtteil", nr="0071", parent=7.0)]
    said = read(tmp_path, text(*shapes))
    assert set(said.nodes) == {"stadt.geojson#district/007", "stadt.geojson#quarter/0071"}
    assert [node.fields["code"] for node in said.nodes.values()] == ["007", "0071"]
    assert said.ties("PART_OF") == [("stadt.geojson#quarter/0071", "stadt.geojson#district/007")]


def test_two_codes_that_differ_by_zeros_are_not_mixed_up(tmp_path: Path) -> None:
    shapes = [feature(0, name="N", level="bezirk", nr="07"), feature(1, name="S", level="bezirk", nr="7"), feature(2, name="L", level="stadtteil", parent="07")]
    assert read(tmp_path, text(*shapes)).ties("PART_OF") == [("stadt.geojson#quarter/L", "stadt.geojson#district/07")]


def test_a_kreis_and_its_gemeinden_by_their_keys(tmp_path: Path) -> None:
    shapes = [feature(0, None, GEN="Städteregion Aachen", AGS="05334"), feature(1, None, GEN="Aachen", AGS="05334002"), feature(2, None, GEN="Herne", AGS="05916000")]
    said = read(tmp_path, text(*shapes))
    assert said.nodes["stadt.geojson#county/05334"].fields["ags"] == "05334"
    assert said.ties("PART_OF") == [("ags:05334002", "stadt.geojson#county/05334")]


def test_a_town_of_openstreetmap_that_is_a_kreis_of_its_own(tmp_path: Path) -> None:
    town = feature(name="Duisburg", admin_level="6", **{"de:amtlicher_gemeindeschluessel": "05112000"})
    assert read(tmp_path, text(town)).nodes["ags:05112000"].fields["level"] == "municipality"
    kreis = feature(name="Kreis Wesel", admin_level=6, **{"de:regionalschluessel": "05170"})
    assert [node.fields["level"] for node in read(tmp_path, text(kreis)).nodes.values()] == ["county"]


def test_levels_that_cover_each_other_are_said_and_not_guessed(tmp_path: Path) -> None:
    whole = dict(mapping(box(6, 51, 6.5, 51.5)))
    said = read(tmp_path, text(feature(geometry=whole, name="Stadt"), feature(0, name="A"), feature(1, name="B")))
    assert {str(node.fields["level"]) for node in said.nodes.values()} == {"quarter"}
    (nested,) = [told for told in said.warnings if "liegt ganz in" in told]
    assert nested.startswith("„A“ liegt ganz in „Stadt“ (ebenso 1 weitere)") and "„level“" in nested
    assert not any("Überschneidung" in told for told in said.warnings)


# ---- the same key twice


def parts(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature(at, **{"name": "Inseln", "level": "stadtteil", "nr": 4, **properties}) for at, properties in enumerate(more)]


def test_parts_of_one_area_are_united_and_said(tmp_path: Path) -> None:
    said = read(tmp_path, text(*parts({"a": "1"}, {"b": "2"}, {"a": "3"}), feature(3, name="Land", level="stadtteil", nr=5)))
    node = said.nodes["stadt.geojson#quarter/4"]
    assert shape(json.loads(str(node.fields["geometry"]))).area == pytest.approx(0.03) and node.where.row == 1
    assert said.warnings == ["„Inseln“ steht in 3 Teilen in der Datei; sie wurden zu einer Fläche vereint."]
    assert not said.rejected and read_extra(str(node.fields["extra"])) == {"a": "1", "b": "2"}


def test_the_land_and_the_water_of_a_gemeinde_are_one(tmp_path: Path) -> None:
    both = [feature(0, GEN="Lindau", AGS="09776116", GF=4), feature(1, GEN="Lindau", AGS="09776116", GF=2)]
    said = read(tmp_path, text(*both))
    assert len(said.nodes) == 1 and not said.rejected and "2 Teilen" in " ".join(said.warnings)


@pytest.mark.parametrize(
    "second",
    [
        feature(1, name="Anders", level="stadtteil", nr=4),
        feature(0, name="Inseln", level="stadtteil", nr=4),
        feature(1, None, name="Inseln", level="stadtteil", nr=4),
        feature(0, dict(mapping(box(6.05, 51, 6.15, 51.1))), name="Inseln", level="stadtteil", nr=4),
    ],
)
def test_another_area_under_the_same_code_is_rejected_with_both_places(tmp_path: Path, second: dict[str, Any]) -> None:
    said = read(tmp_path, text(*parts({}), second))
    assert len(said.nodes) == 1
    ((row, column, value, reason),) = said.rejected
    assert (row, column, value) == (2, "code", "4") and "zuerst „Inseln“ als 1. Fläche" in reason


def test_two_of_the_same_name_without_a_code_are_not_united(tmp_path: Path) -> None:
    said = read(tmp_path, text(feature(0, name="Neustadt", level="stadtteil"), feature(1, name="Neustadt", level="stadtteil")))
    assert len(said.nodes) == 1 and "Namen unterscheiden" in said.rejected[0][3]


# ---- Sozialräume

KNOWN = [("d#district/500", "Area", "Mitte"), ("d#quarter/508", "Area", "Hochfeld"), ("d#quarter/505", "Area", "Neudorf-Nord")]


def test_several_stadtteile_in_one_cell(tmp_path: Path) -> None:
    said = read(tmp_path, 'Sozialraum;Stadtteile\n"Süd";"Hochfeld; Neudorf-Nord"\n"Nord";"Neudorf-Nord\nHochfeld\n"\n', "raum.csv", KNOWN)
    south, north = "raum.csv#Sozialraum/Süd", "raum.csv#Sozialraum/Nord"
    assert said.ties("PART_OF") == [("d#quarter/508", south), ("d#quarter/505", south), ("d#quarter/505", north), ("d#quarter/508", north)]


def test_one_unknown_stadtteil_of_several_is_rejected_alone(tmp_path: Path) -> None:
    said = read(tmp_path, "Sozialraum;Stadtteil\nSüd;Hochfeld;\nNord;\"Hochfeld;Atlantis\"\n", "raum.csv", KNOWN)
    assert [(row, value) for row, _, value, _ in said.rejected] == [(3, "Atlantis")] and len(said.edges) == 2


def test_a_title_above_the_head_and_columns_of_their_own(tmp_path: Path) -> None:
    content = "Sozialräume der Stadt;;;\n;;;\nSTADTTEIL*;Sozialraum;Quelle;\nHochfeld;Süd;Rat 2021;Notiz\n"
    said = read(tmp_path, content, "raum.csv", KNOWN)
    (edge,) = said.edges
    assert edge.where.row == 4 and read_extra(str(edge.fields["extra"])) == {"Quelle": "Rat 2021", "Spalte 4": "Notiz"}
    assert said.left == {"Quelle": 1, "Spalte 4": 1}


def test_the_same_stadtteil_twice_and_an_ags_that_is_none(tmp_path: Path) -> None:
    said = read(tmp_path, "Sozialraum;Stadtteil;AGS\nSüd;Hochfeld;\nSüd;Hochfeld;\nSüd;Neudorf-Nord;Duisburg\n", "raum.csv", KNOWN)
    assert len(said.edges) == 1 and "zweimal" in said.warnings[0]
    assert [(row, column) for row, column, *_ in said.rejected] == [(4, "AGS")]


def test_every_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Hinweise zur Tabelle"])
    for name, quarter in (("West", "Hochfeld"), ("Ost", "Neudorf-Nord")):
        sheet = book.create_sheet(name)
        sheet.append(["Sozialraum", "Stadtteil"])
        sheet.append([name, quarter])
    book.save(tmp_path / "raum.xlsx")
    said = Recorder(tmp_path / "raum.xlsx", {}, KNOWN).read(areas)
    assert [node.fields["name"] for node in said.nodes.values()] == ["West", "Ost"]
    assert "wurde nicht gelesen" in said.warnings[0]
