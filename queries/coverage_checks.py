"""Surveys that looked and found nothing (CHECKED): for which cells of the coverage cube they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.snapshot import begun, ended

_COLUMNS = ("area", "theme", "stage", "date", "by", "source")


@dataclass(frozen=True, eq=False)
class Checks:
    """The surveys, oldest first (``rows``: area, theme, stage, date, by, source), and the newest of them for every cell.

    ``last``: area x theme x stage, the place of a survey in ``rows``, -1 where nobody has asked. ``overtaken``: which
    surveys hold nowhere any more, because there is something now in the very area that they looked at.
    """

    rows: pd.DataFrame
    last: NDArray[np.int32]
    overtaken: NDArray[np.bool_]

    @classmethod
    def none(cls, shape: tuple[int, int, int]) -> Checks:
        """No survey at all, over so many areas, themes and stages."""
        return cls(pd.DataFrame(columns=list(_COLUMNS)), np.full(shape, -1, dtype=np.int32), np.zeros(0, dtype=bool))


def checks(
    edges: pd.DataFrame,
    day: str,
    ids: Mapping[str, pd.Index[Any]],
    covered: NDArray[np.bool_],
    step: sparse.csr_array,
    whole: sparse.csr_array,
    theme_whole: sparse.csr_array,
) -> Checks:
    """The surveys up to ``day`` out of the CHECKED ``edges``.

    ``step``: which area (row) is directly part of which; ``whole`` and ``theme_whole`` which area and theme (column) is a part
    of which (row) at any depth. ``covered``: area x theme x stage, where there is something. What a survey says of its area
    does not hold there any more, for its parts neither: they may be as they were, but nobody has looked since.
    """
    edges = edges[begun(edges, day) & ~ended(edges, day)]
    edges = edges.rename(columns={"start": "area", "end": "theme"})
    rows = pd.DataFrame({name: edges[name] if name in edges.columns else None for name in _COLUMNS}, index=edges.index, dtype=object)
    rows = rows[begun(pd.DataFrame({"since": rows["date"]}), day)]
    rows = rows.assign(sorting=rows["date"].fillna("")).sort_values(["sorting", "area", "theme"], kind="stable").drop(columns="sorting").reset_index(drop=True)
    last = np.full(covered.shape, -1, dtype=np.int32)
    overtaken = np.zeros(len(rows), dtype=bool)
    for place, row in enumerate(rows.to_dict("records")):
        areas, themes = (_parts(ids[name], key, table) for name, key, table in (("Area", row["area"], whole), ("Theme", row["theme"], theme_whole)))
        if isinstance(row["stage"], str):
            stages = ids["Stage"].get_indexer(pd.Index([row["stage"]], dtype=object))
            stages = stages[stages >= 0]
        else:
            stages = np.arange(len(ids["Stage"]))
        if not (len(areas) and len(themes) and len(stages)):
            continue
        looked = ids["Area"].get_indexer(pd.Index([row["area"]], dtype=object))
        holds = ~covered[np.ix_(looked, themes, stages)]
        overtaken[place] = not holds.any()
        cells = np.ix_(areas, themes, stages)
        last[cells] = np.where(holds, place, last[cells])
    if len(rows):
        _upwards(last, step)
    return Checks(rows, last, overtaken)


def _parts(ids: pd.Index[Any], key: object, whole: sparse.csr_array) -> NDArray[np.intp]:
    (place,) = ids.get_indexer(pd.Index([key], dtype=object))
    return whole.indices[whole.indptr[place] : whole.indptr[place + 1]].astype(np.intp) if place >= 0 else np.empty(0, dtype=np.intp)


def _upwards(last: NDArray[np.int32], step: sparse.csr_array) -> None:
    """A whole was surveyed where all its direct parts were; its survey is then the newest of theirs."""
    below = sparse.csr_array(step.T)
    parts = {whole: below.indices[below.indptr[whole] : below.indptr[whole + 1]] for whole in np.flatnonzero(np.diff(below.indptr)).tolist()}
    while True:
        changed = False
        for whole, mine in parts.items():
            found = np.where((last[mine] >= 0).all(axis=0) & (last[whole] < 0), last[mine].max(axis=0), last[whole])
            if (found != last[whole]).any():
                last[whole], changed = found, True
        if not changed:
            return
