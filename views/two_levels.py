"""Places a large Netz: a disc for each group, in it a disc for each community, inside those the actors by their ties.

Discs are as large as what is in them needs. They are arranged by the ties among them, and turned so that members
with ties to elsewhere stand on that side. Everything is measured in rooms (one symbol each) and deterministic.
Two levels, as a layout of everything at once either takes minutes at 10,000 actors or keeps hardly any neighbours
together (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from views.communities import split

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAF = 60
"""So many members stand in one disc without discs in it."""
ASPECT = 1.35
"""Width to height of the panel that the picture is made for."""

_SEED = 7
_LOOSE = 1.05
"""A disc is this much larger than its members' rooms: hulls need air between them."""
_MIDDLE = 1.35
"""The middle is this much wider: symbols of Gremien are larger, and all look there first."""
_GOLDEN = 2.399963
_STEPS = 60
_PACKING = 100
_TIGHTER = 40
_APART = 24
_SPREAD = 14


def place(links: Integers, group: Integers, centre: int | None = None) -> Array:
    """A spot for each node, in rooms around (0, 0); no two are equal.

    ``links`` is (m, 2): places of tied nodes; ``group`` the number of each node's group, which get discs that do
    not overlap. ``centre`` is the group that stands in the middle of the others.
    """
    size = len(group)
    if not size:
        return np.zeros((0, 2))
    numbers = np.unique(group)
    parts = [np.flatnonzero(group == number) for number in numbers]
    near = _Links(size, links)
    spots = _nest(parts, near, ASPECT, pinned=int(np.flatnonzero(numbers == centre)[0]) if centre in numbers else None, given=True)
    return apart(spots)


class _Links:
    """The ties, to be had for any part of the nodes."""

    def __init__(self, size: int, links: Integers) -> None:
        both = np.concatenate([links, links[:, ::-1]])
        order = np.argsort(both[:, 0], kind="stable")
        self.ends = both[order, 1]
        self.start = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=size))])
        self.place = np.full(size, -1, dtype=np.int64)

    def of(self, members: Integers) -> Integers:
        """(k, 2): each end that leaves one of ``members``, as (member, other), both ways where both are members."""
        counts = self.start[members + 1] - self.start[members]
        first = np.repeat(self.start[members] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        return np.column_stack([np.repeat(members, counts), self.ends[first + np.arange(counts.sum())]])

    def numbered(self, parts: Sequence[Integers]) -> Integers:
        """The number of the part that each node is in, -1 for the others; valid until the next call."""
        self.place[:] = -1
        for number, part in enumerate(parts):
            self.place[part] = number
        return self.place


def _nest(parts: Sequence[Integers], near: _Links, aspect: float, *, pinned: int | None = None, given: bool = False) -> Array:
    """Spots of all members of ``parts``: in the order of the nodes where ``given``, else of the parts."""
    inner = [_disc(part, near) for part in parts]
    if pinned is not None:
        inner[pinned] = (inner[pinned][0] * _MIDDLE, inner[pinned][1] * _MIDDLE)
    radii = np.array([radius for _, radius in inner]) * (_LOOSE if given else 1.0) + (0.8 if given else 0.15)
    members = np.concatenate(list(parts))
    number = near.numbered(parts)
    pairs = near.of(members)
    own, other = number[pairs[:, 0]], number[pairs[:, 1]]
    across = (other >= 0) & (own != other)
    centres = _arrange(radii, own[across], other[across], aspect, pinned)
    spots = np.empty((len(members), 2))
    at = np.empty(len(number), dtype=np.int64)
    at[members] = np.arange(len(members))
    bounds = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    leaving = pairs[across]
    by_part = np.argsort(own[across], kind="stable")
    cuts = np.searchsorted(own[across][by_part], np.arange(len(parts) + 1))
    for k, (local, _) in enumerate(inner):
        mine = leaving[by_part[cuts[k] : cuts[k + 1]]]
        toward = centres[number[mine[:, 1]]] - centres[k]
        spots[bounds[k] : bounds[k + 1]] = centres[k] + _turned(local, at[mine[:, 0]] - bounds[k], toward)
    if given:
        ordered = np.empty_like(spots)
        ordered[members] = spots
        spots = ordered
    return spots


def _disc(members: Integers, near: _Links) -> tuple[Array, float]:
    """Spots of ``members`` around (0, 0), in their order, and the radius of the disc."""
    pairs = near.of(members)
    number = near.numbered([members])
    inside = pairs[number[pairs[:, 1]] == 0]
    if len(members) > LEAF and len(inside):
        parts = _bundled(split(members, inside[inside[:, 0] < inside[:, 1]]))
        if len(parts) > 1:
            spots = _nest(parts, near, 1.0)
            order = np.argsort(np.concatenate(parts), kind="stable")
            return _filled(spots[order[np.argsort(np.argsort(members))]])
    at = np.full(len(number), -1, dtype=np.int64)
    at[members] = np.arange(len(members))
    return _inside(len(members), at[inside])


def _bundled(parts: Sequence[Integers]) -> list[Integers]:
    """Puts the smallest parts together: hundreds of loose actors stand in one disc, not in a disc each."""
    large = [part for part in parts if len(part) > 3]
    rest = [part for part in parts if len(part) <= 3]
    return [*large, np.concatenate(rest)] if rest else large


def _inside(size: int, links: Integers) -> tuple[Array, float]:
    """A small layout by forces: ties pull, everybody keeps a room; the result fills a disc."""
    radius = float(np.sqrt(size / np.pi)) * 1.1 + 0.2
    turn = np.arange(size)
    far = radius * np.sqrt((turn + 0.5) / size)
    spots = np.column_stack([far * np.cos(turn * _GOLDEN), far * np.sin(turn * _GOLDEN)])
    if size < 3 or not len(links):
        return spots, radius
    if size > 4 * LEAF:  # hardly any ties, or all with all: the order of a walk keeps neighbours together
        return spots[_walk(size, links)], radius
    matrix = np.zeros((size, size))
    matrix[links[:, 0], links[:, 1]] = 1.0
    weight = matrix / np.sqrt(np.maximum(1, matrix.sum(axis=0)) * np.maximum(1, matrix.sum(axis=1))[:, None])
    for step in range(_STEPS):
        way = spots[:, None] - spots[None]
        square = (way**2).sum(axis=2) + 0.05
        push = (way / square[..., None]).sum(axis=1) * 0.55 - (way * weight[..., None]).sum(axis=1) * 0.9 - spots * 0.06
        length = np.hypot(push[:, 0], push[:, 1]) + 1e-9
        spots = spots + push / length[:, None] * np.minimum(length, 1.2 * (1 - step / _STEPS) + 0.02)[:, None]
    spots = spots - spots.mean(axis=0)
    return _evened(spots, radius, 0.65), radius


def _evened(spots: Array, radius: float, share: float) -> Array:
    """Fills a disc more evenly: directions and the order of the distances stay, the distances change by ``share``."""
    size, out = len(spots), np.hypot(spots[:, 0], spots[:, 1]) + 1e-9
    even = np.empty(size)
    even[np.argsort(out, kind="stable")] = radius * np.sqrt((np.arange(size) + 0.5) / size)
    return spots * ((1 - share) * out / out.max() * radius + share * even)[:, None] / out[:, None]


def _filled(spots: Array) -> tuple[Array, float]:
    """Draws a disc of discs together into one that its members fill, and its radius."""
    radius = float(np.sqrt(len(spots) / np.pi)) * 1.12 + 0.2
    spots = _evened(spots - spots.mean(axis=0), radius, 0.75)
    for step in range(_SPREAD):
        spots = _keep_apart(spots, 1.05 - 0.2 * step / _SPREAD)
        out = np.hypot(spots[:, 0], spots[:, 1])
        spots *= np.minimum(1.0, radius / np.maximum(out, 1e-9))[:, None]
    return spots, radius


def _walk(size: int, links: Integers) -> Integers:
    """Each node's place on a walk along the ties, widest first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    matrix = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(size, size)).tocsr()
    place = np.empty(size, dtype=np.int64)
    place[reverse_cuthill_mckee(matrix, symmetric_mode=True)] = np.arange(size)
    return place


def _arrange(radii: Array, own: Integers, other: Integers, aspect: float, pinned: int | None) -> Array:
    """Centres of discs: tied ones near each other, none overlapping, packed into an ellipse of this aspect."""
    count = len(radii)
    if count == 1:
        return np.zeros((1, 2))
    ties = np.zeros((count, count))
    np.add.at(ties, (own, other), 1.0)
    strength = ties / np.sqrt(np.maximum(1, ties.sum(axis=0)) * np.maximum(1, ties.sum(axis=1))[:, None])
    order = np.argsort(-radii, kind="stable")
    if pinned is not None:
        order = np.concatenate([[pinned], order[order != pinned]])
    area = np.cumsum(radii[order] ** 2)
    far = np.sqrt(area - radii[order] ** 2 / 2) * 1.15
    centres = np.zeros((count, 2))
    turn = np.arange(count) * _GOLDEN
    centres[order] = np.column_stack([far * np.cos(turn), far * np.sin(turn)])
    if pinned is not None:
        centres[pinned] = 0
    squeeze = np.array([1 / np.sqrt(aspect), np.sqrt(aspect)])
    reach = (radii[:, None] + radii[None]) * 1.02
    np.fill_diagonal(reach, 0)
    for step in range(_PACKING):
        cool = 1 - step / _PACKING
        way = centres[:, None] - centres[None]
        distance = np.hypot(way[..., 0], way[..., 1]) + 1e-6
        overlap = np.maximum(0, reach - distance)
        gap = np.maximum(0, distance - reach)
        pull = strength * gap / distance * (0.35 * cool)
        move = (way * (overlap / distance * 0.45 - pull)[..., None]).sum(axis=1) - centres * squeeze * (0.04 + 0.12 * cool)
        length = np.hypot(move[:, 0], move[:, 1]) + 1e-9
        centres = centres + move / length[:, None] * np.minimum(length, radii.mean() * (0.2 + cool))[:, None]
        if pinned is not None:
            centres[pinned] = 0
    return _packed(centres, reach, squeeze, pinned)


def _packed(centres: Array, reach: Array, squeeze: Array, pinned: int | None) -> Array:
    """Draws discs together as long as they can be pushed apart again; at last none overlaps."""
    best = _pushed(centres, reach, pinned, 60)
    for _ in range(_TIGHTER):
        tried = _pushed(best * (1 - 0.06 * squeeze), reach, pinned, 24)
        if _overlap(tried, reach).max() > 0.02 * reach.max() or (tried**2 * squeeze).sum() > (best**2 * squeeze).sum() * 0.999:
            break
        best = tried
    way = best[:, None] - best[None]
    distance = np.hypot(way[..., 0], way[..., 1])
    np.fill_diagonal(distance, np.inf)
    return best * min(2.0, max(1.0, float((reach / np.maximum(distance, 1e-6)).max())))


def _overlap(centres: Array, reach: Array) -> Array:
    way = centres[:, None] - centres[None]
    return np.maximum(0, reach - np.hypot(way[..., 0], way[..., 1]))


def _pushed(centres: Array, reach: Array, pinned: int | None, rounds: int) -> Array:
    for _ in range(rounds):
        way = centres[:, None] - centres[None]
        distance = np.hypot(way[..., 0], way[..., 1]) + 1e-6
        overlap = np.maximum(0, reach - distance)
        if overlap.max() < 1e-3 * reach.max():
            break
        centres = centres + (way / distance[..., None] * overlap[..., None]).sum(axis=1) * 0.4
        if pinned is not None:
            centres = centres - centres[pinned]
    return centres


def _turned(local: Array, outward: Integers, toward: Array) -> Array:
    """A disc's spots, turned or mirrored so that members with ties to elsewhere stand on that side (least squares)."""
    length = np.hypot(toward[:, 0], toward[:, 1])
    if not len(outward) or len(local) < 2:
        return local
    goal, here = toward / np.maximum(length, 1e-9)[:, None], local[outward]
    best, turned = -np.inf, local
    for mirror in (1.0, -1.0):
        x, y = here[:, 0], here[:, 1] * mirror
        along, across = float((x * goal[:, 0] + y * goal[:, 1]).sum()), float((x * goal[:, 1] - y * goal[:, 0]).sum())
        if np.hypot(along, across) > best + 1e-9:
            best, angle = float(np.hypot(along, across)), np.arctan2(across, along)
            cos, sin = np.cos(angle), np.sin(angle)
            flipped = local * [1.0, mirror]
            turned = np.column_stack([flipped[:, 0] * cos - flipped[:, 1] * sin, flipped[:, 0] * sin + flipped[:, 1] * cos])
    return turned


def apart(spots: Array, least: float = 0.7) -> Array:
    """Pushes symbols out of each other's rooms; at last no two share a spot."""
    spots = spots + np.random.default_rng(_SEED).normal(0, 1e-3, spots.shape)
    for _ in range(_APART):
        moved = _keep_apart(spots, least)
        if moved is spots:
            break
        spots = moved
    return spots


def _keep_apart(spots: Array, least: float) -> Array:
    """One turn of pushing pairs that stand closer than ``least``; the same array where there are none."""
    pairs = cKDTree(spots).query_pairs(least, output_type="ndarray")
    if not len(pairs):
        return spots
    way = spots[pairs[:, 0]] - spots[pairs[:, 1]]
    distance = np.hypot(way[:, 0], way[:, 1]) + 1e-6
    push = way / distance[:, None] * ((least - distance) * 0.42)[:, None]
    moved = spots.copy()
    for axis in (0, 1):
        moved[:, axis] += np.bincount(pairs[:, 0], push[:, axis], len(spots)) - np.bincount(pairs[:, 1], push[:, axis], len(spots))
    return moved
