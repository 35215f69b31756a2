"""What has changed since a day: who is marked in the picture, and what the sentence counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from queries import catalog
from tests.network_data import actors, ties
from tests.town import EDGES, NODES
from views.changes import JOINED, LEFT, between, title
from views.drawing import draw
from views.picture import Picture, picture_of
from views.positions import Positions
from views.state import Choice
from views.words import set_language

TIES = st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz"), st.sampled_from(["MEMBER_OF", "RUNS"])))


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Positions(tmp_path / "positions.sqlite") as opened:
        yield opened


@given(st.sets(st.sampled_from("abcdwxyz")), st.sets(st.sampled_from("abcdwxyz")), TIES, TIES)
def test_old_and_changes_make_the_new(before: set[str], now: set[str], old: set[Any], new: set[Any]) -> None:
    frames = [pd.DataFrame(sorted(found), columns=["a", "b", "kind"]) for found in (old, new)]
    found = between("2025-01-01", (pd.Index(sorted(before)), frames[0]), (pd.Index(sorted(now)), frames[1]))
    assert (before | {i for i, m in found.actors.items() if m == JOINED}) - {i for i, m in found.actors.items() if m == LEFT} == now
    assert (old | {t for t, m in found.ties.items() if m == JOINED}) - {t for t, m in found.ties.items() if m == LEFT} == new
    assert not {i for i in found.actors if i in before and i in now}


def picture(choice: Choice) -> Picture:
    nodes = pd.DataFrame([{"id": key, "type": kind, "name": name, "lat": None, "lon": None, **more} for key, kind, name, more in NODES]).set_index("id")
    more = [("fern", "MEMBER_OF", "tisch", {"since": "2024-05-01"}), ("neu", "LOCATED_IN", "hafen", {"since": "2024-06-01"}), ("neu", "MEMBER_OF", "tisch", {"since": "2024-06-01"})]
    nodes.loc["neu"] = nodes.loc["kita"].to_dict() | {"name": "Kita Neu"}
    edges = pd.DataFrame(
        [{"id": f"e{i}", "type": kind, "start": a, "end": b, "since": None, "until": None, "source": "", "as_of": "", **extra} for i, (a, kind, b, extra) in enumerate([*EDGES, *more])]
    )
    view = Snapshot(1, nodes.sort_index(), edges)
    return picture_of(view, choice, lambda name, **parameters: catalog.run(name, snapshot=view, **parameters))


def test_the_legend_counts_what_is_shown_or_would_be() -> None:
    both, bodies = (picture(Choice(areas=("hafen",), since="2022-06-01", day="2025-01-01", types=types)) for types in (("Gremium", "Institution"), ("Gremium",)))
    shown = both.shown["type"].value_counts()
    assert {name: both.type_counts[name] for name in shown.index} == shown.to_dict() and shown["Institution"] < (both.actors["type"] == "Institution").sum()
    assert bodies.type_counts["Institution"] == both.type_counts["Institution"], "switched off, it says what would come"


def test_joined_left_begun_and_ended_by_hand(positions: Positions) -> None:
    """The Jugendamt's seat ended in 2022; Gymnasium Heide has sat there since May 2024, Kita Neu exists since June 2024."""
    set_language("de")
    seen = picture(Choice(areas=("hafen",), since="2022-06-01", day="2025-01-01"))
    assert seen.changed is not None
    assert seen.changed.actors == {"neu": JOINED, "fern": JOINED, "amt": LEFT}
    assert seen.changed.ties == {("neu", "tisch", "MEMBER_OF"): JOINED, ("fern", "tisch", "MEMBER_OF"): JOINED, ("amt", "tisch", "MEMBER_OF"): LEFT}
    assert set(seen.shown.index) == {"neu", "fern", "amt", "tisch"}, "nobody whom no change touches"
    assert seen.title == "Hafen seit dem 01.06.2022: 2 Akteure dazugekommen, 1 ausgeschieden, 2 Beziehungen neu, 1 beendet"
    drawing = seen.drawing(positions)
    assert {n["id"]: n.get("mark") for n in drawing.nodes} == {"neu": "+", "fern": "+", "amt": "-", "tisch": None}
    ids = [n["id"] for n in drawing.nodes]
    assert {(ids[drawing.ties[n][0]], mark) for n, mark in drawing.changed} == {("neu", "+"), ("fern", "+"), ("amt", "-")}


def test_nothing_has_changed(positions: Positions) -> None:
    set_language("de")
    seen = picture(Choice(areas=("hafen",), since="2025-01-01", day="2026-01-01"))
    assert seen.title == "Hafen: seit dem 01.01.2025 hat sich nichts verändert"
    assert seen.shown.empty


def test_a_later_day_than_the_shown_one_changes_nothing() -> None:
    seen = picture(Choice(areas=("hafen",), since="2026-01-01", day="2025-01-01"))
    assert seen.changed is None and "kita" in seen.shown.index


def test_a_fold_is_marked_only_where_all_in_it_changed(positions: Positions) -> None:
    people = actors(*({"id": f"k{n:03d}", "type": "Institution", "kind": "kita" if n < 100 else "school"} for n in range(200)), {"id": "g", "type": "Gremium"})
    pairs = ties(*((f"k{n:03d}", "g", "MEMBER_OF") for n in range(200)))
    found = between("2025-01-01", (people.index[100:150].append(people.index[-1:]), pairs.iloc[100:150]), (people.index, pairs))
    drawing = draw("steuerungsbild", people, pairs, scope="s", positions=positions, language="de", changed=found)
    marks = {n["id"]: n.get("mark") for n in drawing.nodes if n.get("members")}
    assert marks == {"fold:early:kita": "+", "fold:school:school": None}
    assert [mark for _, mark in drawing.changed] == ["+"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("abc", "abcd", "Laar seit dem 01.02.2025: 1 Akteur dazugekommen"),
        ("abc", "a", "Laar seit dem 01.02.2025: 2 Akteure ausgeschieden"),
        ("abc", "cde", "Laar seit dem 01.02.2025: 2 Akteure dazugekommen, 2 ausgeschieden"),
        ("a", "a", "Laar: seit dem 01.02.2025 hat sich nichts verändert"),
    ],
)
def test_the_sentence_has_right_german(old: str, new: str, sentence: str) -> None:
    set_language("de")
    found = between("2025-02-01", (pd.Index(list(old)), ties()), (pd.Index(list(new)), ties()))
    assert title(found, "Laar") == sentence


@pytest.mark.parametrize("choice", [Choice(), Choice(areas=("hafen",)), Choice(types=("Gremium",)), Choice(areas=("hafen",), since="2022-06-01", day="2025-01-01")])
def test_who_is_beside_somebody_in_the_picture(choice: Choice) -> None:
    seen = picture(choice)
    pairs = {frozenset(pair) for pair in zip(seen.ties["a"], seen.ties["b"], strict=True)}
    for actor in seen.actors.index:
        assert seen.beside(actor) == sorted(other for pair in pairs if actor in pair for other in pair if other != actor)
    assert seen.beside(None) == seen.beside("niemand") == []
