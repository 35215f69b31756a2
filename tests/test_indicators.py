"""Indicators out of the tables that statistics offices hand out: the form is recognised, what is secret stays out, contradictions are rejected."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import ingest.registers.indicator_tables as indicator_tables
import ingest.run as run
from graph.fold import fold
from graph.home import Home
from graph.values import read_extra
from ingest.registers.official_values import measured
from ingest.run import ingest
from ingest.source import Unreadable
from ingest.sources import areas, indicators
from tests.recording import Recorder

TOWN = "05112000"
KNOWN = [
    (f"ags:{TOWN}", "Area", "Duisburg"),
    (f"{TOWN}#district/100", "Area", "Hamborn"),
    (f"{TOWN}#district/200", "Area", "Homberg"),
    (f"{TOWN}#quarter/101", "Area", "Marxloh"),
    (f"{TOWN}#quarter/102", "Area", "Laar"),
    (f"{TOWN}#quarter/103", "Area", "Altstadt"),
    (f"{TOWN}#quarter/201", "Area", "Homberg"),
    ("ags:05916000", "Area", "Herne"),
    ("05916000#quarter/1", "Area", "Altstadt"),
]


def table(folder: Path, text: str, options: dict[str, str] | None = None, name: str = "werte.csv") -> Recorder:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Recorder(path, options or {}, KNOWN).read(indicators)


def book(folder: Path, sheets: dict[str, list[list[Any]]], options: dict[str, str] | None = None) -> Recorder:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "werte.xlsx"
    workbook.save(path)
    return Recorder(path, options or {}, KNOWN).read(indicators)


def told(said: Recorder) -> set[tuple[str, str, object, object]]:
    """(area, indicator, year, value) of every value; areas without their town."""
    return {(e.start.removeprefix(f"{TOWN}#"), e.end.removeprefix("indicator:"), e.fields["year"], e.fields["value"]) for e in said.edges}


def test_a_row_for_each_value(tmp_path: Path) -> None:
    said = table(
        tmp_path,
        "Stadtteil;Kennzahl;Jahr;Wert;Einheit;Quelle;Sachbearbeitung\nMarxloh;Kinder unter 6;2022;1.873;Kinder;Statistikstelle, 31.12.2022;Kim\n"
        "Laar;Kinder unter 6;2022;512;Kinder;Statistikstelle, 31.12.2022;\nMarxloh;SGB-II-Quote;31.12.2023;41,5;Prozent;Bundesagentur;\n",
    )
    assert told(said) == {
        ("quarter/101", "kinder unter 6", 2022, 1873.0), ("quarter/102", "kinder unter 6", 2022, 512.0), ("quarter/101", "sgb-ii-quote", 2023, 41.5)
    }  # fmt: skip
    children, quota = said.nodes["indicator:kinder unter 6"].fields, said.nodes["indicator:sgb-ii-quote"].fields
    assert children == {"name": "Kinder unter 6", "unit": "Kinder", "description": "Quelle: Statistikstelle, 31.12.2022"}
    assert quota["unit"] == "Prozent"
    assert {edge.fields["origin"] for edge in said.edges} == {"Statistikstelle, 31.12.2022", "Bundesagentur"}
    assert read_extra(str(said.edges[0].fields["extra"])) == {"Sachbearbeitung": "Kim"} and said.left == {"Sachbearbeitung": 1}
    assert not said.rejected and "eine Zeile je Wert" in said.warnings[0]


@pytest.mark.parametrize("form", ["years", "indicators", "years_in_heads"])
def test_every_wide_form_says_the_same_as_the_long_one(tmp_path: Path, form: str) -> None:
    long = table(
        tmp_path,
        "Gebiet;Kennzahl;Jahr;Wert;Einheit\nMarxloh;Kinder;2022;10;Kinder\nMarxloh;Kinder;2023;11;Kinder\nLaar;Kinder;2022;7;Kinder\nLaar;Kinder;2023;8;Kinder\n",
    )
    text = {
        "years": "Kinder (Kinder)\nStadtteil;2022;2023\nMarxloh;10;11\nLaar;7;8\n",
        "indicators": "Jahr;Stadtteil;Kinder (Kinder)\n2022;Marxloh;10\n2023;Marxloh;11\n2022;Laar;7\n2023;Laar;8\n",
        "years_in_heads": "Stadtteil;Kinder 2022 (Kinder);Kinder (Kinder) 2023\nMarxloh;10;11\nLaar;7;8\n",
    }[form]
    wide = table(tmp_path, text)
    assert told(wide) == told(long) and len(told(long)) == 4
    assert wide.nodes["indicator:kinder"].fields == long.nodes["indicator:kinder"].fields


def test_the_form_is_said(tmp_path: Path) -> None:
    years = table(tmp_path, "Stadtteil;2022;2023\nMarxloh;10;11\n", {"indicator": "Kinder"})
    assert years.warnings[0] == "Erkannt: eine Spalte je Jahr; Kennzahl „Kinder“, Jahre 2022, 2023."
    wide = table(tmp_path, "Stadtteil;Kinder;Betriebe\nMarxloh;10;11\n", {"year": "2023"})
    assert wide.warnings[0] == "Erkannt: eine Spalte je Kennzahl; Kennzahlen „Kinder“, „Betriebe“, Jahr 2023 (angegeben)."


def test_the_signs_of_official_statistics(tmp_path: Path) -> None:
    said = table(
        tmp_path,
        "Stadtteil;2015;2016;2017;2018;2019;2020;2021;2022;2023;2024\nMarxloh;-;.;x;/;...;(12,5);13p;<3;*;1.234\n",
        {"indicator": "Kinder", "unit": "Kinder"},
    )
    assert {(year, value) for _, _, year, value in told(said)} == {(2015, 0.0), (2020, 12.5), (2021, 13.0), (2024, 1234.0)}
    words = " ".join(said.warnings)
    for sign in (
        "„.“ (unbekannt oder geheim)",
        "„x“ (Aussage nicht sinnvoll)",
        "„/“ (nicht sicher genug)",
        "( ) unsicher",
        "vorläufig (p)",
        "„*“ (geheim)",
        "gilt als 0",
    ):
        assert sign in words
    assert not said.rejected


def test_a_cell_that_is_no_number_is_rejected_and_its_neighbours_stay(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;2022;2023\nMarxloh;viele;11\n", {"indicator": "Kinder"})
    assert [(row, column, value) for row, column, value, _ in said.rejected] == [(2, "2022", "viele")]
    assert told(said) == {("quarter/101", "kinder", 2023, 11.0)}


def test_areas_by_key_name_parent_and_number(tmp_path: Path) -> None:
    said = table(
        tmp_path,
        "AGS;Stadtteil-Nr.;Bezirk;Stadtteil;Kinder\n5112000;101;;;1\n;;Hamborn;Laar;2\n05112000;;;Altstadt;3\n;;Hamborn;;4\n5112000;;;;5\n;;Homberg;Homberg;6\n",
        {"year": "2023"},
    )
    assert not said.rejected
    assert {(area, value) for area, _, _, value in told(said)} == {
        ("quarter/101", 1.0), ("quarter/102", 2.0), ("quarter/103", 3.0), ("district/100", 4.0), (f"ags:{TOWN}", 5.0), ("quarter/201", 6.0)
    }  # fmt: skip


def test_names_as_offices_write_them(tmp_path: Path) -> None:
    said = table(tmp_path, "Gebiet;2023\n05112 Duisburg, krfr. Stadt;1\n101 Marxloh;2\nStadtbezirk Homberg;3\nLaar (102);4\n", {"indicator": "Kinder"})
    assert not said.rejected
    assert {(area, value) for area, _, _, value in told(said)} == {(f"ags:{TOWN}", 1.0), ("quarter/101", 2.0), ("district/200", 3.0), ("quarter/102", 4.0)}


def test_an_unknown_or_ambiguous_area_is_rejected_with_candidates(tmp_path: Path) -> None:
    said = table(tmp_path, "Gebiet;2023\nMarxlo;1\nHomberg;2\nAltstadt;3\n99;4\n", {"indicator": "Kinder"})
    reasons = {value: reason for _, _, value, reason in said.rejected}
    assert not said.edges and not said.nodes
    assert "Ähnlich heißen: Marxloh" in reasons["Marxlo"]
    assert f"{TOWN}#district/200, {TOWN}#quarter/201" in reasons["Homberg"]
    assert "05916000#quarter/1" in reasons["Altstadt"]
    assert "Dieses Gebiet gibt es noch nicht" in reasons["99"]


def test_the_option_says_which_town_and_level_are_meant(tmp_path: Path) -> None:
    said = table(tmp_path, "Gebiet;2023\nHomberg;2\nAltstadt;3\n", {"indicator": "Kinder", "ags": TOWN, "level": "Stadtteil"})
    assert {(area, value) for area, _, _, value in told(said)} == {("quarter/201", 2.0), ("quarter/103", 3.0)}


def test_the_value_of_a_bezirk_is_not_given_to_a_stadtteil_of_that_name(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;2023\nHamborn;2\n", {"indicator": "Kinder"})
    assert not said.edges
    assert "ist als Stadtbezirk bekannt, nicht als Stadtteil" in said.rejected[0][3]


def test_totals_rows(tmp_path: Path) -> None:
    text = "Stadtteil;2023\nMarxloh;1\nStadt gesamt;9\nDuisburg insgesamt;9\n"
    without = table(tmp_path, text, {"indicator": "Kinder"})
    assert told(without) == {("quarter/101", "kinder", 2023, 1.0), (f"ags:{TOWN}", "kinder", 2023, 9.0)}
    assert any("Summenzeile nennt kein bekanntes Gebiet" in warning for warning in without.warnings) and not without.rejected
    with_town = table(tmp_path, text, {"indicator": "Kinder", "ags": TOWN})
    assert told(with_town) == told(without) and any("1 Wert steht doppelt da" in warning for warning in with_town.warnings)


def test_two_values_that_contradict_are_both_rejected(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;Kennzahl;Jahr;Wert\nMarxloh;Kinder;2023;10\nLaar;Kinder;2023;3\nMarxloh;Kinder;2023;12\n")
    assert told(said) == {("quarter/102", "kinder", 2023, 3.0)}
    assert [(row, value) for row, _, value, _ in said.rejected] == [(2, "10"), (4, "12")]
    assert "12 (Zeile 4" in said.rejected[0][3] and "10 (Zeile 2" in said.rejected[1][3]


def test_an_indicator_has_one_unit(tmp_path: Path) -> None:
    said = table(
        tmp_path,
        "Stadtteil;Kennzahl;Jahr;Wert;Einheit\nMarxloh;Quote;2021;10;%\nLaar;Quote;2021;3;Prozent\nLaar;Quote;2022;300;Kinder\nLaar;Quote;2023;4 %;\nLaar;Kinder;2023;4 %;Kinder\n",
    )
    assert {value for *_, value in told(said)} == {10.0, 3.0, 4.0}
    assert [row for row, *_ in said.rejected] == [4, 6]
    assert "Einheit „Kinder“, zuerst aber „%“ (Zeile 2)" in said.rejected[0][3] and "in Prozent" in said.rejected[1][3]


def test_columns_of_years_under_merged_headings_of_indicators(tmp_path: Path) -> None:
    said = book(
        tmp_path,
        {
            "Tabelle1": [
                ["Daten der Stadt"],
                [None, "Kinder unter 6 (Kinder)", None, "SGB-II-Quote in %", None],
                ["Stadtteil", 2022, 2023, 2022, 2023],
                ["Marxloh", 10, 11, 40.5, 41],
            ]
        },
    )
    assert told(said) == {
        ("quarter/101", "kinder unter 6", 2022, 10.0), ("quarter/101", "kinder unter 6", 2023, 11.0),
        ("quarter/101", "sgb-ii-quote", 2022, 40.5), ("quarter/101", "sgb-ii-quote", 2023, 41.0),
    }  # fmt: skip
    assert said.nodes["indicator:sgb-ii-quote"].fields["unit"] == "%"


def test_a_head_of_two_rows_with_the_area_in_the_upper_one(tmp_path: Path) -> None:
    said = book(
        tmp_path,
        {
            "Tabelle1": [
                ["2023 und früher"],
                ["Stadtteil", "Kinder unter 6", None, "Quote (%)", None, "Bemerkung"],
                [None, 2022, 2023, 2022, 2023],
                ["Marxloh 1)", 10, 11, 40.5, 41, "neu gezählt"],
                ["Bezirk Hamborn gesamt", 20, 21, 30, 31],
            ]
        },
    )
    assert told(said) == {
        (area, name, year, value)
        for area, rows in {"quarter/101": ((10, 11), (40.5, 41)), "district/100": ((20, 21), (30, 31))}.items()
        for name, values in zip(("kinder unter 6", "quote"), rows, strict=True)
        for year, value in zip((2022, 2023), values, strict=True)
    }
    assert said.left == {"Bemerkung": 1} and not said.rejected


def test_a_lone_year_above_the_head_is_not_the_head(tmp_path: Path) -> None:
    said = table(tmp_path, "Stand 31.12.2023\nStadtteil;Kinder;Betriebe\nMarxloh;10;3\n")
    assert told(said) == {("quarter/101", "kinder", 2023, 10.0), ("quarter/101", "betriebe", 2023, 3.0)}


def test_number_and_share_are_no_names(tmp_path: Path) -> None:
    text = "Stadtteil;Jahr;Anzahl;Anteil (%)\nMarxloh;2023;10;41,5\n"
    said = table(tmp_path, "Kinder unter 6\n" + text)
    assert {(name, value) for _, name, _, value in told(said)} == {("kinder unter 6 (anzahl)", 10.0), ("kinder unter 6 (anteil)", 41.5)}
    for above in ("", "Stadt Duisburg\nKinder unter 6\n"):
        with pytest.raises(Unreadable, match="um welche Kennzahl es geht"):
            table(tmp_path, above + text)


def test_a_workbook_with_a_sheet_for_each_year_or_indicator(tmp_path: Path) -> None:
    rows = [["Stadtteil", "Kinder"], ["Marxloh", 10]]
    said = book(tmp_path, {"2022": rows, "2023": [rows[0], ["Marxloh", 12]], "Betriebe": [["Stadtteil", datetime(2023, 12, 31)], ["Marxloh", 5]], "leer": []})
    assert told(said) == {("quarter/101", "kinder", 2022, 10.0), ("quarter/101", "kinder", 2023, 12.0), ("quarter/101", "betriebe", 2023, 5.0)}


def test_the_year_stands_above_the_table_and_notes_below(tmp_path: Path) -> None:
    said = table(
        tmp_path, "Bevölkerung am 31.12.2023\nErstellt am 02.02.2024\n\nStadtteil;Kinder;Betriebe\nMarxloh;10;3\n\nQuelle: Stadt Duisburg, Statistikstelle\n"
    )
    assert told(said) == {("quarter/101", "kinder", 2023, 10.0), ("quarter/101", "betriebe", 2023, 3.0)}
    assert {edge.fields["origin"] for edge in said.edges} == {"Stadt Duisburg, Statistikstelle"}
    assert any("Als Anmerkung gelesen" in warning for warning in said.warnings) and not said.rejected


def test_without_a_year_nothing_is_taken(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;Kinder\nMarxloh;10\n")
    assert not said.edges and "Das Jahr fehlt" in said.rejected[0][3]


def test_decimal_points_are_recognised_by_the_column(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;Kennzahl;Jahr;Wert\nMarxloh;Quote;2022;12.5\nMarxloh;Quote;2023;1.234\nMarxloh;Kinder;2023;1.234\n")
    assert {(name, value) for _, name, _, value in told(said)} == {("quote", 12.5), ("quote", 1.234), ("kinder", 1234.0)}
    assert any("Dezimalpunkt" in warning for warning in said.warnings)


def test_fractions_that_may_be_percent_are_taken_as_written_and_said(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;2021;2022;2023\nMarxloh;0,1;0,2;0,3\n", {"indicator": "Quote", "unit": "%"})
    assert {value for *_, value in told(said)} == {0.1, 0.2, 0.3}
    assert any("Prozentformat" in warning for warning in said.warnings)


def test_words_in_brackets_are_a_unit_only_where_they_read_like_one(tmp_path: Path) -> None:
    said = table(tmp_path, "Stadtteil;Arbeitslose (Frauen);Arbeitslose (Männer);Plätze je Kind (je 100 Kinder)\nMarxloh;1;2;3\n", {"year": "2023"})
    assert set(said.nodes) == {"indicator:arbeitslose (frauen)", "indicator:arbeitslose (männer)", "indicator:plätze je kind"}
    assert said.nodes["indicator:plätze je kind"].fields["unit"] == "je 100 Kinder"


@pytest.mark.parametrize(
    ("text", "options", "word"),
    [
        ("Farbe;2023\nrot;1\n", {"indicator": "Kinder"}, "keine Spalte mit den Gebieten"),
        ("Stadtteil;Farbe\nMarxloh;rot\n", {}, "keine Spalte mit Werten"),
        ("Stadtteil;2023\nMarxloh;1\n", {}, "um welche Kennzahl es geht"),
        ("Stadtteil;2023\nMarxloh;1\n", {"year": "bald"}, "ist kein Jahr"),
        ("Stadtteil;2023\nMarxloh;1\n", {"ags": "12"}, "nicht acht Ziffern"),
        ("Stadtteil;2023\nMarxloh;1\n", {"level": "Dorf"}, "ist unbekannt"),
        ("Stadtteil;2023\nMarxloh;1\n", {"as_of": "neulich"}, "Einstellung as_of"),
    ],
)
def test_what_is_no_table_of_indicators(tmp_path: Path, text: str, options: dict[str, str], word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        table(tmp_path, text, options, name="Tabelle1.csv")


@pytest.mark.parametrize(("bound", "most"), [("MOST_VALUES", 5), ("MOST_CELLS", 7)])
def test_a_table_beyond_the_bounds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int) -> None:
    monkeypatch.setattr(indicator_tables, bound, most)
    with pytest.raises(Unreadable, match="Bitte nach Jahren oder Kennzahlen teilen"):
        table(tmp_path, "Stadtteil;2021;2022;2023\nMarxloh;1;2;3\nLaar;1;2;3\n", {"indicator": "Kinder"})


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_a_number_that_is_written_as_germans_do_comes_back(whole: int, hundredths: int) -> None:
    written = f"{whole:,}".replace(",", ".") + f",{hundredths:02}"
    expected = whole + (hundredths / 100 if whole >= 0 else -hundredths / 100)
    assert measured(written).value == pytest.approx(expected)
    assert measured(f"{written} %").percent and measured(f"({written})").notes == ("( ) unsicher",)
    assert measured(f"{whole}.{hundredths:02}", decimal_point=True).value == pytest.approx(expected)


@given(st.text(max_size=12))
def test_a_cell_is_a_number_a_sign_or_refused(text: str) -> None:
    try:
        read = measured(text)
    except ValueError as error:
        assert str(error)
    else:
        assert (read.value is None) == bool(read.sign)


def test_hostile_cells_are_only_text(tmp_path: Path) -> None:
    said = table(
        tmp_path, 'Stadtteil;Kennzahl;Jahr;Wert;Notiz\nMarxloh;<script>alert(1)</script>;2023;1;=cmd\n"\u202eMarxloh\x00";Kinder;2023;2;\nMarxloh;;2023;3;\n'
    )
    assert {(area, name) for area, name, *_ in told(said)} == {("quarter/101", "<script>alert(1)</script>"), ("quarter/101", "kinder")}
    assert [(row, column) for row, column, *_ in said.rejected] == [(4, "Kennzahl")]


def test_into_the_graph_and_twice_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_project", lambda *_: None)
    monkeypatch.setattr(run, "sources", lambda: {"indicators": indicators, "areas": areas})
    home = Home(tmp_path / "home")
    shape = {"type": "Polygon", "coordinates": [[[6.7, 51.4], [6.8, 51.4], [6.8, 51.5], [6.7, 51.4]]]}
    described = ({"name": "Duisburg", "ags": TOWN, "level": "municipality"}, {"name": "Laar", "code": "304", "level": "quarter", "ags": TOWN})
    shapes = tmp_path / "gebiete.geojson"
    features = [{"type": "Feature", "properties": properties, "geometry": shape} for properties in described]
    shapes.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert ingest("areas", [shapes], {}, home).exit_code == 0
    path = tmp_path / "kinder.csv"
    path.write_text(
        "Stadtteil;Kennzahl;Jahr;Wert;Einheit;Quelle\nLaar;Kinder;2022;10;Kinder;Amt\nLaar;Kinder;2023;.;Kinder;Amt\nRuhrau;Kinder;2023;1;Kinder;Amt\n",
        encoding="utf-8",
    )
    first = ingest("indicators", [path], {}, home)
    assert (first.read, first.taken, first.new, first.exit_code) == (2, 1, 2, 1)
    with home.open_ledger() as ledger:
        version = ledger.version
        whole = fold(ledger)
    (edge,) = [edge for edge in whole.edges.values() if edge.type == "HAS_VALUE"]
    assert {name: edge.props[name] for name in ("value", "year", "origin")} == {"value": 10.0, "year": 2022, "origin": "Amt"}
    assert (whole.nodes[edge.start].props["name"], whole.nodes[edge.end].props["name"], whole.nodes[edge.end].props["unit"]) == ("Laar", "Kinder", "Kinder")
    assert ingest("indicators", [path], {}, home).unchanged == 2
    with home.open_ledger() as ledger:
        assert ledger.version == version
