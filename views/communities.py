"""Who belongs together by their ties: communities, and what each is called.

Method: modularity by the Louvain algorithm (Blondel, Guillaume, Lambiotte, Lefebvre 2008, as in networkx), with a
fixed seed. A community once found keeps its members; newcomers join the one that most of their neighbours are in.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Integers = NDArray[np.int64]

OTHERS = -1
"""The number of those who belong to no community, or to one of two only."""

_SEED = 7
_LEAST = 3
_ROUNDS = 8
"""Newcomers may come in chains: so many steps away from old members they still find their community."""


def communities(size: int, links: Integers, known: Integers | None = None) -> Integers:
    """The community of each of ``size`` nodes, ``OTHERS`` for those in none of three or more.

    ``links`` is (m, 2): places of tied nodes. ``known`` are communities found earlier (``OTHERS`` for none): they
    stay; fresh communities get further numbers, the largest first.
    """
    found = np.full(size, OTHERS, dtype=np.int64) if known is None else known.astype(np.int64).copy()
    if not len(links):
        return found
    if (found >= 0).any():
        _join(found, links)
    loose = found < 0
    inner = links[loose[links[:, 0]] & loose[links[:, 1]]]
    if not len(inner):
        return found
    numbered = int(found.max(initial=-1)) + 1
    for members in split(np.flatnonzero(loose), inner):
        if len(members) >= _LEAST:
            found[members] = numbered
            numbered += 1
    return found


def split(members: Integers, links: Integers) -> list[Integers]:
    """Communities among ``members`` by ``links`` (both ends among them), the largest first; everybody is in just one."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(members.tolist())
    # In one order, whatever order the ties came in: Louvain looks at neighbours in the order they were added.
    graph.add_edges_from(np.unique(np.sort(links, axis=1), axis=0).tolist())
    alone = {node for node, degree in graph.degree() if not degree}
    graph.remove_nodes_from(alone)
    parts = [np.array(sorted(part), dtype=np.int64) for part in nx.community.louvain_communities(graph, seed=_SEED)] if len(graph) else []
    parts += [np.array([node]) for node in sorted(alone)]
    return sorted(parts, key=lambda part: (-len(part), int(part[0])))


def _join(found: Integers, links: Integers) -> None:
    """Puts each newcomer into the community that most of its neighbours are in; of equals into the one numbered first."""
    both = np.concatenate([links, links[:, ::-1]])
    for _ in range(_ROUNDS):
        waiting = both[(found[both[:, 0]] < 0) & (found[both[:, 1]] >= 0)]
        if not len(waiting):
            return
        votes: Any = sparse.coo_array((np.ones(len(waiting)), (waiting[:, 0], found[waiting[:, 1]])), shape=(len(found), int(found.max()) + 1)).tocsr()
        for node in np.unique(waiting[:, 0]):
            mine = slice(votes.indptr[node], votes.indptr[node + 1])
            order = np.lexsort((votes.indices[mine], -votes.data[mine]))
            found[node] = votes.indices[mine][order[0]]


def heads(group: Integers, leads: NDArray[np.bool_], degree: Integers) -> dict[int, int]:
    """For each community, by place, the best connected of those who may lead (``leads``), else its best connected member."""
    order = np.lexsort((np.arange(len(group)), -degree, ~leads, group))
    first = np.unique(group[order], return_index=True)[1]
    return {int(group[order[at]]): int(order[at]) for at in first if group[order[at]] >= 0}
