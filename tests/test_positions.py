"""Positions are kept for each drawing and scope, between sessions and beside each other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from views.positions import Positions


def test_what_is_saved_is_loaded_by_another_session(tmp_path: Path) -> None:
    path = tmp_path / "neu" / "positions.sqlite"
    with Positions(path) as first:
        first.save("netz", "Hochfeld", {"a": (0.25, 0.5), "b": (1.0, 0.0)})
    with Positions(path) as second:
        assert second.load("netz", "Hochfeld") == {"a": (0.25, 0.5), "b": (1.0, 0.0)}


def test_drawings_and_scopes_are_kept_apart(tmp_path: Path) -> None:
    with Positions(tmp_path / "p.sqlite") as positions:
        positions.save("netz", "Hochfeld", {"a": (0.1, 0.1)})
        positions.save("netz", "Laar", {"a": (0.2, 0.2)})
        positions.save("steuerungsbild", "Hochfeld", {"a": (0.3, 0.3)})
        assert positions.load("netz", "Hochfeld") == {"a": (0.1, 0.1)}
        assert positions.load("netz", "Laar") == {"a": (0.2, 0.2)}
        assert positions.load("netz", "Walsum") == {}


def test_saving_overwrites_and_leaves_the_others(tmp_path: Path) -> None:
    with Positions(tmp_path / "p.sqlite") as positions:
        positions.save("netz", "s", {"a": (0.1, 0.1), "b": (0.2, 0.2)})
        positions.save("netz", "s", {"b": (0.9, 0.9)})
        positions.save("netz", "s", {})
        assert positions.load("netz", "s") == {"a": (0.1, 0.1), "b": (0.9, 0.9)}


def test_forgetting_drops_only_that_picture(tmp_path: Path) -> None:
    with Positions(tmp_path / "p.sqlite") as positions:
        positions.save("netz", "s", {"a": (0.1, 0.1)})
        positions.save("netz", "t", {"a": (0.2, 0.2)})
        positions.forget("netz", "s")
        assert positions.load("netz", "s") == {}
        assert positions.load("netz", "t") == {"a": (0.2, 0.2)}


def test_two_sessions_write_beside_each_other(tmp_path: Path) -> None:
    with Positions(tmp_path / "p.sqlite") as one, Positions(tmp_path / "p.sqlite") as two:
        one.save("netz", "s", {"a": (0.1, 0.1)})
        two.save("netz", "s", {"b": (0.2, 0.2)})
        assert one.load("netz", "s") == two.load("netz", "s") == {"a": (0.1, 0.1), "b": (0.2, 0.2)}


@settings(max_examples=20, deadline=None)
@given(scope=st.text(max_size=20), actor=st.text(min_size=1, max_size=20), x=st.floats(0, 1), y=st.floats(0, 1))
def test_any_name_is_only_a_name(tmp_path_factory: object, scope: str, actor: str, x: float, y: float) -> None:
    folder = tmp_path_factory.mktemp("positions")  # type: ignore[attr-defined]
    with Positions(folder / "p.sqlite") as positions:
        positions.save("netz", scope, {actor: (x, y)})
        assert positions.load("netz", scope) == {actor: (x, y)}


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "Größe? 50 % & #1" / "p.sqlite"
    with Positions(path) as positions:
        positions.save("netz", "s", {"a'; DROP TABLE positions; --": (0.5, 0.5)})
    assert sqlite3.connect(path).execute("SELECT count(*) FROM positions").fetchone() == (1,)
