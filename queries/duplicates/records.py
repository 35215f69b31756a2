"""Which records of a table are one thing: the same school, Kita, organisation, person, Gremium or project, written twice.

Take the names apart, compare only what shares a key, add up the evidence, let lists that name nothing twice choose
the better partner, join the sure ones. The method and what was measured: docs/duplicates.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from queries.duplicates import records_evidence, records_people
from queries.duplicates.given import check_ids
from queries.duplicates.records_blocks import candidates
from queries.duplicates.records_clusters import clusters
from queries.duplicates.records_columns import PERSON, columns
from queries.duplicates.records_reasons import reasons
from queries.duplicates.records_rivals import lost
from queries.duplicates.sentences import joined
from queries.names.lexicon import load

SAME = 9.0
"""Bits from which two records are taken for one thing without anybody looking."""

REVIEW = -1.0
"""Bits from which a pair is worth a look; of those below, few are true."""

RESULT = ("record_id_1", "record_id_2", "score", "decision", "cluster_id", "reasons")


def pairs(frame: pd.DataFrame, words: tuple[Path, ...] = (), language: str = "de", factors: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Pairs of records that are one thing or may be, the surest first: a frame of ``RESULT``.

    ``frame``: one row a record, columns as in ``records_columns.COLUMNS``; ``words``: further files of words; ``language``: that of the
    sentences in ``reasons``; ``factors``: what was learnt (``learning.read``), by part of the evidence.
    ``score`` in bits, ``decision`` "same" or "review"; ``cluster_id`` is the first ``record_id`` of the cluster that
    both belong to, empty where they do not. Raises ``ValueError`` where ``record_id`` is missing, empty or not unique,
    and ``LexiconError`` for a wrong file of words.
    """
    check_ids(frame, "record_id")
    if len(frame) < 2:
        return pd.DataFrame(columns=list(RESULT))
    made = columns(frame, load(*words))
    found = candidates(made)
    evidence = _evidence(made, found, factors or {})
    scores = evidence.sum(axis=1).to_numpy().round(2)
    kept = np.flatnonzero(scores >= REVIEW)
    kept = kept[np.lexsort((found[kept, 1], found[kept, 0], -scores[kept]))]
    at, scores, evidence = found[kept], scores[kept], evidence.iloc[kept]
    apart = evidence["official"].to_numpy() < 0
    sure = (scores >= SAME) & ~apart
    official = made["official"].tolist()
    cluster = np.array(clusters(map(tuple, at[sure].tolist()), official), dtype=np.int64)
    ids = made["record_id"].to_numpy(dtype=object)
    together = cluster[at[:, 0]] == cluster[at[:, 1]]
    return pd.DataFrame(
        {
            "record_id_1": ids[at[:, 0]],
            "record_id_2": ids[at[:, 1]],
            "score": scores,
            "decision": np.where(sure & together, "same", "review"),
            "cluster_id": np.where(together, ids[cluster[at[:, 0]]], ""),
            "reasons": [joined(told) for told in reasons(evidence, language)],
        },
        columns=list(RESULT),
    )


def why(
    frame: pd.DataFrame, one: str, other: str, words: tuple[Path, ...] = (), language: str = "de", factors: Mapping[str, float] | None = None
) -> tuple[float, list[str]]:
    """The bits and the sentences of evidence of two records, whatever they are: why they were merged, or were not.

    Raises ``ValueError`` where a ``record_id`` is not there, or the two are of different types, which never meet.
    """
    check_ids(frame, "record_id")
    made = columns(frame, load(*words))
    rows = dict(zip(made["record_id"], range(len(made)), strict=True))
    for record_id in (one, other):
        if record_id not in rows:
            raise ValueError(f"Einen Eintrag mit der Kennung „{record_id}“ gibt es nicht")
    kinds = [made["entity_type"].iloc[rows[record_id]] or "ohne Art" for record_id in (one, other)]
    if kinds[0] != kinds[1]:
        raise ValueError(f"Die beiden sind verschiedener Art ({kinds[0]}, {kinds[1]}) und werden nie verglichen")
    found = candidates(made)
    wanted = np.array([sorted((rows[one], rows[other]))])
    known = (found == wanted).all(axis=1)
    if not known.any():
        found = np.vstack([found, wanted])
        known = np.append(known, True)
    evidence = _evidence(made, found, factors or {})
    told = evidence[known]
    return float(told.to_numpy().sum().round(2)), reasons(told, language)[0]


def _evidence(made: pd.DataFrame, found: np.ndarray, factors: Mapping[str, float]) -> pd.DataFrame:
    """Bits by part and pair, ``prior`` among them, so that the sum of a row is its score."""
    persons = (made["entity_type"] == PERSON).to_numpy()[found[:, 0]]
    things = records_evidence.parts(made, found[~persons]).assign(prior=records_evidence.PRIOR).set_axis(np.flatnonzero(~persons))
    people = records_people.parts(made, found[persons]).assign(prior=records_people.PRIOR).set_axis(np.flatnonzero(persons))
    weighed = pd.concat([things, people]).reindex(columns=list(things.columns)).fillna(0.0).sort_index()
    for part in factors.keys() & set(weighed.columns):
        weighed[part] *= factors[part]
    return weighed.assign(rivals=lost(found, weighed.sum(axis=1).to_numpy(), made["source"].to_numpy()))
