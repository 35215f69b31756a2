"""Values in classes for a choropleth: quantiles, or natural breaks.

Whatever the method, equal values are in one class, no class is empty, and there are no more classes than
values that differ. The borders of a class are values that occur in it, so that a legend promises nothing
else, and whole numbers have whole borders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 5
"""Classes that eyes tell apart in one colour."""


@dataclass(frozen=True)
class Band:
    """One class: the smallest and the largest value in it, and how many values it holds."""

    low: float
    high: float
    n: int


def bands(values: Iterable[float], method: str, most: int = MOST) -> list[Band]:
    """``values`` (finite) in at most ``most`` classes, from low to high; ``method`` is "quantile" or "natural".

    "quantile": as many values in each class as equal values allow (numpy's linear quantiles). "natural": the
    classes with the least squared distance of the values from the mean of their class (Fisher 1958, Jenks 1977), exactly.
    """
    given = np.sort(np.fromiter(values, dtype=float))
    if not len(given):
        return []
    distinct, counts = np.unique(given, return_counts=True)
    k = min(most, len(distinct))
    groups = _natural(distinct, counts, k) if method == "natural" else _quantile(given, distinct, k)
    out = []
    for group in range(int(groups.max()) + 1):
        inside = groups == group
        if inside.any():
            out.append(Band(float(distinct[inside][0]), float(distinct[inside][-1]), int(counts[inside].sum())))
    return out


def band_of(value: float, found: Sequence[Band]) -> int:
    """The place of the class that holds ``value``; raises ``ValueError`` where none does."""
    for place, band in enumerate(found):
        if band.low <= value <= band.high:
            return place
    raise ValueError(value)


def digits(found: Sequence[Band], most: int = 3) -> int:
    """Decimal places that borders need so that no two classes read the same; 0 where all borders are whole."""
    borders = [border for band in found for border in (band.low, band.high)]
    if all(float(border).is_integer() for border in borders):
        return 0
    for places in range(1, most):
        if all(round(a.high, places) < round(b.low, places) for a, b in zip(found, found[1:], strict=False)):
            return places
    return most


def _quantile(given: NDArray[np.float64], distinct: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Class of each distinct value: how many inner quantiles lie below it."""
    inner = np.quantile(given, np.arange(1, k) / k)
    return np.searchsorted(inner, distinct, side="left")


def _natural(distinct: NDArray[np.float64], counts: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Class of each distinct value, by dynamic programming over the last class: O(k n^2) for n distinct values."""
    # Shifted to the mean: squares of large values of nearly the same size would cancel out.
    shifted = distinct - np.average(distinct, weights=counts)
    n = len(distinct)
    weight, first, second = (np.concatenate([[0.0], np.cumsum(counts * part)]) for part in (np.ones(n), shifted, shifted**2))
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    starts = np.zeros((k, n + 1), dtype=np.int64)
    for step in range(k):
        following = np.full(n + 1, np.inf)
        for end in range(step + 1, n + 1):
            begin = np.arange(step, end)
            total = first[end] - first[begin]
            cost = best[begin] + np.maximum(0.0, second[end] - second[begin] - total**2 / (weight[end] - weight[begin]))
            at = int(np.argmin(cost))
            following[end], starts[step, end] = cost[at], begin[at]
        best = following
    groups = np.zeros(n, dtype=np.int64)
    last = n
    for step in reversed(range(k)):
        start = int(starts[step, last])
        groups[start:last] = step
        last = start
    return groups
