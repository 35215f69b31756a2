"""The shape of every symbol as a polygon around the origin, so that the scripts need to know no types.

A symbol of radius r is the polygon times r. The polygons are scaled to look equally heavy: a triangle of
the same circumcircle as a square would look half as big.
"""

from __future__ import annotations

import math

Polygon = list[list[float]]


def _regular(corners: int, first: float, size: float) -> Polygon:
    turn = 360 / corners
    angles = [math.radians(first + turn * i) for i in range(corners)]
    return [[round(size * math.cos(a), 4), round(size * math.sin(a), 4)] for a in angles]


def _star(points: int, outer: float, inner: float) -> Polygon:
    out: Polygon = []
    for i in range(2 * points):
        a, size = math.radians(-90 + 180 / points * i), inner if i % 2 else outer
        out.append([round(size * math.cos(a), 4), round(size * math.sin(a), 4)])
    return out


def _drop() -> Polygon:
    """A drop standing on its tip: three quarters of a circle above, closed by the tip below."""
    arc = [math.radians(150 + 240 / 20 * i) for i in range(21)]
    return [[round(0.82 * math.cos(a), 4), round(0.82 * math.sin(a) - 0.28, 4)] for a in arc] + [[0.0, 1.2]]


_POLYGONS: dict[str, Polygon] = {
    "circle": _regular(40, 0, 1.0),
    "square": [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    "hexagon": _regular(6, 0, 1.14),
    "diamond": _regular(4, -90, 1.26),
    "triangle": [[x, y + 0.12] for x, y in _regular(3, -90, 1.3)],
    "pentagon": _regular(5, -90, 1.14),
    "star": _star(5, 1.3, 0.55),
    "chevron": [[-0.85, -1.0], [-0.05, -1.0], [0.95, 0.0], [-0.05, 1.0], [-0.85, 1.0], [0.1, 0.0]],
    "drop": _drop(),
    "plate": [[-1.2, -0.55], [1.2, -0.55], [1.2, 0.55], [-1.2, 0.55]],
    "page": [[-0.75, -1.05], [0.25, -1.05], [0.8, -0.5], [0.8, 1.05], [-0.75, 1.05]],
    "cross": [
        [-0.38, -1.1], [0.38, -1.1], [0.38, -0.38], [1.1, -0.38], [1.1, 0.38], [0.38, 0.38],
        [0.38, 1.1], [-0.38, 1.1], [-0.38, 0.38], [-1.1, 0.38], [-1.1, -0.38], [-0.38, -0.38],
    ],
    # Not used yet: for types to come.
    "kite": [[0.0, -1.25], [0.8, -0.35], [0.0, 1.25], [-0.8, -0.35]],
    "trapezoid": [[-0.55, -0.85], [0.55, -0.85], [1.1, 0.85], [-1.1, 0.85]],
    "house": [[0.0, -1.15], [0.95, -0.3], [0.95, 0.95], [-0.95, 0.95], [-0.95, -0.3]],
    "bars": [[-1.0, 1.0], [-1.0, 0.2], [-0.35, 0.2], [-0.35, -0.4], [0.35, -0.4], [0.35, -1.0], [1.0, -1.0], [1.0, 1.0]],
}  # fmt: skip

SHAPES: tuple[str, ...] = tuple(_POLYGONS)


def polygon(shape: str) -> Polygon:
    """The corners of ``shape`` for radius 1, y downwards.

    Raises ``KeyError`` for a shape that nobody has drawn yet: draw it above.
    """
    return _POLYGONS[shape]
