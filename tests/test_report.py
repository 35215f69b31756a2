"""The report as files, and the way back: rejected rows are mended in Excel and read in again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from graph.home import Home
from ingest.reporting import mending, report_files, safe_cells
from ingest.reporting.report import LeftOver, Rejected, Report, Stub, Warned
from ingest.reporting.report_files import Unwritable, write_report
from ingest.run import ingest


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                cell = sheet.cell(number, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def cells(path: Path) -> dict[str, list[list[Any]]]:
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(path).worksheets}


@pytest.fixture
def netzwerk(tmp_path: Path) -> Path:
    """Nine rows, five of them with something wrong."""
    return workbook(
        tmp_path / "netzwerk.xlsx",
        {
            "Anleitung": [["Stand:", datetime(2026, 3, 1)]],
            "Gremien": [
                ["Gremien im Bildungsbüro"],
                ["Name*", "Ebene", "Stand", "Unsere Nummer"],
                ["Lenkungskreis", "Steuerung", "2019", "001"],
                ["AK Sprache", "irgendeine", "2019", "002"],
                [None, "Steuerung", None, "003"],
            ],
            "Institutionen": [["Name", "Art", "E-Mail"], ["Kita Nord", "Kita", "kita@nord.de"], ["=Kita Süd", "Kita", "kein at"], ["GS Ost", "Schule", None]],
            "Mitgliedschaften": [
                ["Mitglied", "Gremium", "Seit"],
                ["Kita Nord", "Lenkungskreis", "01.02.2024"],
                ["GS Ost", "AK Sprahce", "irgendwann"],
                ["Kita Norden", "Lenkungskreis", None],
            ],
        },
    )


def read(path: Path, home: Path, *, write: bool = False) -> Report:
    return ingest("tables", [path], {}, Home(home), write=write)


def test_the_rejected_rows_stand_as_in_the_source_with_their_reason(netzwerk: Path, tmp_path: Path, home: Path) -> None:
    report = read(netzwerk, home)
    assert (report.read, report.taken) == (9, 4)
    target = tmp_path / "abgewiesen.xlsx"
    assert mending.write_rejected(report, [netzwerk], target) == [target]
    sheets = cells(target)
    assert list(sheets) == ["Anleitung", "Gremien", "Institutionen", "Mitgliedschaften"]
    assert sheets["Gremien"][0] == ["Name*", "Ebene", "Stand", "Unsere Nummer", "Zeile im Original", "Grund"]
    assert [row[:5] for row in sheets["Gremien"][1:]] == [["AK Sprache", "irgendeine", "2019", "002", 4], [None, "Steuerung", None, "003", 5]]
    assert sheets["Gremien"][1][5].startswith("Ebene: ")
    one, other = sheets["Mitgliedschaften"][1:]
    assert one[:4] == ["GS Ost", "AK Sprahce", "irgendwann", 3]
    assert one[4].count("\n") == 1, "both reasons of the row"
    assert "Gremium: Gibt es nicht" in one[4] and "Seit: " in one[4]
    assert other[3] == 4


def test_mended_rows_are_read_in_again(netzwerk: Path, tmp_path: Path, home: Path) -> None:
    report = read(netzwerk, home, write=True)
    target = tmp_path / mending.file_name(netzwerk)
    mending.write_rejected(report, [netzwerk], target)
    book = openpyxl.load_workbook(target)
    book["Gremien"]["B2"] = "Steuerung"
    book["Mitgliedschaften"]["A3"] = "Kita Nord"
    book.save(target)
    again = read(target, home, write=True)
    assert (again.read, again.taken) == (5, 2), again.to_text()
    assert not [column for column in again.left_over if column.column in ("Zeile im Original", "Grund")]
    assert again.datasets == ["tables:netzwerk-abgewiesen.xlsx"]
    with Home(home).open_ledger() as ledger:
        names = {node.data["name"]: node for node in ledger.nodes()}
        stands = {info.name: info.as_of for info in ledger.datasets()}
        ties = [(edge.start, edge.end, edge.dataset) for edge in ledger.edges()]
    assert {"Lenkungskreis", "Kita Nord", "GS Ost", "AK Sprache"} == set(names), "what was taken before stays, what was mended comes"
    assert "Zeile im Original" not in str(names["AK Sprache"].data) and "irgendeine" not in str(names["AK Sprache"].data)
    assert set(stands.values()) == {"2026-03-01"}, "the day that the source states goes with its rows"
    assert sum(dataset == "tables:netzwerk-abgewiesen.xlsx" for _, _, dataset in ties) == 1
    third = tmp_path / mending.file_name(target)
    mending.write_rejected(again, [target], third)
    assert cells(third)["Institutionen"][0] == ["Name", "Art", "E-Mail", "Zeile im Original", "Grund"], "the columns do not pile up"
    assert len(cells(third)["Institutionen"]) == 2


def test_mended_rows_may_use_the_keys_of_the_file_they_come_from(tmp_path: Path, home: Path) -> None:
    path = workbook(
        tmp_path / "netzwerk.xlsx",
        {
            "Gremien": [["Schlüssel", "Name"], ["g1", "Lenkungskreis"]],
            "Institutionen": [["Schlüssel", "Name"], ["k1", "Kita Nord"], ["k2", "Kita Süd"]],
            "Mitgliedschaften": [["Mitglied", "Gremium", "Seit"], ["k1", "g1", "irgendwann"], ["k2", "g1", "immer"], ["k9", "g1", None]],
        },
    )
    for key in ("k1", "k2"):  # one is mended in the rejected rows of the file, the other in the rejected rows of those
        report = read(path, home, write=True)
        target = tmp_path / mending.file_name(path)
        mending.write_rejected(report, [path], target)
        book = openpyxl.load_workbook(target)
        row = next(row for row in book["Mitgliedschaften"].iter_rows() if row[0].value == key)
        row[2].value = "2024"
        book.save(target)
        path = target
    last = read(path, home, write=True)
    assert [row.value for row in last.rejected] == ["k9"], "and what nobody has stays unknown"
    with Home(home).open_ledger() as ledger:
        assert sorted(edge.start for edge in ledger.edges()) == ["netzwerk.xlsx#Institutionen/k1", "netzwerk.xlsx#Institutionen/k2"]


def test_no_cell_of_a_written_file_is_a_formula(tmp_path: Path) -> None:
    evil = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"]
    report = Report("tables", rejected=[Rejected(word, word, 2, word, word, word) for word in evil], warnings=[Warned("a", "", 1, word) for word in evil])
    for name in ("r.xlsx", "r.csv"):
        write_report(report, tmp_path / name)
    mending.write_rejected(report, [], tmp_path / "m.xlsx")
    for name in ("r.xlsx", "m.xlsx"):
        found = [cell for sheet in openpyxl.load_workbook(tmp_path / name).worksheets for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in found if cell.data_type == "f"]
        assert {cell.value for cell in found} >= {"=1+1", "@SUM(A1)"}, "and yet it is the text that stood there"
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as text:
        words = [cell for row in csv.reader(text, delimiter=";") for cell in row]
    assert not [word for word in words if word.startswith(("=", "@", "\t", "+c"))]


def test_zeros_phone_numbers_and_strange_characters_survive(tmp_path: Path, home: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {"Institutionen": [["Name", "PLZ", "Telefon", "E-Mail"], ["Kita \u202eNord", "01067", "+49 201 4711", "nein"], ["x" * 10_000, "01067", "0201", "<b>"]]},
    )
    report = read(path, home)
    mending.write_rejected(report, [path], tmp_path / "m.xlsx")
    rows = cells(tmp_path / "m.xlsx")["Institutionen"]
    assert rows[1][:4] == ["Kita \u202eNord", "01067", "+49 201 4711", "nein"]
    assert rows[2][0] == "x" * 10_000
    assert openpyxl.load_workbook(tmp_path / "m.xlsx")["Institutionen"]["B2"].number_format == "@"
    mending.write_rejected(report, [path], tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(encoding="utf-8-sig", newline="") as text:
        assert list(csv.reader(text, delimiter=";"))[1][:4] == ["Kita \u202eNord", "01067", "+49 201 4711", "nein"]


def test_a_folder_of_csv_files_comes_back_as_a_folder(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "listen"
    folder.mkdir()
    (folder / "Gremien.csv").write_text("Name;Ebene\nA;Steuerung\nB;immer\n", encoding="utf-8")
    (folder / "Institutionen.csv").write_text("Name;E-Mail\nC;\nD;?\n", encoding="utf-8")
    report = read(folder, home)
    written = mending.write_rejected(report, [folder], tmp_path / "zurueck.csv")
    assert [file.relative_to(tmp_path).as_posix() for file in written] == ["zurueck/Gremien.csv", "zurueck/Institutionen.csv"]
    assert written[0].read_text(encoding="utf-8-sig").splitlines()[1].startswith("B;immer;3;")
    again = read(tmp_path / "zurueck", home)
    assert (again.read, again.taken, again.left_over) == (2, 0, [])


def test_what_is_no_table_is_listed(tmp_path: Path) -> None:
    shapes = tmp_path / "bezirke.geojson"
    shapes.write_text("{}", encoding="utf-8")
    report = Report("areas", rejected=[Rejected("bezirke.geojson", "", 3, "name", "", "Der Name fehlt.")])
    mending.write_rejected(report, [shapes], tmp_path / "m.xlsx")
    assert cells(tmp_path / "m.xlsx") == {
        "Abgewiesen": [["Datei", "Blatt", "Zeile", "Spalte", "Wert", "Grund"], ["bezirke.geojson", None, 3, "name", None, "Der Name fehlt."]]
    }


def test_a_source_that_is_gone_or_broken_loses_no_reason(netzwerk: Path, tmp_path: Path, home: Path) -> None:
    report = read(netzwerk, home)
    netzwerk.write_bytes(netzwerk.read_bytes()[:700])
    mending.write_rejected(report, [netzwerk], tmp_path / "m.xlsx")
    assert len(cells(tmp_path / "m.xlsx")["Abgewiesen"]) == 1 + len(report.rejected)


def test_two_files_of_one_name_are_not_mixed_up(tmp_path: Path, home: Path) -> None:
    paths = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Gremien.csv").write_text(f"Name;Ebene\n{name};immer\n", encoding="utf-8")
        paths.append(tmp_path / name / "Gremien.csv")
    report = ingest("tables", paths, {}, Home(home), write=False)
    mending.write_rejected(report, paths, tmp_path / "m.xlsx")
    assert list(cells(tmp_path / "m.xlsx")) == ["Abgewiesen"]


def test_a_source_is_never_overwritten(netzwerk: Path, home: Path, tmp_path: Path) -> None:
    report = read(netzwerk, home)
    before = netzwerk.read_bytes()
    with pytest.raises(Unwritable, match="Quelle selbst"):
        mending.write_rejected(report, [netzwerk], netzwerk)
    with pytest.raises(Unwritable, match="Quelle selbst"):
        mending.write_rejected(report, [tmp_path], tmp_path / "neu.xlsx")
    with pytest.raises(Unwritable, match=r"\.xlsx oder \.csv"):
        mending.write_rejected(report, [netzwerk], tmp_path / "m.pdf")
    assert netzwerk.read_bytes() == before


def test_nothing_rejected_writes_nothing(tmp_path: Path) -> None:
    assert mending.write_rejected(Report("tables"), [], tmp_path / "m.xlsx") == []
    assert not (tmp_path / "m.xlsx").exists()


FULL = Report(
    "tables", read=12_345, taken=12_344, new=3, changed=2, removed=1,
    rejected=[Rejected("a.xlsx", "Gremien", 4, "Gegründet", "immer", "Das ist kein Datum.")],
    left_over=[LeftOver("a.xlsx", "Gremien", "Unsere Nummer", 7)],
    warnings=[Warned("a.xlsx", "", 0, "Ein Blatt wurde nicht gelesen.")],
    stubs=[Stub("a.xlsx", "Mitgliedschaften", 9, "Gremium", "a#Gremien/x", "AK Neu")],
    unplaced=[{"name": "Kita Nord", "type": "Institution", "reason": "Keine Anschrift."}],
    datasets=["tables:a.xlsx"],
)  # fmt: skip


def test_the_whole_report_as_workbook_csv_and_json(tmp_path: Path) -> None:
    for ending in report_files.ENDINGS:
        write_report(FULL, tmp_path / f"r{ending}")
    sheets = cells(tmp_path / "r.xlsx")
    assert list(sheets) == ["Übersicht", "Abgewiesen", "Hinweise", "Spalten", "Ohne Ort", "Angelegt"]
    assert dict(map(tuple, sheets["Übersicht"]))["Zeilen gelesen"] == 12_345
    assert sheets["Abgewiesen"][1] == ["a.xlsx", "Gremien", 4, "Gegründet", "immer", "Das ist kein Datum."]
    assert sheets["Hinweise"][1] == ["a.xlsx", None, None, "Ein Blatt wurde nicht gelesen."]
    assert sheets["Ohne Ort"][1] == ["Institution", "Kita Nord", "Keine Anschrift."]
    assert sheets["Angelegt"][1] == ["a.xlsx", "Mitgliedschaften", 9, "Gremium", "AK Neu", "a#Gremien/x"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    kinds = [row["Art"] for row in rows]
    assert kinds[-5:] == ["Abgewiesen", "Hinweise", "Spalten", "Ohne Ort: Institution", "Angelegt: Gremium"]
    assert next(row for row in rows if row["Art"] == "Spalten")["Gefüllte Zellen"] == "7"
    assert Report.from_json(json.loads((tmp_path / "r.json").read_bytes())) == FULL
    with pytest.raises(Unwritable, match=r"r\.pdf"):
        write_report(FULL, tmp_path / "r.pdf")


@settings(max_examples=40)
@given(st.lists(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.booleans(), st.none()), min_size=1, max_size=8))
def test_whatever_a_cell_holds_excel_can_open_it_and_nothing_runs(values: list[Any]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("a")
    pen = safe_cells.Pen(sheet)
    sheet.append([pen.cell(value) for value in values])
    read_back = openpyxl.load_workbook(io.BytesIO(report_files.saved(book)))["a"]
    assert all(cell.data_type != "f" for row in read_back.iter_rows() for cell in row)
    for place, value in enumerate(values, 1):
        if isinstance(value, str) and value.isprintable() and value.strip() == value and "_x" not in value:
            assert (read_back.cell(1, place).value or "") == value
        assert not safe_cells.csv_text(value).startswith(("=", "@", "\t", "\r"))


@given(st.lists(st.text(), max_size=5))
def test_titles_of_sheets_are_allowed_and_differ(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(safe_cells.sheet_title(name, taken))
        assert 0 < len(taken[-1]) <= 31
        assert not set(taken[-1]) & set("[]:*?/\\")
    assert len({title.casefold() for title in taken}) == len(names)


@pytest.fixture
def cli() -> Callable[..., Result]:
    from cli import app

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return run


def test_the_commands_write_report_and_rejected_rows(cli: Callable[..., Result], netzwerk: Path, tmp_path: Path, home: Path) -> None:
    done = cli("check", "tables", netzwerk, "--report", tmp_path / "r.json", "--rejected", tmp_path / "m.xlsx")
    assert done.exit_code == 1
    assert Report.from_json(json.loads((tmp_path / "r.json").read_bytes())).read == 9
    assert "Gremien" in cells(tmp_path / "m.xlsx")


def test_a_bad_target_is_said_before_anything_is_read(cli: Callable[..., Result], netzwerk: Path, tmp_path: Path, home: Path) -> None:
    (tmp_path / "m.xlsx").write_text("Berichtigungen von Hand")
    for words, told in (
        (("--report", tmp_path / "r.pdf"), "als .json, .csv oder .xlsx"),
        (("--rejected", tmp_path / "m.xlsx"), "gibt es schon"),
        (("--rejected", netzwerk), "Quelle selbst"),
    ):
        done = cli("ingest", "tables", netzwerk, *words)
        assert done.exit_code == 2
        assert told in done.output.replace("\n", " ")
    assert (tmp_path / "m.xlsx").read_text() == "Berichtigungen von Hand"
    with Home(home).open_ledger() as ledger:
        assert ledger.datasets() == []
    done = cli("check", "tables", netzwerk, "--report", tmp_path / "fehlt" / "r.csv")
    assert done.exit_code == 2 and "lässt sich nicht schreiben" in done.output
