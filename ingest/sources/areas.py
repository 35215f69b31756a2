"""Areas: GeoJSON of any nesting level, and Sozialräume out of a table.

A municipality's key is its AGS (``ags:05112000``). Any other area's key is ``<town>#<level>/<code or name>``
with the AGS of the option ``ags`` as town, else the file's name: with the option, two files that divide the
same town speak about the same areas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyproj
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from graph.model import Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import AREA_LEVELS
from ingest.source import About, Context, Option, Unreadable
from ingest.workbook import sheets

ABOUT = About(
    "areas",
    Text("Gebiete", "Areas"),
    Text(
        "GeoJSON mit Flächen; oder CSV/Excel mit den Spalten Sozialraum und Stadtteil", "GeoJSON shapes; or CSV/Excel with the columns Sozialraum and Stadtteil"
    ),
    (
        Option("ags", Text("AGS der Kommune, die die Datei gliedert", "AGS of the municipality that the file divides")),
        Option("title", Text("Name der Quelle in der App; sonst der Dateiname", "name of the source in the app; else the file's name")),
        Option("level", Text("Ebene aller Flächen der Datei, zum Beispiel Stadtteil", "level of all shapes in the file, for example Stadtteil")),
    ),
)

_NAMES = ("name", "gen", "bezeichnung", "stadtteil", "ortsteil", "stadtbezirk", "bezirk", "label")
_LEVELS = ("level", "ebene", "admin_level")
_CODES = ("code", "schluessel", "schlüssel", "nummer", "nr", "key", "id", "cartodb_id")
_PARENTS = ("parent", "parent_code", "uebergeordnet", "übergeordnet")
_AGS = ("ags", "ags_0", "gemeindeschluessel", "gemeindeschlüssel")
_LEVEL_WORDS = {
    "kreis": "county", "städteregion": "county", "staedteregion": "county", "landkreis": "county", "6": "county",
    "stadt": "municipality", "kommune": "municipality", "gemeinde": "municipality", "8": "municipality",
    "stadtbezirk": "district", "bezirk": "district", "9": "district",
    "stadtteil": "quarter", "ortsteil": "quarter", "quartier": "quarter", "10": "quarter",
} | {choice.value: choice.value for choice in AREA_LEVELS}  # fmt: skip
_PLACES = ("quarter", "district")
_COORDINATE_DIGITS = 6


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each file."""
    changed = date.fromtimestamp(path.stat().st_mtime).isoformat()
    return Dataset(f"areas:{path.name}", "areas", options.get("title") or path.stem, changed, rank=20)


def records(context: Context) -> Iterator[Record]:
    """The areas of a GeoJSON file, or the Sozialräume of a table."""
    level = context.options.get("level", "")
    if level and level.casefold() not in _LEVEL_WORDS:
        allowed = ", ".join(choice.label.de for choice in AREA_LEVELS)
        raise Unreadable(f"Die Ebene „{level}“ ist unbekannt; möglich sind: {allowed}.")
    if context.path.suffix.lower() in (".csv", ".xlsx"):
        yield from _social_spaces(context)
    else:
        yield from _shapes(context)


# ---- GeoJSON ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Feature:
    where: Where
    name: str
    level: str
    code: str
    ags: str
    parent: str
    geometry: BaseGeometry | None
    key: str


def _shapes(context: Context) -> Iterator[Record]:
    document = _document(context.path)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise Unreadable(f"„{context.path.name}“ hat keine Liste „features“ und ist damit kein vollständiges GeoJSON.")
    project = _projection(context, document)
    taken: dict[str, _Feature] = {}
    for number, feature in enumerate(features, 1):
        context.progress(number, len(features))
        found = _feature(context, number, feature, project)
        if found is None:
            continue
        if found.key in taken:
            context.reject(found.where, "code", found.code or found.name, "Dieses Gebiet steht in der Datei zweimal; bitte Schlüssel oder Namen unterscheiden.")
            continue
        taken[found.key] = found
    by_code = {other.code: other for other in taken.values() if other.code}
    by_name = {other.name.casefold(): other for other in taken.values()}
    town = next((f"ags:{other.ags}" for other in taken.values() if other.level == "municipality" and other.ags), "")
    for found in taken.values():
        fields: dict[str, Value] = {"name": found.name, "level": found.level}
        for name, value in (("code", found.code), ("ags", found.ags)):
            if value:
                fields[name] = value
        if found.geometry is not None:
            fields["geometry"] = _compact(found.geometry)
        yield Node("Area", found.key, fields, found.where)
        if found.parent:
            parent = by_code.get(found.parent) or by_name.get(found.parent.casefold())
            if parent is None or parent is found:
                context.warn(
                    f"Das übergeordnete Gebiet „{found.parent}“ von „{found.name}“ steht nicht in der Datei; es wird aus den Flächen bestimmt.", found.where
                )
            else:
                yield Edge("PART_OF", found.key, parent.key, {}, found.where)
        elif not town and context.options.get("ags") and found.level in _PLACES:
            yield Edge("PART_OF", found.key, f"ags:{_eight(context.options['ags'])}", {}, found.where)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except UnicodeDecodeError:
        raise Unreadable(f"„{path.name}“ ist keine UTF-8-Datei; bitte als GeoJSON (UTF-8) neu speichern.") from None
    except ValueError as error:
        raise Unreadable(f"„{path.name}“ ist kein gültiges JSON ({error}); bitte als GeoJSON neu speichern.") from None
    if not isinstance(document, dict) or "type" not in document:
        raise Unreadable(f"„{path.name}“ ist kein GeoJSON; erwartet wird eine FeatureCollection.")
    return document


def _projection(context: Context, document: Mapping[str, Any]) -> Any:
    """What turns the file's coordinates into longitude and latitude (WGS 84), or None where they are that already."""
    declared = document.get("crs") or {}
    name = str((declared.get("properties") or {}).get("name", "")) if isinstance(declared, dict) else ""
    if not name or name.endswith(("CRS84", ":4326", "::4326")):
        return None
    try:
        source = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        raise Unreadable(f"Das Koordinatensystem „{name}“ in „{context.path.name}“ ist unbekannt; bitte in WGS 84 (EPSG:4326) speichern.") from None
    return pyproj.Transformer.from_crs(source, "OGC:CRS84", always_xy=True).transform


def _feature(context: Context, number: int, feature: object, project: Any) -> _Feature | None:
    where = Where(context.path.name, row=number)
    if not isinstance(feature, dict):
        context.reject(where, "", feature, "Das ist keine GeoJSON-Fläche.")
        return None
    raw = feature.get("properties") or {}
    properties = {str(key).casefold(): value for key, value in raw.items() if value not in (None, "")}
    name = _text(_first(properties, _NAMES)) or (context.path.stem if feature.get("type") != "Feature" else "")
    if not name:
        context.reject(where, "name", "", f"Die {number}. Fläche hat keinen Namen; erwartet wird die Eigenschaft „name“.")
        return None
    ags = _ags(properties)
    level = _level(context, where, name, properties, ags)
    if level is None:
        return None
    if level == "municipality" and not ags and "ags" in context.options:
        ags = _eight(context.options["ags"])
    code = _text(_first(properties, _CODES))
    key = f"ags:{ags}" if level == "municipality" and ags else f"{_town(context)}#{level}/{code or name}"
    geometry = _geometry(context, where, name, feature.get("geometry", feature if "coordinates" in feature or "geometries" in feature else None), project)
    return _Feature(where, name, level, code, ags if level == "municipality" else "", _text(_first(properties, _PARENTS)), geometry, key)


def _town(context: Context) -> str:
    return _eight(context.options["ags"]) if "ags" in context.options else context.path.name


def _first(properties: Mapping[str, Any], names: tuple[str, ...]) -> object:
    return next((properties[name] for name in names if name in properties), None)


def _text(value: object) -> str:
    """A code or name as text: 300.0 and 300 are the same code."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _eight(ags: str) -> str:
    return ags.strip().zfill(8)


def _ags(properties: Mapping[str, Any]) -> str:
    digits = _text(_first(properties, _AGS))
    if not digits and (regional := _text(properties.get("rs"))).isdigit() and len(regional) == 12:
        digits = regional[:5] + regional[9:]
    return _eight(digits) if digits.isdigit() and len(digits) in (7, 8) else ""


def _level(context: Context, where: Where, name: str, properties: Mapping[str, Any], ags: str) -> str | None:
    if option := context.options.get("level"):
        return _LEVEL_WORDS[option.casefold()]
    if said := _text(_first(properties, _LEVELS)):
        if level := _LEVEL_WORDS.get(said.casefold()):
            return level
        allowed = ", ".join(choice.label.de for choice in AREA_LEVELS)
        context.reject(where, "level", said, f"Diese Ebene ist unbekannt; möglich sind: {allowed}. Oder für die ganze Datei: --option level=Stadtteil.")
        return None
    level = "municipality" if ags else "quarter"
    if where.row == 1:
        word = next(choice.label.de for choice in AREA_LEVELS if choice.value == level)
        context.warn(f"Die Flächen nennen keine Ebene; sie gelten als {word}. Anders mit --option level=...", where)
    return level


def _geometry(context: Context, where: Where, name: str, raw: object, project: Any) -> BaseGeometry | None:
    if not isinstance(raw, dict):
        context.warn(f"„{name}“ hat keine Fläche und steht in der Liste unter der Karte.", where)
        return None
    try:
        geometry = shape(raw)
        if project is not None:
            geometry = shapely.transform(geometry, project, interleaved=False)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        context.warn(f"Die Fläche von „{name}“ ist unlesbar ({error}); das Gebiet steht in der Liste unter der Karte.", where)
        return None
    if not geometry.is_valid:
        context.warn(f"Die Fläche von „{name}“ überschneidet sich selbst ({shapely.is_valid_reason(geometry)}) und wurde repariert.", where)
        geometry = shapely.make_valid(geometry)
    polygons = [part for part in _parts(geometry) if part.geom_type == "Polygon" and part.area > 0]
    if not polygons:
        context.warn(f"„{name}“ ist keine Fläche, sondern {geometry.geom_type}; das Gebiet steht in der Liste unter der Karte.", where)
        return None
    united = shapely.union_all(polygons)
    west, south, east, north = united.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        context.warn(f"Die Koordinaten von „{name}“ sind keine Grad; bitte die Datei in WGS 84 (EPSG:4326) speichern.", where)
        return None
    return united


def _parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    if hasattr(geometry, "geoms"):
        for part in geometry.geoms:
            yield from _parts(part)
    else:
        yield geometry


def _compact(geometry: BaseGeometry) -> str:
    """GeoJSON text with six digits, about ten centimetres."""
    plain = mapping(geometry)

    def rounded(value: Any) -> Any:
        return round(value, _COORDINATE_DIGITS) if isinstance(value, float) else [rounded(part) for part in value]

    return json.dumps({"type": plain["type"], "coordinates": rounded(plain["coordinates"])}, separators=(",", ":"))


# ---- Sozialräume ------------------------------------------------------------------------------------


def _social_spaces(context: Context) -> Iterator[Record]:
    """Each row says that a Stadtteil belongs to a Sozialraum."""
    head, rows = _table(context)
    columns = {name.strip().casefold(): place for place, name in enumerate(head)}
    for needed in ("sozialraum", "stadtteil"):
        if needed not in columns:
            raise Unreadable(f"„{context.path.name}“ hat keine Spalte „{needed.title()}“; erwartet werden Sozialraum, Stadtteil und, wenn bekannt, Bezirk.")
    known = ("sozialraum", "stadtteil", "bezirk", "schlüssel", "bemerkung")
    # Records come after all look-ups, so that a Sozialraum that is called like a Stadtteil is not taken for it.
    said: list[Record] = []
    seen: set[str] = set()
    for number, row in rows:
        where = Where(context.path.name, row=number)

        def cell(name: str, row: list[str] = row) -> str:
            place = columns.get(name)
            return row[place].strip() if place is not None and place < len(row) else ""

        space, quarter = cell("sozialraum"), cell("stadtteil")
        if not space or not quarter:
            empty = "Sozialraum" if not space else "Stadtteil"
            context.reject(where, empty, "", f"Die Spalte {empty} ist leer; bitte ergänzen.")
            continue
        member = _member(context, where, quarter, cell("bezirk"))
        if not member:
            continue
        space_key = f"{context.path.name}#Sozialraum/{cell('schlüssel') or space}"
        if space_key not in seen:
            said.append(Node("Area", space_key, {"name": space, "level": "social_space"}, where))
        if len(member) == 2 and member[0] not in seen:
            said.append(Node("Area", member[0], {"name": quarter, "level": "quarter"}, where))
            said.append(Edge("PART_OF", member[0], member[1], {}, where))
        said.append(Edge("PART_OF", member[0], space_key, {}, where))
        seen |= {space_key, member[0]}
    yield from said
    for name, place in columns.items():
        filled = sum(1 for _, row in rows if place < len(row) and row[place].strip())
        if name and name not in known and filled:
            context.leftover(head[place], filled)


def _member(context: Context, where: Where, quarter: str, district: str) -> tuple[str, ...]:
    """The key of a known area; or the key of a new Stadtteil and that of the known Bezirk it belongs to; or nothing (rejected)."""
    found = _among(context.find(quarter, ("Area",)), "quarter")
    coarser = [key for key in found if _level_in(key) in ("district", "municipality")]
    parents = _among(context.find(district, ("Area",)), "district") if district else []
    if len(found) == 1 and not (coarser and len(parents) == 1):
        if coarser:
            context.warn(f"„{quarter}“ ist kein Stadtteil, sondern ein größeres Gebiet; es gehört als Ganzes zum Sozialraum.", where)
        return (found[0],)
    if len(found) > 1 and not coarser:
        context.reject(where, "Stadtteil", quarter, f"Der Name ist nicht eindeutig: {', '.join(found)}. Bitte einen davon als Stadtteil angeben.")
        return ()
    if context.exists(quarter, ("Area",)):
        return (quarter,)
    if len(parents) == 1:
        context.warn(f"Für den Stadtteil „{quarter}“ ist keine Fläche bekannt; er gehört zu „{district}“ und steht in der Liste unter der Karte.", where)
        return f"{context.path.name}#Stadtteil/{quarter}", parents[0]
    unknown = district or quarter
    if parents:
        reason = f"Der Name ist nicht eindeutig: {', '.join(parents)}. Bitte den Stadtteil mit seiner Fläche einlesen."
    else:
        similar = context.similar(unknown, ("Area",))
        meant = f" Ähnlich heißen: {', '.join(similar)}." if similar else ""
        reason = f"Dieses Gebiet gibt es noch nicht.{meant} Bitte zuerst die Gebiete einlesen, oder in der Spalte Bezirk einen bekannten Bezirk nennen."
    context.reject(where, "Bezirk" if district else "Stadtteil", unknown, reason)
    return ()


def _level_in(key: str) -> str:
    """The level that a key of this source names; "" for the key of another source."""
    if key.startswith("ags:"):
        return "municipality"
    level = key.partition("#")[2].partition("/")[0]
    return {"Stadtteil": "quarter", "Sozialraum": "social_space"}.get(level, level if level in _LEVEL_WORDS else "")


def _among(keys: list[str], level: str) -> list[str]:
    """Those of this level, else all but Sozialräume: a Bezirk is often called like one of its Stadtteile."""
    return [key for key in keys if _level_in(key) == level] or [key for key in keys if _level_in(key) != "social_space"]


def _table(context: Context) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Head and filled rows (with the row numbers that people see) of a CSV file or of the first sheet of a workbook."""
    rows = [(number, [_text(cell) for cell in cells]) for number, cells in sheets(context.path, context.warn)[0].rows()]
    filled = [(number, row) for number, row in rows if any(row)]
    if not filled:
        raise Unreadable(f"„{context.path.name}“ ist leer.")
    return filled[0][1], filled[1:]
