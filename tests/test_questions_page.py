"""The page Fragen: it lists every question, opens each form, runs each analysis on the demo city, and its files are plain."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from graph.home import VARIABLE, Home
from graph.reading import network
from graph.snapshot import Snapshot
from queries import catalog
from tests.test_own_questions import BODY, HEAD
from tests.test_pages import entity, texts
from views.questions.asking import Asked
from views.spreadsheet import as_xlsx


def fragen() -> None:
    from views.pages import questions

    questions.page()


@pytest.fixture
def page(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    return AppTest.from_function(fragen, default_timeout=180)


def address(page: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}


def opened(page: AppTest, name: str, **given: str) -> AppTest:
    page.query_params.clear()
    page.query_params["frage"] = name
    for key, value in given.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception, name
    return page


@pytest.mark.server
def test_every_question_is_listed_and_every_form_opens_and_answers(page: AppTest, demo_home: Home) -> None:
    body, school = entity(demo_home, "netzwerk.xlsx#Gremien/lenkungskreis"), entity(demo_home, "netzwerk.xlsx#Institutionen/kita-001")
    given = {"actor": body, "gremium": body, "actors": f"{body},{school}", "text": "sprache", "measure": "Institution/kita", "since": "2026-01-01"}
    given["area"] = str(_view(demo_home).areas.roots[0])
    page.run()
    assert not page.exception
    labels = {button.label for button in page.button}
    for name, entry in catalog.entries().items():
        assert any(entry.about.title.de in label.replace("\\", "") for label in labels), name
        if entry.function is not None:  # what asks the server has a test of its own
            opened(page, name, **{f"p_{p.name}": given[p.name] for p in entry.about.parameters if p.required})
            assert not page.error, name
            assert entry.about.question.de in texts(page).replace("\\", ""), name


@pytest.mark.server
def test_the_answer_follows_form_and_address(page: AppTest) -> None:
    opened(page, "gaps/gremien", p_as_of="2026-10-31")
    assert "**1 von 24**" in texts(page)
    page.selectbox(key="q_gaps/gremien_missing").select("lead").run()
    assert address(page)["p_missing"] == "lead"
    assert "**0 von 24**" in texts(page) and "Nichts gefunden" in texts(page)
    page.number_input(key="q_gaps/gremien_months").set_value(3).run()
    assert address(page)["p_months"] == "3"
    page.number_input(key="q_gaps/gremien_months").set_value(12).run()
    assert "p_months" not in address(page)
    page.selectbox(key="q_question").select("gaps/goals").run()
    assert address(page) == {"frage": "gaps/goals"}


@pytest.mark.server
def test_a_row_leads_on_and_pictures_are_offered_where_there_is_something_to_draw(page: AppTest, demo_home: Home) -> None:
    opened(page, "gaps/institutions_alone", p_as_of="2026-10-31", p_kind="school")
    assert "Keine Zeile ausgewählt" in texts(page)
    alone = catalog.run("gaps/institutions_alone", snapshot=_view(demo_home), kind="school", as_of="2026-10-31")["institution"].iloc[0]
    for tab in ("tabelle", "netz", "karte"):
        opened(page, "gaps/institutions_alone", p_as_of="2026-10-31", p_kind="school", auswahl=alone, reiter=tab)
        doors = [button.label for button in page.button if button.key and button.key.startswith("question_door_")]
        assert doors[0].startswith("→ Zum Profil: ") and doors[1].startswith("→ Zum Gebiet Stadtbezirk")


def _view(home: Home) -> Snapshot:
    with home.open_ledger() as ledger:
        return network(home, ledger, "internal")


@pytest.mark.server
@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("gaps/gibtsnicht", {}, "Eine Frage „gaps/gibtsnicht“ gibt es nicht"),
        ("gaps/gremien", {"p_months": "viele"}, "erwartet wird eine ganze Zahl"),
        ("gaps/gremien", {"p_as_of": "irgendwann"}, "ist kein Datum"),
        ("gaps/gremien", {"p_farbe": "blau"}, "Die Adresse nennt „farbe“"),
        ("network/relations", {}, "Bitte zuerst wählen: Akteur"),
        ("network/relations", {"p_actor": "niemand"}, "gibt es nicht"),
        ("network/area_values", {"p_measure": "Unsinn"}, "Unbekannt: „Unsinn“"),
    ],
)
def test_what_an_address_gets_wrong_is_said_in_words(page: AppTest, name: str, given: dict[str, str], said: str) -> None:
    opened(page, name, **given)
    told = " ".join(str(element.value) for kind in (page.error, page.warning, page.info) for element in kind).replace("\\", "")
    assert said in told


@pytest.mark.server
def test_questions_of_ones_own_appear_with_their_faults_and_are_answered(page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Home, "questions_path", property(lambda _: tmp_path))
    (tmp_path / "schulen.cypher").write_text(HEAD + BODY, encoding="utf-8")
    (tmp_path / "weg.cypher").write_text(HEAD + "MATCH (i {kind: $kind}) DELETE i RETURN 1 AS id", encoding="utf-8")
    (tmp_path / "falsch.cypher").write_text(HEAD + BODY.replace("ORDER BY id", "ORDER BAY id"), encoding="utf-8")
    page.run()
    assert any("Schulen" in button.label for button in page.button)
    assert ["„DELETE“ geht hier nicht" in error.value for error in page.error] == [True]
    opened(page, "eigene/schulen")
    assert "**136 Zeilen**" in texts(page)
    opened(page, "eigene/falsch")
    assert "fehlerhaft geschrieben" in page.error[0].value and any(button.label == "Noch einmal fragen" for button in page.button)
    monkeypatch.setenv("AKTEURSATLAS_ROLE", "public")
    opened(page, "eigene/schulen")
    assert "gibt es nicht" in page.warning[0].value


def test_an_empty_home_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    page = AppTest.from_function(fragen, default_timeout=60).run()
    assert not page.exception
    assert "Noch nichts eingelesen" in texts(page)


def test_an_address_is_read_as_it_was_written() -> None:
    asked = Asked("gaps/gremien", {"months": "3"}, "netz", "-n", "gremium-x", ("a", "b"), ("REPORTS_TO",), ("Person",))
    assert Asked.from_query(asked.to_query()) == asked
    assert Asked.from_query({"reiter": "unsinn"}) == Asked()


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    table = pd.DataFrame({"Name": ["=HYPERLINK(1)", "Kita\x07"], "n": [1, 2.5], "ja": [True, False]})
    book = openpyxl.load_workbook(BytesIO(as_xlsx(table, "Was: fehlt?", [("Frage", "+1")], "Zur Frage")))
    assert book.sheetnames == ["Was  fehlt", "Zur Frage"]
    rows = list(book["Was  fehlt"].iter_rows(values_only=True))
    assert rows == [("Name", "n", "ja"), ("=HYPERLINK(1)", 1, True), ("Kita", 2.5, False)]
    assert book["Was  fehlt"]["A2"].data_type == "s" and book["Zur Frage"]["B1"].value == "+1"
