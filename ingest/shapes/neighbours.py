"""Gaps and overlaps between neighbouring areas, with their size.

They are looked for in the degrees in which shapes are kept, where a border that two neighbours share is the same
line on both sides; a projection bends straight lines and would tear long ones apart. Sizes are taken in the
equal-area projection ETRS89-LAEA Europe (EPSG:3035).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from ingest.shapes.repair import Points, Shape

SMALL = 100.0
"""Gaps and overlaps under so many square metres are summed up."""

NARROW = 1.0
"""So are those of less than so many metres mean width: they come from rounding the points of a long border."""

NESTED = 0.95
"""An area of which a neighbour covers this share lies in it: that is another level, not an overlap."""

_MOST_PAIRS = 300_000
"""So many pairs of areas may touch; ten thousand areas side by side have thirty thousand."""

_AT_ONCE = 32
_REACH = 1e-6
"""How close an area's border is to a gap that it bounds, in degrees."""


@dataclass(frozen=True, slots=True)
class Area:
    """An area as it is compared: its name and its shape in degrees."""

    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Finding:
    """A gap between areas or an overlap of two: their names, and the size in square metres."""

    names: tuple[str, ...]
    square_metres: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What is between the areas of one group, the largest first; ``minor_*`` are number and size of the ones too small to name.

    ``nested`` are (inner, outer) of areas that lie within another one.
    """

    overlaps: list[Finding]
    gaps: list[Finding]
    nested: list[tuple[str, str]]
    minor_overlaps: tuple[int, float] = (0, 0.0)
    minor_gaps: tuple[int, float] = (0, 0.0)


class TooMany(Exception):
    """The areas do not lie side by side: nearly all of them lie on each other."""


def compare(areas: Sequence[Area]) -> Findings:
    """Gaps and overlaps among areas that should lie side by side.

    A gap is a hole in the union of all of them; one that is open to the outside does not show. Holes within a single
    area that nobody fills count, too. Raises :class:`TooMany`.
    """
    if not areas:
        return Findings([], [], [])
    shapes = np.array([area.shape for area in areas], dtype=object)
    tree = shapely.STRtree(shapes)
    overlaps, nested, minor_overlaps = _overlaps(areas, shapes, tree)
    gaps, minor_gaps = _gaps(areas, shapes, tree)
    return Findings(overlaps, gaps, nested, minor_overlaps, minor_gaps)


def square_metres(shapes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The size of each shape (in degrees) on the ground."""
    return np.asarray(shapely.area(_projected(shapes)), dtype=np.float64)


def in_words(size: float) -> str:
    """A size as people write it: "3.200 m²", "1,2 ha", "4,5 km²"."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:,.1f} km²".translate(_GERMAN)
    if size >= 10_000:
        return f"{size / 10_000:.1f} ha".translate(_GERMAN)
    return f"{size:,.0f} m²".translate(_GERMAN)


_GERMAN = str.maketrans(",.", ".,")


def _overlaps(areas: Sequence[Area], shapes: npt.NDArray[Any], tree: shapely.STRtree) -> tuple[list[Finding], list[tuple[str, str]], tuple[int, float]]:
    left, right = _touching(shapes, tree)
    shared = shapely.intersection(shapes[left], shapes[right])
    thick = shapely.area(shared) > 0
    left, right, shared = left[thick], right[thick], shared[thick]
    in_degrees = shapely.area(shapes)
    nested = []
    side_by_side = np.ones(len(left), dtype=bool)
    for at, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        inner, outer = (a, b) if in_degrees[a] <= in_degrees[b] else (b, a)
        if shapely.area(shared[at]) >= NESTED * in_degrees[inner]:
            nested.append((areas[inner].name, areas[outer].name))
            side_by_side[at] = False
    pairs = [(areas[a].name, areas[b].name) for a, b in zip(left[side_by_side].tolist(), right[side_by_side].tolist(), strict=True)]
    found, minor = _sorted(shared[side_by_side], pairs)
    return found, nested, minor


def _touching(shapes: npt.NDArray[Any], tree: shapely.STRtree) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every pair of areas that have a point in common, once."""
    found: list[npt.NDArray[np.int64]] = []
    pairs = 0
    for first in range(0, len(shapes), _AT_ONCE):
        left, right = tree.query(shapes[first : first + _AT_ONCE], predicate="intersects")
        left = left + first
        found.append(np.vstack([left, right])[:, left < right])
        pairs += found[-1].shape[1]
        if pairs > _MOST_PAIRS:
            raise TooMany
    together = np.hstack(found)
    return together[0], together[1]


def _gaps(areas: Sequence[Area], shapes: npt.NDArray[Any], tree: shapely.STRtree) -> tuple[list[Finding], tuple[int, float]]:
    united = shapely.union_all(shapes)
    holes = [Polygon(ring) for part in shapely.get_parts(united) for ring in part.interiors]
    if not holes:
        return [], (0, 0.0)
    gaps = np.array(holes, dtype=object)
    bounding: list[list[str]] = [[] for _ in holes]
    for gap, area in zip(*tree.query(gaps, predicate="dwithin", distance=_REACH).tolist(), strict=True):
        bounding[gap].append(areas[area].name)
    return _sorted(gaps, [tuple(sorted(names)) for names in bounding])


def _sorted(shapes: npt.NDArray[Any], names: Sequence[tuple[str, ...]]) -> tuple[list[Finding], tuple[int, float]]:
    """Those worth a name, the largest first; number and whole size of the others."""
    projected = _projected(shapes)
    sizes, lengths = shapely.area(projected), shapely.length(projected)
    widths = np.divide(2 * sizes, lengths, out=np.zeros_like(sizes), where=lengths > 0)
    minor = (sizes < SMALL) | (widths < NARROW)
    order = sorted(np.flatnonzero(~minor).tolist(), key=lambda at: -sizes[at])
    return [Finding(names[at], float(sizes[at])) for at in order], (int(minor.sum()), float(sizes[minor].sum()))


def _projected(shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    def project(points: Points) -> Points:
        return np.column_stack(_equal_area().transform(points[:, 0], points[:, 1]))

    moved: npt.NDArray[Any] = shapely.transform(shapes, project)
    return moved


@functools.cache
def _equal_area() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3035", always_xy=True)


def border_points(shapes: Sequence[BaseGeometry]) -> int:
    """How many points all the borders have together."""
    return int(shapely.get_num_coordinates(np.array(shapes, dtype=object)).sum()) if shapes else 0
