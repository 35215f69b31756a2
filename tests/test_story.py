"""A told story: who stands out is drawn by name, and bold is true of everybody who is bold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network_data import actors, ties, town
from views.drawing import DRAWINGS, Drawing, draw
from views.positions import Positions
from views.story import NAMED_MOST, Story, story

TYPES = st.lists(st.sampled_from(["Institution", "Gremium", "Project", "Person"]), min_size=1, max_size=9)
PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["MEMBER_OF", "REPORTS_TO", "COOPERATES_WITH/contract"])), max_size=20)


@given(TYPES, PAIRS, st.sets(st.integers(0, 10), max_size=5))
def test_bold_is_who_is_tied_to_two_or_more(types: list[str], pairs: list[tuple[int, int, str]], told: set[int]) -> None:
    table = actors(*({"id": f"a{n}", "type": kind} for n, kind in enumerate(types)))
    links = [(f"a{a}", f"a{b}", kind) for a, b, kind in pairs if a < len(types) and b < len(types) and a != b]
    found = story(table, ties(*links), [f"a{n}" for n in sorted(told)])
    there = {f"a{n}" for n in told if n < len(types)}
    if not there:
        assert found is None
        return
    assert found is not None and found.actors == there
    assert found.gremien == all(table["type"][i] == "Gremium" for i in there)
    for i in table.index:
        if found.gremien:
            tied = {b for a, b, kind in links if a == i and kind == "MEMBER_OF" and b in there and table["type"][i] == "Institution"}
        else:
            tied = {b if a == i else a for a, b, _kind in links if i in (a, b)} & there
        assert (i in found.several) == (i not in there and len(tied) >= 2)
    assert found.actors <= found.named <= found.actors | found.several


def drawn(name: str, folder: Path, told: Story, limits: dict[str, int] | None = None) -> Drawing:
    people, pairs = town(kitas=120, schools=90, gremien=24)
    steps = {i: int(i != "g000") for i in people.index}
    with Positions(folder / "positions.sqlite") as positions:
        return draw(name, people, pairs, scope="t", positions=positions, language="de", steps=steps, limits=limits, emphasis=told.actors, alone=told.named)


@pytest.mark.parametrize("name", DRAWINGS)
def test_nobody_of_a_story_is_folded_away(name: str, tmp_path: Path) -> None:
    people, pairs = town(kitas=120, schools=90, gremien=24)
    seats = pairs[pairs["kind"] == "MEMBER_OF"].groupby("a")["b"].nunique()
    told = story(people, pairs, [*pairs.loc[pairs["a"] == seats.idxmax(), "b"]])
    assert told and told.several
    drawing = drawn(name, tmp_path, told)
    ids = {node["id"] for node in drawing.nodes}
    assert told.named <= ids
    marks = told.marks(drawing)
    assert {drawing.nodes[at]["id"] for at in marks["actors"]} == told.actors
    bold = {i for at in marks["several"] for i in drawing.folded.get(drawing.nodes[at]["id"], [drawing.nodes[at]["id"]])}
    assert bold <= told.several
    assert marks["kinds"] == ["MEMBER_OF"] or set(marks["kinds"]) <= {kind for kind in pairs["kind"]}


def test_those_who_are_not_tied_to_it_fold_first(tmp_path: Path) -> None:
    people, pairs = town(kitas=120, schools=90, gremien=24)
    told = story(people, pairs, ["g001"])
    assert told
    drawing = drawn("steuerungsbild", tmp_path, told, {"left": 20, "right": 12, "middle": 20})
    folded = {i for members in drawing.folded.values() for i in members}
    tied = set(pairs.loc[pairs["b"] == "g001", "a"]) & set(people.index[people["type"] == "Institution"])
    assert tied and not tied & folded
    assert "g001" not in folded


def test_no_more_are_named_than_there_is_room_for() -> None:
    people = actors(*({"id": f"g{n}", "type": "Gremium"} for n in range(2)), *({"id": f"k{n:02d}", "type": "Institution", "kind": "kita"} for n in range(40)))
    pairs = ties(*((f"k{n:02d}", f"g{g}", "MEMBER_OF") for n in range(40) for g in range(2)))
    told = story(people, pairs, ["g0", "g1"])
    assert told and len(told.several) == 40 and len(told.named - told.actors) == NAMED_MOST


def test_two_seats_in_one_gremium_are_one_gremium() -> None:
    people = actors({"id": "g", "type": "Gremium"}, {"id": "h", "type": "Gremium"}, {"id": "k", "type": "Institution", "kind": "kita"})
    pairs = pd.concat([ties(("k", "g", "MEMBER_OF")), ties(("k", "g", "MEMBER_OF"))])
    told = story(people, pairs, ["g", "h"])
    assert told and not told.several
