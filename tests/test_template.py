"""The Excel template opens, explains itself, and never counts as data."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from graph.schema import EDGES, NODES
from ingest.headings import EXAMPLE_MARK, NOTE_MARK, columns, filled_in, plain
from ingest.sources import tables
from ingest.template import write_template
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
        assert len(sheet.data_validations.dataValidation) == wanted
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
        if str(sheet["A3"].value or "").startswith(EXAMPLE_MARK):
            sheet["A3"].value = str(sheet["A3"].value).removeprefix(EXAMPLE_MARK).strip()
    path = tmp_path / "beispiel.xlsx"
    book.save(path)
    said = Recorder(path).read(tables)
    assert not said.rejected
    assert {node.type for node in said.nodes.values()} == set(NODES)
