"""How well actors are connected: the measures that symbols can follow, beside networkx and on a town whose answers are known."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from queries import catalog
from queries.network.measures import MEASURES, betweenness
from tests.test_queries import town  # noqa: F401 (a fixture)

ACTORS = ["kita", "schule", "amt", "tisch", "lenkung", "rat", "lesen"]


def measured(snapshot: Snapshot, measure: str) -> dict[str, float]:
    frame = catalog.run("network/measures", snapshot=snapshot, actors=ACTORS, measure=measure)
    assert list(frame["id"]) == ACTORS
    return dict(zip(frame["id"], frame["value"].round(4), strict=True))


def test_ties_and_seats_of_a_known_town(town: Snapshot) -> None:  # noqa: F811
    assert measured(town, "ties") == {"kita": 3, "schule": 2, "amt": 1, "tisch": 4, "lenkung": 2, "rat": 1, "lesen": 1}
    assert measured(town, "seats") == {"kita": 1, "schule": 1, "amt": 1, "tisch": 0, "lenkung": 0, "rat": 0, "lesen": 0}


def test_whoever_everybody_must_pass_brokers_most(town: Snapshot) -> None:  # noqa: F811
    found = measured(town, "betweenness")
    # Of the 15 pairs of others, 11 have their only shortest way through the Runder Tisch; the way from Kita to Schule does not pass it.
    assert found == {"kita": round(5 / 15, 4), "schule": 0, "amt": 0, "tisch": round(11 / 15, 4), "lenkung": round(5 / 15, 4), "rat": 0, "lesen": 0}


def test_another_measure_is_refused_with_a_word(town: Snapshot) -> None:  # noqa: F811
    with pytest.raises(catalog.AnalysisError, match="betweenness"):
        measured(town, "fame")


@given(size=st.integers(0, 24), data=st.data())
def test_betweenness_is_that_of_networkx(size: int, data: st.DataObject) -> None:
    pair = st.tuples(st.integers(0, max(0, size - 1)), st.integers(0, max(0, size - 1)))
    pairs = data.draw(st.lists(pair, max_size=60)) if size else []
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from((a, b) for a, b in pairs if a != b)
    expected = nx.betweenness_centrality(graph)
    found = betweenness(size, np.array(pairs, dtype=np.intp).reshape(-1, 2))
    assert found == pytest.approx([expected[n] for n in range(size)])


def test_a_sample_finds_the_brokers_and_is_the_same_each_time() -> None:
    graph = nx.barabasi_albert_graph(600, 2, seed=3)
    pairs = np.array(list(graph.edges), dtype=np.intp)
    exact, rough = betweenness(600, pairs), betweenness(600, pairs, exact=100, sample=200)
    assert (rough == betweenness(600, pairs, exact=100, sample=200)).all()
    best = set(np.argsort(-exact)[:10])
    assert len(best & set(np.argsort(-rough)[:10])) >= 7
    assert rough.sum() == pytest.approx(exact.sum(), rel=0.1)


@pytest.mark.parametrize("measure", MEASURES)
def test_nobody_has_no_measure(measure: str, town: Snapshot) -> None:  # noqa: F811
    assert catalog.run("network/measures", snapshot=town, actors=["rat"], measure=measure)["value"].tolist() == [0.0]
