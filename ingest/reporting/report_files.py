"""A report as a file to keep and to pass on: Excel workbook, CSV table or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from graph.schema import NODES
from ingest.reporting.report import Report
from ingest.reporting.safe_cells import Pen, csv_text

ENDINGS = (".xlsx", ".csv", ".json")

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""Headings, and rows of so many cells."""

_PLACE = ("Datei", "Blatt", "Zeile")
_WIDTHS = {"Grund": 70, "Hinweis": 90, "Datei": 26, "Blatt": 20, "Zeile": 8, "Wert": 30, "Spalte": 24, "Name": 40, "Angabe": 34, "Schlüssel": 46}
_MOST_ROWS = 1_048_575
"""Excel's rows, without the head."""


class Unwritable(Exception):
    """The report cannot be written there; the message is a German sentence."""


def tables(report: Report) -> dict[str, Table]:
    """The report as tables, by the names that the sheets of the workbook have; a row without a number has None there."""
    return {
        "Übersicht": (("Angabe", "Wert"), list(_overview(report))),
        "Abgewiesen": (
            (*_PLACE, "Spalte", "Wert", "Grund"),
            [(row.file, row.sheet, row.row or None, row.column, row.value, row.reason) for row in report.rejected],
        ),
        "Hinweise": ((*_PLACE, "Hinweis"), [(row.file, row.sheet, row.row or None, row.message) for row in report.warnings]),
        "Spalten": (("Datei", "Blatt", "Spalte", "Gefüllte Zellen"), [(row.file, row.sheet, row.column, row.filled) for row in report.left_over]),
        "Ohne Ort": (("Art", "Name", "Grund"), [(_kind(row.get("type", "")), row["name"], row["reason"]) for row in report.unplaced]),
        "Angelegt": (
            (*_PLACE, "Art", "Name", "Schlüssel"),
            [(row.file, row.sheet, row.row or None, _kind(row.type), row.name, row.key) for row in report.stubs],
        ),
    }


def _kind(name: str) -> str:
    return NODES[name].label.de if name in NODES else name


def _overview(report: Report) -> Iterator[tuple[str, Any]]:
    yield "Quelle", report.source
    yield "Geschrieben", "ja" if report.written else "nein, nur geprüft"
    if report.datasets:
        yield "Datensätze", ", ".join(report.datasets)
    yield "Zeilen gelesen", report.read
    yield "Zeilen übernommen", report.taken
    yield "Zeilen abgewiesen", report.read - report.taken
    yield "Einträge und Beziehungen neu", report.new
    yield "Einträge und Beziehungen geändert", report.changed
    yield "Einträge und Beziehungen gleich", report.unchanged
    yield "Einträge und Beziehungen entfallen", report.removed
    for error in report.errors:
        yield "Fehler", error


def check_ending(target: Path) -> None:
    """Raises ``Unwritable`` where the name does not say how to write a report."""
    if target.suffix.lower() not in ENDINGS:
        raise Unwritable(f"Der Bericht wird als .json, .csv oder .xlsx geschrieben; bitte den Namen so enden lassen, nicht „{target.name}“.")


def write_report(report: Report, target: Path) -> None:
    """Writes the whole report; the ending of ``target`` says how (.xlsx, .csv, .json). Raises ``Unwritable`` or ``OSError``."""
    check_ending(target)
    target.write_bytes({".xlsx": as_excel, ".csv": as_csv, ".json": as_json}[target.suffix.lower()](report))


def as_json(report: Report) -> bytes:
    """The report for programs."""
    return json.dumps(report.to_json(), ensure_ascii=False, indent=1).encode("utf-8", "replace")


def as_excel(report: Report) -> bytes:
    """The report as a workbook: Übersicht, Abgewiesen, Hinweise, Spalten, Ohne Ort, Angelegt."""
    book = Workbook(write_only=True)
    for title, (head, rows) in tables(report).items():
        fill(book, title, head, rows[:_MOST_ROWS])
    return saved(book)


def fill(book: Workbook, title: str, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """A sheet with a table whose head stays in sight and filters."""
    sheet = book.create_sheet(title)
    pen = Pen(sheet)
    for place, heading in enumerate(head, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(heading, 18)
    sheet.freeze_panes = "A2"
    sheet.append([pen.cell(heading, head=True) for heading in head])
    for row in rows:
        sheet.append([pen.cell(cell, wrapped=_WIDTHS.get(heading, 0) >= 70) for heading, cell in zip(head, row, strict=True)])
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(rows) + 1}"


def saved(book: Workbook) -> bytes:
    """A workbook as the bytes of its file."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_csv(report: Report) -> bytes:
    """The report as one table; the column "Art" names what a row is. German Excel opens it by a double click."""
    every = tables(report)
    head = list(dict.fromkeys(heading for title, (headings, _) in every.items() if title != "Übersicht" for heading in headings if heading != "Art"))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Art", *head])
    for word, value in every["Übersicht"][1]:
        writer.writerow(["Übersicht", *(csv_text({"Name": word, "Wert": value}.get(heading)) for heading in head)])
    for title, (headings, rows) in every.items():
        if title == "Übersicht":
            continue
        for row in rows:
            cells = dict(zip(headings, row, strict=True))
            kind = f"{title}: {cells['Art']}" if "Art" in cells else title
            writer.writerow([csv_text(kind), *(csv_text(cells.get(heading)) for heading in head)])
    return text.getvalue().encode("utf-8-sig", "replace")
