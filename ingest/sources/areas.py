"""Areas: GeoJSON of any nesting level, and Sozialräume out of a table (:mod:`ingest.social_spaces`).

A municipality's key is its AGS (``ags:05112000``). Any other area's key is ``<town>#<level>/<code or name>``.
The town is the AGS that the area states, else that of the option ``ags``, else the file's name: with an AGS,
two files that divide the same town speak about the same areas.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
from ingest.social_spaces import social_spaces
from ingest.source import About, Context, Option, Unreadable

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
_DISTRICTS = ("stadtbezirk", "bezirk", "stadtbezirk_nr", "bezirk_nr")
"""What names the parent of a Stadtteil, where it is not the name of the area itself."""

_AGS = ("ags", "ags_0", "gemeindeschluessel", "gemeindeschlüssel")
_LEVEL_WORDS = {
    "kreis": "county", "städteregion": "county", "staedteregion": "county", "landkreis": "county", "6": "county",
    "stadt": "municipality", "kommune": "municipality", "gemeinde": "municipality", "8": "municipality",
    "stadtbezirk": "district", "bezirk": "district", "9": "district",
    "stadtteil": "quarter", "ortsteil": "quarter", "quartier": "quarter", "10": "quarter",
} | {choice.value: choice.value for choice in AREA_LEVELS}  # fmt: skip
_PLACES = ("quarter", "district")
_COARSE_TO_FINE = [choice.value for choice in AREA_LEVELS]
_COORDINATE_DIGITS = 6


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each file."""
    changed = date.fromtimestamp(path.stat().st_mtime).isoformat()
    return Dataset(f"areas:{path.name}", "areas", options.get("title") or path.stem, changed, rank=20)


def records(context: Context) -> Iterator[Record]:
    """The areas of a GeoJSON file, or the Sozialräume of a table."""
    level = context.options.get("level", "")
    if level and level.casefold() not in _LEVEL_WORDS:
        raise Unreadable(f"Die Ebene „{level}“ ist unbekannt; möglich sind: {_allowed_levels()}.")
    town = context.options.get("ags", "")
    if town and not (_eight(town).isdigit() and len(_eight(town)) == 8):
        raise Unreadable(f"Der AGS „{town}“ hat nicht acht Ziffern; erwartet wird zum Beispiel --option ags=05112000.")
    if context.path.suffix.lower() in (".csv", ".xlsx"):
        yield from social_spaces(context, _eight(town) if town else "")
    else:
        yield from _shapes(context)


# ---- GeoJSON ----------------------------------------------------------------------------------------


class _Properties:
    """The properties of an area; it remembers which of them were asked for."""

    def __init__(self, raw: object) -> None:
        pairs = raw.items() if isinstance(raw, dict) else ()
        self._filled = {str(key).casefold(): (str(key), value) for key, value in pairs if value not in (None, "")}
        self._used: set[str] = set()

    def first(self, names: tuple[str, ...]) -> str:
        """The first of these that has a value and has not been used as something else, as text."""
        for name in names:
            if name in self._filled and name not in self._used:
                self._used.add(name)
                return _text(self._filled[name][1])
        return ""

    def unused(self) -> list[str]:
        """Names of the filled properties that nobody asked for."""
        return [key for name, (key, _) in self._filled.items() if name not in self._used]


@dataclass(frozen=True, slots=True)
class _Feature:
    where: Where
    name: str
    level: str
    code: str
    ags: str
    town: str
    parent: str
    geometry: BaseGeometry | None

    @property
    def key(self) -> str:
        """Under which the ledger keeps it."""
        return f"ags:{self.ags}" if self.ags else f"{self.town}#{self.level}/{self.code or self.name}"


def _shapes(context: Context) -> Iterator[Record]:
    document = _document(context.path)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise Unreadable(f"„{context.path.name}“ hat keine Liste „features“ und ist damit kein vollständiges GeoJSON.")
    project = _projection(context, document)
    taken: dict[str, _Feature] = {}
    left: Counter[str] = Counter()
    inferred: Counter[str] = Counter()
    for number, feature in enumerate(features, 1):
        context.progress(number, len(features))
        found = _feature(context, number, feature, project, left, inferred)
        if found is None:
            continue
        if found.key in taken:
            mend = "gliedert die Datei eine Kommune, dann bitte mit --option level=Stadtteil" if found.ags else "bitte Schlüssel oder Namen unterscheiden"
            context.reject(found.where, "code", found.ags or found.code or found.name, f"Dieses Gebiet steht in der Datei zweimal; {mend}.")
            continue
        taken[found.key] = found
    for level, count in inferred.items():
        how_many = "Eine Fläche nennt keine Ebene; sie gilt" if count == 1 else f"{count} Flächen nennen keine Ebene; sie gelten"
        context.warn(f"{how_many} als {_level_word(level)}. Anders mit --option level=...")
    for name, filled in left.items():
        context.leftover(name, filled)
    yield from _told(context, taken)


def _told(context: Context, taken: Mapping[str, _Feature]) -> Iterator[Record]:
    """Every area, and what it is part of where that is stated."""
    called: dict[str, list[_Feature]] = {}
    for found in taken.values():
        for word in {found.code, found.name.casefold()} - {""}:
            called.setdefault(word, []).append(found)
    has_town = any(found.level == "municipality" and found.ags for found in taken.values())
    for found in taken.values():
        fields: dict[str, Value] = {"name": found.name, "level": found.level}
        for name, value in (("code", found.code), ("ags", found.ags)):
            if value:
                fields[name] = value
        if found.geometry is not None:
            fields["geometry"] = _compact(found.geometry)
        yield Node("Area", found.key, fields, found.where)
        if found.parent:
            parent = _parent(context, found, called.get(found.parent) or called.get(found.parent.casefold()) or [])
            if parent:
                yield Edge("PART_OF", found.key, parent, {}, found.where)
            else:
                context.warn(
                    f"Das übergeordnete Gebiet „{found.parent}“ von „{found.name}“ ist weder in der Datei noch im Bestand eindeutig zu finden; "
                    "es wird aus den Flächen bestimmt.",
                    found.where,
                )
        elif found.level in _PLACES and found.town != context.path.name and not has_town:
            yield Edge("PART_OF", found.key, f"ags:{found.town}", {}, found.where)


def _parent(context: Context, found: _Feature, namesakes: list[_Feature]) -> str:
    """The key of the area that ``found`` says it is part of, in this file or among the known areas of its town; "" if unknown."""
    depth = _COARSE_TO_FINE.index(found.level)
    coarser = sorted((other for other in namesakes if _COARSE_TO_FINE.index(other.level) < depth), key=lambda other: -_COARSE_TO_FINE.index(other.level))
    if coarser:
        # A code may stand at several levels; the next coarser one is meant.
        return coarser[0].key if len(coarser) == 1 or coarser[0].level != coarser[1].level else ""
    if others := [other for other in namesakes if other is not found]:
        return others[0].key if len(others) == 1 else ""
    levels = list(reversed(_COARSE_TO_FINE[:depth]))
    for key in (f"{found.town}#{level}/{found.parent}" for level in levels):
        if context.exists(key, ("Area",)):
            return key
    known = [key for key in context.find(found.parent, ("Area",)) if key.startswith(tuple(f"{found.town}#{level}/" for level in levels))]
    return known[0] if len(known) == 1 else ""


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


def _projection(context: Context, document: Mapping[str, Any]) -> Callable[..., Any] | None:
    """What turns the file's coordinates into longitude and latitude (WGS 84), or None where they are that already."""
    declared = document.get("crs")
    details = declared.get("properties") if isinstance(declared, dict) else None
    name = str(details.get("name", "")) if isinstance(details, dict) else ""
    if not name or name.endswith(("CRS84", ":4326", "::4326")):
        return None
    try:
        source = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        raise Unreadable(f"Das Koordinatensystem „{name}“ in „{context.path.name}“ ist unbekannt; bitte in WGS 84 (EPSG:4326) speichern.") from None
    transform: Callable[..., Any] = pyproj.Transformer.from_crs(source, "OGC:CRS84", always_xy=True).transform
    return transform


def _feature(
    context: Context, number: int, feature: object, project: Callable[..., Any] | None, left: Counter[str], inferred: Counter[str]
) -> _Feature | None:
    where = Where(context.path.name, row=number)
    if not isinstance(feature, dict):
        context.reject(where, "", feature, "Das ist keine GeoJSON-Fläche.")
        return None
    properties = _Properties(feature.get("properties"))
    name = properties.first(_NAMES) or (context.path.stem if feature.get("type") != "Feature" else "")
    if not name:
        context.reject(where, "name", "", f"Die {number}. Fläche hat keinen Namen; erwartet wird die Eigenschaft „name“.")
        return None
    stated, code = _official(properties), properties.first(_CODES)
    level = _level(context, where, properties.first(_LEVELS), stated, inferred)
    if level is None:
        return None
    parent = properties.first(_PARENTS) or (properties.first(_DISTRICTS) if level == "quarter" else "")
    option = _eight(context.options["ags"]) if "ags" in context.options else ""
    town = stated if len(stated) == 8 else option
    geometry = _geometry(context, where, name, feature.get("geometry", feature if "coordinates" in feature or "geometries" in feature else None), project)
    left.update(properties.unused())
    if level == "county":
        code = code or stated
    return _Feature(where, name, level, code, town if level == "municipality" else "", town or context.path.name, parent, geometry)


def _text(value: object) -> str:
    """A code or name as text: 300.0 and 300 are the same code."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _eight(ags: str) -> str:
    return ags.strip().zfill(8)


def _official(properties: _Properties) -> str:
    """The AGS: eight digits of a Gemeinde or five of a Kreis, with the leading zero that it may have lost; "" if there is none."""
    digits = properties.first(_AGS)
    if not digits and (regional := properties.first(("rs",))).isdigit():
        digits = regional[:5] + regional[9:] if len(regional) == 12 else regional
    if not digits.isdigit():
        return ""
    return {4: digits.zfill(5), 5: digits, 7: digits.zfill(8), 8: digits}.get(len(digits), "")


def _level(context: Context, where: Where, said: str, stated: str, inferred: Counter[str]) -> str | None:
    if option := context.options.get("level"):
        return _LEVEL_WORDS[option.casefold()]
    if said:
        if level := _LEVEL_WORDS.get(said.casefold()):
            return level
        mend = f"möglich sind: {_allowed_levels()}. Oder für die ganze Datei: --option level=Stadtteil."
        context.reject(where, "level", said, f"Diese Ebene ist unbekannt; {mend}")
        return None
    level = {8: "municipality", 5: "county"}.get(len(stated), "quarter")
    inferred[level] += 1
    return level


def _allowed_levels() -> str:
    return ", ".join(choice.label.de for choice in AREA_LEVELS)


def _level_word(level: str) -> str:
    return next(choice.label.de for choice in AREA_LEVELS if choice.value == level)


def _geometry(context: Context, where: Where, name: str, raw: object, project: Callable[..., Any] | None) -> BaseGeometry | None:
    if not isinstance(raw, dict):
        context.warn(f"„{name}“ hat keine Fläche und steht in der Liste unter der Karte.", where)
        return None
    try:
        geometry = shapely.force_2d(shape(raw))
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
