"""Columns of text as Python sees them: equal texts are one object.

Arrow makes a new string of every value that leaves it. On half a million relationships whose source is one of
four that is half a million strings where four would do, and comparing them costs as much again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Places = np.ndarray[Any, np.dtype[np.int32]]
Texts = np.ndarray[Any, np.dtype[np.object_]]


def coded(values: pd.Series[Any] | pd.Index[Any]) -> tuple[Places, Texts]:
    """For each value its place among the texts, and the texts: each once, in the order in which they occur, at the end None.

    What is missing has the place -1, which is that of None.
    """
    places, known = pd.factorize(values)
    return places.astype(np.int32), np.array([*known, None], dtype=object)


def shared(values: pd.Series[Any] | pd.Index[Any]) -> Texts:
    """The values as objects, each of them once in memory; None for what is missing."""
    places, known = coded(values)
    return known[places]
