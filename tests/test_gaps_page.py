"""The page Lücken in Streamlit's own test harness: title and numbers of the demo city, address, marks, Excel, empty states."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from graph.home import ROLE_VARIABLE, VARIABLE, Home
from graph.snapshot import Snapshot
from queries import catalog
from tests.gap_data import snapshot
from tests.mounted import given
from tests.test_pages import texts
from views.gaps.choice import GapChoice, Spot
from views.gaps.meetings import Met, last_met
from views.heatmap import soft
from views.spreadsheet import Look, Sheet, workbook

pytestmark = pytest.mark.server
DAY = "2026-10-31"


def gaps_page() -> None:
    from views.pages import gaps

    gaps.page()


@pytest.fixture
def page(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    at = AppTest.from_function(gaps_page, default_timeout=120)
    at.query_params["stand"] = DAY
    return at


@pytest.fixture
def own(demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page on a copy of the city, to write to."""
    home = tmp_path / "home"
    shutil.copytree(demo_home.path, home, ignore=shutil.ignore_patterns("server", "*.lock", "*.log"))
    monkeypatch.setenv(VARIABLE, str(home))
    at = AppTest.from_function(gaps_page, default_timeout=120)
    at.query_params["stand"] = DAY
    return at


def shown(at: AppTest) -> dict[str, dict[str, Any]]:
    """What each component was given, by what it is."""
    found = given(at)
    kinds = {"corner": "matrix", "lines": "list", "ground": "map", "columns": "table"}
    return {next(name for key, name in kinds.items() if key in data): data for data in found}


def said(at: AppTest) -> str:
    return texts(at).replace("\\", "")


def test_title_matrix_list_map_and_card_of_the_first_gap(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "## 3 geprüfte Lücken, 2 leere Felder noch nicht erhoben" in said(page)
    assert "33 Paare aus Thema und Bildungsphase, die es irgendwo gibt, sind in 7 Stadtbezirken 231 Felder; in 226 davon gibt es etwas." in said(page)
    parts = shown(page)
    assert (len(parts["matrix"]["rows"]), len(parts["matrix"]["columns"]), len(parts["list"]["lines"])) == (7, 10, 5)
    first = parts["list"]["lines"][0]
    assert first["title"] == "Klosterfeld · Digitale Bildung und MINT · Kita" and first["state"] == "checked"
    assert (
        "nebenan Falkenrath-Mitte 2, Schwarzende 1, Wiesenlohe 1" in first["evidence"]
        and "Geprüft am 12.04.2026 (Bildungsbüro Falkenrath)." in first["evidence"]
    )
    assert first["range"] == "immer Rang 1"
    assert "#### Klosterfeld · Digitale Bildung und MINT · Kita" in said(page)
    row, column = (
        next(i for i, head in enumerate(parts["matrix"][axis]) if head["id"] == key)
        for axis, key in zip(("rows", "columns"), parts["matrix"]["selected"], strict=True)
    )
    cell = parts["matrix"]["rows"][row]["cells"][column]
    assert cell["said"].startswith("16 Angebote und 3 Projekte von 13 Trägern, 1 Lücke darin, davon geprüft: 1") and cell["inside"] == "1"
    states = {fill["state"] for fill in parts["map"]["fills"].values()}
    assert states == {"value", "checked"} and parts["map"]["steady"] and len(parts["map"]["fills"]) == 7
    assert "Handlungsforum Digitalisierung" in " ".join(button.label for button in page.button).replace("\\", "")
    assert page.query_params["stand"] in (DAY, [DAY]) and set(page.query_params) == {"stand"}, "the first gap is not chosen by anybody"


def test_everything_chosen_is_in_the_address_and_comes_back() -> None:
    weighed = ("i:2,j:-0.5", 0.5, 2.5, 1.5)
    chosen = GapChoice("Theme", "Stage", "quarter", "a", "t", "s", "g", "2026-01-02", "2025-01-01", "unknown", *weighed, Spot("a", "t", "", "g"))
    assert GapChoice.from_query(chosen.to_query()) == chosen
    assert GapChoice().to_query() == {} and GapChoice.from_query({}) == GapChoice()
    odd = {"zeilen": "thema", "spalten": "thema", "stand": "gestern", "nachbarn": "viel", "umkreis": "-3", "nur": "?", "feld": "a~b", "ebene": "Block"}
    assert GapChoice.from_query(odd) == GapChoice()


def test_an_address_with_filters_level_and_a_day_before(page: AppTest) -> None:
    page.query_params.update({"ebene": "stadtteil", "seit": "2023-01-01", "nur": "geprueft", "lang": "de"})
    page.run()
    assert not page.exception
    parts = shown(page)
    assert len(parts["matrix"]["rows"]) == 46 and {line["state"] for line in parts["list"]["lines"]} == {"checked"}
    assert "Seit dem 01.01.2023: " in said(page) and " geschlossen, " in said(page)
    assert "Kinder unter 6: " in parts["matrix"]["rows"][0]["note"]


def test_other_axes_and_a_link_to_what_is_gone(page: AppTest) -> None:
    page.query_params.update({"zeilen": "thema", "spalten": "phase", "thema": "theme-weg", "feld": "area-weg~~~"})
    page.run()
    assert not page.exception
    matrix = shown(page)["matrix"]
    assert (len(matrix["rows"]), len(matrix["columns"])) == (10, 6)
    assert matrix["selected"] is None, "the open cell is of one Bezirk, the matrix of the whole town"
    assert any("es nicht mehr gibt" in info.value for info in page.info)


def test_a_gap_is_decided_on_and_the_decision_taken_back(own: AppTest) -> None:
    own.run()
    own.radio(key="gap_verdict").set_value("no_gap").run()
    own.button(key="gap_save").click().run()
    assert any("Warum es keine Lücke ist" in error.value for error in own.error), "a reason is needed"
    own.text_area(key="gap_reason").set_value("Die Nachbarstadt nimmt die Kinder mit auf").run()
    own.button(key="gap_save").click().run()
    assert not own.exception and not own.error
    assert "Keine Lücke: Die Nachbarstadt nimmt die Kinder mit auf" in said(own)
    assert "## 2 geprüfte Lücken, 2 leere Felder noch nicht erhoben" in said(own)
    line = shown(own)["list"]["lines"][0]
    assert line["quiet"] and "Die Nachbarstadt" in line["evidence"]
    own.button(key="gap_take_back").click().run()
    assert "## 3 geprüfte Lücken" in said(own) and not own.exception
    with Home.default().open_ledger() as ledger:
        assert [bool(mark.taken_back) for mark in ledger.gap_marks()] == [True]


def test_the_public_decides_nothing_and_sees_no_names(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROLE_VARIABLE, "public")
    page.run()
    assert not page.exception
    assert "Geprüft am 12.04.2026." in said(page) and "(Bildungsbüro" not in said(page)
    assert not [button for button in page.button if button.key in ("gap_save", "gap_take_back")]


def english_page() -> None:
    from views.pages import gaps
    from views.words import set_language

    set_language("en")
    gaps.page()


def test_in_english(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(demo_home.path))
    at = AppTest.from_function(english_page, default_timeout=120)
    at.query_params["stand"] = DAY
    at.run()
    assert not at.exception and "## 3 checked gaps, 2 empty cells not surveyed yet" in said(at)
    assert "next door Falkenrath-Mitte 2" in shown(at)["list"]["lines"][0]["evidence"]


def test_nothing_read_in_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    at = AppTest.from_function(gaps_page, default_timeout=60).run()
    assert not at.exception and "akteursatlas template" in texts(at)


def test_the_excel_file_holds_what_is_shown(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from queries import catalog
    from tests.gap_data import demo
    from views.gaps import takeaway
    from views.gaps.seen import Seen

    city = demo(demo_home)
    seen = Seen(city, GapChoice(day=DAY, since="2025-01-01"), (), lambda name, **more: catalog.run(name, snapshot=city, **more))
    book = load_workbook(io.BytesIO(takeaway.file(seen)))
    assert book.sheetnames == ["Matrix", "Lücken", "Seit 01.01.2025", "Angaben"]
    assert (book["Matrix"].max_row, book["Matrix"].max_column) == (8, 11)
    heads, first, *_rest = book["Lücken"].values
    gap = dict(zip(heads, first, strict=True))
    assert gap["Gebiet"] == "Klosterfeld" and gap["Formel"].startswith("100 × ") and gap["Stand"] == "geprüft, kein Angebot"
    about = dict(row[:2] for row in book["Angaben"].values)
    assert (
        about["Titel"].startswith("3 geprüfte Lücken")
        and about["Gewicht der Nachbarn"] == 0.25
        and "Netzwerkliste" in about["Quellen der Angebote und Projekte"]
    )


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    sheet = Sheet("A/B: *?", ["=1+1", "n"], [['=HYPERLINK("x")', 1], ["\x07Ton", None]], {(0, 1): Look("#1B4F9C", "#FFFFFF"), (1, 1): Look(hatched=True)})
    page = load_workbook(io.BytesIO(workbook([sheet]))).worksheets[0]
    assert page.title.startswith("A B")
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} <= {"s", "n"}
    assert page["A2"].value == '=HYPERLINK("x")' and page["A3"].value == "Ton"


def test_long_words_break_between_syllables() -> None:
    assert soft("Neuzugewanderte").replace("\u00ad", "-") == "Neu-zu-ge-wan-der-te"
    assert soft("Sprache und MINT") == "Sprache und MINT"
    assert pd.Series([soft("Demokratie")]).str.replace("\u00ad", "").tolist() == ["Demokratie"]


def test_the_card_says_how_many_places_can_be_reached(page: AppTest, city: Snapshot) -> None:
    """Of a theme over all stages: the numbers of ``gaps/reach`` for the same cell."""
    page.run()
    area, theme, _stage = shown(page)["list"]["lines"][0]["id"].split("~")
    page.query_params["feld"] = f"{area}~{theme}~~"
    page.run()
    row = catalog.run("gaps/reach", snapshot=city, level="district", theme=theme, as_of=DAY).set_index("area").loc[area]
    assert row["places"] > 0
    reach, places = f"{row['reach']:.2f}".replace(".", ","), f"{row['places']:.0f}"
    assert f"Erreichbar: **{reach} Plätze je 100** ({places} Plätze an {row['sites']} Orten im Umkreis von 2,0 km" in said(page)


def test_the_last_meeting_of_the_steering_gremium_is_offered() -> None:
    view = snapshot(
        [("s", "Gremium", "Lenkungskreis", {"level": "steering"}), ("w", "Gremium", "AG", {"level": "work"})]
        + [(f"m{n}", "Meeting", f"Sitzung {n}", {"date": day}) for n, day in enumerate(("2026-03-01", "2026-06-01", "2026-09", "2026-08-20", "2026-10-31"))],
        [("m0", "PART_OF", "s", {}), ("m1", "PART_OF", "s", {}), ("m2", "PART_OF", "s", {}), ("m3", "PART_OF", "w", {}), ("m4", "PART_OF", "s", {})],
    )
    assert last_met(view, DAY) == Met("Lenkungskreis", "2026-06-01"), "that day itself, months and other Gremien do not count"
    assert last_met(view, "2026-03-01") is None and last_met(view, "2026-03-02") == Met("Lenkungskreis", "2026-03-01")
    assert last_met(snapshot([("s", "Gremium", "Rat", {})], []), DAY) is None


def test_a_press_compares_with_the_last_meeting(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from views.gaps import controls

    page.run()
    assert not [button for button in page.button if button.key == "gaps_last_met"], "the demo city knows no meetings"
    monkeypatch.setattr(controls, "last_met", lambda view, before: Met("Lenkungskreis", "2023-01-01"))
    page.run()
    (offer,) = [button for button in page.button if button.key == "gaps_last_met"]
    assert offer.label == "Letzte Sitzung: 01.01.2023"
    offer.click().run()
    assert page.query_params["seit"] in ("2023-01-01", ["2023-01-01"]) and "Seit dem 01.01.2023: " in said(page)


def test_a_catchment_of_the_choice_softens_what_is_listed(city: Snapshot) -> None:
    from views.gaps.seen import Seen

    near, reached = (
        Seen(city, GapChoice(day=DAY, level="quarter", catchment=km), (), lambda name, **more: catalog.run(name, snapshot=city, **more)) for km in (0.0, 2.0)
    )
    assert near.ranked["reach"].isna().all() and (reached.ranked["reach"] > 0).any()


def test_a_catchment_is_a_field_among_the_weights_and_in_the_address(page: AppTest) -> None:
    page.query_params.update({"ebene": "stadtteil", "einzugsgebiet": "2"})
    page.run()
    assert not page.exception
    field = page.number_input(key="gaps_catchment")
    assert field.value == 2.0
    field.set_value(0.0).run()
    assert not page.exception and "einzugsgebiet" not in page.query_params
