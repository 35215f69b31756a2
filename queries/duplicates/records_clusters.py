"""Records that are one thing by way of others: pairs joined, the surest first, never across two official numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def clusters(sure: Iterable[tuple[int, int]], official: Sequence[frozenset[str]]) -> list[int]:
    """For each record the first record of its cluster (itself where it is alone).

    ``sure``: pairs of rows, the surest first. A pair that would bring two different official numbers together is left out.
    """
    first = list(range(len(official)))
    numbers = list(official)

    def root(row: int) -> int:
        while first[row] != row:
            first[row] = first[first[row]]
            row = first[row]
        return row

    for one, other in sure:
        low, high = sorted((root(one), root(other)))
        if low == high or (numbers[low] and numbers[high] and not numbers[low] & numbers[high]):
            continue
        first[high] = low
        numbers[low] = numbers[low] | numbers[high]
    return [root(row) for row in range(len(first))]
