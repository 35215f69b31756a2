"""The Akteurslandkarte where there is next to nothing, or something odd: each time a sensible picture or sentence, never an error."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from graph.home import VARIABLE, Home
from ingest.run import ingest
from tests.test_duisburg import Workbook
from tests.test_pages import map_page, texts
from views.state import DRAWINGS, TABS

pytestmark = pytest.mark.server
EVIL = '<img src=x onerror=alert(1)> **fett** [Link](javascript:alert(1)) $x$ :red[rot]'
SHEETS: dict[str, list[list[str]]] = {
    "Gebiete": [["Name", "Ebene"], ["Musterstadt", "Kommune"], ["Leer", "Stadtteil"], ["Einsam", "Stadtteil"], [EVIL, "Stadtteil"]],
    "Zugehörigkeiten": [["Teil", "Ganzes"], ["Leer", "Musterstadt"], ["Einsam", "Musterstadt"], [EVIL, "Musterstadt"]],
    "Gremien": [["Name", "Art"], ["Runder Tisch", "Runder Tisch"], [f"Forum {EVIL}", "Handlungsforum"]],
    "Institutionen": [["Name", "Art"], ["Kita Sonne", "Kita"], [f"Schule {EVIL}", "Schule"]],
    "Standorte": [["Akteur", "Gebiet"], ["Kita Sonne", "Einsam"], [f"Schule {EVIL}", EVIL]],
    "Mitgliedschaften": [["Mitglied", "Gremium"], [f"Schule {EVIL}", f"Forum {EVIL}"]],
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A town with an area where nobody is, one with a single actor, and one whose name is markup; no area has a polygon."""
    folder = tmp_path_factory.mktemp("odd")
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "odd.xlsx")
    home = Home(folder / "home")
    report = ingest("tables", [folder / "odd.xlsx"], {}, home)
    assert not report.rejected and not report.errors
    return home


def area(home: Home, name: str) -> str:
    with home.open_ledger() as ledger:
        return next(ledger.entity(node.key) for node in ledger.nodes() if node.type == "Area" and node.data["name"] == name)


def actor(home: Home, name: str) -> str:
    with home.open_ledger() as ledger:
        return next(ledger.entity(node.key) for node in ledger.nodes() if node.type != "Area" and node.data["name"] == name)


@pytest.fixture
def page(odd: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(odd.path))
    return AppTest.from_function(map_page, default_timeout=120)


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("place", ["", "Musterstadt", "Leer", "Einsam", EVIL])
def test_every_drawing_of_every_odd_area(drawing: str, place: str, page: AppTest, odd: Home) -> None:
    page.query_params["darstellung"] = drawing
    if place:
        page.query_params["gebiet"] = area(odd, place)
    page.run()
    assert not page.exception
    sentence = next(m.value for m in page.markdown if m.value.startswith("## "))
    assert len(sentence) > 8


def test_an_area_where_nobody_is_says_so(page: AppTest, odd: Home) -> None:
    page.query_params["gebiet"] = area(odd, "Leer")
    page.run()
    assert "Leer" in next(m.value for m in page.markdown if m.value.startswith("## "))
    assert "noch niemand erfasst" in texts(page)


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("name", ["Runder Tisch", "Kita Sonne", f"Schule {EVIL}", f"Forum {EVIL}"])
def test_every_drawing_around_one_with_few_or_no_ties(drawing: str, name: str, page: AppTest, odd: Home) -> None:
    page.query_params["darstellung"] = drawing
    page.query_params["akteur"] = actor(odd, name)
    page.query_params["umfeld"] = "2"
    page.run()
    assert not page.exception


@pytest.mark.parametrize("tab", TABS)
def test_markup_in_names_stays_text(tab: str, page: AppTest, odd: Home) -> None:
    page.query_params["gebiet"] = area(odd, EVIL)
    page.query_params["akteur"] = actor(odd, f"Schule {EVIL}")
    page.query_params["reiter"] = tab
    page.run()
    assert not page.exception
    for element in page.markdown:
        assert EVIL not in element.value, "what is shown is escaped"
