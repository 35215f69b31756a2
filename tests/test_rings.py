"""The drawing Ringe: one actor in the middle, everybody else on the ring of their step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network_data import actors, ties, town
from tests.test_layout import fresh_scope, networks
from views.drawing import RING_NODES, Drawing, draw
from views.positions import Positions


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Positions(tmp_path / "positions.sqlite") as opened:
        yield opened


def steps_from(middle: str, people: pd.DataFrame, pairs: pd.DataFrame, most: int = 3) -> dict[str, int]:
    graph = nx.Graph(list(zip(pairs["a"], pairs["b"], strict=True)))
    graph.add_nodes_from(people.index)
    return {str(i): int(n) for i, n in nx.single_source_shortest_path_length(graph, middle, most).items()}


def rings(people: pd.DataFrame, pairs: pd.DataFrame, middle: str, positions: Positions, scope: str = "", most: int = 3) -> Drawing:
    steps = steps_from(middle, people, pairs, most)
    return draw("ringe", people, pairs, scope=scope or fresh_scope(), positions=positions, language="de", steps=steps)


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@quick
@given(network=networks(), pick=st.integers(0, 39))
def test_everyone_stands_on_the_ring_of_their_step(network: tuple[pd.DataFrame, pd.DataFrame], pick: int, positions: Positions) -> None:
    people, pairs = network
    if people.empty:
        return
    middle = people.index[pick % len(people)]
    steps = steps_from(middle, people, pairs)
    drawing = rings(people, pairs, middle, positions)
    radius = [0.0, *(ring["r"] for ring in drawing.rings)]
    shown: dict[str, int] = {}
    for node in drawing.nodes:
        members = drawing.folded.get(node["id"], [node["id"]])
        shown |= {i: steps[i] for i in members}
        assert {steps[i] for i in members} == {steps[members[0]]}
        assert math.hypot(node["x"] - 0.5, node["y"] - 0.5) == pytest.approx(radius[steps[members[0]]], abs=1e-4)
    assert shown == steps
    spots = [(node["x"], node["y"]) for node in drawing.nodes]
    assert len(set(spots)) == len(spots)


@quick
@given(network=networks(), keep=st.sets(st.integers(0, 39)))
def test_the_order_round_a_ring_stays_when_others_join(network: tuple[pd.DataFrame, pd.DataFrame], keep: set[int], positions: Positions) -> None:
    people, pairs = network
    if people.empty:
        return
    middle, scope = str(people.index[0]), fresh_scope()
    early = people.loc[[i for i in people.index if i == middle or int(i[1:]) in keep]]
    early_pairs = pairs[pairs["a"].isin(early.index) & pairs["b"].isin(early.index)]
    full, part = steps_from(middle, people, pairs), steps_from(middle, early, early_pairs)

    def order(drawing: Drawing) -> list[tuple[int, list[str]]]:
        angle = {n["id"]: math.atan2(n["x"] - 0.5, 0.5 - n["y"]) % (2 * math.pi) for n in drawing.nodes}
        same = [i for i in part if full[i] == part[i]]  # who has come nearer stands on another ring
        return [(step, sorted((i for i in same if part[i] == step), key=angle.__getitem__)) for step in range(1, 4)]

    before = order(rings(early, early_pairs, middle, positions, scope))
    assert order(rings(people, pairs, middle, positions, scope)) == before


def test_an_overfull_ring_folds_within_itself(positions: Positions) -> None:
    people, pairs = town(kitas=200, schools=100, gremien=1)
    drawing = rings(people, pairs, "g000", positions)
    first = [node for node in drawing.nodes if node["id"] != "g000"]
    assert len(first) <= RING_NODES["1"]
    assert sum(node.get("members", 1) for node in first) == sum(1 for step in steps_from("g000", people, pairs).values() if step)


def test_the_same_network_gives_the_same_rings(positions: Positions) -> None:
    people, pairs = town(kitas=12, schools=9, gremien=6)
    one = rings(people, pairs, "g000", positions)
    two = rings(people.sample(frac=1, random_state=4), pairs.sample(frac=1, random_state=5).reset_index(drop=True), "g000", positions)
    assert [(n["id"], n["x"], n["y"]) for n in one.nodes] == [(n["id"], n["x"], n["y"]) for n in two.nodes]


def test_one_without_ties_stands_alone_in_the_middle(positions: Positions) -> None:
    drawing = rings(actors({"id": "a", "type": "Gremium"}), ties(), "a", positions)
    assert [(n["id"], n["x"], n["y"]) for n in drawing.nodes] == [("a", 0.5, 0.5)]
    assert drawing.rings == []


def test_without_anybody_chosen_the_rings_say_what_to_do(positions: Positions) -> None:
    people, pairs = town(kitas=3, schools=3)
    drawing = draw("ringe", people, pairs, scope="s", positions=positions, language="de")
    assert drawing.nodes == [] and "suchen" in drawing.message
