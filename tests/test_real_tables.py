"""Tables as people keep them: heads anywhere, notes and sums among the data, periods, several names in a cell, names with a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from graph.home import Home
from graph.ledger import Ledger
from graph.records import Dataset, Edge, Node
from graph.schema import NODES
from graph.values import read_extra
from graph.whereabouts import whereabouts
from ingest.run import ingest
from ingest.sources import tables
from ingest.tabular.ties import ties
from tests.ledger_words import say
from tests.recording import Recorder

Sheets = Mapping[str, Sequence[Sequence[Any]]]


def workbook(folder: Path, sheets: Sheets, name: str = "netz.xlsx") -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def read(folder: Path, sheets: Sheets, **more: Any) -> Recorder:
    return Recorder(workbook(folder, sheets), **more).read(tables)


def fields(said: Recorder, name: str) -> dict[str, Any]:
    return next(dict(node.fields) for node in said.nodes.values() if node.fields.get("name") == name)


# ---- heads ----------------------------------------------------------------------------------------------


def test_a_head_below_titles_with_footnotes_line_breaks_and_other_words(tmp_path: Path) -> None:
    rows = [
        ["Unsere Einrichtungen"], [], ["Stand: Herbst"], [],
        ["Bezeich-\nnung¹", "POSTLEITZAHL *", "Straße und\nHausnummer", "Tel.", "E-Mail-Adresse (dienstlich)", "Homepage", "Zuletzt bestätigt:"],
        ["Kita Nord", 47051, "Weg 1", "0203 1", "a@b.de", "kita.de", "03/2026"],
    ]  # fmt: skip
    said = read(tmp_path, {"Institutionen": rows})
    assert fields(said, "Kita Nord") == {
        "name": "Kita Nord", "postcode": "47051", "street": "Weg 1", "phone": "0203 1", "email": "a@b.de", "url": "https://kita.de", "confirmed": "2026-03",
    }  # fmt: skip
    assert not said.left and not said.rejected and not said.warnings


def test_english_headings_on_an_english_sheet(tmp_path: Path) -> None:
    said = read(tmp_path, {"committees": [["mandate", "NAME", "Start"], ["Steering", "Council", "2020"]]})
    assert fields(said, "Council") == {"name": "Council", "mandate": "Steering", "start": "2020"}


def test_sums_notes_and_heads_among_the_data_are_left_out_and_said(tmp_path: Path) -> None:
    rows = [
        ["Name", "Plätze", "Bemerkung"], ["Kita Nord", 20, "x"], ["Summe", 20], ["Name", "Plätze", "Bemerkung"], ["Kita Süd", "25 Plätze"], [],
        ["Insgesamt:", "1.045"], ["Quelle: Jugendamt"], ["* ohne Außengruppen"],
    ]  # fmt: skip
    said = read(tmp_path, {"Institutionen": rows})
    assert {node.fields["name"]: node.fields.get("places") for node in said.nodes.values()} == {"Kita Nord": 20, "Kita Süd": 25}
    (warning,) = said.warnings
    assert all(part in warning for part in ("Zeile 3 (Summe)", "Zeile 4 (Kopfzeile)", "Zeile 7 (Summe)", "Zeile 8 (Anmerkung", "Zeile 9 (Anmerkung"))
    assert not said.rejected


@pytest.mark.parametrize("name", ["Gesamtkonferenz", "Gesamt", "Stand der Dinge", "Total Digital", "Anzahl der Ideen"])
def test_names_that_look_like_sums_or_notes_are_taken(tmp_path: Path, name: str) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "Sitzungen"], [name, "monatlich"], ["Rat"]]})
    assert {str(node.fields["name"]) for node in said.nodes.values()} == {name, "Rat"}


# ---- columns nobody asked for -----------------------------------------------------------------------------


def test_unknown_columns_stay_with_their_row_and_are_reported(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "Raum", "Kürzel", "Raum"], ["Rat", "101", "R", 7.0], ["Beirat", None, "B"]]})
    assert read_extra(fields(said, "Rat")["extra"]) == {"Raum": "101; 7"}
    assert "extra" not in fields(said, "Beirat") and fields(said, "Beirat")["short"] == "B"
    assert set(said.left) == {"Raum"}


def test_several_addresses_in_a_cell_lose_none(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "E-Mail"], ["Rat", "a@b.de; c@d.de"], ["Beirat", "a@b.de, kaputt"]]})
    told = fields(said, "Rat")
    assert (told["email"], read_extra(told["extra"])) == ("a@b.de", {"E-Mail": "c@d.de"})
    assert [(row, column) for row, column, *_ in said.rejected] == [(3, "E-Mail")]


# ---- values -----------------------------------------------------------------------------------------------


def test_lost_zeros_come_back_and_are_said(tmp_path: Path) -> None:
    rows = [["Name", "PLZ", "Gemeindeschlüssel", "Telefon"], ["Kita", 1067, 5112000.0, 2031234567.0], ["Hort", "04103", "05112000", "0341 1"]]
    said = read(tmp_path, {"Institutionen": rows})
    told = fields(said, "Kita")
    assert (told["postcode"], told["gemeinde"], told["phone"]) == ("01067", "05112000", "02031234567")
    assert len(said.warnings) == 3 and "„1067“ als „01067“" in said.warnings[0]


@pytest.mark.parametrize(
    ("heads", "cells", "since", "until"),
    [
        (("Zeitraum",), ("2019–2022",), "2019", "2022"), (("Amtszeit",), ("seit 2019",), "2019", None), (("Seit",), ("01.02.2019 bis 31.12.2022",), "2019-02-01", "2022-12-31"),
        (("Seit", "Bis"), ("2019–2022", None), "2019", "2022"), (("Mitglied seit", "Bis"), (2019, "12/2022"), "2019", "2022-12"), (("Laufzeit",), ("Schuljahr 2024/25",), "2024-08", "2025-07"),
    ],
)  # fmt: skip
def test_periods(tmp_path: Path, heads: tuple[str, ...], cells: tuple[Any, ...], since: str, until: str | None) -> None:
    sheets = {"Personen": [["Name"], ["Anna"]], "Gremien": [["Name"], ["Rat"]], "Mitgliedschaften": [["Person", "Gremium", *heads], ["Anna", "Rat", *cells]]}
    (edge,) = read(tmp_path, sheets).edges
    assert (edge.fields.get("since"), edge.fields.get("until")) == (since, until)


@pytest.mark.parametrize(("heads", "cells"), [(("Beginn", "Ende"), ("2025", "06/2024")), (("Laufzeit",), ("2025–2024",)), (("Laufzeit", "Ende"), ("2020–2022", "2023"))])
def test_ends_that_cannot_be_are_rejected(tmp_path: Path, heads: tuple[str, ...], cells: tuple[Any, ...]) -> None:
    said = read(tmp_path, {"Projekte": [["Name", *heads], ["Lesen", *cells], ["Gut"]]})
    assert len(said.rejected) == 1 and set(node.fields["name"] for node in said.nodes.values()) == {"Gut"}


def test_choices_whatever_their_writing(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "Art"], ["A", "RUNDER-TISCH"], ["B", "arbeits gruppe"], ["C", "Stuhlkreis"]]})
    assert (fields(said, "A")["kind"], fields(said, "B")["kind"]) == ("round_table", "working_group")
    assert "erlaubt sind" in said.rejected[0][3]


# ---- relationships in the sheets of entries ---------------------------------------------------------------


def test_columns_of_references_become_relationships_wherever_the_other_is_described(tmp_path: Path) -> None:
    sheets = {
        "Institutionen": [["Name", "Träger", "Themen", "Stadtteil", "Gremien"], ["Kita Nord", "Caritas", "Sprache; Übergang", "Hochfeld", "Rat\nBeirat"], ["Caritas"]],
        "Gremien": [["Gremium", "Mitglieder"], ["Rat", "Anna; Kita Nord"], ["Beirat"]],
        "Personen": [["Name", "Institution"], ["Anna", "Caritas"]],
        "Themen": [["Name"], ["Sprache"], ["Übergang"]],
        "Gebiete": [["Name", "Ebene"], ["Hochfeld", "Stadtteil"]],
    }
    said = read(tmp_path, sheets)
    key = {str(node.fields["name"]): node.key for node in said.nodes.values()}
    assert not said.rejected and not said.left
    assert said.ties("RUNS") == [(key["Caritas"], key["Kita Nord"])]
    assert said.ties("ADDRESSES") == [(key["Kita Nord"], key["Sprache"]), (key["Kita Nord"], key["Übergang"])]
    assert said.ties("LOCATED_IN") == [(key["Kita Nord"], key["Hochfeld"])]
    assert said.ties("WORKS_FOR") == [(key["Anna"], key["Caritas"])]
    assert sorted(said.ties("MEMBER_OF")) == sorted([(key["Kita Nord"], key["Rat"]), (key["Kita Nord"], key["Beirat"]), (key["Anna"], key["Rat"]), (key["Kita Nord"], key["Rat"])])


def test_a_row_that_refers_to_nobody_is_not_taken_and_nobody_can_refer_to_it(tmp_path: Path) -> None:
    sheets = {"Institutionen": [["Name", "Träger"], ["Kita", "Niemand"], ["Hort", None]], "Kooperationen": [["Partner A", "Partner B"], ["Hort", "Kita"]]}
    said = read(tmp_path, sheets)
    assert [(row, column, value) for row, column, value, _ in said.rejected] == [(2, "Träger", "Niemand"), (2, "Partner B", "Kita")]
    assert set(node.fields["name"] for node in said.nodes.values()) == {"Hort"} and not said.edges


def test_several_names_in_a_cell_are_several_relationships_all_or_none(tmp_path: Path) -> None:
    sheets = {"Personen": [["Name"], ["Anna"], ["Bernd"]], "Gremien": [["Name"], ["Rat"]], "Mitgliedschaften": [["Mitglied", "Gremium"], ["Anna; Bernd", "Rat"], ["Anna\nNiemand", "Rat"]]}
    said = read(tmp_path, sheets)
    assert len(said.ties("MEMBER_OF")) == 2
    ((row, _, _, reason),) = said.rejected
    assert row == 3 and reason.startswith("„Niemand“: Gibt es nicht")


def test_a_heading_that_could_mean_two_relationships_is_none() -> None:
    assert "akteur" not in ties(NODES["Gremium"]) and "partner a" in ties(NODES["Gremium"])
    for kind in NODES.values():
        assert not set(ties(kind)) & {"name", "art", "e-mail"}


# ---- names with a place -----------------------------------------------------------------------------------

_TWO = {"Institutionen": [["Schlüssel", "Name", "Stadtteil", "Kurzname"], ["1", "Kita Sonne", "Nord", "KS1"], ["2", "Kita Sonne", "Süd", "KS2"]], "Gebiete": [["Name", "Ebene"], ["Nord", "Stadtteil"], ["Süd", "Stadtteil"]]}
_RAT = {"Gremien": [["Name"], ["Rat"]]}


@pytest.mark.parametrize(("word", "key"), [("Kita Sonne (Süd)", "2"), ("Kita Sonne, Nord", "1"), ("kita sonne (SÜD)", "2"), ("KS1", "1"), ("2", "2")])
def test_a_name_with_its_district_in_the_same_file(tmp_path: Path, word: str, key: str) -> None:
    said = read(tmp_path, {**_TWO, **_RAT, "Mitgliedschaften": [["Mitglied", "Gremium"], [word, "Rat"]]})
    assert said.ties("MEMBER_OF") == [(f"netz.xlsx#Institutionen/{key}", "netz.xlsx#Gremien/Rat")]


@pytest.mark.parametrize(("word", "says"), [("Kita Sonne", ("/1 (nord)", "/2 (süd)")), ("Kita Sonne (West)", ("/1", "/2", "„West“"))])
def test_an_ambiguous_name_is_rejected_with_its_candidates(tmp_path: Path, word: str, says: tuple[str, ...]) -> None:
    said = read(tmp_path, {**_TWO, **_RAT, "Mitgliedschaften": [["Mitglied", "Gremium"], [word, "Rat"]]})
    assert all(part in said.rejected[0][3] for part in says) and not said.ties("MEMBER_OF")


def test_a_name_with_its_district_in_the_ledger(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shape = '{"type":"Polygon","coordinates":[[[6,51],[7,51],[7,52],[6,52],[6,51]]]}'
    with home.open_ledger() as ledger:
        nodes = [
            Node("Area", "a#1", {"name": "Nord", "level": "quarter", "geometry": shape}), Node("Area", "a#2", {"name": "Stadt", "level": "district"}),
            Node("Institution", "r#1", {"name": "Kita Sonne", "lat": 51.5, "lon": 6.5}), Node("Institution", "r#2", {"name": "Kita Sonne", "city": "Duisburg"}),
        ]  # fmt: skip
        say(ledger, [*nodes, Edge("PART_OF", "a#1", "a#2")], Dataset("register:1", "register", "Register", "2026-01-01"))
        known = whereabouts(ledger)
        assert known["r#1"] >= {"nord", "stadt"} and "duisburg" in known["r#2"]
    rows = [["Mitglied", "Gremium"], ["Kita Sonne (Nord)", "Rat"], ["Kita Sonne, Duisburg", "Rat"], ["Kita Sonne (Süd)", "Rat"]]
    report = ingest("tables", [workbook(tmp_path, {**_RAT, "Mitgliedschaften": rows})], {}, home, write=False)
    assert (report.taken, [bad.row for bad in report.rejected]) == (3, [4])
    assert "r#1, r#2" in report.rejected[0].reason


# ---- made from references ---------------------------------------------------------------------------------


def test_a_missing_reference_is_made_where_that_was_asked_for_and_listed(tmp_path: Path) -> None:
    sheets = {**_RAT, "Beschäftigungen": [["Person", "Institution"], ["Anna", "Jugendamt"], ["Anna", "Amt"]], "Mitgliedschaften": [["Mitglied", "Gremium"], ["Wer", "Rat"], ["Anna", "Rate"]]}
    without = read(tmp_path, sheets)
    assert len(without.rejected) == 7 and not without.stubs
    said = read(tmp_path, sheets, options={"create_missing": "ja"})
    assert sorted((kind, name) for _, kind, _, name in said.stubs) == [("Gremium", "Rate"), ("Institution", "Amt"), ("Institution", "Jugendamt"), ("Person", "Anna")]
    assert {key for _, _, key, _ in said.stubs} <= set(said.nodes)
    assert [(value, "nicht eindeutig" in reason) for _, _, value, reason in said.rejected] == [("Wer", True)]
    assert any("„Rate“ wurde als Gremium angelegt. Ähnlich heißen: Rat" in warning for warning in said.warnings)


def test_an_ambiguous_reference_is_never_made(tmp_path: Path) -> None:
    said = read(tmp_path, {**_TWO, "Trägerschaften": [["Träger", "Getragen"], ["Kita Sonne", "1"]]}, options={"create_missing": "ja"})
    assert not said.stubs and len(said.rejected) == 1


def test_the_report_lists_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    path = workbook(tmp_path, {"Beschäftigungen": [["Person", "Institution"], ["Anna", "Jugendamt"]]})
    report = ingest("tables", [path], {"create_missing": "ja"}, home, write=False)
    assert {(stub.type, stub.name, stub.row) for stub in report.stubs} == {("Person", "Anna", 2), ("Institution", "Jugendamt", 2)}
    assert report.exit_code == 0 and "Aus Verweisen angelegt (2)" in report.to_text()
    with Ledger.open(home.ledger_path) as ledger:
        assert not list(ledger.nodes())
