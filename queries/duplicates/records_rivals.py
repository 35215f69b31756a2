"""A list that names nearly nothing twice gives each record one partner at most: its better one.

A register, a school list and an Excel list each hold a school once. Where two records of such a source look like
the same record of another, the weaker of the two loses bits (as in one-to-one assignment, Jaro 1989, but graded,
so that nothing is decided by a hair).
"""

from __future__ import annotations

import numpy as np

_WEIGHT = 1.5
"""Bits lost for each bit by which the better partner leads."""

_MOST = 10.0
_LIST = 100
"""A source of fewer records is no list that could be known to name nothing twice."""

_TWICE = 0.02
"""Up to this share of records that look like another of the same source, a source counts as naming nothing twice."""

_SURE = 6.0
_INSIDE = 4.0


def lost(pairs: np.ndarray, scores: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Bits (never above 0) that each pair loses to better partners, by pair. ``sources``: the source of each record; "" is no list."""
    one, other = pairs[:, 0], pairs[:, 1]
    named, codes = np.unique(sources.astype(str), return_inverse=True)
    single = _single(codes, one, other, scores) & (np.bincount(codes) >= _LIST) & (named != "")
    count = int(codes.max()) + 1 if len(codes) else 1
    best = np.full((len(codes), count), -np.inf)
    apart = codes[one] != codes[other]
    for left, right in ((one, other), (other, one)):
        np.maximum.at(best, (left[apart], codes[right[apart]]), scores[apart])
    bits = np.zeros(len(scores))
    for left, right in ((one, other), (other, one)):
        lead = best[left, codes[right]] - scores
        bits -= np.where(single[codes[right]] & (codes[left] != codes[right]) & (lead > 0), np.minimum(_WEIGHT * lead, _MOST), 0.0)
    inside = (codes[one] == codes[other]) & single[codes[one]]
    return np.where(inside, -_INSIDE, bits)


def _single(codes: np.ndarray, one: np.ndarray, other: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """By source, whether nearly none of its records looks like another of it."""
    twice = (codes[one] == codes[other]) & (scores >= _SURE)
    looked = np.unique(np.concatenate([one[twice], other[twice]]))
    return np.bincount(codes[looked], minlength=int(codes.max()) + 1 if len(codes) else 1) <= _TWICE * np.bincount(codes)
