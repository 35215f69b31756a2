"""An Excel workbook, a CSV file or a folder of CSV files as sheets of rows, with the row numbers that people see."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.source import Unreadable
from ingest.tabular.csv_text import csv_rows
from ingest.tabular.excel import excel_sheets

_TEXT = (".csv", ".txt")
_EXCEL = (".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the file that it stands in, and a way to read its rows (row number, cells) anew."""

    name: str
    file: str
    rows: Callable[[], Iterator[tuple[int, list[Any]]]]


def sheets(path: Path, warn: Callable[[str], None]) -> list[Sheet]:
    """The sheets of a workbook (.xlsx, .xlsm, .xls), of a folder of .csv files, or of a single .csv file, in their order.

    Raises ``Unreadable`` with the mend, ``OSError`` where a file cannot be opened. ``warn`` gets a German
    sentence for what was read all the same; once for each sheet, however often its rows are read.
    """
    path = Path(os.path.abspath(path))  # "." has no name
    if path.is_dir():
        files = csv_files(path, warn)
        if not files:
            raise Unreadable(f"Im Ordner „{path.name}“ liegt keine CSV-Datei; erwartet werden Dateien wie Gremien.csv und Mitgliedschaften.csv.")
        return [_csv_sheet(file, warn) for file in files]
    if path.suffix.lower() in _TEXT:
        if not path.stat().st_size:
            raise Unreadable(f"„{path.name}“ ist leer (0 Bytes). Bitte die Datei noch einmal speichern oder kopieren.")
        return [_csv_sheet(path, warn)]
    if path.suffix.lower() not in _EXCEL:
        raise Unreadable(f"„{path.name}“ ist keine Excel-Datei (.xlsx, .xls), keine CSV-Datei und kein Ordner mit CSV-Dateien. Bitte als .xlsx speichern.")
    return [Sheet(_composed(name), path.name, rows) for name, rows in excel_sheets(path, warn)]


def csv_files(folder: Path, warn: Callable[[str], None] = lambda _: None) -> list[Path]:
    """The CSV files of a folder by name, however their ending is written; hidden ones (macOS leaves such) do not count.

    A link that leads out of the folder is not followed; ``warn`` gets a sentence.
    """
    inside = folder.resolve()
    found = []
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() != ".csv" or file.name.startswith(".") or not file.is_file():
            continue
        if not file.resolve().is_relative_to(inside):
            warn(f"„{file.name}“ ist eine Verknüpfung aus dem Ordner hinaus und wurde nicht gelesen; bitte die Datei selbst hineinlegen.")
            continue
        found.append(file)
    return found


def _csv_sheet(file: Path, warn: Callable[[str], None]) -> Sheet:
    return Sheet(_composed(file.stem), file.name, csv_rows(file, warn))


def _composed(name: str) -> str:
    """A name with each umlaut as one character; a folder that comes from a Mac may have two."""
    return unicodedata.normalize("NFC", name)
