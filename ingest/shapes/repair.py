"""Raw GeoJSON geometry -> a valid polygon or multi-polygon, and what had to be done to it.

Nothing here knows a coordinate system (:mod:`ingest.shapes.coordinates`) or an area. What carries no meaning is put
right in silence: heights, the direction of a ring, the same point twice in a row. What changes a shape is said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Shape = Polygon | MultiPolygon
Points = npt.NDArray[np.float64]

COORDINATE_DIGITS = 6
"""Degrees are kept with so many digits, about ten centimetres."""

MOST_POINTS = 300_000
"""A shape of more points says nothing more on a map, and would make every later step slow."""

_FEWEST_POINTS = 3
_FARTHEST = 1e8
"""No coordinate system of the earth has larger numbers (32 or 33 million are UTM eastings with their zone in front)."""

_LEFT_OUT = {"Point": ("Punkt", "Punkte"), "LineString": ("Linie", "Linien")}
_NO_AREA = {
    "Point": "ein Punkt und keine Fläche", "MultiPoint": "eine Menge von Punkten und keine Fläche",
    "LineString": "eine Linie und keine Fläche", "MultiLineString": "eine Menge von Linien und keine Fläche",
}  # fmt: skip


class NoShape(Exception):
    """There is no usable shape; the message goes on after "Die Fläche von „X“ ", in German without a full stop."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A valid shape in the coordinates of the file; ``repairs`` are German half-sentences about what was done to it."""

    shape: Shape
    repairs: tuple[str, ...] = ()


def read_shape(raw: object) -> Repaired | None:
    """The polygons of a GeoJSON geometry, repaired; None where there is no geometry at all (null).

    Holes and parts are kept. Rings are closed, rings that cross themselves and parts that overlap are put right by
    shapely's ``make_valid`` (structure method: parts are united, holes taken away). Raises :class:`NoShape`.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise NoShape("ist kein GeoJSON-Objekt")
    polygons, others = _polygons_in(raw)
    repairs: list[str] = []
    if others and polygons:
        repairs.append(f"enthält auch {_counted(others)}; das wurde weggelassen")
    parts: list[Polygon] = []
    seen: Counter[str] = Counter()
    for rings in polygons:
        if (polygon := _polygon(rings, seen)) is not None:
            parts.append(polygon)
    if seen["unclosed"]:
        repairs.append("hatte einen Ring, der nicht geschlossen ist; er wurde geschlossen")
    if seen["flat"] and parts:
        repairs.append("hatte einen Ring ohne Ausdehnung; er wurde weggelassen")
    if not parts:
        kind = str(raw.get("type"))
        raise NoShape("hat keine Ausdehnung" if polygons else f"ist {_NO_AREA.get(kind, 'ohne Polygon')}")
    if sum(map(shapely.get_num_coordinates, parts)) > MOST_POINTS:
        raise NoShape(f"hat mehr als {MOST_POINTS:,} Punkte; bitte in QGIS vereinfachen".replace(",", "."))
    whole: BaseGeometry = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    if not whole.is_valid:
        repairs.append(_why_invalid(whole))
        whole = shapely.make_valid(whole, method="structure", keep_collapsed=False)
    shape = only_polygons(whole)
    if shape is None:
        raise NoShape("hat keine Ausdehnung")
    return Repaired(shape, tuple(repairs))


def only_polygons(geometry: BaseGeometry) -> Shape | None:
    """The polygons in a geometry as one; None where there is none with an area."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry if geometry.area > 0 else None
    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if isinstance(part, Polygon) and part.area > 0]
    return only_polygons(shapely.union_all(parts)) if parts else None


def moved(shape: Shape, change: Callable[[Points], Points]) -> Shape | None:
    """The shape with every point moved by ``change`` (an array of points to another one), valid; None if nothing is left of it."""
    there: BaseGeometry = shapely.transform(shape, change)
    if not np.isfinite(shapely.get_coordinates(there)).all():
        return None
    return only_polygons(there if there.is_valid else shapely.make_valid(there, method="structure", keep_collapsed=False))


def rounded(shape: Shape) -> Shape | None:
    """The shape with :data:`COORDINATE_DIGITS` digits, valid; None where it is smaller than that.

    Points are rounded one by one, so that a border that two neighbours share stays shared. Where this makes rings
    touch or cross, shapely's precision model finds the valid shape on the same grid.
    """
    plain = shapely.transform(shape, _round)
    if not plain.is_valid:
        plain = shapely.transform(shapely.set_precision(shape, 10**-COORDINATE_DIGITS), _round)
    return only_polygons(shapely.remove_repeated_points(plain))


def _round(points: Points) -> Points:
    return np.round(points, COORDINATE_DIGITS)


def compact(shape: Shape) -> str:
    """A rounded shape as GeoJSON text."""
    plain = shapely.geometry.mapping(shape)
    return json.dumps({"type": plain["type"], "coordinates": plain["coordinates"]}, separators=(",", ":"))


# ---- inside a geometry ------------------------------------------------------------------------------


def _polygons_in(raw: dict[str, Any]) -> tuple[list[Any], Counter[str]]:
    """The coordinates of every polygon at any depth, and how many points and lines stand beside them."""
    polygons: list[Any] = []
    others: Counter[str] = Counter()
    waiting: list[object] = [raw]
    while waiting:
        geometry = waiting.pop()
        if geometry is None:
            continue
        if not isinstance(geometry, dict):
            raise NoShape("ist falsch verschachtelt")
        kind = geometry.get("type")
        if kind == "GeometryCollection":
            waiting += reversed(_list(geometry.get("geometries")))
            continue
        coordinates = geometry.get("coordinates")
        if kind == "Polygon":
            if _list(coordinates):
                polygons.append(coordinates)
        elif kind == "MultiPolygon":
            polygons += [part for part in _list(coordinates) if _list(part)]
        elif kind in ("Point", "LineString"):
            others[str(kind)] += 1
        elif kind in ("MultiPoint", "MultiLineString"):
            others[str(kind).removeprefix("Multi")] += len(_list(coordinates))
        else:
            raise NoShape(f"ist von der Art „{str(kind)[:40]}“, die es in GeoJSON nicht gibt")
    return polygons, others


def _list(raw: object) -> list[Any]:
    if not isinstance(raw, list):
        raise NoShape("ist falsch verschachtelt")
    return raw


def _polygon(rings: Any, seen: Counter[str]) -> Polygon | None:
    """One polygon of its outer ring and its holes; ``seen`` counts what was wrong. None where it has no area."""
    outer = _ring(rings[0], seen)
    if outer is None:
        return None
    holes = [hole for hole in (_ring(ring, seen) for ring in rings[1:]) if hole is not None]
    return Polygon(outer, holes)


def _ring(raw: Any, seen: Counter[str]) -> Points | None:
    """A closed ring of at least three different points; None where it encloses nothing."""
    points = _points(raw)
    if len(points):
        different = np.ones(len(points), dtype=bool)
        different[1:] = (points[1:] != points[:-1]).any(axis=1)
        points = points[different]
    if len(points) and (points[0] != points[-1]).any():
        seen["unclosed"] += 1
        points = np.vstack([points, points[:1]])
    if len(points) <= _FEWEST_POINTS or _flat(points):
        seen["flat"] += 1
        return None
    return points


def _flat(points: Points) -> bool:
    """Do all points lie on one line?"""
    away = points - points[0]
    far = away[int(np.argmax((away**2).sum(axis=1)))]
    return bool(np.all(np.abs(away[:, 0] * far[1] - away[:, 1] * far[0]) <= 1e-12 * float((far**2).sum())))


def _points(raw: Any) -> Points:
    """The x and y of each point of a ring; heights and measures are left out."""
    if not isinstance(raw, list):
        raise NoShape("ist falsch verschachtelt")
    try:
        points = np.array(raw)
    except ValueError:  # points of different length: some have a height
        if not all(isinstance(point, list) for point in raw):
            raise NoShape("ist falsch verschachtelt") from None
        try:
            points = np.array([point[:2] for point in raw])
        except ValueError:
            raise NoShape("ist falsch verschachtelt") from None
    if points.dtype.kind in "US":
        raise NoShape("hat Texte statt Zahlen als Koordinaten")
    if points.dtype.kind not in "fiu":
        raise NoShape("hat Koordinaten, die keine Zahlen sind" if points.size else "hat keine Ausdehnung")
    if not points.size:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] < 2:
        raise NoShape("ist falsch verschachtelt")
    plain: Points = points[:, :2].astype(np.float64)
    if not np.isfinite(plain).all():
        raise NoShape("hat Koordinaten, die keine endlichen Zahlen sind")
    if np.abs(plain).max() > _FARTHEST:
        raise NoShape("hat Koordinaten, die zu groß sind, auch für Meter")
    return plain


def _why_invalid(geometry: BaseGeometry) -> str:
    reason = shapely.is_valid_reason(geometry)
    words = {
        "Self-intersection": "überschnitt sich selbst",
        "Ring Self-intersection": "berührte sich selbst",
        "Hole lies outside shell": "hatte ein Loch außerhalb ihrer selbst",
        "Holes are nested": "hatte Löcher ineinander",
        "Nested shells": "hatte Teile ineinander",
        "Interior is disconnected": "zerfiel in Stücke",
        "Duplicate Rings": "hatte denselben Ring zweimal",
    }
    what, _, place = reason.partition("[")
    at = f" (bei {place.rstrip(']').replace(' ', ', ')})" if place else ""
    return f"{words.get(what.strip(), 'war ungültig')}{at} und wurde repariert"


def _counted(others: Iterable[str] | Counter[str]) -> str:
    counts = Counter(others)
    return " und ".join(f"{count} {_LEFT_OUT[kind][count > 1]}" for kind, count in counts.items())
