"""Which Gremien and projects do the same work: shared people, themes, target groups, areas, goals.

``Doppelstruktur``: shared people; ``Parallelstruktur``: the same task, place and group, nobody in common; ``Teilmenge``:
the people of one sit nearly all in the other, larger one. The method and what was measured: docs/duplicates.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from queries.duplicates.given import check_ids, text
from queries.duplicates.structures_columns import COLUMNS, candidates, structures
from queries.duplicates.structures_evidence import PARTS, parts
from queries.duplicates.structures_reasons import reasons

LIKELY = 12.0
"""Points from which a pair is worth the time of a steering group; below stand those that only resemble each other."""

LEAST = 3.0
"""Points below which a pair is not listed."""

RESULT = ("id_1", "id_2", "score", "kind", "reasons")
_INSIDE, _LARGER, _FEW = 0.85, 1.4, 3


def pairs(frame: pd.DataFrame, called: Mapping[str, str] | None = None, language: str = "de") -> pd.DataFrame:
    """Pairs of structures that may do the same, the likeliest first: a frame of ``RESULT``.

    ``frame``: columns ``COLUMNS``, of which only ``id`` must be there; lists parted by ``|``. ``called``: names of the
    values in the lists, for the sentences, which are in ``language``. Raises ``ValueError`` where ``id`` is missing, empty or not unique.
    """
    check_ids(frame, "id")
    given = pd.DataFrame({name: text(frame, name) for name in COLUMNS})
    if len(given) < 2:
        return pd.DataFrame(columns=list(RESULT))
    all_of = structures(given)
    found = candidates(all_of)
    evidence = parts(all_of, found)
    scores = evidence[list(PARTS)].sum(axis=1).to_numpy().round(2)
    kept = np.flatnonzero((scores >= LEAST) & (evidence["people"] + np.maximum(evidence["themes"], 0) + evidence["goal"] > 0).to_numpy())
    kept = kept[np.lexsort((found[kept, 1], found[kept, 0], -scores[kept]))]
    at, evidence = found[kept], evidence.iloc[kept]
    sizes = all_of.lists["members"].sizes
    small, large = np.minimum(sizes[at[:, 0]], sizes[at[:, 1]]), np.maximum(sizes[at[:, 0]], sizes[at[:, 1]])
    within = (evidence["inside"].to_numpy() >= _INSIDE) & (small >= _FEW) & (large >= _LARGER * small)
    ids = given["id"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "id_1": ids[at[:, 0]],
            "id_2": ids[at[:, 1]],
            "score": scores[kept],
            "kind": np.select([within, evidence["shared"].to_numpy() > 0], ["Teilmenge", "Doppelstruktur"], "Parallelstruktur"),
            "reasons": reasons(given, list(map(tuple, at.tolist())), evidence, called or {}, language),
        },
        columns=list(RESULT),
    )
