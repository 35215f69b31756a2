"""An Excel workbook or a folder of CSV files as sheets of rows, with the row numbers that people see."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.source import Unreadable

_DELIMITERS = ";,\t"
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
    if path.is_dir():
        files = sorted(path.glob("*.csv"))
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
        found.append(Sheet(sheet.title, path.name, reader(sheet)))
    return found


def _broken(path: Path) -> Unreadable:
    return Unreadable(
        f"„{path.name}“ lässt sich nicht als Excel-Datei lesen. Ist sie mit einem Kennwort geschützt oder beschädigt? Bitte in Excel öffnen und neu speichern."
    )


def _csv_sheet(file: Path, warn: Callable[[str], None]) -> Sheet:
    encoding = _encoding(file)
    if encoding == "cp1252":
        warn(f"„{file.name}“ ist nicht in UTF-8 gespeichert und wurde als Windows-Text (cp1252) gelesen.")
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
            reader = csv.reader(lines, delimiter=delimiter)
            at = first
            for cells in reader:
                yield at, cells
                at = reader.line_num + first

    return Sheet(file.stem, file.name, rows)


def _encoding(file: Path) -> str:
    with file.open("rb") as raw:
        if raw.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"  # what Excel calls Unicode text
        decoder = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        try:
            while decoder.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
