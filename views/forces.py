"""Places the Netz: a region for each group around the middle, then short-range forces inside.

Everything is measured in rooms. A room is what a symbol needs with its name: about twice as wide as high on
the screen, which is why the ring of regions stands upright here and comes out round there. All steps are
deterministic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from views import newcomers
from views.newcomers import MARGIN

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

_SEED = 7
_STEPS = 160
_REACH = 1.7
"""Symbols push each other away up to this distance."""
_LOOSE = 1.5
"""Regions are this much larger than their symbols need."""
_MIDDLE = 1.3
"""Rooms of the middle region are this much larger: names of Gremien are long and bold."""


def place(member: Integers, regions: int, links: Integers, known: Array) -> Array:
    """A position in the unit square for each node; those that ``known`` has come back exactly as they are.

    ``member`` is the region of each node: 0 in the middle, the others, up to ``regions``, around it in their
    order. ``links`` is (m, 2): places of tied nodes, each pair once. ``known`` is (n, 2), NaN for newcomers. No
    two fresh positions are equal.
    """
    if not len(member):
        return np.zeros((0, 2))
    count = np.bincount(member, minlength=regions + 1)
    centres, radii, frame = _regions(count)
    old = ~np.isnan(known[:, 0])
    spots = _spiral(member, centres, radii)
    if old.any():
        pinned = known * frame
        for g in range(len(count)):
            here = old & (member == g)
            if here.any():
                centres[g] = pinned[here].mean(axis=0)
        spots = _spiral(member, centres, radii)
        spots[old] = pinned[old]
        near_to = newcomers.start(spots, old, links, member)
        spots[~old] = 0.3 * spots[~old] + 0.7 * near_to[~old]
    moved = _relax(spots, ~old, member, centres, radii, links, frame)
    unit = moved / frame
    if old.any():
        unit = newcomers.settle(unit, old, frame)
    else:
        low, high = unit.min(axis=0), unit.max(axis=0)
        span = np.where(high - low > 1e-9, high - low, 1.0)
        unit = np.where(high - low > 1e-9, MARGIN + (unit - low) / span * (1 - 2 * MARGIN), 0.5)
    return np.where(old[:, None], known, np.round(unit, 5))


def _regions(count: Integers) -> tuple[Array, Array, Array]:
    """Centres and radii of the regions, and width and height of the frame that holds them, in rooms.

    Region 0 stands in the middle, the others on an ellipse in their order, each with an angle as wide as its size.
    """
    radii = _LOOSE * np.sqrt(count / np.pi) + 0.4 * (count > 0)
    radii[0] *= _MIDDLE
    ring = np.arange(1, len(count))
    share = radii[ring] / max(radii[ring].sum(), 1e-9)
    angle = -np.pi / 2 + 2 * np.pi * (np.cumsum(share) - share / 2)
    centres = np.zeros((len(count), 2))
    far = radii[0] + radii[ring] + 0.6
    centres[ring] = np.column_stack([0.9 * far * np.cos(angle), 1.2 * far * np.sin(angle)])
    for _ in range(200):  # push overlapping regions apart
        way = centres[:, None] - centres[None]
        distance = np.hypot(way[..., 0], way[..., 1]) + 1e-9
        overlap = np.maximum(0, radii[:, None] + radii[None] + 0.9 - distance)
        np.fill_diagonal(overlap, 0)
        overlap *= (count > 0)[:, None] * (count > 0)[None]
        if overlap.max(initial=0) < 1e-2:
            break
        push = (way / distance[..., None] * overlap[..., None]).sum(axis=1) * 0.3
        push[0] = 0
        centres += push
    used = count > 0
    low, high = (centres - radii[:, None])[used].min(axis=0), (centres + radii[:, None])[used].max(axis=0)
    return centres - low, radii, np.maximum(high - low, 1.0)


def _spiral(member: Integers, centres: Array, radii: Array) -> Array:
    """A first spot for each: its region filled from the inside out, like the seeds of a sunflower."""
    spots = np.zeros((len(member), 2))
    for g in range(len(radii)):
        here = np.flatnonzero(member == g)
        turn = np.arange(len(here))
        far = radii[g] * np.sqrt((turn + 0.5) / max(len(here), 1)) * 0.85
        spots[here] = centres[g] + np.column_stack([far * np.cos(turn * 2.399963), far * np.sin(turn * 2.399963)])
    return spots + np.random.default_rng(_SEED).normal(0, 0.02, spots.shape)


def _relax(spots: Array, free: NDArray[np.bool_], member: Integers, centres: Array, radii: Array, links: Integers, frame: Array) -> Array:
    """Ties pull, symbols push each other out of their rooms, regions hold theirs together."""
    spots = spots.copy()
    degree = np.maximum(1, np.bincount(links.ravel(), minlength=len(spots)))
    size = np.where(member == 0, _MIDDLE, 1.0)
    same = member[links[:, 0]] == member[links[:, 1]] if len(links) else np.zeros(0, dtype=bool)
    for step in range(_STEPS):
        cool = 1 - step / _STEPS
        force = np.zeros_like(spots)
        if len(links) and step < _STEPS * 0.75:
            way = spots[links[:, 1]] - spots[links[:, 0]]
            pull = way * np.where(same, 0.10, 0.025)[:, None]
            np.add.at(force, links[:, 0], pull / np.sqrt(degree[links[:, 0]])[:, None])
            np.add.at(force, links[:, 1], -pull / np.sqrt(degree[links[:, 1]])[:, None])
            force *= cool
        push = np.zeros_like(spots)
        pairs = cKDTree(spots).query_pairs(_REACH * _MIDDLE, output_type="ndarray")
        if len(pairs):
            way = spots[pairs[:, 0]] - spots[pairs[:, 1]]
            distance = np.hypot(way[:, 0], way[:, 1]) + 1e-6
            reach = _REACH * (size[pairs[:, 0]] + size[pairs[:, 1]]) / 2
            away = way / distance[:, None] * (np.maximum(0, reach - distance) * 0.33)[:, None]
            np.add.at(push, pairs[:, 0], away)
            np.add.at(push, pairs[:, 1], -away)
        out = spots - centres[member]
        far = np.hypot(out[:, 0], out[:, 1]) + 1e-9
        back = -out * (np.maximum(0, far - radii[member]) / far)[:, None] * 0.5 - out * 0.01
        move = np.clip(force + push + back, -0.6, 0.6)
        spots[free] += move[free]
        np.clip(spots, 0, frame, out=spots)
    return spots
