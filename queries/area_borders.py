"""Which areas lie next to each other, and how far things are from an area: on the polygons, in kilometres."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from graph.snapshot import Snapshot

KM_PER_DEGREE = 111.32
GAP_KM = 0.03
"""Borders that were drawn apart by no more than this are one border."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The polygons of areas on a flat map in kilometres (equirectangular at the town's latitude; over 50 km less than one per cent off)."""

    shapes: dict[str, BaseGeometry]
    narrow: float

    def point(self, lat: float, lon: float) -> BaseGeometry:
        """A place on the map."""
        return shapely.Point(lon * self.narrow * KM_PER_DEGREE, lat * KM_PER_DEGREE)

    def points(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places as x and y in kilometres."""
        return np.column_stack([lon * self.narrow, lat]) * KM_PER_DEGREE

    def neighbours(self, areas: Sequence[str], within_km: float = 0.0) -> dict[str, list[str]]:
        """For each area those of ``areas`` that share its border, or with ``within_km`` lie no further off; nearest borders are not sorted.

        Areas without a polygon have none. An area that lies inside another one, or holds it, is no neighbour.
        """
        known = [area for area in areas if area in self.shapes]
        shapes = np.array([self.shapes[area] for area in known], dtype=object)
        found: dict[str, list[str]] = {area: [] for area in areas}
        if len(known) < 2:
            return found
        left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=max(GAP_KM, within_km))
        for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
            if a != b:
                found[known[a]].append(known[b])
        return found


def ground(view: Snapshot) -> Ground:
    """The polygons of all areas of a snapshot, read once."""
    return view.once("area borders", lambda: _ground(view))


def _ground(view: Snapshot) -> Ground:
    nodes = view.nodes
    if "geometry" not in nodes.columns:
        return Ground({}, 1.0)
    told = nodes.loc[nodes["type"] == "Area", "geometry"]
    degrees = {str(area): found for area, text in told.items() if (found := _read(text)) is not None}
    if not degrees:
        return Ground({}, 1.0)
    _, south, _, north = shapely.total_bounds(list(degrees.values()))
    narrow = math.cos(math.radians((south + north) / 2))
    scale = np.array([narrow * KM_PER_DEGREE, KM_PER_DEGREE])
    return Ground({area: shapely.transform(found, lambda at: at * scale) for area, found in degrees.items()}, narrow)


def _read(text: Any) -> BaseGeometry | None:
    if not isinstance(text, str):
        return None
    try:
        found = shapely.make_valid(shape(json.loads(text)))
    except (ValueError, KeyError, TypeError, ShapelyError):
        return None
    return None if found.is_empty else found
