"""Areas: GeoJSON of any nesting level, and Sozialräume out of a table (:mod:`ingest.shapes.social_spaces`).

A municipality's key is its AGS (``ags:05112000``). Any other area's key is ``<town>#<level>/<code or name>``.
The town is the AGS that the area states, else that of the option ``ags``, else the file's name: with an AGS,
two files that divide the same town speak about the same areas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import shapely

from graph import values
from graph.model import Text, Value
from graph.records import Dataset, Edge, Node, Record, Where
from graph.schema import AREA_LEVELS
from ingest.shapes import neighbours
from ingest.shapes.area_properties import (
    CODES,
    DISTRICTS,
    LEVEL_WORDS,
    LEVELS,
    LONGEST,
    NAMES,
    PARENTS,
    Properties,
    allowed_levels,
    level_word,
    municipality_key,
    same_number,
    without_long,
)  # fmt: skip
from ingest.shapes.coordinates import in_degrees
from ingest.shapes.geojson import document
from ingest.shapes.repair import NoShape, Shape, compact, only_polygons, read_shape, rounded
from ingest.shapes.social_spaces import social_spaces
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
        Option(
            "crs",
            Text(
                "Koordinatensystem der Datei, zum Beispiel EPSG:25832; sonst das in der Datei genannte oder erkannte",
                "coordinate system of the file, for example EPSG:25832; else the one that the file names, or a recognised one",
            ),
        ),
    ),
)

_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls")
_PLACES = ("quarter", "district")
_COARSE_TO_FINE = [choice.value for choice in AREA_LEVELS]
_DISJOINT = 0.01
"""Parts of one area may overlap by this share, as digitised borders do."""

_LISTED = 200
"""So many gaps, and so many overlaps, are named one by one."""

_FEW = 10
"""Up to so many need no summary before the list."""

_MOST_COMPARED = 1_000_000
"""Neighbours with more points than this are not compared: it would take minutes."""

_MEMBERS = frozenset({"properties", "geometry", "geometries", "coordinates"})
_LEFT_OUT = "das Gebiet steht in der Liste unter der Karte."


def dataset(path: Path, options: Mapping[str, str]) -> Dataset:
    """One dataset for each file."""
    changed = date.fromtimestamp(path.stat().st_mtime).isoformat()
    return Dataset(f"areas:{path.name}", "areas", options.get("title") or path.stem, changed, rank=20)


def records(context: Context) -> Iterator[Record]:
    """The areas of a GeoJSON file, or the Sozialräume of a table."""
    level = context.options.get("level", "")
    if level and level.casefold() not in LEVEL_WORDS:
        raise Unreadable(f"Die Ebene „{level}“ ist unbekannt; möglich sind: {allowed_levels()}.")
    town = context.options.get("ags", "").strip()
    if town and len(municipality_key(town)) != 8:
        raise Unreadable(f"Der AGS „{town}“ hat nicht acht Ziffern; erwartet wird zum Beispiel --option ags=05112000.")
    if context.path.suffix.lower() in _TABLES:
        yield from social_spaces(context, municipality_key(town))
    else:
        yield from _File(context, municipality_key(town)).records()


@dataclass(frozen=True, slots=True)
class _Area:
    """One area as the file describes it; ``shape`` is in degrees once all of them have been read."""

    where: Where
    name: str
    level: str
    code: str
    ags: str
    town: str
    parent: str
    extra: Mapping[str, str]
    shape: Shape | None = None

    @property
    def key(self) -> str:
        """Under which the ledger keeps it."""
        return f"ags:{self.ags}" if self.level == "municipality" and self.ags else f"{self.town}#{self.level}/{self.code or self.name}"

    @property
    def depth(self) -> int:
        """How fine its level is."""
        return _COARSE_TO_FINE.index(self.level)


@dataclass(slots=True)
class _Tally:
    """What is said once for the whole file."""

    inferred: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    restored: int = 0


class _File:
    """Reads one GeoJSON file."""

    def __init__(self, context: Context, town: str) -> None:
        self._context, self._town = context, town
        self._declared: list[object] = []
        self._tally = _Tally()

    def records(self) -> Iterator[Record]:
        """Every area, and what it is part of where that is stated."""
        context, tally = self._context, self._tally
        file = document(context.path)
        read: list[_Area] = []
        for number, percent, feature in file.features():
            context.progress(percent, 100)
            if (area := self._area(number, feature)) is not None:
                read.append(area)
        for note in file.notes:
            context.warn(note)
        self._declared.append(file.crs)
        areas = self._distinct(self._placed(read))
        for level, count in tally.inferred.items():
            how_many = "Eine Fläche nennt keine Ebene; sie gilt" if count == 1 else f"{count} Flächen nennen keine Ebene; sie gelten"
            context.warn(f"{how_many} als {level_word(level)}. Anders mit --option level=...")
        if tally.restored:
            whose = "Einem Gemeindeschlüssel" if tally.restored == 1 else f"{tally.restored} Gemeindeschlüsseln"
            context.warn(f"{whose} fehlte die führende Null; sie wurde ergänzt.")
        for name, filled in tally.left.items():
            context.leftover(name, filled)
        yield from self._told(areas)
        self._compare(areas)

    # ---- one feature

    def _area(self, number: int, feature: object) -> _Area | None:
        context = self._context
        where = Where(context.path.name, row=number)
        if not isinstance(feature, dict) or not _MEMBERS & feature.keys():
            context.reject(where, "", str(feature)[:100], "Das ist keine GeoJSON-Fläche.")
            return None
        whole = feature.get("type") == "Feature"
        properties = Properties(feature.get("properties"), {"id": feature.get("id")} if whole else None)
        name = properties.first(NAMES) or ("" if whole else context.path.stem)
        if not name:
            context.reject(where, "name", "", f"Die {number}. Fläche hat keinen Namen; erwartet wird die Eigenschaft „name“.")
            return None
        if len(name) > LONGEST:
            context.reject(where, "name", f"{name[:60]} ...", f"Der Name hat {len(name)} Zeichen; bitte kürzen.")
            return None
        stated, restored = properties.official()
        code = properties.first(CODES)
        level = self._level(where, properties.first(LEVELS), stated)
        if level is None:
            return None
        self._tally.restored += restored
        if level == "county" and len(stated) == 8 and stated.endswith("000"):
            stated = stated[:5]
        parent = properties.first(PARENTS) or (properties.first(DISTRICTS) if level == "quarter" else "")
        town = stated if len(stated) == 8 else self._town
        ags = town if level == "municipality" else stated if level == "county" and len(stated) == 5 else ""
        geometry = feature.get("geometry") if whole or {"geometry", "properties"} & feature.keys() else feature
        for holder in (feature, geometry):
            if isinstance(holder, dict) and "crs" in holder:
                self._declared.append(holder["crs"])
        extra, too_long = without_long(properties.unused())
        self._tally.left.update((*extra, *too_long))
        for told in too_long:
            context.warn(f"Die Eigenschaft „{told[:60]}“ von „{name}“ ist zu lang und wird nicht behalten.", where)
        if level == "county":
            code = code or stated
        return _Area(where, name, level, code, ags, town or context.path.name, parent, extra, self._shape(where, name, geometry))

    def _level(self, where: Where, said: str, stated: str) -> str | None:
        if option := self._context.options.get("level"):
            return LEVEL_WORDS[option.casefold()]
        if said:
            level = LEVEL_WORDS.get(said.casefold())
            if level is None:
                mend = f"möglich sind: {allowed_levels()}. Oder für die ganze Datei: --option level=Stadtteil."
                self._context.reject(where, "level", said, f"Diese Ebene ist unbekannt; {mend}")
            # For OpenStreetMap a town that is a Kreis of its own has level 6; its AGS has eight digits.
            return "municipality" if said == "6" and len(stated) == 8 else level
        level = {8: "municipality", 5: "county"}.get(len(stated), "quarter")
        self._tally.inferred[level] += 1
        return level

    def _shape(self, where: Where, name: str, geometry: object) -> Shape | None:
        try:
            found = read_shape(geometry)
        except NoShape as error:
            self._context.warn(f"Die Fläche von „{name}“ {error}; {_LEFT_OUT}", where)
            return None
        if found is None:
            self._context.warn(f"„{name}“ hat keine Fläche und steht in der Liste unter der Karte.", where)
            return None
        for repair in found.repairs:
            self._context.warn(f"Die Fläche von „{name}“ {repair}.", where)
        return found.shape

    # ---- all features together

    def _placed(self, read: list[_Area]) -> list[_Area]:
        """The areas with their shapes in degrees."""
        shaped = [area for area in read if area.shape is not None]
        keys = {area.town for area in read if area.town.isdigit()} | {area.ags for area in read if area.ags} | {self._town} - {""}
        found = in_degrees(
            self._context.path.name, [area.shape for area in shaped if area.shape is not None], self._declared, self._context.options.get("crs", ""), keys
        )
        for note in found.notes:
            self._context.warn(note)
        for at in found.turned:
            self._context.warn(f"Bei „{shaped[at].name}“ waren Länge und Breite vertauscht und wurden gedreht.", shaped[at].where)
        shapes: dict[int, Shape | None] = {}
        for area, shape in zip(shaped, found.shapes, strict=True):
            kept = rounded(shape) if shape is not None else None
            if shape is None:
                self._context.warn(f"Die Koordinaten von „{area.name}“ sind keine Grad; {_LEFT_OUT}", area.where)
            elif kept is None:
                self._context.warn(f"Die Fläche von „{area.name}“ ist kleiner als zehn Zentimeter; {_LEFT_OUT}", area.where)
            shapes[area.where.row] = kept
        return [replace(area, shape=shapes.get(area.where.row)) for area in read]

    def _distinct(self, read: list[_Area]) -> dict[str, _Area]:
        """The areas by key. Some exports give each part of an area as a feature of its own: such parts are united."""
        groups: dict[str, list[_Area]] = {}
        for area in read:
            groups.setdefault(area.key, []).append(area)
        distinct: dict[str, _Area] = {}
        for key, (first, *others) in groups.items():
            distinct[key] = first
            if others and (united := _united([first, *others])):
                distinct[key] = united
                self._context.warn(f"„{first.name}“ steht in {len(others) + 1} Teilen in der Datei; sie wurden zu einer Fläche vereint.", first.where)
                continue
            for area in others:
                mend = "gliedert die Datei eine Kommune, dann bitte mit --option level=Stadtteil" if area.ags else "bitte Schlüssel oder Namen unterscheiden"
                place = f"zuerst „{first.name}“ als {first.where.row}. Fläche"
                self._context.reject(area.where, "code", area.ags or area.code or area.name, f"Dieses Gebiet steht in der Datei zweimal ({place}); {mend}.")
        return distinct

    def _told(self, areas: Mapping[str, _Area]) -> Iterator[Record]:
        called: dict[str, list[_Area]] = {}
        for area in areas.values():
            for known in {area.code, area.name.casefold(), same_number(area.code)} - {""}:
                called.setdefault(known, []).append(area)
        has_town = any(area.level == "municipality" and area.ags for area in areas.values())
        counties = {area.ags: area.key for area in areas.values() if area.level == "county" and area.ags}
        for area in areas.values():
            fields: dict[str, Value] = {"name": area.name, "level": area.level}
            for name, value in (("code", area.code), ("ags", area.ags)):
                if value:
                    fields[name] = value
            if area.shape is not None:
                fields["geometry"] = compact(area.shape)
            if area.extra:
                fields["extra"] = values.extra(area.extra)
            yield Node("Area", area.key, fields, area.where)
            if area.parent:
                namesakes = called.get(area.parent) or called.get(area.parent.casefold()) or called.get(same_number(area.parent)) or []
                if parent := self._parent(area, namesakes):
                    yield Edge("PART_OF", area.key, parent, {}, area.where)
                else:
                    self._context.warn(
                        f"Das übergeordnete Gebiet „{area.parent}“ von „{area.name}“ ist weder in der Datei noch im Bestand eindeutig zu finden; "
                        "es wird aus den Flächen bestimmt.",
                        area.where,
                    )
            elif area.level in _PLACES and area.town != self._context.path.name and not has_town:
                yield Edge("PART_OF", area.key, f"ags:{area.town}", {}, area.where)
            elif area.level == "municipality" and area.ags[:5] in counties:
                yield Edge("PART_OF", area.key, counties[area.ags[:5]], {}, area.where)

    def _parent(self, area: _Area, namesakes: list[_Area]) -> str:
        """The key of the area that ``area`` says it is part of, in this file or among the known areas of its town; "" if unknown."""
        coarser = sorted((other for other in namesakes if other.depth < area.depth), key=lambda other: -other.depth)
        if coarser:
            # A code may stand at several levels; the next coarser one is meant.
            return coarser[0].key if len(coarser) == 1 or coarser[0].level != coarser[1].level else ""
        if others := [other for other in namesakes if other.key != area.key]:
            return others[0].key if len(others) == 1 else ""
        levels = list(reversed(_COARSE_TO_FINE[: area.depth]))
        for key in (f"{area.town}#{level}/{area.parent}" for level in levels):
            if self._context.exists(key, ("Area",)):
                return key
        known = [key for key in self._context.find(area.parent, ("Area",)) if key.startswith(tuple(f"{area.town}#{level}/" for level in levels))]
        return known[0] if len(known) == 1 else ""

    # ---- neighbours

    def _compare(self, areas: Mapping[str, _Area]) -> None:
        """Lists gaps and overlaps between areas of the same level (and town): the borders of Bezirke must fit, too, where Stadtteile meet at them."""
        levels: dict[tuple[str, str], list[neighbours.Area]] = {}
        for area in areas.values():
            if area.shape is not None and area.level != "social_space":
                level = (area.level, area.town if area.level in _PLACES else "")
                levels.setdefault(level, []).append(neighbours.Area(area.name, area.shape))
        if neighbours.border_points([area.shape for group in levels.values() for area in group]) > _MOST_COMPARED:
            self._context.warn("Lücken und Überschneidungen wurden nicht gesucht: die Flächen haben dafür zu viele Punkte. Bitte in QGIS vereinfachen.")
            return
        for (name, _), group in levels.items():
            try:
                found = neighbours.compare(group)
            except neighbours.TooMany:
                self._context.warn(f"Ebene {level_word(name)}: die Flächen liegen übereinander und nicht nebeneinander; bitte die Datei prüfen.")
                continue
            if len(found.overlaps) + len(found.gaps) > _FEW:
                self._context.warn(f"Ebene {level_word(name)}: {_counted('Überschneidungen', found.overlaps)} und {_counted('Lücken', found.gaps)}.")
            self._say("Überschneidung", "Überschneidungen", found.overlaps, found.minor_overlaps)
            self._say("Lücke", "Lücken", found.gaps, found.minor_gaps)
            if found.nested:
                inner, outer = found.nested[0]
                more = f" (ebenso {len(found.nested) - 1} weitere)" if len(found.nested) > 1 else ""
                self._context.warn(
                    f"„{inner}“ liegt ganz in „{outer}“{more}, und beide gelten als {level_word(name)}. "
                    "Sind es mehrere Ebenen, dann bitte jede in der Eigenschaft „level“ nennen; die Software rät sie nicht."
                )

    def _say(self, one: str, many: str, found: list[neighbours.Finding], minor: tuple[int, float]) -> None:
        for finding in found[:_LISTED]:
            self._context.warn(f"{one} {_between(one, finding.names)}: {neighbours.in_words(finding.square_metres)}.")
        if rest := found[_LISTED:]:
            whole = neighbours.in_words(sum(finding.square_metres for finding in rest))
            self._context.warn(f"{len(rest)} weitere {many} (zusammen {whole}).")
        if minor[0]:
            size = neighbours.in_words(minor[1])
            self._context.warn(f"1 kleinere {one} ({size})." if minor[0] == 1 else f"{minor[0]} kleinere {many} (zusammen {size}).")


def _counted(many: str, found: list[neighbours.Finding]) -> str:
    whole = neighbours.in_words(sum(finding.square_metres for finding in found))
    return f"{len(found)} {many} (zusammen {whole})" if found else f"keine {many}"


def _between(one: str, names: tuple[str, ...]) -> str:
    told = [f"„{name}“" for name in names[:5]] + ([f"{len(names) - 5} weiteren"] if len(names) > 5 else [])
    if len(told) == 1:
        return f"innerhalb von {told[0]}"
    return f"{'von' if one == 'Überschneidung' else 'zwischen'} {', '.join(told[:-1])} und {told[-1]}"


def _united(parts: list[_Area]) -> _Area | None:
    """All of them as one area where they are its parts: same name and code, and shapes that lie beside each other. Else None."""
    first = parts[0]
    shapes = [part.shape for part in parts if part.shape is not None]
    if not (first.code or first.ags) or len(shapes) < len(parts) or any((part.name, part.code) != (first.name, first.code) for part in parts):
        return None
    together = only_polygons(shapely.union_all(shapes))
    sizes = [shape.area for shape in shapes]
    if together is None or sum(sizes) - together.area > _DISJOINT * min(sizes):
        return None
    kept = rounded(together)
    extra = {name: text for part in reversed(parts) for name, text in part.extra.items()}
    return replace(first, shape=kept, extra=extra) if kept is not None else None
