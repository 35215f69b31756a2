"""How well actors are connected: what the size of symbols in the Netz can follow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from graph.model import Text
from graph.snapshot import Snapshot
from queries.catalog import Analysis, AnalysisError, Column, Parameter
from queries.network import ties

ABOUT = Analysis(
    title=Text("Maße der Vernetzung", "Measures of connection"),
    question=Text("Wer ist wie stark vernetzt, und wer vermittelt?", "How well is everybody connected, and who brokers?"),
    reading=Text(
        "„ties“ zählt die Beziehungen, „seats“ die Gremien, in denen jemand sitzt. „betweenness“ (Vermittler) ist der Anteil der kürzesten Wege "
        "zwischen je zwei anderen, die über den Akteur führen (Freeman 1977), von 0 bis 1; über 2.000 Akteuren ist er aus einer Stichprobe geschätzt.",
        "“ties” counts the ties, “seats” the committees somebody sits in. “betweenness” (brokers) is the share of shortest ways between any two "
        "others that lead through the actor (Freeman 1977), from 0 to 1; above 2,000 actors it is estimated from a sample.",
    ),
    columns=(
        Column("id", Text("Kennung", "Id")),
        Column("value", Text("Wert", "Value")),
    ),
    parameters=(
        Parameter("actors", Text("Akteure", "Actors"), "nodes", required=True),
        Parameter("measure", Text("Maß", "Measure"), "text", "ties"),
        Parameter("as_of", Text("Stand am", "As of"), "date", ""),
    ),
)

MEASURES = ("ties", "betweenness", "seats")
EXACT = 2_000
"""Up to so many actors betweenness is exact; above, it is estimated from ``SAMPLE`` starting points."""
SAMPLE = 256

_SEED = 7
_AT_ONCE = 64

Numbers = NDArray[np.float64]


def run(snapshot: Snapshot, actors: list[str], measure: str = "ties", as_of: str = "") -> pd.DataFrame:
    """One row per actor, in the given order, with its ``value``. Raises ``AnalysisError`` for another measure than ``MEASURES``."""
    if measure not in MEASURES:
        raise AnalysisError(f"Ein Maß „{measure}“ gibt es nicht; bekannt sind {', '.join(MEASURES)}")
    drawn = ties.run(snapshot, actors, as_of)
    index = pd.Index(actors)
    if measure == "betweenness":
        ends = [index.get_indexer(pd.Index(drawn[end])) for end in ("a", "b")]
        values = pd.Series(betweenness(len(actors), np.column_stack(ends).reshape(-1, 2)), index=index)
    elif measure == "seats":
        seats = drawn.loc[drawn["kind"] == "MEMBER_OF", ["a", "b"]].drop_duplicates()["a"].value_counts()
        values = seats.reindex(index).fillna(0).astype(float)
    else:
        counted = pd.concat([drawn["a"], drawn["b"]]).value_counts()
        values = counted.reindex(index).fillna(0).astype(float)
    return pd.DataFrame({"id": list(actors), "value": values.to_numpy(dtype=float)})


def betweenness(size: int, pairs: NDArray[np.intp], *, exact: int = EXACT, sample: int = SAMPLE) -> Numbers:
    """Betweenness of each of ``size`` nodes, tied by ``pairs`` (m, 2) both ways, 0 to 1 as in networkx.

    Freeman, A set of measures of centrality based on betweenness, 1977; summed up as in Brandes, A faster
    algorithm for betweenness centrality, 2001, here for many starting points at once, on matrices. Above
    ``exact`` nodes only ``sample`` starting points, drawn with a fixed seed, are taken and scaled up (Brandes and
    Pich 2007). Several ties between two count as one.
    """
    found = np.zeros(size)
    if size < 3 or not len(pairs):
        return found
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[both[:, 0] != both[:, 1]]
    matrix: Any = sparse.coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size)).tocsr()
    matrix.data[:] = 1.0
    some = np.random.default_rng(_SEED).permutation(size)[: size if size <= exact else sample]
    starts = np.sort(some)
    for first in range(0, len(starts), _AT_ONCE):
        found += _dependencies(matrix, starts[first : first + _AT_ONCE])
    scaled: Numbers = found * (size / len(starts)) / ((size - 1) * (size - 2))
    return scaled


def _dependencies(matrix: Any, starts: NDArray[np.intp]) -> Numbers:
    """For each node the sum, over ``starts``, of the shares of shortest ways from there that lead through it."""
    size, many = matrix.shape[0], len(starts)
    columns = np.arange(many)
    ways = np.zeros((size, many))
    ways[starts, columns] = 1.0
    level = np.full((size, many), -1, dtype=np.int32)
    level[starts, columns] = 0
    depth, frontier = 0, ways
    while True:
        reached = matrix @ frontier
        fresh = (reached > 0) & (level < 0)
        if not fresh.any():
            break
        depth += 1
        level[fresh] = depth
        frontier = np.where(fresh, reached, 0.0)
        ways += frontier
    share = np.zeros((size, many))
    for at in range(depth, 0, -1):
        below = np.where(level == at, (1.0 + share) / np.maximum(ways, 1.0), 0.0)
        share += np.where(level == at - 1, (matrix @ below) * ways, 0.0)
    share[starts, columns] = 0.0
    total: Numbers = share.sum(axis=1)
    return total
