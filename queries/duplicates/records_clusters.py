"""Records that are one thing by way of others: pairs joined, the surest first, never across two official numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def conflicting(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether official numbers ("schulnummer:101321") contradict each other: both know one of a kind, and not the same. What has no kind is one kind."""

    def of(numbers: frozenset[str], kind: str) -> set[str]:
        return {number for number in numbers if _kind(number) == kind}

    return any(not of(one, kind) & of(other, kind) for kind in {_kind(number) for number in one} & {_kind(number) for number in other})


def _kind(number: str) -> str:
    return number.rpartition(":")[0]


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
        if low == high or conflicting(numbers[low], numbers[high]):
            continue
        first[high] = low
        numbers[low] = numbers[low] | numbers[high]
    return [root(row) for row in range(len(first))]
