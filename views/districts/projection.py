"""From degrees to the flat unit square of the district map, and polygons small enough to send.

Equirectangular at the mean latitude: true in both directions for a town or a Kreis (the error over 50 km
is under one per cent). x and y keep their ratio; the larger side of the map is 1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE = 111_320.0
GRID = 10_000
"""Coordinates are sent as whole numbers of this fraction of the larger side."""
MOST_CORNERS = 20_000
"""Corners of all polygons together; finer outlines are simplified until they fit."""


@dataclass(frozen=True)
class Projection:
    """A map of the box (west, south, east, north), in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, shapes: Sequence[BaseGeometry], points: Sequence[tuple[float, float]]) -> Projection:
        """The map that holds ``shapes`` (degrees), or ``points`` (lat, lon) where there are no shapes."""
        if shapes:
            return cls(*shapely.total_bounds(list(shapes)))
        if points:
            lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
            return cls(min(lons) - 0.01, min(lats) - 0.01, max(lons) + 0.01, max(lats) + 0.01)
        return cls(0.0, 0.0, 1.0, 1.0)

    @property
    def _narrow(self) -> float:
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def size(self) -> float:
        """The larger side, in degrees of latitude."""
        return max((self.east - self.west) * self._narrow, self.north - self.south, 1e-9)

    @property
    def metres(self) -> float:
        """The larger side, in metres."""
        return self.size * METRES_PER_DEGREE

    def points(self, lats: NDArray[np.float64], lons: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where places are: x (to the right) and y (downwards), 0 to 1 within the map."""
        return (lons - self.west) * self._narrow / self.size, (self.north - lats) / self.size

    def shape(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shape in degrees, in units of the map."""
        return shapely.transform(geometry, lambda c: np.column_stack([(c[:, 0] - self.west) * self._narrow / self.size, (self.north - c[:, 1]) / self.size]))


def read_shapes(geometries: Mapping[str, object]) -> dict[str, BaseGeometry]:
    """Area id -> shape in degrees, of GeoJSON text; areas without one, and text that is no shape, are left out."""
    out: dict[str, BaseGeometry] = {}
    for area, text in geometries.items():
        if not isinstance(text, str) or not text.strip():
            continue
        try:
            found = shape(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError):
            continue
        if not found.is_valid:
            found = found.buffer(0)
        parts = [part for part in getattr(found, "geoms", [found]) if isinstance(part, Polygon | MultiPolygon) and not part.is_empty]
        if parts:
            out[area] = shapely.union_all(parts) if len(parts) > 1 else parts[0]
    return out


def simplified(shapes: Mapping[str, BaseGeometry], levels: Mapping[str, str], most: int = MOST_CORNERS) -> dict[str, BaseGeometry]:
    """Shapes (in units of the map) with fewer corners, ``most`` of them together; neighbours of a level keep their common border."""
    tolerance = 1 / 3000
    out = dict(shapes)
    while True:
        for level in sorted(set(levels.values())):
            ids = [area for area in shapes if levels[area] == level]
            out |= dict(zip(ids, _simplify([shapes[area] for area in ids], tolerance), strict=True))
        if int(shapely.get_num_coordinates(list(out.values())).sum()) <= most or tolerance > 0.02:
            return out
        tolerance *= 1.6


def _simplify(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    if hasattr(shapely, "coverage_simplify") and len(shapes) > 1 and shapely.coverage_is_valid(shapes):
        return list(shapely.coverage_simplify(shapes, tolerance))
    return [made if not (made := s.simplify(tolerance)).is_empty else s for s in shapes]


def outline(geometry: BaseGeometry) -> list[list[int]]:
    """The rings of a shape as flat lists x, y, x, y in whole ``GRID`` steps; holes are rings, too."""
    rings = []
    for part in getattr(geometry, "geoms", [geometry]):
        for ring in (part.exterior, *part.interiors):
            flat = [round(c * GRID) for point in list(ring.coords)[:-1] for c in point[:2]]
            if len(flat) >= 6:
                rings.append(flat)
    return rings


def label_spot(geometry: BaseGeometry) -> tuple[float, float, float, float]:
    """Where a name stands, and the width and height that it has there: the centre of the widest inside stretch near the middle height of the largest part."""
    part = max(getattr(geometry, "geoms", [geometry]), key=lambda p: p.area)
    west, top, east, bottom = part.bounds
    best, spot = -1.0, (part.representative_point().x, part.representative_point().y)
    for share in (0.5, 0.42, 0.58, 0.35, 0.65):
        y = top + share * (bottom - top)
        for piece in _inside(part, [(west - 1, y), (east + 1, y)]):
            if piece.length > best * 1.08:
                best, spot = piece.length, (piece.centroid.x, y)
    x, y = spot
    high = [piece.length for piece in _inside(part, [(x, top - 1), (x, bottom + 1)]) if piece.bounds[1] <= y <= piece.bounds[3]]
    return x, y, max(best, 0.0), max(high, default=0.0)


def _inside(part: BaseGeometry, line: list[tuple[float, float]]) -> list[BaseGeometry]:
    """The stretches of a line that lie inside."""
    cut = part.intersection(shapely.LineString(line))
    return [piece for piece in getattr(cut, "geoms", [cut]) if piece.length > 0]
