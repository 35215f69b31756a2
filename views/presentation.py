"""The picture for a projector: the one of the Akteurslandkarte, with as few rows as letters for the back row leave room for."""

from __future__ import annotations

from views import matrix
from views.drawing import Drawing
from views.picture import Picture
from views.positions import Positions

LIMITS: dict[str, dict[str, int]] = {
    "steuerungsbild": {"left": 19, "right": 19, "middle": 20},
    "netz": {"all": 34},
    "ringe": {"0": 1, "1": 14, "2": 18, "3": 20},
    "matrix": {matrix.ROW: 20, matrix.COLUMN: 22},
}
"""Rows of each column at letters of 1/48 of the picture's height: fewer names, not smaller ones."""


def projected(seen: Picture, positions: Positions) -> Drawing:
    """The drawing of ``seen`` for a projector; what the reader has opened is open where it fits.

    The drawing of the Akteurslandkarte is made first, so that everybody stands where they stand there, also where
    this picture is seen first.
    """
    seen.drawing(positions)
    limits = LIMITS[seen.choice.drawing]
    closed = seen.drawing(positions, limits=limits, opened=())
    if not seen.choice.opened:
        return closed
    opened = seen.drawing(positions, limits=limits)
    return opened if _fits(opened, closed) else closed


def _fits(opened: Drawing, closed: Drawing) -> bool:
    """Does the drawing with opened folds need no more room than there is?"""
    limits = LIMITS[closed.name]
    if closed.name == "steuerungsbild":
        most = {side: limits[column] for side, column in {"l": "left", "r": "right", "p": "middle"}.items()}
        return all(sum(node["side"] == side for node in opened.nodes) <= rows for side, rows in most.items())
    return len(opened.nodes) <= sum(limits.values())
