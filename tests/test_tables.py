"""Workbooks and CSV folders as people fill them in."""

from __future__ import annotations

import tempfile
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.schema import EDGES, NODES
from ingest.source import Unreadable
from ingest.sources import tables
from tests.recording import Recorder

Rows = Sequence[Sequence[Any]]


def book(path: Path, sheets: Mapping[str, Rows]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def read(folder: Path, sheets: Mapping[str, Rows], **more: Any) -> Recorder:
    return Recorder(book(folder / "netz.xlsx", sheets), **more).read(tables)


def csv_folder(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


GREMIEN = [["Schlüssel", "Name", "Art", "Ebene"], ["LK", "Lenkungskreis", "Lenkungskreis", "Steuerung"], [None, "HF Sprache", "Handlungsforum", "Facharbeit"]]


def test_entries_and_relationships(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": GREMIEN, "Berichtswege": [["Berichtet", "An", "Seit"], ["HF Sprache", "LK", "01.08.2020"]]})
    assert said.nodes["netz.xlsx#Gremien/LK"].fields == {"name": "Lenkungskreis", "kind": "steering", "level": "steering"}
    (edge,) = said.edges
    assert (edge.type, edge.start, edge.end) == ("REPORTS_TO", "netz.xlsx#Gremien/HF Sprache", "netz.xlsx#Gremien/LK")
    assert edge.fields == {"since": "2020-08-01"}
    assert not said.rejected and not said.warnings and not said.asked


@pytest.mark.parametrize("head", ["Straße", "street", "STREET ", "Straße*", "straße (Hausnummer)"])
def test_headings_are_read_tolerantly(tmp_path: Path, head: str) -> None:
    said = read(tmp_path, {"Institutionen": [["Name*", head], ["Kita", "Hafenweg 1"]]})
    assert said.nodes["netz.xlsx#Institutionen/Kita"].fields["street"] == "Hafenweg 1"


def test_english_and_technical_sheet_names(tmp_path: Path) -> None:
    said = read(tmp_path, {"Committees": [["Name"], ["Rat"]], "REPORTS_TO": [["Reports", "To"]]})
    assert set(said.nodes) == {"netz.xlsx#Gremien/Rat"}


def test_notes_and_example_rows_are_never_data(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name"], ["Hinweis: wie es heißt"], ["Beispiel: Lenkungskreis"], [None], ["Rat"]]})
    assert [node.fields["name"] for node in said.nodes.values()] == ["Rat"]
    assert said.nodes["netz.xlsx#Gremien/Rat"].where.row == 5


def test_an_official_number_is_a_key_and_a_reference(tmp_path: Path) -> None:
    sheets = {
        "Institutionen": [["Schlüssel", "Name", "Schulnummer"], ["schulnummer:101321", "GGS", None], [None, "Gymnasium", 164549]],
        "Kooperationen": [
            ["Partner A", "Partner B", "Grundlage"],
            ["schulnummer:101321", "schulnummer:164549", "mit Vertrag"],
            ["GGS", "schulnummer:999999", None],
        ],
    }
    said = read(tmp_path, sheets)
    assert said.nodes["netz.xlsx#Institutionen/Gymnasium"].fields["schulnummer"] == "164549"
    assert said.ties("COOPERATES_WITH") == [("schulnummer:101321", "netz.xlsx#Institutionen/Gymnasium"), ("schulnummer:101321", "schulnummer:999999")]
    assert said.edges[0].fields == {"basis": "contract"}


def test_a_reference_may_be_known_from_elsewhere(tmp_path: Path) -> None:
    sheets = {"Gremien": GREMIEN, "Zuständigkeiten": [["Akteur", "Gebiet"], ["LK", "Hochfeld"]]}
    said = read(tmp_path, sheets, known=[("d#quarter/508", "Area", "Hochfeld")])
    assert said.ties("SERVES") == [("netz.xlsx#Gremien/LK", "d#quarter/508")]


@pytest.mark.parametrize(
    ("who", "word"),
    [("Lenkungskreiss", "Ähnlich heißen: Lenkungskreis."), ("Unbekannt", "Gibt es nicht als Gremium"), (None, "beide Seiten")],
)
def test_a_reference_to_nobody_is_rejected_with_candidates(tmp_path: Path, who: str | None, word: str) -> None:
    said = read(tmp_path, {"Gremien": GREMIEN, "Berichtswege": [["Berichtet", "An"], ["HF Sprache", who]]})
    ((row, column, _, reason),) = said.rejected
    assert (row, column) == (2, "An")
    assert word in reason


def test_an_ambiguous_name_is_rejected_with_both_keys(tmp_path: Path) -> None:
    gremien = [["Schlüssel", "Name"], ["a", "AG"], ["b", "AG"], ["c", "Rat"]]
    said = read(tmp_path, {"Gremien": gremien, "Berichtswege": [["Berichtet", "An"], ["AG", "Rat"]]})
    assert "netz.xlsx#Gremien/a, netz.xlsx#Gremien/b" in said.rejected[0][3]


@pytest.mark.parametrize(
    ("rows", "row", "column", "word"),
    [
        ([["Rat"], ["Rat"]], 3, "Name", "in der Spalte Schlüssel unterscheiden"),
        ([["Rat"], [None, "Ausschuss"]], 3, "Name", "Name fehlt"),
        ([["Rat", "Stammtisch"]], 2, "Art", "steht nicht zur Wahl"),
        ([["Rat", None, "irgendwann"]], 2, "Beginn", "kein Datum"),
    ],
)
def test_bad_rows_are_rejected_with_place_and_mend(tmp_path: Path, rows: Rows, row: int, column: str, word: str) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "Art", "Beginn"], *rows, ["Beirat"]]})
    assert said.rejected[0][:2] == (row, column)
    assert word in said.rejected[0][3]
    assert "netz.xlsx#Gremien/Beirat" in said.nodes


def test_what_nobody_asked_for_is_counted(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "Lieblingsfarbe"], ["Rat", "blau"], ["Beirat", None]], "Gremium": [["Name"], ["AG"]], "Zettel": [["x"], ["y"]]})
    assert said.left == {"Lieblingsfarbe": 1}
    assert any("„Zettel“ (2 Zeilen)" in warning for warning in said.warnings)


@pytest.mark.parametrize("content", [b"no workbook", b"PK\x03\x04 broken", b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 with a password"])
def test_what_is_no_workbook_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "netz.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"Kennwort|beschädigt|leer \(0 Bytes\)"):
        Recorder(path).read(tables)


@pytest.mark.parametrize(("sheets", "word"), [({"Gremien": [["Art"], ["Rat"]]}, "Spalte „Name“ fehlt"), ({"Zettel": [["x"]]}, "kein Blatt der Vorlage")])
def test_a_workbook_of_another_kind_is_unreadable(tmp_path: Path, sheets: Mapping[str, Rows], word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        read(tmp_path, sheets)


def test_an_old_excel_file_and_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "alt.xls").write_bytes(b"x")
    with pytest.raises(Unreadable, match="in Excel öffnen und neu speichern"):
        Recorder(tmp_path / "alt.xls").read(tables)
    with pytest.raises(Unreadable, match="keine CSV-Datei"):
        Recorder(csv_folder(tmp_path / "leer", {})).read(tables)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_files_with_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    files = {"Gremien.csv": f"Name{delimiter}Ebene\nRat{delimiter}Politik\nAG{delimiter}\n", "Berichtswege.csv": f"Berichtet{delimiter}An\nAG{delimiter}Rat\n"}
    said = Recorder(csv_folder(tmp_path / "netz", files)).read(tables)
    assert said.nodes["netz#Gremien/Rat"].fields["level"] == "politics"
    assert said.ties("REPORTS_TO") == [("netz#Gremien/AG", "netz#Gremien/Rat")]


def test_a_single_csv_file_is_a_sheet(tmp_path: Path) -> None:
    said = Recorder(csv_folder(tmp_path / "netz", {"Gremien.csv": "Name\nRat\n"}) / "Gremien.csv").read(tables)
    assert said.nodes["Gremien.csv#Gremien/Rat"].where.sheet == ""


def test_csv_encodings_and_line_breaks_in_cells(tmp_path: Path) -> None:
    said = Recorder(csv_folder(tmp_path / "netz", {"Gremien.csv": 'Name;Auftrag\nRat;"eins\nzwei"\n?;x\nBüro;\n'.encode("utf-8-sig")})).read(tables)
    assert said.nodes["netz#Gremien/Büro"].where.row == 5
    said = Recorder(csv_folder(tmp_path / "alt", {"Gremien.csv": "Name\nBüro\n".encode("cp1252")})).read(tables)
    assert "alt#Gremien/Büro" in said.nodes
    assert "cp1252" in said.warnings[0]


def test_a_sheet_that_breaks_off_is_unreadable(tmp_path: Path) -> None:
    whole, broken = book(tmp_path / "heil.xlsx", {"Gremien": [["Name"], ["Rat"], ["Beirat"]]}), tmp_path / "netz.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for item in old.namelist():
            content = old.read(item)
            new.writestr(item, content[: len(content) // 2] if item.endswith("sheet1.xml") else content)
    with pytest.raises(Unreadable, match="beschädigt"):
        Recorder(broken).read(tables)


@pytest.mark.parametrize(
    ("text", "row"), [("Name;Ebene\nRat;Politik\n", 2), ("sep=;\nName;Ebene\nRat;Politik\n", 3), ('"sep=;"\n"Name";"Ebene"\n\n"Rat";"Politik"\n', 4)]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_excel_saves_as_text(tmp_path: Path, text: str, row: int, encoding: str) -> None:
    said = Recorder(csv_folder(tmp_path / "netz", {"Gremien.csv": text.encode(encoding)})).read(tables)
    node = said.nodes["netz#Gremien/Rat"]
    assert (node.fields["level"], node.where.row, said.warnings) == ("politics", row, [])


def test_an_empty_sheet_says_nothing(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": GREMIEN, "Personen": [], "Projekte": [["Name"]], "Berichtswege": []})
    assert len(said.nodes) == 2
    assert not said.rejected and not said.warnings


def test_cells_right_of_the_head_are_counted_too(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name"], ["Rat", None, "Notiz"], ["Beirat"]]})
    assert said.left == {"Spalte 3": 1}


def test_several_bad_cells_of_a_row_are_all_named(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Name", "Art", "Beginn"], ["Rat", "Stammtisch", "irgendwann"]], "Berichtswege": [["Berichtet", "An"], ["x", "y"]]})
    assert [(row, column) for row, column, _, _ in said.rejected] == [(2, "Art"), (2, "Beginn"), (2, "Berichtet"), (2, "An")]


def test_a_value_that_is_required_is_asked_for(tmp_path: Path) -> None:
    sheets = {
        "Gebiete": [["Name", "Ebene"], ["Nord", "Stadtteil"]],
        "Kennzahlen": [["Name"], ["U6"]],
        "Werte": [["Gebiet oder Institution", "Kennzahl", "Jahr"], ["Nord", "U6", 2025]],
    }
    said = read(tmp_path, sheets)
    assert [(row, column) for row, column, _, _ in said.rejected] == [(2, "Wert")]
    assert not said.edges


def test_as_of_and_title_by_option(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": GREMIEN}, options={"as_of": "31.10.2026", "title": "Netzwerkliste"})
    assert (said.dataset.as_of, said.dataset.title) == ("2026-10-31", "Netzwerkliste")
    with pytest.raises(Unreadable, match="as_of"):
        read(tmp_path, {"Gremien": GREMIEN}, options={"as_of": "gestern"})


@pytest.mark.parametrize("tail", ['Rat;"offen\nBeirat;x\nAG;y\n', 'Rat;"offen', f'Rat;"{"x" * 140_000}"\nAG;\n'])
def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(tmp_path: Path, tail: str) -> None:
    folder = csv_folder(tmp_path / "netz", {"Gremien.csv": f'Name;Auftrag\nMit;"zwei\nZeilen"\n{tail}'})
    with pytest.raises(Unreadable, match="Gremien.csv“, Zeile 4: .*Anführungszeichen"):
        Recorder(folder).read(tables)


def test_characters_that_no_encoding_knows_are_said(tmp_path: Path) -> None:
    said = Recorder(csv_folder(tmp_path / "netz", {"Gremien.csv": b"Name\nB\xfcro \x81\n"})).read(tables)
    assert "nicht lesbar" in said.warnings[0]


def test_files_as_a_mac_and_windows_leave_them(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Zuständigkeiten.csv")
    files = {
        "GREMIEN.CSV": "Name\nBüro\n",
        "Gebiete.csv": "Name;Ebene\nNord;Stadtteil\n",
        apart: unicodedata.normalize("NFD", "Akteur;Gebiet\nBüro;Nord\n"),
        "._Gremien.csv": b"\0\5",
    }
    said = Recorder(csv_folder(tmp_path / "netz", files)).read(tables)
    assert said.ties("SERVES") == [("netz#Gremien/Büro", "netz#Gebiete/Nord")]
    assert not said.warnings and not said.rejected and not said.asked


def test_the_folder_one_stands_in_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(csv_folder(tmp_path / "netz", {"Gremien.csv": "Name\nRat\n"}))
    said = Recorder(Path(".")).read(tables)
    assert (said.dataset.name, list(said.nodes)) == ("tables:netz", ["netz#Gremien/Rat"])
    with pytest.raises(Unreadable, match="gibt es nicht"):
        tables.dataset(Path("fort.xlsx"), {})


def test_the_head_may_stand_below_empty_rows(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [[], [None, " "], ["Name"], ["Rat"]], "Tabelle1": []})
    assert said.nodes["netz.xlsx#Gremien/Rat"].where.row == 4
    assert not said.warnings


def test_a_text_that_begins_like_a_note_is_data(tmp_path: Path) -> None:
    said = read(tmp_path, {"Gremien": [["Auftrag", "Name"], ["Hinweis: tagt selten", "Rat"]]})
    assert said.nodes["netz.xlsx#Gremien/Rat"].fields["mandate"] == "Hinweis: tagt selten"


@pytest.mark.parametrize(("row", "column"), [([None, "#N/A"], "Name"), (["#REF!", "Rat"], "Schlüssel"), ([None, "Rat", "#NAME?"], "Auftrag")])
def test_the_error_of_a_formula_is_no_value(tmp_path: Path, row: Sequence[Any], column: str) -> None:
    said = read(tmp_path, {"Gremien": [["Schlüssel", "Name", "Auftrag"], row]})
    assert [(r, c) for r, c, _, _ in said.rejected] == [(2, column)]
    assert "Formel" in said.rejected[0][3] and not said.nodes


def test_official_numbers_are_read_tolerantly_but_only_where_they_belong(tmp_path: Path) -> None:
    sheets = {
        "Institutionen": [["Schlüssel", "Name"], ["Schulnummer: 101321", "GGS"]],
        "Gremien": [["Name"], ["Rat"]],
        "Kooperationen": [["Partner A", "Partner B"], ["SCHULNUMMER:101321", "Rat"]],
        "Zuständigkeiten": [["Akteur", "Gebiet"], ["Rat", "schulnummer:101321"], ["Rat", "ags:05112000"]],
    }
    said = read(tmp_path, sheets)
    assert said.ties("COOPERATES_WITH") == [("schulnummer:101321", "netz.xlsx#Gremien/Rat")]
    assert said.ties("SERVES") == [("netz.xlsx#Gremien/Rat", "ags:05112000")]
    ((row, column, _, reason),) = said.rejected
    assert (row, column) == (2, "Gebiet") and "hat nur: Institution" in reason


@pytest.mark.parametrize("line", [["Stand", "31.10.2025"], ["Stand: 31.10.2025"], ["Stand:", None, "2025-10-31"]])
def test_the_day_of_the_data_may_stand_on_a_sheet_of_notes(tmp_path: Path, line: Sequence[Any]) -> None:
    said = read(tmp_path, {"Hinweise": [["Wir haben gesammelt"], line], "Gremien": GREMIEN})
    assert said.dataset.as_of == "2025-10-31"
    assert not said.warnings


WORD = (
    st.text(st.characters(categories=["L", "N"], include_characters=" -.&/äöüß"), min_size=1, max_size=20)
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: t and not t.startswith(("Hinweis", "Beispiel", "¹", "²", "³")))
)
BODY = st.fixed_dictionaries(
    {"Name": WORD},
    optional={"Auftrag": WORD, "Beginn": st.dates().map(lambda d: d.isoformat()), "Ebene": st.sampled_from(["Politik", "Steuerung", "Facharbeit"])},
)


@settings(max_examples=40, deadline=None)
@given(st.lists(BODY, min_size=1, max_size=6, unique_by=lambda row: " ".join(row["Name"].casefold().split())), st.data())
def test_what_is_written_comes_back_from_a_workbook_and_from_csv(bodies: list[dict[str, str]], data: st.DataObject) -> None:
    columns = ["Name", "Auftrag", "Beginn", "Ebene"]
    gremien = [columns, *[[body.get(column) for column in columns] for body in bodies]]
    names = st.sampled_from([body["Name"] for body in bodies])
    lines = data.draw(st.lists(st.tuples(names, names), max_size=5, unique=True))
    sheets = {"Gremien": gremien, "Berichtswege": [["Berichtet", "An"], *lines]}
    with tempfile.TemporaryDirectory() as folder:
        excel = read(Path(folder), sheets)
        text = {f"{name}.csv": "\n".join(";".join(f'"{cell or ""}"' for cell in row) for row in rows) for name, rows in sheets.items()}
        plain = Recorder(csv_folder(Path(folder) / "netz", text)).read(tables)
    assert not excel.rejected and not plain.rejected
    assert [n.fields for n in excel.nodes.values()] == [n.fields for n in plain.nodes.values()]
    assert [n.fields["name"] for n in excel.nodes.values()] == [body["Name"] for body in bodies]
    told = {key: node.fields["name"] for key, node in excel.nodes.items()}
    assert [(told[a], told[b]) for a, b in excel.ties("REPORTS_TO")] == list(lines)


def test_every_type_has_its_sheet() -> None:
    kinds = tables.sheet_types()
    for kind in (*NODES.values(), *EDGES.values()):
        assert kinds[tables.plain(kind.name)] is kind
