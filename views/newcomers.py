"""Finds spots for those who join a picture that stands: near their neighbours, on free ground; nobody else moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

MARGIN = 0.03
"""What a picture leaves free along its edges, as a share of its width and height."""

_GOLDEN = 2.399963
_CANDIDATES = 400
_TREE_OF = 256
"""So many fresh spots are compared one by one before they go into a search tree."""


def start(spots: Array, old: NDArray[np.bool_], links: Integers, group: Integers) -> Array:
    """Where newcomers would best stand: amid their neighbours, a chain of newcomers one after the other; else amid their group.

    ``spots`` are right for ``old`` ones only; ``group`` is a number for each node. Whoever has neither neighbours
    nor a group in the picture starts in the middle of it.
    """
    spots, placed = spots.copy(), old.copy()
    size = len(spots)
    both = np.concatenate([links, links[:, ::-1]])
    near = sparse.coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size)).tocsr()
    counts = np.bincount(group[old], minlength=int(group.max(initial=0)) + 1).astype(float)
    middle = np.column_stack([np.bincount(group[old], spots[old, axis], len(counts)) for axis in (0, 1)]) / np.maximum(counts, 1)[:, None]
    while True:
        anchors = near @ placed.astype(float)
        ready = ~placed & (anchors > 0)
        if not ready.any():
            break
        mean = (near @ (spots * placed[:, None]))[ready] / anchors[ready][:, None]
        home = counts[group[ready]] > 0
        spots[ready] = np.where(home[:, None], 0.7 * mean + 0.3 * middle[group[ready]], mean)
        placed |= ready
    left = ~placed
    spots[left] = np.where(counts[group[left]][:, None] > 0, middle[group[left]], spots[old].mean(axis=0))
    return spots


def settle(unit: Array, old: NDArray[np.bool_], frame: Array) -> Array:
    """Moves newcomers that would cover somebody to the nearest free spot; old ones stay.

    ``unit`` are spots in the unit square, ``frame`` its width and height in rooms. A spot is free where nobody
    stands within most of a room; where hundreds of tries find none, nobody stands within a hundredth.
    """
    unit = unit.copy()
    low, high = MARGIN * frame, (1 - MARGIN) * frame
    room = min(0.8, 0.5 * float(np.sqrt(frame.prod() / len(unit))))
    crowd = _Crowd(unit[old] * frame)
    for n in np.flatnonzero(~old):
        begin = np.clip(unit[n] * frame, low, high)
        spot = crowd.free(_spiral(begin, room * 0.45, low, high), room)
        if spot is None:
            spot = crowd.free(_spiral(begin, room * 0.07, low, high), room * 0.01)
        unit[n] = (begin if spot is None else spot) / frame
        crowd.add(unit[n] * frame)
    return np.clip(unit, 0, 1)


def _spiral(begin: Array, step: float, low: Array, high: Array) -> Iterator[Array]:
    """Spots around ``begin`` that lie inside, nearest first, some at a time."""
    for first in range(0, _CANDIDATES, 25):
        turn = np.arange(first, first + 25)
        far = step * np.sqrt(turn)
        spots = begin + np.column_stack([far * np.cos(turn * _GOLDEN), far * np.sin(turn * _GOLDEN)])
        yield spots[((spots >= low) & (spots <= high)).all(axis=1)]


class _Crowd:
    """Who stands where, with quick answers while it grows."""

    def __init__(self, spots: Array) -> None:
        self._trees = [cKDTree(spots)] if len(spots) else []
        self._fresh: list[Array] = []

    def add(self, spot: Array) -> None:
        self._fresh.append(spot)
        if len(self._fresh) >= _TREE_OF:
            grown = [np.array(self._fresh)]
            while len(self._trees) > 1 and self._trees[-1].n <= 2 * sum(map(len, grown)):  # few trees, each built seldom
                grown.append(self._trees.pop().data)
            self._trees.append(cKDTree(np.concatenate(grown)))
            self._fresh = []

    def free(self, batches: Iterator[Array], room: float) -> Array | None:
        """The first candidate that nobody stands within ``room`` of."""
        fresh = np.array(self._fresh).reshape(-1, 2)
        for spots in batches:
            if not len(spots):
                continue
            clear = np.ones(len(spots), dtype=bool)
            for tree in self._trees:
                clear &= tree.query(spots, distance_upper_bound=room)[0] >= room
            if len(fresh) and clear.any():
                way = spots[:, None] - fresh[None]
                clear &= np.hypot(way[..., 0], way[..., 1]).min(axis=1) >= room
            if clear.any():
                found: Array = spots[int(np.argmax(clear))]
                return found
        return None
