"""Rows of sparse matrices, pair by pair."""

from __future__ import annotations

import numpy as np
from scipy import sparse

_CHUNK = 200_000
"""Pairs at a time, so that memory stays small with millions of them."""


def products(left: sparse.csr_matrix, right: sparse.csr_matrix, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The scalar product of row ``one`` of ``left`` and row ``other`` of ``right`` for each pair."""
    found = np.empty(len(one), dtype=np.result_type(left.dtype, right.dtype))
    for start in range(0, len(one), _CHUNK):
        some = slice(start, start + _CHUNK)
        found[some] = np.asarray(left[one[some]].multiply(right[other[some]]).sum(axis=1)).ravel()
    return found
