"""The Excel template opens, explains itself, and never counts as data."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.model import Field
from graph.schema import EDGES, NODES
from ingest.source import Unreadable
from ingest.sources import tables
from ingest.tabular.headings import EXAMPLE_MARK, NOTE_MARK, columns, filled_in, plain
from ingest.tabular.template import write_template
from tests.recording import Recorder


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "netzwerk.xlsx"
    write_template(path)
    return path


def test_a_sheet_for_every_type_with_a_column_for_every_field(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[0] == "Anleitung"
    for kind in (*NODES.values(), *EDGES.values()):
        sheet = book[kind.plural.de if kind.name in NODES else kind.sheet.de]  # type: ignore[union-attr]
        heads = [plain(cell.value) for cell in sheet[1]]
        meanings = columns(kind)
        assert {meanings[head].field.name for head in heads if meanings[head].field} == {field.name for field in filled_in(kind)}  # type: ignore[union-attr]
        assert len(heads) == len(set(heads))
        assert str(sheet["A2"].value).startswith(NOTE_MARK)
        assert str(sheet["A3"].value).startswith(EXAMPLE_MARK)
        assert sheet.freeze_panes == "A4"


def test_choices_and_yes_no_have_drop_downs(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    for kind in (*NODES.values(), *EDGES.values()):
        sheet = book[kind.plural.de if kind.name in NODES else kind.sheet.de]  # type: ignore[union-attr]
        wanted = sum(1 for field in filled_in(kind) if field.choices or field.kind == "boolean")
        rules = sheet.data_validations.dataValidation
        assert len(rules) == wanted
        assert all(rule.showErrorMessage and "_Listen" in rule.formula1 for rule in rules)
    words = [cell.value for column in book["_Listen"].iter_cols() for cell in column if cell.value]
    assert {"ja", "nein", "Lenkungskreis", "mit Vertrag"} <= set(words)


def test_untouched_it_says_nothing(file: Path) -> None:
    said = Recorder(file).read(tables)
    assert not said.nodes and not said.edges and not said.rejected and not said.left and not said.warnings


def test_filled_in_it_is_taken(file: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(file)
    book["Gremien"].append(["LK", "Lenkungskreis", "LK", "Lenkungskreis", "Steuerung"])
    book["Institutionen"].append([None, "Kita Hafen", None, "Kita"])
    book["Personen"].append([None, "Erika Muster"])
    book["Mitgliedschaften"].append(["Erika Muster", "LK", "Vorsitz", "ja", "Kita Hafen", "01.08.2024"])
    path = tmp_path / "voll.xlsx"
    book.save(path)
    said = Recorder(path).read(tables)
    assert not said.rejected
    (edge,) = said.edges
    assert edge.fields == {"role": "Vorsitz", "voting": True, "on_behalf_of": "voll.xlsx#Institutionen/Kita Hafen", "since": "2024-08-01"}
    assert edge.where.row == 4


def test_the_example_rows_would_be_right_without_their_mark(file: Path, tmp_path: Path) -> None:
    """What the template shows as an example must be what ingest takes."""
    book = openpyxl.load_workbook(file)
    for sheet in book.worksheets:
        for cell in sheet[3]:
            if sheet.title != "Anleitung" and isinstance(cell.value, str):
                cell.value = cell.value.removeprefix(EXAMPLE_MARK).strip()
    path = tmp_path / "beispiel.xlsx"
    book.save(path)
    said = Recorder(path).read(tables)
    assert not said.rejected
    assert {node.type for node in said.nodes.values()} == set(NODES)
    assert {edge.type for edge in said.edges} == set(EDGES)


@pytest.mark.parametrize("sheet", ["Gremien", "Personen", "Themen"])
@pytest.mark.parametrize("moved", [True, False])
def test_notes_and_example_stay_no_data_where_the_first_column_is_moved_or_deleted(file: Path, tmp_path: Path, sheet: str, moved: bool) -> None:
    book = openpyxl.load_workbook(file)
    if moved:
        end = book[sheet].max_column + 1
        for row in (1, 2, 3):
            book[sheet].cell(row, end, book[sheet].cell(row, 1).value)
    book[sheet].delete_cols(1)
    book[sheet].append(["Ein Name"])
    path = tmp_path / "umgestellt.xlsx"
    book.save(path)
    said = Recorder(path).read(tables)
    assert [node.fields for node in said.nodes.values()] == [{"name": "Ein Name"}]
    assert not said.rejected and not said.left and not said.warnings


def test_an_example_that_somebody_wrote_over_counts_once_its_mark_is_gone(file: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(file)
    book["Gremien"]["B3"] = "Unser Rat"
    path = tmp_path / "halb.xlsx"
    book.save(path)
    said = Recorder(path).read(tables)
    assert not said.nodes
    (warning,) = said.warnings
    assert "„Unser Rat“" in warning and "Spalte „Schlüssel“" in warning
    book["Gremien"]["A3"] = None
    book.save(path)
    said = Recorder(path).read(tables)
    assert said.nodes["halb.xlsx#Gremien/Unser Rat"].where.row == 3
    assert not said.warnings


def test_the_day_beside_stand_is_the_day_of_the_data(file: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(file)
    guide = book["Anleitung"]
    (row,) = (cell.row for cell in guide["A"] if str(cell.value).startswith("Stand"))
    path = tmp_path / "netz.xlsx"
    for value in (datetime(2025, 10, 31), "31.10.2025"):
        guide.cell(row, 2, value)
        book.save(path)
        assert tables.dataset(path, {}).as_of == "2025-10-31"
        assert tables.dataset(path, {"as_of": "01.02.2024"}).as_of == "2024-02-01"
    guide.cell(row, 2, "neulich")
    book.save(path)
    with pytest.raises(Unreadable, match=f"Blatt „Anleitung“, Zeile {row}.*kein Datum"):
        tables.dataset(path, {})


def _written(day: date) -> tuple[str, str]:
    return day.strftime("%d.%m.") + f"{day.year:04}", day.isoformat()


_EARLIER, _LATER = st.dates(date(1900, 1, 1), date(2000, 1, 1)).map(_written), st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(_written)
_VALUES: dict[str, st.SearchStrategy[tuple[Any, Any]]] = {
    "boolean": st.booleans().map(lambda yes: ("ja" if yes else "nein", yes)),
    "url": st.just(("www.beispiel.de/a", "https://www.beispiel.de/a")),
    "email": st.just(("büro@beispiel.de", "büro@beispiel.de")),
}
_WORDS = st.from_regex(r"[A-ZÄÖÜ][a-zäöüß]{1,8}( [A-Z][a-zß;\"']{1,6}){0,2}", fullmatch=True).map(lambda word: (word, word))


def _german(number: float) -> tuple[str, float]:
    rounded = round(number, 3) + 0.0
    return f"{rounded:.3f}".replace(".", ","), rounded


def _value(field: Field) -> st.SearchStrategy[tuple[Any, Any]]:
    """(what somebody writes, what is stored) for a field."""
    if field.choices:
        return st.sampled_from([(choice.label.de, choice.value) for choice in field.choices])
    if field.kind == "code":
        return st.from_regex(rf"[0-9]{{{field.lengths[0]}}}", fullmatch=True).map(lambda digits: (digits, digits))
    if field.kind in ("integer", "number"):
        least, most = int(field.least or 0), int(field.most or 9999)
        return st.integers(least, most).map(lambda n: (n, n)) if field.kind == "integer" else st.floats(least, most).map(_german)
    if field.kind == "date":  # what ends does so after it has begun
        return _LATER if field.name in ("until", "end") else _EARLIER
    return _VALUES.get(field.kind, _WORDS)


@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_what_is_filled_in_comes_back_from_the_template_and_from_csv(file: Path, data: st.DataObject) -> None:
    """For every type: random entries and relationships, written under the template's headings."""
    book = openpyxl.load_workbook(file)
    told: dict[str, list[list[Any]]] = {}
    expected: dict[str, dict[str, Any]] = {}
    for kind in (*NODES.values(), *EDGES.values()):
        sheet = book[kind.plural.de if kind.name in NODES else kind.sheet.de]  # type: ignore[union-attr]
        row: list[Any] = [f"{kind.name} 1"] if kind.name in NODES else [f"{kind.ends[0][0]} 1", f"{kind.ends[0][1]} 1"]  # type: ignore[union-attr]
        stored: dict[str, Any] = {}
        for field in filled_in(kind):
            written, value = None, None
            if field.kind == "reference":
                written, value = f"{field.of} 1", f"netz#{NODES[field.of].plural.de}/{field.of} 1"
            elif field.required or data.draw(st.booleans()):
                written, value = data.draw(_value(field))
            row.append(written)
            if value is not None:
                stored[field.name] = value
        expected[kind.name] = stored
        sheet.append(row)
        told[sheet.title] = [[cell.value for cell in sheet[1]], row]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "netz"
        folder.mkdir()
        for name, rows in told.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
                csv.writer(target, delimiter=";").writerows(rows)
        book.save(Path(made) / "netz.xlsx")
        plain_files, excel = Recorder(folder).read(tables), Recorder(Path(made) / "netz.xlsx").read(tables)
    for said, name, first in ((plain_files, "netz", 2), (excel, "netz.xlsx", 4)):
        assert not said.rejected and not said.left and not said.warnings and not said.asked
        records = [*said.nodes.values(), *said.edges]
        assert len(records) == len(expected)
        assert {r.type: {k: str(v).replace(f"{name}#", "netz#") if v in said.nodes else v for k, v in r.fields.items()} for r in records} == expected
        assert {record.where.row for record in records} == {first}
        assert all(edge.start in said.nodes and edge.end in said.nodes for edge in said.edges)
