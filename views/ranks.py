"""Orders that people know stay: ranks of those who stood in a row before, and places between them for newcomers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def insert(old: list[str], new: list[str], pull: Mapping[str, float]) -> list[str]:
    """Merges ``new`` (sorted) into ``old`` (order kept) so that the fewest pairs stand against their pull."""
    if not old:
        return new
    heights = np.array([pull[i] for i in old])
    spots: dict[int, list[str]] = {}
    for i in new:
        wrong = np.concatenate([[0], np.cumsum(heights > pull[i])]) + np.concatenate([np.cumsum((heights < pull[i])[::-1])[::-1], [0]])
        spots.setdefault(int(len(old) - np.argmin(wrong[::-1])), []).append(i)
    out = list(spots.get(0, []))
    for at, i in enumerate(old, start=1):
        out += [i, *spots.get(at, [])]
    return out


def new_ranks(ids: list[str], rank: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Ranks for those of an ordered row who have none yet, as (0, rank)."""
    out: dict[str, tuple[float, float]] = {}
    for first, run, last in _runs(ids, rank):
        low = rank[first] if first else (rank[last] - len(run) - 1 if last else 0.0)
        high = rank[last] if last else low + len(run) + 1
        out |= {i: (0.0, low + (high - low) * (at + 1) / (len(run) + 1)) for at, i in enumerate(run)}
    return out


def _runs(ids: list[str], rank: Mapping[str, float]) -> list[tuple[str, list[str], str]]:
    """Runs of ids without a rank, each with the ranked id before and after it ("" at the ends)."""
    out: list[tuple[str, list[str], str]] = []
    before, run = "", []
    for i in [*ids, ""]:
        if i and i not in rank:
            run.append(i)
            continue
        if run:
            out.append((before, run, i))
        before, run = i, []
    return out
