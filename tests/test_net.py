"""The Netz of any size: groups, communities, two levels, newcomers, measures, columns."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from benchmarks.crowd import network
from tests.network_data import actors, ties, town
from tests.test_layout import drawn, fresh_scope, networks
from views import communities, net, newcomers, packing, two_levels
from views.drawing import Drawing
from views.network import payload
from views.node_columns import SIZES
from views.positions import Positions

GROUPINGS = ("", *net.GROUPINGS)
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Positions(tmp_path / "positions.sqlite") as opened:
        yield opened


def spots(drawing: Drawing) -> dict[str, tuple[float, float]]:
    return {node["id"]: (node["x"], node["y"]) for node in drawing.nodes}


@st.composite
def graphs(draw: st.DrawFn, most: int = 30) -> tuple[int, np.ndarray]:
    size = draw(st.integers(1, most))
    pairs = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=80))
    return size, np.array(sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]}), dtype=np.int64).reshape(-1, 2)


# ---- whole, and grouped --------------------------------------------------------------------------------


@pytest.mark.parametrize("grouping", GROUPINGS)
@quick
@given(people=networks())
def test_the_whole_netz_shows_everybody_once_on_a_spot_of_their_own(grouping: str, people: tuple[pd.DataFrame, pd.DataFrame], positions: Positions) -> None:
    drawing = drawn("netz", *people, positions, whole=True, grouping=grouping)
    assert sorted(node["id"] for node in drawing.nodes) == sorted(people[0].index)
    assert drawing.folded == {}
    assert len(set(spots(drawing).values())) == len(drawing.nodes)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in spots(drawing).values())
    inside = [n for hull in drawing.hulls for n in hull["nodes"]]
    assert len(inside) == len(set(inside))
    if grouping == "community":
        assert sorted(inside) == list(range(len(drawing.nodes)))


def test_without_whole_the_netz_folds_as_ever(positions: Positions) -> None:
    people, pairs = town(kitas=210, schools=136)
    assert len(drawn("netz", people, pairs, positions).nodes) <= 120
    assert len(drawn("netz", people, pairs, positions, whole=True).nodes) == len(people)


def test_each_grouping_keeps_positions_of_its_own(positions: Positions) -> None:
    people, pairs = town(kitas=30, schools=20)
    scope = fresh_scope()
    first = {g: spots(drawn("netz", people, pairs, positions, scope=scope, grouping=g)) for g in net.GROUPINGS}
    assert first["sector"] != first["area"] != first["community"]
    assert {g: spots(drawn("netz", people, pairs, positions, scope=scope, grouping=g)) for g in net.GROUPINGS} == first


def test_hulls_of_areas_and_sectors_have_their_names(positions: Positions) -> None:
    people, pairs = town(kitas=18, schools=18, gremien=6)
    by_area = {hull["label"] for hull in drawn("netz", people, pairs, positions, grouping="area").hulls}
    assert by_area == {*(f"Stadtteil {n}" for n in range(6)), "Weitere Gebiete"}
    by_sector = {hull["label"] for hull in drawn("netz", people, pairs, positions, grouping="sector").hulls}
    assert by_sector == {"Frühe Bildung", "Schule", "Verwaltung", "Ausbildung und Weiterbildung"}


# ---- communities ---------------------------------------------------------------------------------------


def two_circles() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two circles around a Gremium each, one tie between them, a pair, and one alone."""
    rows: list[dict[str, object]] = [{"id": "g1", "type": "Gremium", "name": "Lenkungskreis Bildung"}, {"id": "g2", "type": "Gremium", "name": "Runder Tisch"}]
    rows += [{"id": f"{side}{n}", "type": "Person" if n else "Institution", "kind": None if n else "kita"} for side in "ab" for n in range(6)]
    rows += [{"id": name, "type": "Institution", "kind": "school"} for name in ("p1", "p2", "alone")]
    pairs = [(f"{side}{n}", gremium, "MEMBER_OF") for side, gremium in (("a", "g1"), ("b", "g2")) for n in range(6)]
    pairs += [(f"{side}{n}", f"{side}{(n + 1) % 6}", "COOPERATES_WITH/informal") for side in "ab" for n in range(6)]
    return actors(*rows), ties(*pairs, ("a0", "b0", "COOPERATES_WITH/informal"), ("p1", "p2", "COOPERATES_WITH/informal"))


def members(drawing: Drawing) -> dict[str, set[str]]:
    return {hull["label"]: {drawing.nodes[n]["id"] for n in hull["nodes"]} for hull in drawing.hulls}


def test_communities_are_named_after_their_best_connected_gremium_and_the_rest_stands_together(positions: Positions) -> None:
    people, pairs = two_circles()
    found = members(drawn("netz", people, pairs, positions, grouping="community"))
    assert found == {
        "um Lenkungskreis Bildung": {"g1", *(f"a{n}" for n in range(6))},
        "um Runder Tisch": {"g2", *(f"b{n}" for n in range(6))},
        "Weitere": {"p1", "p2", "alone"},
    }
    assert "around Runder Tisch" in members(drawn("netz", people, pairs, positions, grouping="community", language="en"))


def test_a_newcomer_joins_the_community_of_its_neighbours_and_nobody_changes(positions: Positions) -> None:
    people, pairs = two_circles()
    scope = fresh_scope()
    before = members(drawn("netz", people, pairs, positions, scope=scope, grouping="community"))
    more = pd.concat([people, actors({"id": "new", "type": "Person"}, {"id": "newer", "type": "Person"})])
    tied = pd.concat([pairs, ties(("new", "g2", "MEMBER_OF"), ("newer", "new", "COOPERATES_WITH/informal"))], ignore_index=True)
    after = members(drawn("netz", more, tied, positions, scope=scope, grouping="community"))
    assert after == before | {"um Runder Tisch": before["um Runder Tisch"] | {"new", "newer"}}


@quick
@given(graph=graphs(), known=st.lists(st.integers(-1, 3), min_size=30, max_size=30))
def test_communities_keep_who_they_have_and_are_never_of_one_or_two(graph: tuple[int, np.ndarray], known: list[int]) -> None:
    size, links = graph
    old = np.array(known[:size])
    found = communities.communities(size, links, old)
    assert (found[old >= 0] == old[old >= 0]).all()
    fresh = communities.communities(size, links)
    assert all(count >= 3 for number, count in zip(*np.unique(fresh, return_counts=True), strict=True) if number >= 0)
    assert (fresh == communities.communities(size, links[::-1])).all()


# ---- places --------------------------------------------------------------------------------------------


@quick
@given(graph=graphs(most=60), groups=st.lists(st.integers(0, 4), min_size=60, max_size=60))
def test_two_levels_give_everybody_a_spot_and_groups_do_not_overlap(graph: tuple[int, np.ndarray], groups: list[int]) -> None:
    size, links = graph
    group = np.array(groups[:size])
    found = two_levels.place(links, group)
    assert found.shape == (size, 2) and np.isfinite(found).all()
    assert size < 2 or cKDTree(found).query(found, 2)[0][:, 1].min() > 0.3
    assert (found == two_levels.place(links, group)).all()
    middles = {g: found[group == g].mean(axis=0) for g in set(group.tolist())}
    wide = {g: np.hypot(*(found[group == g] - middles[g]).T).max() for g in middles}
    for g in middles:
        for h in middles:
            assert g == h or np.hypot(*(middles[g] - middles[h])) > 0.5 * max(wide[g], wide[h])


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_a_thousand_stand_apart_inside_and_the_same_each_time(grouping: str, positions: Positions) -> None:
    people, pairs = network(1_000)
    drawing = drawn("netz", people, pairs, positions, whole=True, grouping=grouping)
    again = drawn("netz", people.sample(frac=1, random_state=2), pairs.sample(frac=1, random_state=3), positions, whole=True, grouping=grouping)
    assert spots(drawing) == spots(again)
    at = np.array(list(spots(drawing).values()))
    assert cKDTree(at).query(at, 2)[0][:, 1].min() > 0.003
    assert at.min() >= 0 and at.max() <= 1 and np.ptp(at, axis=0).min() > 0.9


def test_in_a_large_netz_old_ones_stay_and_newcomers_stand_near_their_neighbours(positions: Positions) -> None:
    people, pairs = network(1_200)
    early = people[people.index.isin(people.sample(frac=0.7, random_state=1).index)]
    scope = fresh_scope()
    before = spots(drawn("netz", early, pairs, positions, scope=scope, whole=True, grouping="community"))
    after = spots(drawn("netz", people, pairs, positions, scope=scope, whole=True, grouping="community"))
    assert {i: after[i] for i in before} == before
    assert len(set(after.values())) == len(people)
    apart = [
        np.hypot(after[a][0] - after[b][0], after[a][1] - after[b][1]) for a, b in zip(pairs["a"], pairs["b"], strict=True) if (a in before) != (b in before)
    ]
    ids = list(after)
    anyone = [np.hypot(after[ids[n]][0] - after[ids[-n]][0], after[ids[n]][1] - after[ids[-n]][1]) for n in range(1, 600)]
    assert np.mean(apart) < 0.6 * np.mean(anyone)


@quick
@given(old=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30, unique=True), fresh=st.integers(1, 40))
def test_newcomers_settle_on_free_spots_inside_and_nobody_else_moves(old: list[tuple[float, float]], fresh: int) -> None:
    unit = np.array([*old, *[old[0]] * fresh])
    stands = np.arange(len(unit)) < len(old)
    found = newcomers.settle(unit, stands, np.array([20.0, 14.0]))
    assert (found[stands] == unit[stands]).all()
    assert ((found >= 0) & (found <= 1)).all()
    assert len({tuple(spot) for spot in found[~stands]} | {tuple(spot) for spot in unit[stands]}) == len(unit)


def test_two_who_open_the_same_large_picture_at_once_have_it_arranged_once(positions: Positions, monkeypatch: pytest.MonkeyPatch) -> None:
    people, pairs = network(700)
    calls: list[int] = []
    place = two_levels.place
    monkeypatch.setattr(two_levels, "place", lambda *given, **more: (calls.append(1), place(*given, **more))[1])
    found: list[Drawing] = []
    scope = fresh_scope()
    sessions = [threading.Thread(target=lambda: found.append(drawn("netz", people, pairs, positions, scope=scope, whole=True))) for _ in range(3)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()
    assert len(calls) == 1
    assert spots(found[0]) == spots(found[1]) == spots(found[2])


def test_saving_and_forgetting_is_noticed(positions: Positions) -> None:
    before = positions.changes("s")
    positions.save("netz", "s", {"a": (0.1, 0.2)})
    saved = positions.changes("s")
    positions.forget("netz", "s")
    assert len({before, saved, positions.changes("s")}) == 3
    assert positions.changes("other") == before


# ---- size by a measure ---------------------------------------------------------------------------------


def test_the_area_of_symbols_follows_the_measure_within_bounds(positions: Positions) -> None:
    people, pairs = town(kitas=5, schools=5, gremien=3)
    values = {actor: float(n) for n, actor in enumerate(people.index)}
    size = {node["id"]: node["size"] for node in drawn("netz", people, pairs, positions, sizes=values).nodes}
    most = max(values.values())
    for actor, value in values.items():
        assert size[actor] == pytest.approx(min(SIZES[1], max(SIZES[0], SIZES[1] * (value / most) ** 0.5)))
    assert not any("size" in node for node in drawn("netz", people, pairs, positions).nodes)
    assert not any("size" in node for node in drawn("steuerungsbild", people, pairs, positions, sizes=values).nodes)
    assert {node["size"] for node in drawn("netz", people, pairs, positions, sizes=dict.fromkeys(values, 0.0) | {"gone": 3.0}).nodes} == {1.0}


# ---- columns -------------------------------------------------------------------------------------------


@quick
@given(people=networks())
def test_columns_hold_the_same_as_rows(people: tuple[pd.DataFrame, pd.DataFrame], positions: Positions) -> None:
    drawing = drawn("netz", *people, positions)
    rows, links = list(drawing.nodes), list(drawing.ties)
    assert packing.Nodes.of(rows) == drawing.nodes and packing.Ties.of(links) == drawing.ties
    assert packing.version(packing.Nodes.of(rows).packed()) == packing.version(packing.Nodes.of(drawing.nodes).packed())
    assert json.loads(json.dumps(drawing.content()))["kinds"] == sorted({tie[2] for tie in links})


def test_the_version_changes_with_anything_that_is_drawn(positions: Positions) -> None:
    people, pairs = town(kitas=4, schools=3)

    def version(people: pd.DataFrame = people, pairs: pd.DataFrame = pairs, **more: object) -> str:
        return str(payload(drawn("netz", people, pairs, positions, scope="same", **more), chips=[], title="", language="de")["version"])

    renamed, stronger = people.copy(), pairs.copy()
    renamed.loc["k000", "name"] = "Kita Neu"
    stronger.loc[0, "n"] = 7
    found = [version(), version(renamed), version(pairs=stronger), version(people.drop("k001")), version(sizes={"amt": 2.0}), version(grouping="community")]
    assert len(set(found)) == len(found)
    assert version() == found[0]


# ---- edges of the range --------------------------------------------------------------------------------


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_nobody_one_and_no_tie(grouping: str, positions: Positions) -> None:
    assert "noch niemand" in drawn("netz", actors(), ties(), positions, whole=True, grouping=grouping).message
    assert [n["id"] for n in drawn("netz", actors({"id": "a", "type": "Gremium"}), ties(), positions, whole=True, grouping=grouping).nodes] == ["a"]
    people, _ = network(700)
    untied = drawn("netz", people, ties(), positions, whole=True, grouping=grouping)
    assert len(set(spots(untied).values())) == 700


def test_fifty_thousand_are_drawn_from_known_positions(positions: Positions) -> None:
    people, pairs = network(50_000)
    spread = np.random.default_rng(1).random((len(people), 2))
    scope = fresh_scope()
    positions.save("netz-whole", scope, {i: (x, y) for i, (x, y) in zip(people.index, spread.tolist(), strict=True)})
    drawing = drawn("netz", people, pairs, positions, scope=scope, whole=True, grouping="sector")
    data = payload(drawing, chips=[], title="", language="de")
    assert len(drawing.nodes) == 50_000 and len(drawing.ties) == 150_000
    assert len(json.dumps(data)) < 7_000_000
    assert drawing.node_of(people.index[-1]) == people.index[-1] and drawing.node_of("nobody") is None
