"""Points and areas: which area holds a point, which area an area belongs to.

Longitudes and latitudes are WGS 84 degrees. Shares of areas are taken in these degrees, which is
enough here: a degree of longitude is shorter than one of latitude by cos(latitude), but that factor
stands on both sides of a share and cancels, and within the largest area compared (a Kreis, under one
degree high) it changes by about two percent. Real areas hold another one (nearly) whole or hardly at
all, so two percent never move a share across one half. Where the sizes of two areas are compared, both
lie around the same place; they are scaled by the cosine of their own latitude.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from graph.schema import AREA_LEVELS

NESTED_LEVELS: tuple[str, ...] = tuple(choice.value for choice in AREA_LEVELS if choice.value != "social_space")
"""Levels that nest, from coarse to fine. A Sozialraum groups Stadtteile across them and stands outside."""

_DEPTH = {level: depth for depth, level in enumerate(NESTED_LEVELS)}
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class AreaShape:
    """An area as the index takes it: its id, its level (see ``AREA_LEVELS``), its GeoJSON text or None."""

    id: str
    level: str
    geometry: str | None


@dataclass(frozen=True, slots=True)
class AreaProblem:
    """An area whose shape could not be used as it is; ``reason`` is a German sentence."""

    id: str
    reason: str


class AreaIndex:
    """Answers where a point lies and what an area is part of.

    Areas without a shape are allowed; they are never found. ``problems`` lists shapes that were mended
    (a ring that crosses itself) or could not be read.
    """

    def __init__(self, areas: Iterable[AreaShape]) -> None:
        self.problems: list[AreaProblem] = []
        shapes: list[tuple[AreaShape, BaseGeometry]] = []
        for area in areas:
            shape = self._read(area)
            if shape is not None:
                shapes.append((area, shape))
        # Coarse before fine, large before small: of all areas at a point the last one is the finest.
        shapes.sort(key=lambda pair: (_DEPTH.get(pair[0].level, -1), -_size(pair[1]), pair[0].id))
        self._areas = [area for area, _ in shapes]
        self._depths = np.array([_DEPTH.get(area.level, -1) for area in self._areas], dtype=np.int64)
        self._shapes: npt.NDArray[np.object_] = np.empty(len(shapes), dtype=object)
        self._shapes[:] = [shape for _, shape in shapes]
        self._position = {area.id: position for position, area in enumerate(self._areas)}
        self._sizes: npt.NDArray[np.float64] = np.asarray(shapely.area(self._shapes), dtype=np.float64)
        self._tree = shapely.STRtree(list(self._shapes))
        self._parents: dict[str, str] | None = None
        self._holds: dict[tuple[str, str], bool] = {}

    def finest(self, lon: float, lat: float) -> str | None:
        """The id of the finest area whose polygon covers the point (its border included), or None.

        A Sozialraum is never the answer. Where several areas of one level overlap, the smallest one is.
        """
        return self.finest_of([lon], [lat])[0]

    def finest_of(self, lons: Sequence[float], lats: Sequence[float]) -> list[str | None]:
        """:meth:`finest` for many points at once; the answers stand in the order of the points."""
        result: list[str | None] = [None] * len(lons)
        nested = np.flatnonzero(self._depths >= 0)
        if not result or not nested.size:
            return result
        points = shapely.points(np.column_stack([np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)]))
        # Polygons ask a tree of points, not the other way round: shapely prepares the asking shape once.
        holders, held = shapely.STRtree(np.asarray(points, dtype=object).tolist()).query(self._shapes[nested], predicate="covers")
        best = np.full(len(result), -1, dtype=np.int64)
        np.maximum.at(best, held, nested[holders])
        for index in np.flatnonzero(best >= 0):
            result[index] = self._areas[best[index]].id
        return result

    def has_shape(self, area: str) -> bool:
        """Is there a polygon of this area?"""
        return area in self._position

    def parent(self, area: str) -> str | None:
        """The id of the area that ``area`` is part of by containment, or None.

        It is of the finest coarser level in which an area holds at least half of it; of several the smallest.
        """
        if self._parents is None:
            self._parents = self._find_parents()
        return self._parents.get(area)

    def lies_within(self, inner: str, outer: str) -> bool:
        """Does ``outer``, of a coarser or the same level, hold at least half of ``inner`` (or is it the same)?

        Answered from the polygons alone; False where one of them has none. A Sozialraum may be either of them.
        """
        if inner == outer:
            return True
        pair = (inner, outer)
        known = self._holds.get(pair)
        if known is None:
            known = self._holds[pair] = self._share(inner, outer) >= _HALF
        return known

    def _share(self, inner: str, outer: str) -> float:
        a, b = self._position.get(inner), self._position.get(outer)
        if a is None or b is None or self._depths[b] > self._depths[a] >= 0:
            return 0.0
        return float(shapely.area(shapely.intersection(self._shapes[a], self._shapes[b])) / self._sizes[a])

    def _find_parents(self) -> dict[str, str]:
        parents: dict[str, str] = {}
        if not self._areas:
            return parents
        inner, outer = self._tree.query(self._shapes, predicate="intersects")
        coarser = (self._depths[outer] >= 0) & (self._depths[outer] < self._depths[inner])
        inner, outer = inner[coarser], outer[coarser]
        shared = shapely.area(shapely.intersection(self._shapes[inner], self._shapes[outer]))
        enough = shared >= _HALF * self._sizes[inner]
        # Positions run from coarse to fine and from large to small, so the highest one is the nearest holder.
        for a, b in sorted(zip(inner[enough].tolist(), outer[enough].tolist(), strict=True)):
            parents[self._areas[a].id] = self._areas[b].id
        return parents

    def _read(self, area: AreaShape) -> BaseGeometry | None:
        if not area.geometry:
            return None
        try:
            shape = shapely.from_geojson(area.geometry)
        except (shapely.errors.GEOSException, TypeError, ValueError):
            self.problems.append(AreaProblem(area.id, "Die Fläche ist kein lesbares GeoJSON."))
            return None
        if shape is None or not np.isfinite(shapely.get_coordinates(shape)).all():
            self.problems.append(AreaProblem(area.id, "Die Fläche enthält Koordinaten, die keine Zahlen sind."))
            return None
        mended = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
        polygons = _polygons(mended)
        if polygons is None:
            self.problems.append(AreaProblem(area.id, "Die Fläche enthält kein Polygon mit einer Ausdehnung."))
            return None
        if mended is not shape:
            self.problems.append(AreaProblem(area.id, f"Die Fläche war ungültig und wurde berichtigt ({shapely.is_valid_reason(shape)})."))
        shapely.prepare(polygons)
        return polygons


def _polygons(shape: BaseGeometry) -> BaseGeometry | None:
    """The polygons in ``shape`` as one geometry; lines and points that a mend leaves over have no area."""
    if isinstance(shape, Polygon | MultiPolygon):
        return shape if shape.area else None
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon) and part.area]
    return shapely.union_all(parts) if parts else None


def _size(shape: BaseGeometry) -> float:
    latitude = float(shape.centroid.y)
    return float(shape.area) * math.cos(math.radians(min(max(latitude, -89.9), 89.9)))
