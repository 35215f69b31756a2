"""What was dragged stays where it was dropped, until the reader takes it back."""

from __future__ import annotations

import math

from views.drawing import Drawing
from views.positions import Positions

_BY_HAND = " by hand"
"""Whom somebody has dragged is kept beside the positions, under their name with this behind it."""
_LEAST_GAP = 1e-6


def moved(drawing: Drawing, positions: Positions) -> bool:
    """Has anybody in this picture been dragged?"""
    return bool(positions.load(drawing.kept + _BY_HAND, drawing.scope))


def keep(drawing: Drawing, positions: Positions, actor: str, x: float, y: float) -> None:
    """Keeps where ``actor`` was dropped (in the unit square).

    In the Netz that is its place. In the Steuerungsbild and on rings it is its rank among those of its own
    sector, level or ring: between the two that it was dropped between. Folds cannot be dragged, nor can whoever is
    not in the picture; both are ignored.
    """
    at = {node["id"]: node for node in drawing.nodes if not node.get("members")}
    if actor not in at or drawing.name == "matrix":
        return
    if drawing.name == "netz":
        spot = (min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))
        positions.save(drawing.kept, drawing.scope, {actor: spot})
    else:
        along = _clockwise if drawing.name == "ringe" else lambda _x, y: y
        ranks = positions.load(drawing.kept, drawing.scope)
        group = drawing.groups[actor]
        peers = sorted((i for i in at if i != actor and i in ranks and drawing.groups[i] == group), key=lambda i: along(at[i]["x"], at[i]["y"]))
        place = sum(along(at[i]["x"], at[i]["y"]) < along(x, y) for i in peers)
        if not peers:
            return
        low = ranks[peers[place - 1]][1] if place else ranks[peers[0]][1] - 2
        high = ranks[peers[place]][1] if place < len(peers) else ranks[peers[-1]][1] + 2
        if high - low < _LEAST_GAP:  # dropped between the same two many times: number them afresh
            positions.save(drawing.kept, drawing.scope, {i: (0.0, float(n)) for n, i in enumerate([*peers[:place], actor, *peers[place:]])})
        else:
            positions.save(drawing.kept, drawing.scope, {actor: (0.0, (low + high) / 2)})
    positions.save(drawing.kept + _BY_HAND, drawing.scope, {actor: (x, y)})


def _clockwise(x: float, y: float) -> float:
    """The way round a ring from the top, 0 to 2 pi."""
    return math.atan2(x - 0.5, 0.5 - y) % (2 * math.pi)


def rearrange(drawing: Drawing, positions: Positions) -> None:
    """Forgets every position of this picture; the next one is arranged afresh."""
    positions.forget(drawing.kept, drawing.scope)
    positions.forget(drawing.kept + _BY_HAND, drawing.scope)
