"""Weighing texts (TF-IDF) and finding the nearest ones, by scikit-learn and sparse_dot_topn.

Both are loaded when the first texts are compared: a second and 50 MB that a page without comparisons does without.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

_THREADS = 2


def tfidf(**how: Any) -> Any:
    """A ``TfidfVectorizer`` of 32-bit weights; ``how`` are its settings."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(dtype=np.float32, **how)


def trigrams(**how: Any) -> Any:
    """The same for the letters of words, three at a time unless ``how`` says otherwise; what is repeated counts less each time."""
    return tfidf(**{"analyzer": "char_wb", "ngram_range": (3, 3), "sublinear_tf": True} | how)


def unit(weights: Any) -> Any:
    """Rows of length 1, so that their product is the cosine."""
    from sklearn.preprocessing import normalize

    return normalize(weights)


def nearest(weights: Any, *, most: int, least: float) -> sparse.coo_matrix:
    """For each row the ``most`` rows (itself among them) with the largest products, of at least ``least``."""
    from sparse_dot_topn import sp_matmul_topn

    found: sparse.coo_matrix = sp_matmul_topn(weights.tocsr(), weights.T.tocsr(), top_n=most, threshold=least, n_threads=_THREADS).tocoo()
    return found
