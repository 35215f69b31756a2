"""Parts that would be parts of themselves do not become part of the graph, and are listed."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graph.cycles import refuse_cycles
from graph.folded import Fold, FoldedEdge, FoldedNode

KEYS = "abcdef"


def _fold(pairs: set[tuple[str, str]], kind: str = "PART_OF") -> Fold:
    nodes = {key: FoldedNode("Area", {"id": key, "name": key}) for key in KEYS}
    return Fold(nodes=nodes, edges={f"{a}{b}": FoldedEdge(kind, a, b, {"id": f"{a}{b}"}) for a, b in pairs})


def test_a_ring_is_refused_and_what_hangs_on_it_stays() -> None:
    fold = _fold({("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("c", "e")})
    refuse_cycles(fold)
    assert set(fold.edges) == {"da", "ce"}
    assert {(refused.start, refused.end) for refused in fold.refused} == {("a", "b"), ("b", "c"), ("c", "a")}
    assert all("Kreis" in refused.reason for refused in fold.refused)


def test_other_relationships_may_lead_in_a_ring() -> None:
    fold = _fold({("a", "b"), ("b", "a")}, "REPORTS_TO")
    refuse_cycles(fold)
    assert len(fold.edges) == 2 and not fold.refused


@given(st.sets(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda pair: pair[0] != pair[1])))
def test_afterwards_nothing_is_its_own_part_and_nothing_is_lost(pairs: set[tuple[str, str]]) -> None:
    fold = _fold(pairs)
    refuse_cycles(fold)
    left = {(edge.start, edge.end) for edge in fold.edges.values()}
    assert nx.is_directed_acyclic_graph(nx.DiGraph(list(left)))
    assert left | {(refused.start, refused.end) for refused in fold.refused} == pairs
