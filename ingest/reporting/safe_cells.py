"""What may stand in a cell of a file that we write: no formula, nothing that Excel cannot open, nothing that loses a zero."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so is taken for a formula by Excel where nobody says otherwise."""

_HEAD = PatternFill("solid", fgColor="1B4F9C")
_HEAD_FONT = Font(bold=True, color="FFFFFF")
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_EXACT = 10**15
"""Excel keeps fifteen digits of a number; longer ones (an IBAN, an id) are written as text."""

_OLDEST = 1900
"""Excel knows no earlier year."""

_NUMBER = re.compile(r"[+-][\d\s.,()/-]*")
_BAD_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_TITLE_LENGTH = 31


def plain(value: object) -> Any:
    """A value as a cell can hold it: text, number, date, truth or None; anything else becomes its text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) and abs(value) < _EXACT else str(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is None and value.year >= _OLDEST else value.isoformat(" ")
    if isinstance(value, date):
        return value if value.year >= _OLDEST else value.isoformat()
    if isinstance(value, (time, timedelta)):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    return text.encode("utf-8", "replace").decode("utf-8")


class Pen:
    """Makes the cells of a write-only sheet. Text stays text: no formula comes out of it, and a leading zero survives being edited."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._styles: dict[tuple[bool, bool, bool, bool], Any] = {}

    def cell(self, value: object, *, wrapped: bool = False, head: bool = False) -> Any:
        """A cell with ``value``; ``head`` for the row of headings, ``wrapped`` for a column of sentences."""
        held = plain(value)
        if held is None and not head:
            return None
        formula = isinstance(held, str) and held.startswith(FORMULA_SIGNS)
        made: Any = WriteOnlyCell(self._sheet, held)
        if isinstance(held, str):
            made.data_type = "s"  # openpyxl would make a formula of "=..."
        look = (head, wrapped, formula, formula or (isinstance(held, str) and held[:1].isdigit()))
        dated = isinstance(held, (date, time, timedelta))  # those have a number format of their own
        if look in self._styles and not dated:
            made._style = copy(self._styles[look])  # openpyxl's own idiom; to set each property anew takes ten times as long
        else:
            made.alignment = _WRAPPED if wrapped else _TOP
            if head:
                made.fill, made.font = _HEAD, _HEAD_FONT
            if formula:
                made.quotePrefix = True
            if look[3]:
                made.number_format = "@"
            if not dated:
                self._styles[look] = made._style
        return made


def csv_text(value: object) -> str:
    """A cell of a CSV file. What Excel would run as a formula gets an apostrophe in front; numbers such as "+49 201 4711" do not."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() else repr(value)).replace(".", ",")
    text = str(value)
    return "'" + text if isinstance(value, str) and text.startswith(FORMULA_SIGNS) and not _NUMBER.fullmatch(text) else text


def sheet_title(name: str, taken: Iterable[str]) -> str:
    """``name`` as Excel allows it for a sheet (31 characters, some signs not), and unlike those already ``taken``."""
    wanted = _BAD_IN_TITLES.sub(" ", str(plain(name))).strip(" '") or "Blatt"
    used, title, number = {other.casefold() for other in taken}, wanted[:_TITLE_LENGTH], 2
    while title.casefold() in used:
        tail = f" ({number})"
        title, number = wanted[: _TITLE_LENGTH - len(tail)] + tail, number + 1
    return title
