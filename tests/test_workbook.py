"""Files as sheets of rows: what a fast reader leaves out, where rows stand, encodings and delimiters."""

from __future__ import annotations

import codecs
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ingest.source import Unreadable
from ingest.tabular import excel
from ingest.tabular.excel import UNCALCULATED
from ingest.tabular.workbook import csv_files, sheets

Change = Callable[[openpyxl.Workbook], None]


def read(path: Path) -> tuple[dict[str, list[tuple[int, list[Any]]]], list[str]]:
    """Filled rows of every sheet by its name, and what was said."""
    said: list[str] = []
    found = {sheet.name: [(number, cells) for number, cells in sheet.rows() if any(cell not in (None, "") for cell in cells)] for sheet in sheets(path, said.append)}
    return found, said


def book(folder: Path, change: Change) -> Path:
    made = openpyxl.Workbook()
    made.worksheets[0].title = "Liste"
    change(made)
    made.save(folder / "netz.xlsx")
    return folder / "netz.xlsx"


def put(book: openpyxl.Workbook, cells: dict[str, object]) -> None:
    for place, value in cells.items():
        book["Liste"][place] = value


@pytest.mark.parametrize("most", [2_500_000, 0], ids=["calamine", "openpyxl"])
def test_rows_and_columns_are_those_that_people_see(tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_MOST_CELLS", most)
    path = book(tmp_path, lambda made: put(made, {"C4": "x", "A7": 5, "D7": True, "E7": datetime(2025, 12, 31)}))
    found, said = read(path)
    assert (found["Liste"][0][0], _trim(found["Liste"][0][1])) == (4, [None, None, "x"])
    number, cells = found["Liste"][1]
    assert (number, cells[0], cells[3]) == (7, 5, True) and str(cells[4])[:10] == "2025-12-31"
    assert said == []


def test_both_epochs(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made.epoch = CALENDAR_MAC_1904
        put(made, {"A1": datetime(2025, 12, 31), "B1": date(1999, 1, 1)})

    (row,) = read(book(tmp_path, change))[0]["Liste"]
    assert [str(cell)[:10] for cell in row[1]] == ["2025-12-31", "1999-01-01"]


@pytest.mark.parametrize("most", [2_500_000, 0], ids=["calamine", "openpyxl"])
def test_errors_and_formulas_without_a_value_are_not_lost(tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_MOST_CELLS", most)

    def change(made: openpyxl.Workbook) -> None:
        put(made, {"A1": "Name", "A2": "=1+1", "B2": "x", "A3": "#REF!", "C3": "#DIV/0!"})
        for place in ("A3", "C3"):
            made["Liste"][place].data_type = "e"

    found = {number: cells for number, cells in read(book(tmp_path, change))[0]["Liste"]}
    assert (found[2][0], found[2][1]) == (UNCALCULATED, "x")
    assert (found[3][0], found[3][2]) == ("#REF!", "#DIV/0!")


def test_what_is_hidden_is_read_and_said(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        put(made, {f"{column}{row}": f"{column}{row}" for column in "ABC" for row in range(1, 10)})
        for row in (3, 5):
            made["Liste"].row_dimensions[row].hidden = True
        made["Liste"].column_dimensions["B"].hidden = True
        made.create_sheet("Archiv").sheet_state = "hidden"
        made.create_sheet("_Listen").sheet_state = "hidden"

    found, said = read(book(tmp_path, change))
    assert len(found["Liste"]) == 9 and "_Listen" not in found and "Archiv" in found
    assert any("2 ausgeblendete Zeilen werden mitgelesen (3, 5)" in word for word in said)
    assert any("ausgeblendete Spalten werden mitgelesen (B)" in word for word in said)
    assert any("Blatt „Archiv“" in word for word in said)


def test_a_cell_merged_downwards_counts_for_each_of_its_rows_and_a_title_for_one(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        put(made, {"A1": "Liste der Kitas", "A2": "Träger", "B2": "Name", "A3": "Caritas", "B3": "Nord", "B4": "Süd", "B5": "Ost", "A6": "Stadt", "B6": "West"})
        made["Liste"].merge_cells("A1:C1")
        made["Liste"].merge_cells("A3:A5")

    found, said = read(book(tmp_path, change))
    assert [cells[0] for number, cells in found["Liste"] if number > 2] == ["Caritas", "Caritas", "Caritas", "Stadt"]
    assert [cell for cell in found["Liste"][0][1] if cell] == ["Liste der Kitas"]
    assert any("verbundene Zellen" in word for word in said)


def test_two_cells_at_the_ends_of_a_sheet_cost_no_memory(tmp_path: Path) -> None:
    path = book(tmp_path, lambda made: put(made, {"A1": "Name", "XFD1048576": "weit weg"}))
    tracemalloc.start()
    found, _ = read(path)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()
    assert [number for number, _ in found["Liste"]] == [1, 1_048_576] and found["Liste"][1][1][-1] == "weit weg"


_CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda x: round(x, 4)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=12).filter(lambda t: t.strip() == t and not t.startswith(("=", "#"))),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.lists(_CELLS, max_size=4), max_size=6))
def test_both_readers_read_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]) -> None:
    folder = tmp_path_factory.mktemp("both")

    def change(made: openpyxl.Workbook) -> None:
        for row in rows:
            made["Liste"].append(row)

    path = book(folder, change)
    quick = read(path)[0]["Liste"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel, "_MOST_CELLS", 0)
        slow = read(path)[0]["Liste"]
    trimmed = [[(number, _trim(cells)) for number, cells in told] for told in (quick, slow)]
    assert trimmed[0] == trimmed[1]
    assert [cells for _, cells in trimmed[0]] == [_trim(row) for row in rows if _trim(row)]


def _trim(cells: list[Any]) -> list[Any]:
    told = [None if cell == "" else cell for cell in cells]
    while told and told[-1] is None:
        told.pop()
    return told


# ---- CSV --------------------------------------------------------------------------------------------------

_TEXT = "Name;Ort\nGrün;Köln\nÄrzte;Düren\n"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (_TEXT.encode(), ""), (codecs.BOM_UTF8 + _TEXT.encode(), ""), (_TEXT.encode("cp1252"), "Windows-Text"), (codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le"), ""),
        (codecs.BOM_UTF16_BE + _TEXT.encode("utf-16-be"), ""), (_TEXT.encode("utf-16-be"), "UTF-16"), (_TEXT[:18].encode() + _TEXT[18:].encode("cp1252"), "Zeile 3"),
    ],
)  # fmt: skip
def test_every_encoding_gives_the_same_text_and_an_unusual_one_is_said(tmp_path: Path, raw: bytes, word: str) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    found, said = read(tmp_path / "a.csv")
    assert found["a"] == [(1, ["Name", "Ort"]), (2, ["Grün", "Köln"]), (3, ["Ärzte", "Düren"])]
    assert len(said) == bool(word) and word in "".join(said)


@pytest.mark.parametrize("text", ["sep=|\nName|Text\nA|1,2;3\n", "Name|Text\nA|1,2;3\nB|4\n"])
def test_the_delimiter_is_found_or_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert ["A", "1,2;3"] in [cells for _, cells in read(tmp_path / "a.csv")[0]["a"]]


@settings(max_examples=60)
@given(st.sampled_from(";,\t|"), st.lists(st.lists(st.text(st.sampled_from("ab ;,|\t\"'\nä0"), max_size=6), min_size=2, max_size=2), min_size=2, max_size=8))
def test_quoted_cells_come_back_whatever_stands_in_them(tmp_path_factory: pytest.TempPathFactory, sign: str, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    quoted = [[cell.replace('"', '""') for cell in row] for row in rows]
    path.write_bytes("\n".join(sign.join(f'"{cell}"' for cell in row) for row in quoted).encode())
    assert [cells for _, cells in sheets(path, lambda _: None)[0].rows()] == rows


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "liste"
    inner.mkdir()
    (inner / "Gremien.csv").write_text("Name\nRat\n", encoding="utf-8")
    (tmp_path / "geheim.csv").write_text("Name\nGeheim\n", encoding="utf-8")
    (inner / "Personen.csv").symlink_to(tmp_path / "geheim.csv")
    (inner / "Projekte.csv").symlink_to(inner / "Gremien.csv")
    said: list[str] = []
    assert [file.name for file in csv_files(inner, said.append)] == ["Gremien.csv", "Projekte.csv"]
    assert "Personen.csv" in said[0]


def test_an_open_quotation_mark_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('Name;Ort\nA;B\nC;"offen\nD;E\n', encoding="utf-8")
    with pytest.raises(Unreadable, match="Zeile 3"):
        read(tmp_path / "a.csv")
