"""Tables as an Excel file: one sheet each, typed cells, and no cell can become a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

Value = str | float | int | None
MOST_ROWS = 1_000_000
_WIDEST = 70
_LONGEST = 32_000
"""Characters of a cell; Excel takes 32,767."""
_MEASURED = 200
"""Rows that say how wide a column is."""


@dataclass(frozen=True)
class Look:
    """How a cell looks: fill and colour of its text (#RRGGBB), a frame in a colour; "" for nothing."""

    fill: str = ""
    ink: str = ""
    frame: str = ""
    hatched: bool = False
    bold: bool = False


@dataclass
class Sheet:
    """A sheet: its name, the heads (none: the rows begin at the top), the rows; ``looks`` for single cells by (row, column) of ``rows``."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    looks: dict[tuple[int, int], Look] = field(default_factory=dict)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The file, heads fixed, columns as wide as what stands in them."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.name)[:31].strip() or "Tabelle")
        first = 2 if sheet.heads else 1
        for at, head in enumerate(sheet.heads, 1):
            cell = _put(page.cell(1, at), head)
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                cell = _put(page.cell(r + first, c + 1), value)
                _dress(cell, sheet.looks.get((r, c)))
        if sheet.heads:
            page.freeze_panes = "B2"
        measured = [sheet.heads, *sheet.rows[:_MEASURED]]
        for at in range(max(map(len, measured))):
            longest = max((len(str(row[at])) for row in measured if at < len(row) and row[at] is not None), default=0)
            page.column_dimensions[get_column_letter(at + 1)].width = min(_WIDEST, max(8, longest + 2))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_xlsx(table: pd.DataFrame, title: str, about: Sequence[tuple[str, str]], about_title: str) -> bytes:
    """A file with ``table`` (its columns are the heads) on the sheet ``title``, and on the sheet ``about_title`` what it is about: (word, text)."""
    rows = list(table.head(MOST_ROWS).itertuples(index=False, name=None))
    words = {(row, 0): Look(bold=True) for row in range(len(about))}
    return workbook([Sheet(title, [str(name) for name in table.columns], rows), Sheet(about_title, (), about, words)])


def _put(cell: Cell, value: object) -> Cell:
    if isinstance(value, bool | int | float | None):
        cell.value = None if value != value else value  # what is missing may be NaN
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST]
        cell.data_type = "s"  # text that begins with = stays text
        cell.alignment = Alignment(wrap_text=len(cell.value) > _WIDEST, vertical="top")
    return cell


def _dress(cell: Cell, look: Look | None) -> None:
    if look is None:
        return
    if look.bold:
        cell.font = Font(bold=True)
        return
    if look.hatched:
        cell.fill = PatternFill("lightUp", fgColor="8A92A1")
    elif look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill.removeprefix("#"))
    if look.ink:
        cell.font = Font(color=look.ink.removeprefix("#"), bold=True)
    if look.frame:
        side = Side(style="medium", color=look.frame.removeprefix("#"))
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.alignment = Alignment(horizontal="center")
