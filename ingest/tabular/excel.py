"""Excel files as sheets of rows: read by calamine, completed by what it does not tell, and by openpyxl where a sheet is too wide and empty for it.

calamine reads more than ten times as fast as openpyxl, but lays a sheet out in memory from its first to its last
cell, and leaves out errors, hidden rows and formulas without a value (:mod:`ingest.tabular.excel_parts`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from ingest.source import Unreadable
from ingest.tabular.excel_parts import DAMAGED, SheetFacts, check_parts, facts, sheet_parts

UNCALCULATED = "#FORMEL!"
"""Stands where a formula has no value: nobody has calculated it since it was written."""

_MOST_CELLS = 2_500_000
"""So many cells may lie between the first and the last one; about 230 MB of memory."""

_LARGEST_OLD = 100_000_000
_FILLED_DOWN = 200_000
_NAMED = 5
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (*DAMAGED, InvalidFileException, TypeError, IndexError, SyntaxError, AttributeError, python_calamine.CalamineError, zipfile.LargeZipFile)

Rows = Iterator[tuple[int, list[Any]]]
Warn = Callable[[str], None]


def excel_sheets(path: Path, warn: Warn) -> list[tuple[str, Callable[[], Rows]]]:
    """Name of each sheet and a way to read its rows anew. Raises ``Unreadable`` with the mend, ``OSError`` where the file cannot be opened."""
    with path.open("rb") as file:
        head = file.read(4_096)
    if not head:
        raise Unreadable(f"„{path.name}“ ist leer (0 Bytes). Bitte die Datei noch einmal speichern oder kopieren.")
    if head.startswith(_OLE):
        return _old_sheets(path, warn)
    if not head.startswith(b"PK"):
        raise Unreadable(_what_it_is(path, head))
    try:
        check_parts(path)
        parts = sheet_parts(path)
        book = _opened(path)
    except _BROKEN as error:
        raise _broken(path) from error
    found = []
    for sheet in _worksheets(book, warn):
        if sheet not in parts:
            raise _broken(path)
        found.append((sheet, _reader(path, book, sheet, parts[sheet], warn)))
    return found


def _opened(path: Path) -> python_calamine.CalamineWorkbook:
    """The workbook out of memory, so that the file is not held open (on Windows it could not be saved meanwhile)."""
    book: python_calamine.CalamineWorkbook = _calmly(lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())))
    return book


def _calmly(work: Callable[[], Any]) -> Any:
    """What ``work`` returns; a panic of the Rust library becomes an error like any other."""
    try:
        return work()
    except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as panic:
        raise ValueError(str(panic)) from None


def _worksheets(book: python_calamine.CalamineWorkbook, warn: Warn) -> Iterator[str]:
    """The names of the sheets of cells; a hidden one is read and said, unless it begins with "_" as our own lists do."""
    for sheet in book.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
            if sheet.name.startswith("_"):
                continue
            warn(f"Das ausgeblendete Blatt „{sheet.name}“ wird mitgelesen.")
        yield sheet.name


def _reader(path: Path, book: python_calamine.CalamineWorkbook, name: str, part: str, warn: Warn) -> Callable[[], Rows]:
    told: list[SheetFacts] = []

    def rows() -> Rows:
        try:
            if not told:
                told.append(facts(path, part))
                _say(name, told[0], warn)
            known = told[0]
            dense = known.regular and known.rows * known.columns <= _MOST_CELLS
            yield from _completed(_dense(book, name) if dense else _streamed(path, name), known)
        except _BROKEN as error:  # sheets are parsed while they are read, so that damage may show only here
            raise _broken(path) from error

    return rows


def _dense(book: python_calamine.CalamineWorkbook, name: str) -> Rows:
    sheet = _calmly(lambda: book.get_sheet_by_name(name))
    if sheet.start is None:
        return
    before = [None] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, before + cells if before else cells


def _streamed(path: Path, name: str) -> Rows:
    """The filled rows of a sheet one by one, however far they lie apart."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    sheet = book[name]
    sheet.reset_dimensions()  # some writers state a wrong size, and rows would be lost
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if any(cell is not None for cell in cells):
            yield number, list(cells)


def _completed(rows: Rows, known: SheetFacts) -> Rows:
    """Rows with errors, formulas without a value, and the values of cells that are merged downwards."""
    if not (known.errors or known.uncalculated or known.merged):
        yield from rows
        return
    put: dict[int, dict[int, object]] = {}
    for (row, column), word in known.errors.items():
        put.setdefault(row, {})[column] = word
    for row, column in known.uncalculated:
        put.setdefault(row, {})[column] = UNCALCULATED
    down: dict[int, list[tuple[int, int]]] = {}
    for top, column, bottom, _ in known.merged:
        if bottom > top and bottom - top < _FILLED_DOWN:
            down.setdefault(top, []).append((column, bottom))
    lasting: list[tuple[int, int, object]] = []
    for number, cells in rows:
        for column, value in put.get(number, {}).items():
            _set(cells, column, value)
        lasting = [last for last in lasting if last[1] >= number]
        for column, _, value in lasting:
            if column > len(cells) or cells[column - 1] in (None, ""):
                _set(cells, column, value)
        lasting += [(column, bottom, cells[column - 1]) for column, bottom in down.get(number, ()) if column <= len(cells)]
        yield number, cells


def _set(cells: list[Any], column: int, value: object) -> None:
    if column > len(cells):
        cells += [None] * (column - len(cells))
    cells[column - 1] = value


def _say(name: str, known: SheetFacts, warn: Warn) -> None:
    rows = sorted(set(known.hidden_rows))
    if rows:
        told = ", ".join(map(str, rows[:_NAMED])) + (" ..." if len(rows) > _NAMED else "")
        one = len(rows) == 1
        warn(f"Blatt „{name}“: {'eine ausgeblendete Zeile wird' if one else f'{len(rows)} ausgeblendete Zeilen werden'} mitgelesen ({told}).")
    columns = [number for first, last in known.hidden_columns for number in range(first, min(last, known.columns) + 1)]
    if columns:
        told = ", ".join(map(get_column_letter, columns[:_NAMED])) + (" ..." if len(columns) > _NAMED else "")
        warn(f"Blatt „{name}“: ausgeblendete Spalten werden mitgelesen ({told}).")
    if down := [bottom - top for top, _, bottom, _ in known.merged if bottom > top]:
        warn(f"Blatt „{name}“: {len(down)} nach unten verbundene Zellen gelten für jede Zeile, über die sie reichen.")


# ---- .xls, and what only looks like Excel ---------------------------------------------------------------


def _old_sheets(path: Path, warn: Warn) -> list[tuple[str, Callable[[], Rows]]]:
    """The sheets of an .xls file."""
    if path.stat().st_size > _LARGEST_OLD:
        raise Unreadable(f"„{path.name}“ ist zu groß für eine .xls-Datei; bitte in Excel als .xlsx speichern.")
    raw = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise _locked(path)
    try:
        book = _calmly(lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)))
        names = list(_worksheets(book, warn))
    except python_calamine.PasswordError as error:
        raise _locked(path) from error
    except _BROKEN as error:
        raise _broken(path) from error

    def reader(name: str) -> Callable[[], Rows]:
        def rows() -> Rows:
            try:
                yield from _dense(book, name)
            except _BROKEN as error:
                raise _broken(path) from error

        return rows

    return [(name, reader(name)) for name in names]


def _locked(path: Path) -> Unreadable:
    return Unreadable(f"„{path.name}“ ist mit einem Kennwort geschützt. Bitte in Excel ohne Kennwort speichern.")


def _what_it_is(path: Path, head: bytes) -> str:
    """What a file is that is called like an Excel file and is none."""
    text = head.decode("utf-8", "ignore").lstrip("\ufeff \r\n\t").casefold()
    if text.startswith(("<!doctype html", "<html", "<table", "<head")):
        return f"„{path.name}“ ist eine HTML-Seite, keine Excel-Datei. Bitte in Excel öffnen und als .xlsx speichern."
    if text.startswith("<?xml"):
        return f"„{path.name}“ ist eine XML-Datei, keine Excel-Datei. Bitte in Excel öffnen und als .xlsx speichern."
    lines = [line for line in text.splitlines()[:5] if line]
    if head.isascii() and lines and all(any(sign in line for sign in ";,\t") for line in lines):
        return f"„{path.name}“ ist eine CSV-Datei. Bitte die Endung in .csv ändern, oder in Excel als .xlsx speichern."
    return str(_broken(path))


def _broken(path: Path) -> Unreadable:
    return Unreadable(f"„{path.name}“ lässt sich nicht als Excel-Datei lesen; sie ist beschädigt oder keine. Bitte in Excel öffnen und neu speichern.")
