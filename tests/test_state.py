"""The address of a page carries what is chosen, and survives being edited by hand."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import schema
from views import kept, state
from views.gaps import choice as gaps
from views.questions import asking
from views.state import DRAWINGS, STEPS, Choice
from views.tables import as_csv

IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20).filter(lambda text: text != "-")


@given(
    st.builds(
        Choice,
        areas=st.lists(IDS, max_size=4, unique=True).map(tuple),
        actor=st.none() | IDS,
        drawing=st.sampled_from(DRAWINGS),
        types=st.lists(st.sampled_from(schema.ACTORS), unique=True).map(tuple),
        day=st.just("") | st.dates().map(lambda d: d.isoformat()),
        steps=st.sampled_from(STEPS),
        opened=st.lists(IDS, max_size=3, unique=True).map(tuple),
    )
)
def test_a_choice_survives_the_address(choice: Choice) -> None:
    assert Choice.from_query(choice.to_query()) == choice


def test_the_usual_leaves_the_address_bare() -> None:
    assert Choice().to_query() == {}


@given(st.dictionaries(st.sampled_from(["gebiet", "akteur", "darstellung", "arten", "stand", "umfeld", "offen", "fremd"]), st.text(max_size=30)))
def test_an_address_edited_by_hand_still_makes_a_choice(query: dict[str, str]) -> None:
    choice = Choice.from_query(query)
    assert choice.drawing in DRAWINGS
    assert choice.steps in STEPS
    assert set(choice.types) <= set(schema.ACTORS)


def test_a_press_counts_where_the_address_lags_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second quick press comes with the address from before the first; going back comes with an old address and no press."""
    session, query = SimpleNamespace(session_state={}, query_params={}), "gebiet"
    session.query_params = _Params()
    for module in (state, kept):
        monkeypatch.setattr(module, "st", session)
    state.choice()
    for area in ("a", "b"):
        state.change(areas=(area,))
        assert state.choice().areas == (area,)
        state.write()
        session.query_params.pop(query)  # the browser has not heard of it yet
    session.query_params[query] = "a"
    assert state.choice().areas == ("a",)


@pytest.mark.parametrize("page", [state, gaps, asking])
def test_a_run_that_is_cut_off_has_read_its_address(page: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run of a link may end before it has written its address; what is pressed then stays, whoever runs next."""
    session = SimpleNamespace(session_state={}, query_params=_Params({"reiter": "karte"}))
    for module in (state, kept):
        monkeypatch.setattr(module, "st", session)
    begin = page.asked if page is asking else page.choice
    begin()
    pressed = {state: {"order": "-name"}, gaps: {"since": "2026-01-01"}, asking: {"order": "-name"}}[page]
    page.change(**pressed)
    begin()  # the run of the press, cut off as well
    made = begin()
    assert {name: getattr(made, name) for name in pressed} == pressed


class _Params(dict[str, str]):
    def from_dict(self, other: dict[str, str]) -> None:
        self.clear()
        self.update(other)


def test_a_cell_cannot_become_a_formula_in_excel() -> None:
    text = as_csv(pd.DataFrame({"Name": ["=HYPERLINK(1)", "Kita", "+49"], "n": [1, -2, 3]})).decode("utf-8-sig")
    assert text.splitlines() == ["Name;n", "'=HYPERLINK(1);1", "Kita;-2", "'+49;3"]
