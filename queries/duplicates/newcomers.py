"""Whom new entries resemble: said when a list is read in or checked, before a double takes root."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from graph import snapshot
from graph.folded import Fold
from graph.identity import Resembling
from queries.duplicates import graph_tables, records
from queries.duplicates.sentences import taken_apart

LEAST = 6.0
"""Points from which a hint is worth reading: of the pairs of the two real registers of schools .994 are true from here on."""

MOST = 20_000
"""With more entries than these a hint would cost more than some seconds."""

_TYPES = ("Institution", "Gremium", "Person", "Project", "Offer")
_TIES = ("RUNS", "WORKS_FOR", "LOCATED_IN", "SERVES")


def resembling(whole: Fold, new: Collection[str], words: tuple[Path, ...] = ()) -> list[Resembling] | None:
    """Of each of the ``new`` entries whom it resembles, the likeliest first; None where there are too many entries to look.

    Two new ones may resemble each other, too. ``words``: further files of words (``queries.names.lexicon``).
    """
    wanted = {key: node for key, node in whole.nodes.items() if node.type in _TYPES}
    if not any(key in wanted for key in new):
        return []
    if len(wanted) > MOST:
        return None
    table = graph_tables.records(snapshot.of_fold(_of_records(whole)))
    found = records.pairs(table, words)
    found = found[(found["score"] >= LEAST) & (found["record_id_1"].isin(set(new)) | found["record_id_2"].isin(set(new)))]
    hints = []
    for row in found.itertuples(index=False):
        one, other = (row.record_id_1, row.record_id_2) if row.record_id_1 in new else (row.record_id_2, row.record_id_1)
        hints.append(Resembling(str(one), str(other), float(str(row.score)), tuple(words for words, points in taken_apart(str(row.reasons)) if points > 0)))
    return hints


def _of_records(whole: Fold) -> Fold:
    """The part that ``graph_tables.records`` reads."""
    edges = {key: edge for key, edge in whole.edges.items() if edge.type in _TIES}
    ends = {key for edge in edges.values() for key in (edge.start, edge.end)}
    return Fold(whole.version, {key: node for key, node in whole.nodes.items() if node.type in _TYPES or key in ends}, edges)
