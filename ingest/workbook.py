"""An Excel workbook or a folder of CSV files as sheets of rows, with the row numbers that people see."""

from __future__ import annotations

import codecs
import csv
import io
import os
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.source import Unreadable

_DELIMITERS = ";,\t"
_END = "\x04"
"""Stands behind the last line of a CSV file. Where it comes back inside a cell, a quotation mark was never closed."""

_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, IndexError, EOFError, SyntaxError, RuntimeError, OSError, zlib.error)
"""What openpyxl raises for a damaged or locked file; an XML error is a SyntaxError."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the file that it stands in, and a way to read its rows (row number, cells) anew."""

    name: str
    file: str
    rows: Callable[[], Iterator[tuple[int, list[Any]]]]


def sheets(path: Path, warn: Callable[[str], None]) -> list[Sheet]:
    """The sheets of a workbook (.xlsx), of a folder of .csv files, or of a single .csv file, in their order.

    Raises ``Unreadable`` with the mend. ``warn`` gets a German sentence for what was read all the same.
    """
    path = Path(os.path.abspath(path))  # "." has no name
    if path.is_dir():
        files = csv_files(path)
        if not files:
            raise Unreadable(f"Im Ordner „{path.name}“ liegt keine CSV-Datei; erwartet werden Dateien wie Gremien.csv und Mitgliedschaften.csv.")
        return [_csv_sheet(file, warn) for file in files]
    if path.suffix.lower() == ".csv":
        return [_csv_sheet(path, warn)]
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise Unreadable(
            f"„{path.name}“ ist keine Excel-Datei (.xlsx) und kein Ordner mit CSV-Dateien. Ältere .xls-Dateien bitte in Excel als .xlsx speichern."
        )
    return _excel_sheets(path)


def csv_files(folder: Path) -> list[Path]:
    """The CSV files of a folder by name, however their ending is written; hidden ones (macOS leaves such) do not count."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() == ".csv" and not file.name.startswith(".") and file.is_file())


def _composed(name: str) -> str:
    """A name with each umlaut as one character; a folder that comes from a Mac may have two."""
    return unicodedata.normalize("NFC", name)


def _excel_sheets(path: Path) -> list[Sheet]:
    try:
        # Out of memory, so that the file is not held open (on Windows it could not be saved meanwhile).
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except PermissionError:
        raise
    except _BROKEN as error:
        raise _broken(path) from error

    def reader(sheet: Any) -> Callable[[], Iterator[tuple[int, list[Any]]]]:
        def rows() -> Iterator[tuple[int, list[Any]]]:
            cells_of = enumerate(sheet.iter_rows(values_only=True), 1)
            while True:
                try:  # sheets are parsed while they are read, so that damage may show only here
                    number, cells = next(cells_of)
                except StopIteration:
                    return
                except _BROKEN as error:
                    raise _broken(path) from error
                yield number, list(cells)

        return rows

    found = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible" and sheet.title.startswith("_"):
            continue
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # some writers state a wrong size, and rows would be lost
        found.append(Sheet(_composed(sheet.title), path.name, reader(sheet)))
    return found


def _broken(path: Path) -> Unreadable:
    return Unreadable(
        f"„{path.name}“ lässt sich nicht als Excel-Datei lesen. Ist sie mit einem Kennwort geschützt oder beschädigt? Bitte in Excel öffnen und neu speichern."
    )


def _csv_sheet(file: Path, warn: Callable[[str], None]) -> Sheet:
    encoding = _encoding(file)
    if encoding == "cp1252":
        lost = "" if _decodes(file, encoding) else " Einige Zeichen sind auch darin nicht lesbar und stehen als \ufffd da; bitte die Datei als UTF-8 speichern."
        warn(f"„{file.name}“ ist nicht in UTF-8 gespeichert und wurde als Windows-Text (cp1252) gelesen.{lost}")
    with file.open(encoding=encoding, newline="", errors="replace") as lines:
        head = lines.readline()
        told = head.strip().strip('"').casefold().startswith("sep=")  # the line by which Excel is told the delimiter
        head = lines.readline() if told else head
    delimiter = max(_DELIMITERS, key=head.count)

    def rows() -> Iterator[tuple[int, list[Any]]]:
        with file.open(encoding=encoding, newline="", errors="replace") as lines:
            if told:
                lines.readline()
            first = 2 if told else 1
            reader = csv.reader(chain(lines, (_END,)), delimiter=delimiter)
            at = first
            try:
                for cells in reader:
                    if cells and cells[-1].endswith(_END):
                        if cells == [_END]:
                            return
                        break
                    yield at, cells
                    at = reader.line_num + first
            except csv.Error:  # a cell beyond the module's limit, as a quotation mark left open in a big file makes it
                pass
        raise Unreadable(
            f"„{file.name}“, Zeile {at}: die Zeile endet nicht, weil ein Anführungszeichen nicht geschlossen wird (oder eine Zelle zu lang ist). "
            "Bitte dort nachsehen; ein Anführungszeichen im Text wird doppelt geschrieben."
        )

    return Sheet(_composed(file.stem), file.name, rows)


def _encoding(file: Path) -> str:
    with file.open("rb") as raw:
        if raw.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"  # what Excel calls Unicode text
    return "utf-8-sig" if _decodes(file, "utf-8-sig") else "cp1252"


def _decodes(file: Path, encoding: str) -> bool:
    with file.open(encoding=encoding, newline="") as text:
        try:
            while text.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return False
    return True
