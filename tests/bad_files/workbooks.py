"""Workbooks that are none, are damaged, or are laid out as nobody should."""

from __future__ import annotations

import os
import random
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.bad_files.case import Case, Rows, book, renamed, spoilt, written

GREMIEN: Rows = (("Name", "Art"), ("Lenkungskreis", "Lenkungskreis"), ("Rat", "Rat"))
good = book({"Gremien": GREMIEN})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _locked(folder: Path) -> Path:
    path = folder / "netz.xlsx"
    path.write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000))
    return path


def _hidden(book: Workbook) -> None:
    book.create_sheet("Leer")
    book["Gremien"].sheet_state = "veryHidden"


def _chart(book: Workbook) -> None:
    book.create_chartsheet("Bild").add_chart(BarChart())
    book.remove(book["Gremien"])


def _macro(folder: Path) -> Path:
    path = good(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", OLE + b"Sub Auto_Open()\nShell \"calc\"\nEnd Sub")
    return path.rename(folder / "netz.xlsm")


def _errors(book: Workbook) -> None:
    for row, error in enumerate(("#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"), 2):
        cell = book["Gremien"].cell(row, 1, error)
        cell.data_type = "e"


def _formula(book: Workbook) -> None:
    book["Gremien"]["A2"] = '="Rat "&"der Stadt"'


def _external(book: Workbook) -> None:
    book["Gremien"]["A2"] = "='file:///etc/[passwd]Tabelle1'!A1"
    book["Gremien"]["A3"] = "=WEBSERVICE(\"http://127.0.0.1:1/\")"


def _epoch(book: Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904
    book["Gremien"]["C1"] = "Beginn"
    book["Gremien"]["C2"] = datetime(2025, 12, 31)


def _merged(book: Workbook) -> None:
    book["Gremien"].insert_rows(1)
    book["Gremien"]["A1"] = "Gremien der Stadt"
    book["Gremien"].merge_cells("A1:D1")


def _hidden_rows(book: Workbook) -> None:
    book["Gremien"].row_dimensions[2].hidden = True
    book["Gremien"].column_dimensions["B"].hidden = True


def _formatted(book: Workbook) -> None:
    for row in range(10, 20_000):
        book["Gremien"].cell(row, 1).number_format = "0.00"


_NOISE = random.Random(7).randbytes(20_000)
_PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n"

CASES = [
    Case("good", good, 0, taken=2),
    Case("0 bytes", written("netz.xlsx", b""), 2, ("leer",)),
    Case("header only", book({"Gremien": GREMIEN[:1]}), 2, ("keine ausgefüllte Zeile",)),
    Case("empty workbook", book({"Tabelle1": ()}), 2, ("kein Blatt der Vorlage",)),
    Case("truncated in the middle", spoilt(good, lambda raw: raw[: len(raw) // 2]), 2, ("netz.xlsx",)),
    Case("truncated at the end", spoilt(good, lambda raw: raw[:-30]), 2, ("netz.xlsx",)),
    Case("a few bytes flipped", spoilt(good, lambda raw: raw[:600] + b"\xff" * 64 + raw[664:]), 2, ("netz.xlsx",)),
    Case("locked with a password", _locked, 2, ("Kennwort",)),
    Case("HTML called .xlsx", written("netz.xlsx", "<html><body><table><tr><td>Name</td></tr></table></body></html>"), 2, ("HTML",)),
    Case("CSV called .xlsx", written("netz.xlsx", "Name;Art\nRat;Rat\n"), 2, ("CSV",)),
    Case("PDF called .xlsx", written("netz.xlsx", _PDF), 2, ("netz.xlsx",)),
    Case("PNG called .xlsx", written("netz.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(300)), 2, ("netz.xlsx",)),
    Case("JSON called .xlsx", written("netz.xlsx", '{"Name": "Rat"}'), 2, ("netz.xlsx",)),
    Case("noise called .xlsx", written("netz.xlsx", _NOISE), 2, ("netz.xlsx",)),
    Case("noise called .xls", written("netz.xls", _NOISE), 2, ("netz.xls",)),
    Case("xlsx called .xls", renamed(good, "netz.xls"), 0, taken=2),
    Case("0 bytes called .xls", written("netz.xls", b""), 2, ("leer",)),
    Case(".xls cut off", written("netz.xls", OLE + bytes(700)), 2, ("netz.xls",)),
    Case(".ods", written("netz.ods", b"PK\x03\x04mimetype"), 2, (".xlsx",)),
    Case(".xlsb", written("netz.xlsb", b"PK\x03\x04"), 2, (".xlsx",)),
    Case(".docx", written("netz.docx", b"PK\x03\x04"), 2, (".xlsx",)),
    Case("no ending", written("netz", "Name;Art\nRat;Rat\n"), 2, (".xlsx",)),
    Case("a macro is never run", _macro, 0, taken=2),
    Case("external links are not followed", book({"Gremien": (("Name",), ("x",), ("y",), ("Rat",))}, _external), 1, ("Formel",), taken=1),
    Case("error cells", book({"Gremien": (("Name",), *(("x",),) * 5, ("Rat",))}, _errors), 1, ("Formel",), taken=1),
    Case("a formula that was never calculated", book({"Gremien": (("Name",), ("x",), ("Rat",))}, _formula), 1, ("Formel",), taken=1),
    Case("dates count from 1904", book({"Gremien": GREMIEN}, _epoch), 0, taken=2),
    Case("merged title above", book({"Gremien": GREMIEN}, _merged), 0, taken=2),
    Case("hidden rows and columns", book({"Gremien": GREMIEN}, _hidden_rows), 0, ("ausgeblendet",), taken=2),
    Case("very hidden sheet", book({"Gremien": GREMIEN}, _hidden), 0, ("ausgeblendet",), taken=2),
    Case("only a chart", book({"Gremien": GREMIEN}, _chart), 2, ("kein Blatt der Vorlage",)),
    Case("20,000 formatted empty rows", book({"Gremien": GREMIEN}, _formatted), 0, taken=2),
    Case("headings in row 7", book({"Gremien": (("Liste der Gremien",), (), ("Stand: heute",), (), (), (), *GREMIEN)}), 0, taken=2),
    Case("headings in row 12", book({"Gremien": (*((f"Zeile {n}",) for n in range(11)), *GREMIEN)}), 2, ("Name",)),
    Case("no heading that is known", book({"Gremien": (("Spalte A", "Spalte B"), ("Rat", "x"))}), 2, ("Name",)),
    Case("no sheet that is known", book({"Adressen": GREMIEN}), 2, ("kein Blatt der Vorlage",)),
    Case("a heading twice", book({"Gremien": (("Name", "Name"), ("Rat", "Rat der Stadt"))}), 0, ("Name",), taken=1),
    Case("1,000 unknown columns", book({"Gremien": (("Name", *(f"Spalte {n}" for n in range(1000))), ("Rat", *range(1000)))}), 0, taken=1),
    Case("16,384 columns", book({"Gremien": (("Name", *(f"S{n}" for n in range(16_383))), ("Rat",))}), 0, taken=1),
    Case("name with path and markup", renamed(good, "<b>netz & co.xlsx" if os.name == "posix" else "netz & co.xlsx"), 0, taken=2),
]
