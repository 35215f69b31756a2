"""The drawing Matrix: Gremien as rows, institutions as columns, blocks next to each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network_data import actors, ties, town
from tests.test_layout import fresh_scope, networks
from views.drawing import MATRIX_COLUMNS, Drawing, draw
from views.positions import Positions


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Positions(tmp_path / "positions.sqlite") as opened:
        yield opened


def matrix(people: pd.DataFrame, pairs: pd.DataFrame, positions: Positions, scope: str = "") -> Drawing:
    return draw("matrix", people, pairs, scope=scope or fresh_scope(), positions=positions, language="de")


def heads(drawing: Drawing, side: str) -> list[str]:
    along = "y" if side == "h" else "x"
    return [n["id"] for n in sorted((n for n in drawing.nodes if n["side"] == side), key=lambda n: n[along])]


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@quick
@given(network=networks())
def test_a_cell_for_every_seat_and_no_other(network: tuple[pd.DataFrame, pd.DataFrame], positions: Positions) -> None:
    people, pairs = network
    drawing = matrix(people, pairs, positions)
    kind = people["type"]
    seats = pairs.loc[[{kind[a], kind[b]} == {"Gremium", "Institution"} for a, b in zip(pairs["a"], pairs["b"], strict=True)]]
    ids = [node["id"] for node in drawing.nodes]
    wanted = seats.groupby([seats[["a", "b"]].apply(frozenset, axis=1), "kind"])["n"].sum() if len(seats) else {}
    assert {(frozenset((ids[a], ids[b])), k): n for a, b, k, n in drawing.ties} == dict(wanted)
    assert set(ids) == set(seats["a"]) | set(seats["b"])
    assert all(kind[n["id"]] == {"h": "Gremium", "v": "Institution"}[n["side"]] for n in drawing.nodes)


@quick
@given(network=networks(), keep=st.sets(st.integers(0, 39)))
def test_the_order_stays_when_others_join(network: tuple[pd.DataFrame, pd.DataFrame], keep: set[int], positions: Positions) -> None:
    people, pairs = network
    scope, early = fresh_scope(), people.loc[[i for i in people.index if int(i[1:]) in keep]]
    before = matrix(early, pairs, positions, scope)
    after = matrix(people, pairs, positions, scope)
    for side in "hv":
        first = heads(before, side)
        assert [i for i in heads(after, side) if i in first] == first


def test_blocks_stand_together_whatever_the_names(positions: Positions) -> None:
    rows: list[dict[str, object]] = [{"id": f"g{n}", "type": "Gremium", "name": f"{n % 3}"} for n in range(9)]
    rows += [{"id": f"k{n}", "type": "Institution", "kind": "kita", "name": f"{n % 5}"} for n in range(15)]
    block = {f"g{n}": n % 3 for n in range(9)} | {f"k{n}": n % 3 for n in range(15)}
    pairs = ties(*((k, g, "MEMBER_OF") for k in block if k[0] == "k" for g in block if g[0] == "g" and block[g] == block[k]))
    drawing = matrix(actors(*rows), pairs, positions)
    for side in "hv":
        order = [block[i] for i in heads(drawing, side)]
        assert order == sorted(order, key=order.index), "each block once, in one piece"
    assert [block[i] for i in heads(drawing, "h")][::3] == [block[i] for i in heads(drawing, "v")][::5], "blocks lie along the diagonal"


def test_a_chain_of_shared_members_is_laid_out_in_its_order(positions: Positions) -> None:
    """Each institution sits in two neighbouring Gremien: reciprocal averaging finds the chain, forwards or backwards."""
    rows: list[dict[str, object]] = [{"id": f"g{(n * 5) % 8}", "type": "Gremium"} for n in range(8)]
    rows += [{"id": f"k{(n * 3) % 7}", "type": "Institution"} for n in range(7)]
    pairs = ties(*((f"k{n}", f"g{n + step}", "MEMBER_OF") for n in range(7) for step in (0, 1)))
    order = heads(matrix(actors(*rows), pairs, positions), "h")
    assert order in ([f"g{n}" for n in range(8)], [f"g{n}" for n in reversed(range(8))])


def test_too_many_fold_and_who_sits_in_most_keeps_a_column(positions: Positions) -> None:
    people, pairs = town(kitas=120, schools=80, gremien=20)
    pairs = pd.concat([pairs, ties(*(("amt", f"g{n:03d}", "MEMBER_OF") for n in range(20)))])
    drawing = matrix(people, pairs, positions)
    columns = heads(drawing, "v")
    assert len(columns) <= MATRIX_COLUMNS
    assert "amt" in columns
    sitting = set(pairs.loc[pairs["kind"] == "MEMBER_OF", "a"])
    shown = {i for i in columns if i not in drawing.folded} | {i for members in drawing.folded.values() for i in members}
    assert shown == sitting
    assert f"{len(set(people.index[people['type'] == 'Institution']) - sitting)} Institutionen" in drawing.note


def test_without_a_seat_the_matrix_says_so(positions: Positions) -> None:
    people, _ = town(kitas=3, schools=3)
    drawing = matrix(people, ties(), positions)
    assert drawing.nodes == [] and "keinen Sitz" in drawing.message
