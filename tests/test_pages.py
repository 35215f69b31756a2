"""Each page in Streamlit's own test harness: it runs without an error, and says what is true."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph import embedded
from graph.home import VARIABLE, Home
from tests.mounted import given

APP = str(Path(__file__).resolve().parents[1] / "app.py")
pytestmark = pytest.mark.server


@pytest.fixture
def app(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    yield AppTest.from_file(APP, default_timeout=120)


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return AppTest.from_file(APP, default_timeout=60)


def texts(at: AppTest) -> str:
    return "\n".join(str(element.value) for element in at.markdown)


def entity(home: Home, key: str) -> str:
    with home.open_ledger() as ledger:
        found = ledger.entities()
    return next(value for name, value in sorted(found.items()) if name.endswith(key))


def test_overview_counts_what_is_in_it(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "Bildungslandschaft Falkenrath" in texts(app)
    values = {re.sub(r"\W", "", metric.label.split("]")[-1]): metric.value for metric in app.metric}
    assert values == {"Gremien": "24", "Institutionen": "436", "Projekte": "61", "Angebote": "600", "Personen": "275"}


def test_overview_in_english(app: AppTest) -> None:
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert "Education in Falkenrath" in texts(app)
    assert "Bildungslandschaft" not in texts(app)


def test_an_empty_home_says_how_to_begin(nothing: AppTest) -> None:
    nothing.run()
    assert not nothing.exception
    assert "Noch nichts eingelesen" in texts(nothing)
    assert any("akteursatlas template" in block.value for block in nothing.code)


def map_page() -> None:
    from views.pages import actors

    actors.page()


@pytest.fixture
def city_map(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    return AppTest.from_function(map_page, default_timeout=120)


def test_the_map_of_an_empty_home_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    at = AppTest.from_function(map_page, default_timeout=60).run()
    assert not at.exception
    assert "akteursatlas template" in texts(at)


def test_who_stands_outside_all_areas_is_listed_under_the_map(city_map: AppTest) -> None:
    city_map.run()
    assert not city_map.exception
    assert "1 Standort außerhalb aller Gebiete" in [found.label for found in city_map.expander]
    assert [button.label for button in city_map.button if str(button.key).startswith("beyond_")] == [":green[■] Bezirksregierung, Dezernat Kommunale Bildungslandschaften"]


def test_the_map_of_the_whole_city(city_map: AppTest) -> None:
    city_map.run()
    assert not city_map.exception
    sentence = next(m.value for m in city_map.markdown if m.value.startswith("## "))
    assert re.fullmatch(r"## Falkenrath: \d+ von 436 Institutionen arbeiten in \d+ Gremien mit", sentence.replace("\\", ""))
    assert len(city_map.multiselect[0].options) == 57


def test_a_stadtteil_out_of_the_address_with_a_profile(city_map: AppTest, demo_home: Home) -> None:
    kita = entity(demo_home, "netzwerk.xlsx#Institutionen/kita-001")
    with demo_home.open_ledger() as ledger:
        name = ledger.statements(kita)[0].fields["name"]
        title = ledger.statements(kita)[0].title
    city_map.query_params["akteur"] = kita
    city_map.run()
    assert not city_map.exception
    shown = texts(city_map).replace("\\", "")
    assert f"### {name}" in shown
    assert title in shown
    assert search_box(city_map)["chosen"] == {"id": kita, "name": name}


def search_box(at: AppTest) -> dict[str, Any]:
    """What the search box is given."""
    return given(at, "search")[0]


def test_what_was_asked_is_answered_and_a_choice_is_remembered(city_map: AppTest, demo_home: Home) -> None:
    body = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    city_map.query_params["akteur"] = body
    city_map.session_state["search_asked"] = ({"text": "lenkunskreis", "opened": []}, 7.0)
    city_map.run()
    until = time.monotonic() + 30
    while search_box(city_map)["answer"].get("building"):  # the index is made beside the page
        assert time.monotonic() < until
        city_map.run()
    assert not city_map.exception
    box = search_box(city_map)
    assert [option["id"] for option in box["recent"]] == [body]
    assert box["answer"]["at"] == 7.0
    assert box["answer"]["groups"][0]["options"][0]["id"] == body


def test_choosing_an_area_narrows_the_picture(city_map: AppTest, demo_home: Home) -> None:
    city_map.run()
    options = city_map.multiselect[0].options
    bezirk = next(label for label in options if label.startswith("Stadtbezirk"))
    city_map.multiselect[0].select(bezirk).run()
    assert not city_map.exception
    sentence = next(m.value for m in city_map.markdown if m.value.startswith("## "))
    count = re.search(r"von (\d+) Institutionen", sentence)
    assert count and 0 < int(count[1]) < 436


def test_the_umfeld_of_an_actor(city_map: AppTest, demo_home: Home) -> None:
    city_map.query_params["akteur"] = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    city_map.query_params["umfeld"] = "1"
    city_map.run()
    assert not city_map.exception
    assert any("in einem Schritt" in m.value for m in city_map.markdown if m.value.startswith("## "))


def test_the_rings_ask_for_somebody_and_then_show_who_is_around(city_map: AppTest, demo_home: Home) -> None:
    city_map.query_params["darstellung"] = "ringe"
    city_map.run()
    assert not city_map.exception
    city_map.query_params["akteur"] = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis")
    city_map.run()
    assert not city_map.exception
    assert any("in einem Schritt" in m.value for m in city_map.markdown if m.value.startswith("## "))


def test_an_old_link_is_said_not_shown_as_an_error(city_map: AppTest) -> None:
    city_map.query_params["akteur"] = "institution-gone"
    city_map.run()
    assert not city_map.exception
    assert any("nicht mehr gibt" in info.value for info in city_map.info)


def test_an_unreachable_database_is_said_in_german(city_map: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ledger.sqlite").write_text("this is no database, and long enough to be noticed as such")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    city_map.run()
    assert not city_map.exception
    assert "Die Datenbank ist nicht erreichbar" in texts(city_map)
    assert city_map.button[0].label == "Noch einmal versuchen"


def test_public_role_sees_no_names_of_people(app: AppTest, demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTEURSATLAS_ROLE", "public")
    app.run()
    assert not app.exception
    assert "nur Funktionen, keine Namen" in texts(app)


def test_no_page_leaves_a_graph_server_running(app: AppTest, demo_home: Home) -> None:
    app.run()
    assert not app.exception
    until = time.monotonic() + 30
    while embedded.running(demo_home.path) is not None:
        assert time.monotonic() < until, "the server still runs although nobody uses it"
        time.sleep(0.3)
