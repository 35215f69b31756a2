"""The picture for a projector: the same people in the same order as on the Akteurslandkarte, in as few rows as fit."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pandas as pd
import pytest

from tests.network_data import town
from views.drawing import DRAWINGS, Drawing
from views.folding import OPEN_ROWS
from views.picture import Picture
from views.positions import Positions
from views.presentation import LIMITS, projected
from views.state import Choice


def picture(choice: Choice, **size: int) -> Picture:
    table, pairs = town(**size)
    # A graph of its own for each picture: drawings of the same graph are shared.
    view: Any = SimpleNamespace(nodes=table, labels=table["name"], areas=SimpleNamespace(roots=[]), graph_id=uuid4().hex, version=1, role="internal")
    around = {i: int(i != "g000") for i in table.index} if choice.drawing == "ringe" else {}
    return Picture(view, choice, "2026-11-24", table, table, pairs, around, pairs, {}, {}, {})


def rows(drawing: Drawing) -> pd.Series[int]:
    return pd.Series([node["side"] for node in drawing.nodes]).value_counts()


@pytest.mark.parametrize("size", [{"kitas": 3, "schools": 2, "gremien": 2}, {"kitas": 40, "schools": 30, "gremien": 24}, {"kitas": 400, "schools": 200, "gremien": 60}])
def test_no_column_has_more_rows_than_can_be_read_from_the_back(size: dict[str, int], tmp_path: Path) -> None:
    with Positions(tmp_path / "p.sqlite") as positions:
        drawing = projected(picture(Choice(), **size), positions)
    found = rows(drawing)
    for side, column in {"l": "left", "r": "right", "p": "middle"}.items():
        assert found.get(side, 0) <= LIMITS["steuerungsbild"][column]


@pytest.mark.parametrize("name", DRAWINGS)
def test_whoever_is_drawn_stands_as_on_the_akteurslandkarte_whichever_was_seen_first(name: str, tmp_path: Path) -> None:
    choice = Choice(drawing=name, actor="g000" if name == "ringe" else None)
    here, there = (picture(choice, kitas=30, schools=25, gremien=30) for _ in range(2))
    with Positions(tmp_path / "first.sqlite") as first, Positions(tmp_path / "second.sqlite") as second:
        talk = projected(here, first)
        before = there.drawing(second)
        assert here.drawing(first).version == before.version
        assert projected(there, second).version == talk.version
    key = "x" if name == "matrix" else "y"
    at = {node["id"]: node for node in before.nodes}
    both = [node for node in talk.nodes if node["id"] in at and not node.get("members")]
    assert both
    if name == "netz":
        assert all((node["x"], node["y"]) == (at[node["id"]]["x"], at[node["id"]]["y"]) for node in both)
    elif name == "steuerungsbild":
        for group in {talk.groups[node["id"]] for node in both}:
            mine = [node["id"] for node in both if talk.groups[node["id"]] == group]
            shown = {node["id"]: node for node in talk.nodes}
            assert sorted(mine, key=lambda i: shown[i][key]) == sorted(mine, key=lambda i: at[i][key])


def test_what_is_open_stays_open_where_it_fits(tmp_path: Path) -> None:
    with Positions(tmp_path / "p.sqlite") as positions:
        closed = projected(picture(Choice(), kitas=25, schools=6, gremien=3), positions)
        few = next(fold for fold, members in closed.folded.items() if len(members) <= OPEN_ROWS)
        many = projected(picture(Choice(opened=(few,)), kitas=25, schools=6, gremien=3), positions)
        assert rows(many).le(20).all()
        small = projected(picture(Choice(), kitas=4, schools=3, gremien=3), positions)
        assert not small.folded
