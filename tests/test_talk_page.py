"""The Vortrag in Streamlit's own test harness: it runs for every choice, shows the picture of the Akteurslandkarte, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.home import VARIABLE, Home
from tests.mounted import given
from tests.test_pages import entity, texts

pytestmark = pytest.mark.server


def talk_page() -> None:
    from views.pages import talk

    talk.page()


@pytest.fixture
def talk(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    return AppTest.from_function(talk_page, default_timeout=120)


def shown(at: AppTest) -> dict[str, Any]:
    """What the component was given."""
    [data] = given(at)
    return data | {"ids": data["nodes"]["ids"]}


def area(home: Home, start: str) -> str:
    with home.open_ledger() as ledger:
        return next(ledger.entity(node.key) for node in ledger.nodes() if node.type == "Area" and str(node.data.get("level")) == start)


def test_the_whole_city(talk: AppTest) -> None:
    talk.run()
    assert not talk.exception
    data = shown(talk)
    assert data["presentation"] and data["caption"]["sentence"].startswith("Falkenrath: ")
    assert data["caption"]["source"].startswith("Stand ") and "Netzwerkliste des Bildungsbüros" in data["caption"]["source"]
    assert "24 Gremien, 436 Institutionen" in data["caption"]["context"][0][0]
    assert data["turning"] == {"areas": True, "spoken": data["caption"]["sentence"], "emphasis": []}
    assert not talk.button and not talk.selectbox and not texts(talk), "nothing else is in sight"


@pytest.mark.parametrize("drawing", ["steuerungsbild", "netz", "ringe", "matrix"])
def test_every_drawing(drawing: str, talk: AppTest, demo_home: Home) -> None:
    talk.query_params["darstellung"] = drawing
    talk.query_params["gebiet"] = area(demo_home, "district")
    talk.query_params["akteur"] = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    talk.run()
    assert not talk.exception
    data = shown(talk)
    assert data["name"] == drawing and data["ids"]
    assert data["turning"]["areas"] == (drawing != "ringe")
    if drawing != "ringe":
        assert ", 2 von 7. " in data["turning"]["spoken"]
    assert drawing == "steuerungsbild" or talk.query_params["darstellung"] in (drawing, [drawing])


def test_a_story_out_of_the_address(talk: AppTest, demo_home: Home) -> None:
    told = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    talk.query_params["betont"] = f"{told},gremium-gone"
    talk.run()
    assert not talk.exception
    data = shown(talk)
    assert [data["ids"][at] for at in data["story"]["actors"]] == [told]
    assert data["turning"]["emphasis"] == [told]
    assert any("nicht mehr gibt" in info.value for info in talk.info)


def test_in_english(talk: AppTest) -> None:
    from views import words

    words.set_language("en")
    try:
        at = AppTest.from_function(english_page, default_timeout=120).run()
        data = shown(at)
    finally:
        words.set_language("de")
    assert "24 committees, 436 institutions" in data["caption"]["context"][0][0]
    assert data["caption"]["source"].startswith("As of ")
    assert data["words"]["end"] == "Leave"


def english_page() -> None:
    from views import words
    from views.pages import talk

    words.set_language("en")
    talk.page()


def test_an_empty_home_keeps_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    at = AppTest.from_function(talk_page, default_timeout=60).run()
    assert not at.exception
    assert "Noch nichts eingelesen" in texts(at)
    assert not any("stHeader" in str(block.proto) for block in at.main.children.values()), "the navigation stays"


def map_page() -> None:
    from views.pages import actors

    actors.page()


def test_who_stands_out_is_chosen_beside_the_profile(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    told = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    at = AppTest.from_function(map_page, default_timeout=120)
    at.query_params["akteur"] = told
    at.run()
    assert [toggle.label for toggle in at.toggle] == ["Im Vortrag hervorheben"]
    at.toggle[0].set_value(True).run()
    assert at.query_params["betont"] in (told, [told])
    at.button("emphasis_end").click().run()
    assert "betont" not in at.query_params
    assert at.toggle[0].value is False
    assert not at.exception


def shown_anew() -> None:
    import streamlit as st

    from views import state

    heard: list[object] = []
    st.session_state["part"] = {"ended": {"value": True, "at": 5.0}}
    state.news("part", "ended", heard.append)
    st.session_state["part"] = {"turned": {"value": 1, "at": 7.0}}
    state.news("part", "ended", heard.append)
    st.session_state["part"] = {"ended": {"value": True, "at": 9.0}}
    state.news("part", "ended", heard.append)
    st.markdown(str(len(heard)))


def test_a_component_that_is_shown_anew_has_said_nothing_yet() -> None:
    """Else the way out of the first presentation would end the second one at its first key."""
    at = AppTest.from_function(shown_anew).run()
    assert not at.exception
    assert [element.value for element in at.markdown] == ["2"]
