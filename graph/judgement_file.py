"""Judgements as a CSV file: out of one installation, into another that has read the same sources."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from graph.identity import Judgement

COLUMNS = ("left", "right", "verdict", "user", "reason", "evidence", "at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula for Excel; it gets an apostrophe, and loses it again when it is read."""


class JudgementFileError(ValueError):
    """The file is no list of judgements; the message is a German sentence."""


def write(judgements: Iterable[Judgement]) -> str:
    """A table with a line for each judgement, parted by semicolons. Write it as ``utf-8-sig``, so that Excel knows its letters."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([_guarded(getattr(judgement, name)) for name in COLUMNS] for judgement in judgements)
    return text.getvalue()


def read(text: str) -> list[tuple[int, Judgement]]:
    """The judgements of a file that ``write`` made, each with the line on which it begins; ``verdict`` and keys are not looked at.

    Raises ``JudgementFileError`` where a column is missing, a line has another number of cells, or a time is none.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";", strict=True)
    found: list[tuple[int, Judgement]] = []
    try:
        head = [cell.strip() for cell in next(rows, [])]
        missing = [name for name in COLUMNS[:3] if name not in head]
        if missing:
            raise JudgementFileError(f"Die Spalte {missing[0]} fehlt; erwartet wird eine Kopfzeile mit {';'.join(COLUMNS)}.")
        while True:
            line = rows.line_num + 1
            row = next(rows, None)
            if row is None:
                return found
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(head):
                raise JudgementFileError(f"Zeile {line} hat {len(row)} Werte, die Kopfzeile nennt {len(head)} Spalten.")
            given = {name: _plain(cell) for name, cell in zip(head, row, strict=True) if name in COLUMNS}
            if (at := given.get("at", "").strip()) and not _moment(at):
                raise JudgementFileError(f"Zeile {line}, Spalte at: „{at}“ ist keine Zeit; erwartet wird JJJJ-MM-TTThh:mm:ss.")
            keys = {name: given[name].strip() for name in COLUMNS[:3]}
            found.append((line, Judgement(0, **{**{name: given.get(name, "") for name in COLUMNS}, **keys, "at": at})))
    except csv.Error as error:
        raise JudgementFileError(f"Zeile {rows.line_num} lässt sich nicht lesen ({error}).") from None


def _moment(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _guarded(text: str) -> str:
    return "'" + text if text.lstrip("'").startswith(_FORMULA) else text


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
