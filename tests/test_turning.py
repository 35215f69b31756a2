"""From area to area: the keys of a presentation go through all neighbours and come back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from views.turning import siblings, turned


def town(districts: int = 3, quarters: int = 4, spaces: int = 2, roots: int = 1) -> Any:
    """A view with areas only: town, Bezirke, Stadtteile in each, Sozialräume over the first Stadtteile."""
    rows: dict[str, tuple[str, str]] = {}
    part_of: list[tuple[str, str]] = []
    for r in range(roots):
        rows[f"town{r}"] = (f"Stadt {r}", "municipality")
        for d in range(districts):
            rows[f"d{r}{d}"] = (f"Bezirk {r}{d}", "district")
            part_of.append((f"d{r}{d}", f"town{r}"))
            for q in range(quarters):
                rows[f"q{r}{d}{q}"] = (f"Stadtteil {r}{d}{q}", "quarter")
                part_of.append((f"q{r}{d}{q}", f"d{r}{d}"))
    for s in range(spaces):
        rows[f"s{s}"] = (f"Sozialraum {s}", "social_space")
        part_of.append(("q000", f"s{s}"))
    nodes = pd.DataFrame([("Area", *row) for row in rows.values()], columns=["type", "name", "level"], index=list(rows))
    edges = pd.DataFrame([("PART_OF", *pair) for pair in part_of], columns=["type", "start", "end"])
    return Snapshot(1, nodes, edges)


def test_siblings_are_of_the_same_level_and_parent() -> None:
    view = town()
    assert siblings(view, "q010") == ["q010", "q011", "q012", "q013"]
    assert siblings(view, "d01") == ["d00", "d01", "d02"]
    assert siblings(view, "s1") == ["s0", "s1"]


def test_the_whole_town_goes_into_its_first_bezirk_and_backwards_into_the_last() -> None:
    view = town()
    assert turned(view, (), 1) == ("d00",)
    assert turned(view, (), -1) == ("d02",)
    assert turned(view, ("town0",), 1) == ("d00",)
    assert turned(view, (), 4) == ("d00",)


def test_several_areas_are_left_at_their_end() -> None:
    view = town()
    assert turned(view, ("q000", "q001"), 1) == ("q002",)
    assert turned(view, ("q001", "q002"), -1) == ("q000",)


def test_where_there_is_nothing_beside_it_stays() -> None:
    view = town(districts=0, spaces=0)
    assert turned(view, ("town0",), 1) == ("town0",)
    empty = Snapshot(1, pd.DataFrame(columns=["type", "name", "level"]), pd.DataFrame(columns=["type", "start", "end"]))
    assert turned(empty, (), 1) == ()


def test_several_towns_are_the_first_row() -> None:
    assert turned(town(roots=2), (), 1) == ("town0",)
    assert turned(town(roots=2), ("town0",), 1) == ("town1",)


@given(st.integers(1, 4), st.integers(0, 4), st.integers(0, 3), st.data())
def test_steps_add_up_and_lead_back(districts: int, quarters: int, spaces: int, data: st.DataObject) -> None:
    """Many presses at once are as many presses one by one; forward and back is where one was; once around is home."""
    view = town(districts, quarters, spaces)
    area = data.draw(st.sampled_from(list(view.nodes.index)))
    by = data.draw(st.integers(-9, 9))
    row = siblings(view, area)
    assert area in row
    one_by_one: tuple[str, ...] = (area,)
    for _ in range(abs(by)):
        one_by_one = turned(view, one_by_one, 1 if by > 0 else -1)
    if len(row) > 1:
        assert turned(view, (area,), by) == one_by_one
        assert turned(view, turned(view, (area,), by), -by) == (area,)
        assert {turned(view, (area,), n) for n in range(len(row))} == {(other,) for other in row}
    assert all(view.nodes.loc[other, "level"] == view.nodes.loc[area, "level"] for other in row)


@pytest.mark.parametrize("by", [0])
def test_no_step_is_no_step(by: int) -> None:
    assert turned(town(), ("d00", "d01"), by) == ("d00", "d01")
