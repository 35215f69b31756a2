"""GeoJSON and tables of areas that no map could show as they are."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

from tests.bad_files.case import Case, Make, written

_SQUARE = [[[6.7, 51.4], [6.8, 51.4], [6.8, 51.5], [6.7, 51.5], [6.7, 51.4]]]


def _square(west: float, south: float, size: float = 0.1) -> list[list[list[float]]]:
    return [[[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]]


def _feature(name: object, geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": name, "level": "Stadtteil", **properties}, "geometry": geometry}


def _polygon(coordinates: object = None) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": _SQUARE if coordinates is None else coordinates}


_GOOD = _feature("Nord", _polygon(_square(6.9, 51.4)))


def _file(*features: object, **more: object) -> Make:
    return written("gebiete.geojson", json.dumps({"type": "FeatureCollection", "features": list(features), **more}, ensure_ascii=False))


def _odd(name: str, geometry: object, *says: str, exit: int = 0, taken: int = 2) -> Case:
    return Case(name, _file(_GOOD, _feature("Süd", geometry)), exit, says, taken, "areas")


def _raw(name: str, content: bytes | str, *says: str, file: str = "gebiete.geojson") -> Case:
    return Case(name, written(file, content), 2, says or (file,), source="areas")


def _options(name: str, make: Make, options: Mapping[str, str], *says: str) -> Case:
    return Case(name, make, 2, says, source="areas", options=options)


def _zipped(name: str) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr(name, b"\0\0\x27\x0a" + bytes(100))
    return raw.getvalue()


def _circle(points: int) -> list[list[list[float]]]:
    from math import cos, pi, sin

    ring = [[7 + 0.05 * cos(2 * pi * n / points), 51.2 + 0.05 * sin(2 * pi * n / points)] for n in range(points)]
    return [[*ring, ring[0]]]


_UTM = [[[340_000.0, 5_700_000.0], [345_000.0, 5_700_000.0], [345_000.0, 5_705_000.0], [340_000.0, 5_700_000.0]]]
_deep: object = _polygon()
for _ in range(200):
    _deep = {"type": "GeometryCollection", "geometries": [_deep]}

CASES = [
    Case("good", _file(_GOOD), 0, taken=1, source="areas"),
    _raw("0 bytes", b"", "leer"),
    _raw("only spaces", "   \n"),
    _raw("truncated", json.dumps({"type": "FeatureCollection", "features": [_GOOD]})[:-20]),
    _raw("a list", "[]"),
    _raw("null", "null"),
    _raw("a number", "42"),
    _raw("100,000 brackets", "[" * 100_000),
    _raw("100,000 nested objects", '{"type":' * 100_000),
    _raw("features is a word", '{"type": "FeatureCollection", "features": "keine"}'),
    _raw("features is missing", '{"type": "FeatureCollection"}'),
    _raw("no features", '{"type": "FeatureCollection", "features": []}'),
    _raw("TopoJSON", '{"type": "Topology", "objects": {}, "arcs": []}', "TopoJSON"),
    _raw("KML", '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "GeoJSON"),
    _raw("a packed shapefile", _zipped("gebiete.shp"), "GeoJSON", file="gebiete.zip"),
    _raw("a shapefile", b"\0\0\x27\x0a" + bytes(100), "GeoJSON", file="gebiete.shp"),
    _raw("noise", bytes(range(256)) * 20),
    Case("a mark of the encoding", written("gebiete.geojson", b"\xef\xbb\xbf" + json.dumps({"type": "FeatureCollection", "features": [_GOOD]}).encode()), 0, taken=1, source="areas"),
    Case("Windows text", written("gebiete.geojson", json.dumps({"type": "FeatureCollection", "features": [_feature("Süd", _polygon())]}, ensure_ascii=False).encode("cp1252")), 0, ("Windows",), 1, "areas"),
    Case("a feature that is null", _file(_GOOD, None), 1, ("GeoJSON",), 1, "areas"),
    Case("a feature that is a list", _file(_GOOD, [1, 2]), 1, ("GeoJSON",), 1, "areas"),
    Case("properties that are a list", _file(_GOOD, {"type": "Feature", "properties": [1], "geometry": _polygon()}), 1, ("Namen",), 1, "areas"),
    Case("no name", _file(_GOOD, _feature("", _polygon())), 1, ("Namen",), 1, "areas"),
    Case("a name that is an object", _file(_GOOD, _feature({"a": 1}, _polygon())), 1, ("Namen",), 1, "areas"),
    Case("a name with markup", _file(_feature("<script>alert(1)</script>", _polygon())), 0, taken=1, source="areas"),
    Case("a name of 10,000 characters", _file(_feature("x" * 10_000, _polygon())), 0, taken=1, source="areas"),
    Case("an unknown level", _file(_GOOD, _feature("Süd", _polygon(), level="Galaxie")), 1, ("Ebene",), 1, "areas"),
    Case("a code twice", _file(_feature("Nord", _polygon(_square(6.9, 51.4)), code="1"), _feature("Süd", _polygon(), code="1")), 1, ("zweimal",), 1, "areas"),
    Case("its own parent", _file(_feature("Nord", _polygon(), code="1", parent="1")), 0, taken=1, source="areas"),
    Case("parents in a ring", _file(_feature("Nord", _polygon(), code="1", parent="2", level="Stadtteil"), _feature("Süd", _polygon(_square(6.9, 51.4)), code="2", parent="1", level="Stadtteil")), 0, ("Kreis",), 2, "areas"),
    Case("a parent that nobody is", _file(_feature("Nord", _polygon(), parent="Nirgendwo")), 0, ("Nirgendwo",), 1, "areas"),
    _odd("no geometry", None, "keine Fläche"),
    _odd("a geometry that is a word", "Polygon", "Süd"),
    _odd("a type that does not exist", {"type": "Kreis", "coordinates": _SQUARE}, "Süd"),
    _odd("no coordinates", {"type": "Polygon"}, "Süd"),
    _odd("coordinates as words", _polygon([[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]), "Süd"),
    _odd("coordinates as numbers in quotes", _polygon([[["6.7", "51.4"], ["6.8", "51.4"], ["6.8", "51.5"], ["6.7", "51.4"]]]), "Süd"),
    _odd("NaN", _polygon([[[float("nan"), 51.4], [6.8, 51.4], [6.8, 51.5], [float("nan"), 51.4]]]), "Süd"),
    _odd("infinity", _polygon([[[float("inf"), 51.4], [6.8, 51.4], [6.8, 51.5], [float("inf"), 51.4]]]), "Süd"),
    _odd("a ring of two points", _polygon([[[6.7, 51.4], [6.8, 51.4]]]), "Süd"),
    _odd("an empty ring", _polygon([[]]), "Süd"),
    _odd("no area", _polygon([[[6.7, 51.4], [6.8, 51.4], [6.7, 51.4], [6.7, 51.4]]]), "Süd"),
    _odd("not closed", _polygon([_SQUARE[0][:-1]])),
    _odd("crossing itself", _polygon([[[6.7, 51.4], [6.8, 51.5], [6.8, 51.4], [6.7, 51.5], [6.7, 51.4]]]), "repariert"),
    _odd("turned the wrong way", _polygon([_SQUARE[0][::-1]])),
    _odd("every point twice", _polygon([[point for point in _SQUARE[0] for _ in range(2)]])),
    _odd("a hole outside", _polygon([*_SQUARE, _square(7.5, 51.9)[0]]), "repariert"),
    _odd("with heights", _polygon([[[*point, 30.0] for point in _SQUARE[0]]])),
    _odd("a point", {"type": "Point", "coordinates": [6.7, 51.4]}, "Süd"),
    _odd("a line", {"type": "LineString", "coordinates": _SQUARE[0]}, "Süd"),
    _odd("a collection of polygon, line and point", {"type": "GeometryCollection", "geometries": [_polygon(), {"type": "LineString", "coordinates": _SQUARE[0]}, {"type": "Point", "coordinates": [6.7, 51.4]}]}, "Süd"),
    _odd("an empty collection", {"type": "GeometryCollection", "geometries": []}, "Süd"),
    _odd("collections in collections, 200 deep", _deep),
    _odd("200,000 points", _polygon(_circle(200_000))),
    _odd("several parts", {"type": "MultiPolygon", "coordinates": [_SQUARE, _square(6.5, 51.2)]}),
    _odd("overlapping parts", {"type": "MultiPolygon", "coordinates": [_SQUARE, _square(6.75, 51.42)]}, "repariert"),
    Case("an overlap with the neighbour", _file(_feature("Nord", _polygon(_square(6.7, 51.4))), _feature("Süd", _polygon(_square(6.75, 51.4)))), 0, ("berschneid",), 2, "areas"),
    Case("latitude first", _file(_feature("Nord", _polygon([[[lat, lon] for lon, lat in _SQUARE[0]]]))), 0, ("vertauscht",), 1, "areas"),
    Case("metres without a word", _file(_feature("Nord", _polygon(_UTM))), 2, ("crs",), source="areas"),
    Case("metres with a word", _file(_feature("Nord", _polygon(_UTM)), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}), 0, taken=1, source="areas"),
    Case("a system that does not exist", _file(_GOOD, crs={"type": "name", "properties": {"name": "EPSG:99999999"}}), 2, ("Koordinatensystem",), source="areas"),
    Case("a system that is a number", _file(_GOOD, crs=4711), 0, taken=1, source="areas"),
    Case("a system with a path in it", _file(_GOOD, crs={"type": "name", "properties": {"name": "/etc/passwd"}}), 2, ("Koordinatensystem",), source="areas"),
    _options("an unknown level as option", _file(_GOOD), {"level": "Galaxie"}, "Ebene"),
    _options("an AGS that is none", _file(_GOOD), {"ags": "zwölf"}, "AGS"),
    _options("a town that is none", _file(_GOOD), {"stadt": "Duisburg"}, "Einstellung"),
    Case("Sozialräume without the column", written("raum.csv", "Raum;Teil\nA;B\n"), 2, ("Sozialraum",), source="areas"),
    Case("Sozialräume of unknown Stadtteile", written("raum.csv", "Sozialraum;Stadtteil\nA;Nirgendwo\n"), 2, ("Nirgendwo",), source="areas"),
    Case("an empty table of Sozialräume", written("raum.csv", ""), 2, ("leer",), source="areas"),
    Case("a table of Sozialräume with holes", written("raum.csv", "Sozialraum;Stadtteil\n;Nord\nA;\n"), 2, ("leer",), source="areas"),
]  # fmt: skip
