"""The pairs of a queue: what the finders propose, without what was decided, and narrowed by type, area and points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.identity import JOINS, Judgement, holding
from graph.snapshot import Snapshot
from queries import standing
from queries.duplicates import graph_tables, records, structures
from queries.duplicates.sentences import taken_apart
from queries.names.lexicon import LexiconError
from views import data
from views.duplicates.choice import ReviewChoice
from views.words import language

USUAL = 2.0
"""Points from which pairs of records are listed, unless the reader wants more of them; below, few are true."""
RECORDS = "records"


@dataclass(frozen=True)
class Pair:
    """Two entries by their ids, and why they are proposed.

    ``kind`` is ``records`` or the kind of structures; ``sure``: nearly always the same; ``evidence`` are sentences with points;
    ``sittings`` and ``hours`` a year are what a merger of two structures would free, None where nobody knows.
    """

    one: str
    other: str
    kind: str
    score: float
    sure: bool = False
    evidence: tuple[tuple[str, float], ...] = ()
    sittings: float | None = None
    hours: float | None = None

    @property
    def ids(self) -> tuple[str, str]:
        """Both of them."""
        return self.one, self.other


def found(kind: str, factors: Mapping[str, float]) -> pd.DataFrame:
    """All that the finder of this queue proposes: ``one``, ``other``, ``score``, ``kind``, ``sure``, ``reasons``, ``sittings``, ``hours``."""
    if kind == RECORDS:
        return data.kept("duplicates of records", {"language": language(), "factors": str(factors)}, lambda: _records(factors))
    rows = _structures()
    return rows[rows["kind"] == kind]


def _structures() -> pd.DataFrame:
    return data.ask("quality/duplicate_structures", least=structures.LEAST, language=language()).assign(sure=False)


def _records(factors: Mapping[str, float]) -> pd.DataFrame:
    view = data.current()
    rows = records.pairs(graph_tables.records(view), data.home().word_files, language(), factors)
    return rows.rename(columns={"record_id_1": "one", "record_id_2": "other"}).assign(kind=RECORDS, sure=rows["decision"] == "same", sittings=None, hours=None)


def usual_least(kind: str) -> float:
    """Points from which pairs of this queue are listed where the reader says nothing."""
    return USUAL if kind == RECORDS else structures.LIKELY


def queue(view: Snapshot, chosen: ReviewChoice, judged: set[frozenset[str]], factors: Mapping[str, float]) -> pd.DataFrame:
    """The rows of ``found`` that are to be reviewed under this choice, the likeliest first."""
    rows = found(chosen.queue, factors)
    least = usual_least(chosen.queue) if chosen.least is None else chosen.least
    rows = rows[rows["score"] >= least]
    if chosen.type:
        of_type = view.nodes.index[view.nodes["type"] == chosen.type]
        rows = rows[rows["one"].isin(of_type) | rows["other"].isin(of_type)]
    if chosen.area:
        at = standing.located(view, "", ("LOCATED_IN", "SERVES"))
        there = set(at.loc[at["area"] == chosen.area, "thing"])
        rows = rows[rows["one"].isin(there) | rows["other"].isin(there)]
    done = np.array([frozenset(ids) in judged for ids in zip(rows["one"], rows["other"], strict=True)], dtype=bool)
    return rows[~done].reset_index(drop=True)


def pair_of(row: Mapping[str, object]) -> Pair:
    """A row of the queue as a pair."""
    sittings, hours = row["sittings"], row["hours"]
    return Pair(
        str(row["one"]), str(row["other"]), str(row["kind"]), float(str(row["score"])), bool(row["sure"]), tuple(taken_apart(str(row["reasons"] or ""))),
        None if sittings is None or sittings != sittings else float(str(sittings)), None if hours is None or hours != hours else float(str(hours)),
    )  # fmt: skip


def any_two(view: Snapshot, one: str, other: str, kind: str, factors: Mapping[str, float]) -> Pair:
    """Two entries that the list does not show, as a pair: as the finder of this kind has them, else with what speaks for and against their being the same.

    Where their types differ there is no evidence, and ``score`` is not a number.
    """
    rows = found(kind, factors) if kind == RECORDS else _structures()
    known = rows[((rows["one"] == one) & (rows["other"] == other)) | ((rows["one"] == other) & (rows["other"] == one))]
    if len(known):
        return pair_of(known.iloc[0].to_dict())

    def told() -> pd.DataFrame:
        try:
            score, sentences = records.why(graph_tables.records(view), one, other, data.home().word_files, language(), factors)
        except LexiconError:
            raise
        except ValueError:  # of different types, or without a name: they were never compared
            return pd.DataFrame(columns=["words", "points", "score"])
        return pd.DataFrame([(words, points, score) for text in sentences for words, points in taken_apart(text)], columns=["words", "points", "score"])

    rows = data.kept("why two records", {"one": one, "other": other, "language": language(), "factors": str(factors)}, told)
    evidence = tuple(zip(rows["words"], rows["points"], strict=True))
    return Pair(one, other, RECORDS, float(rows["score"].iloc[0]) if len(rows) else float("nan"), False, evidence)


def decided(judgements: Iterable[Judgement], entity_of: Mapping[str, str], kind: str) -> set[frozenset[str]]:
    """The pairs of entity ids that somebody has decided about, for a queue of this kind: two that are not the same may still do the same work."""
    elsewhere = () if kind == RECORDS else ("different", "same_site")
    return {frozenset(entity_of.get(key, key) for key in keys) for keys, held in holding(judgements).items() if held.verdict not in elsewhere}


def without_effect(judgement: Judgement, entity_of: Mapping[str, str]) -> bool:
    """Does a judgement join two that are kept apart by another one, so that the two still stand alone?"""
    left, right = entity_of.get(judgement.left), entity_of.get(judgement.right)
    return judgement.verdict in JOINS and left is not None and right is not None and left != right
