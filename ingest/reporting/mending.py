"""The rejected rows as a file to mend: as they stood in the source, with their number and the reason behind them.

The sheets are named as in the source and have its head, so that the mended file is read in by the same source.
No row is remembered during the reading: they are fetched anew from the source, by their numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ingest.reporting.report import LeftOver, Rejected, Report
from ingest.reporting.report_files import Unwritable, fill, saved, tables
from ingest.reporting.safe_cells import Pen, csv_text, sheet_title
from ingest.source import Unreadable
from ingest.tabular.grid import Grid, filled, heading
from ingest.tabular.headings import ADDS_TO, ORIGINAL_ROW, REASON, REJECTED, columns, notes_on_rejection, plain, sheet_types
from ingest.tabular.workbook import Sheet, sheets

ENDINGS = (".xlsx", ".csv")
REST = "Abgewiesen"
"""The sheet for what has no row in a table (shapes, archives): each value with its place and reason."""

_GUIDE = "Anleitung"
_KEPT = ("stand", plain(ADDS_TO))
_WIDTH, _REASON_WIDTH = 22, 80
_NO_TABLE = frozenset({".geojson", ".json", ".zip", ".gpkg", ".shp", ".xml", ".yaml", ".yml"})


@dataclass(slots=True)
class _Table:
    """The rejected rows of one sheet: the head and the rows as they stand there, each with its number and reasons."""

    name: str
    file: str
    head: list[Any]
    rows: list[tuple[int, list[Any], str]] = field(default_factory=list)


class _Silent:
    """A context that hears nothing: what there is to say has been said when the source was read."""

    def progress(self, done: int, total: int) -> None:
        """Nobody waits for this."""


def file_name(source: str | Path, ending: str = ".xlsx") -> str:
    """What the rejected rows of a source are called: never as the source itself, whose rows they would replace."""
    return f"{Path(source).stem}{REJECTED}{ending}"


def check_target(target: Path, paths: Sequence[Path]) -> None:
    """Raises ``Unwritable`` where rejected rows of ``paths`` cannot or must not be written to ``target``."""
    if target.suffix.lower() not in ENDINGS:
        raise Unwritable(f"Abgewiesene Zeilen werden als .xlsx oder .csv geschrieben; bitte den Namen so enden lassen, nicht „{target.name}“.")
    if any(path.absolute() in (target.absolute(), *target.absolute().parents) for path in paths):
        raise Unwritable(f"„{target.name}“ liegt in der Quelle selbst; bitte einen anderen Namen wählen, damit dort nichts überschrieben wird.")
    for there in (target, target.with_suffix("") if target.suffix.lower() == ".csv" else target):
        if there.exists():
            raise Unwritable(f"„{there.name}“ gibt es schon; vielleicht stehen darin Berichtigungen. Bitte einen anderen Namen wählen oder es vorher löschen.")


def write_rejected(report: Report, paths: Sequence[Path], target: Path) -> list[Path]:
    """Writes the rejected rows of ``paths`` (what ``report`` was made of) to ``target`` and returns the files written.

    ``.xlsx``: one sheet for each sheet of the source. ``.csv``: one file, or a folder of that name with one for each
    sheet where there are several. Nothing is written where nothing was rejected. Raises ``Unwritable`` or ``OSError``.
    """
    check_target(target, paths)
    if not report.rejected:
        return []
    found, rest = _collect(report, paths)
    if target.suffix.lower() == ".xlsx":
        target.write_bytes(_workbook(report, paths, found, rest))
        return [target]
    return _csv_files(found, rest, target)


def as_excel(report: Report, paths: Sequence[Path]) -> bytes:
    """The same as the bytes of a workbook."""
    return _workbook(report, paths, *_collect(report, paths))


# ---- what was rejected, out of the source ------------------------------------------------------------


def _collect(report: Report, paths: Sequence[Path]) -> tuple[list[_Table], list[Rejected]]:
    """The rejected rows sheet by sheet, and what is no row of a table."""
    wanted: dict[tuple[str, str], dict[int, list[Rejected]]] = {}
    for row in report.rejected:
        wanted.setdefault((row.file, row.sheet), {}).setdefault(row.row, []).append(row)
    known: dict[tuple[str, str], set[str]] = {}
    named: list[Rejected | LeftOver] = [*report.rejected, *report.left_over]
    for told in named:
        known.setdefault((told.file, told.sheet), set()).add(plain(told.column))
    found: list[_Table] = []
    taken: set[int] = set()
    every = list(_sheets(paths))
    files = [sheet.file for path in paths for sheet in {s.file: s for p, s in every if p == path}.values()]
    for _path, sheet in every:
        if files.count(sheet.file) > 1:
            continue  # two files of one name: the report does not say which of them it means
        place = next((place for place in ((sheet.file, sheet.name), (sheet.file, "")) if place in wanted), None)
        if place is None:
            continue
        with suppress(Unreadable, OSError):  # a sheet that breaks off: what could not be fetched is listed with its reason
            table = _table(sheet, wanted[place], known[place])
            if table.rows:
                found.append(table)
                taken.update(id(row) for number, _, _ in table.rows for row in wanted[place][number])
    return found, [row for row in report.rejected if id(row) not in taken]


def _sheets(paths: Sequence[Path]) -> Iterator[tuple[Path, Sheet]]:
    for path in paths:
        if path.suffix.lower() in _NO_TABLE:
            continue
        with suppress(Unreadable, OSError):
            for sheet in sheets(path, lambda _: None):
                yield path, sheet


def _table(sheet: Sheet, wanted: Mapping[int, Sequence[Rejected]], words: set[str]) -> _Table:
    """The wanted rows of a sheet; the head is found as the source found it, by the headings that it knows."""
    kind = sheet_types().get(plain(sheet.name))
    meant = set(columns(kind)) if kind else words
    at = Grid(_Silent(), sheet, lambda word: plain(word) in meant).head_row  # type: ignore[arg-type]
    head: list[Any] = []
    table = _Table(sheet.name, sheet.file, head)
    last = max(wanted)
    notes: tuple[int, ...] = ()
    for number, cells in sheet.rows():
        if number == at:
            notes = notes_on_rejection({place: heading(cell) for place, cell in enumerate(cells) if filled(cell)})
            table.head = _without(cells, notes)
        elif number in wanted and number > at and any(map(filled, cells)):
            reasons = dict.fromkeys(_told(row) for row in wanted[number])
            table.rows.append((number, _without(cells, notes), "\n".join(reasons)))
        if number >= last:
            break
    return table


def _without(cells: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """Cells without those of an earlier mending, and without the empty ones at the end."""
    own = [cell for place, cell in enumerate(cells) if place not in places]
    while own and not filled(own[-1]):
        own.pop()
    return own


def _told(row: Rejected) -> str:
    return f"{row.column}: {row.reason}" if row.column else row.reason


def _width(table: _Table) -> int:
    return max(len(table.head), *(len(cells) for _, cells, _ in table.rows))


def _lines(table: _Table) -> Iterator[list[Any]]:
    """Head and rows, each as wide as the widest, with the two columns that are never data behind it."""
    width = _width(table)
    yield [*table.head, *[None] * (width - len(table.head)), ORIGINAL_ROW, REASON]
    for number, cells, reasons in table.rows:
        yield [*cells, *[None] * (width - len(cells)), number, reasons]


# ---- as files ----------------------------------------------------------------------------------------


def _workbook(report: Report, paths: Sequence[Path], found: Sequence[_Table], rest: Sequence[Rejected]) -> bytes:
    book = Workbook(write_only=True)
    if found and report.source == "tables":  # other sources would take such a sheet for data
        _guide(book, paths)
    for table in found:
        sheet = book.create_sheet(sheet_title(table.name, book.sheetnames))
        pen, width = Pen(sheet), _width(table)
        for place in range(1, width + 3):
            sheet.column_dimensions[get_column_letter(place)].width = _REASON_WIDTH if place == width + 2 else _WIDTH
        sheet.freeze_panes = "A2"
        for number, cells in enumerate(_lines(table)):
            sheet.append([pen.cell(cell, wrapped=place == width + 1, head=not number) for place, cell in enumerate(cells)])
    if rest:
        head, rows = tables(Report(report.source, rejected=list(rest)))[REST]
        fill(book, sheet_title(REST, book.sheetnames), head, rows)
    return saved(book)


def _guide(book: Workbook, paths: Sequence[Path]) -> None:
    """How to go on, which files this one adds to, and the day for which its rows stand, as the source states it."""
    sheet = book.create_sheet(_GUIDE)
    pen = Pen(sheet)
    sheet.column_dimensions["A"].width = 110
    lines = (
        "So berichtigen Sie die abgewiesenen Zeilen",
        f"1. Auf jedem Blatt steht hinter jeder Zeile in der Spalte „{REASON}“, was an ihr nicht stimmt. Bitte die Zellen davor berichtigen.",
        "2. Zeilen, die nicht gebraucht werden, können Sie löschen. Was noch falsch ist, wird wieder abgewiesen und wieder genannt.",
        f"3. Die Spalten „{ORIGINAL_ROW}“ und „{REASON}“ werden nie eingelesen; sie dürfen stehen bleiben.",
        "4. Die Datei speichern und wie die ursprüngliche einlesen, unter ihrem eigenen Namen: sie ergänzt jene und ersetzt sie nicht.",
        "5. Oder die Zeilen in der ursprünglichen Datei berichtigen und nur jene noch einmal einlesen. Bitte nicht beides.",
    )
    for number, line in enumerate(lines):
        sheet.append([pen.cell(line, wrapped=True, head=not number)])
    for path in paths:
        sheet.append([pen.cell(cell) for cell in (f"{ADDS_TO}:", path.absolute().name)])
    for stated in _stated(paths):
        sheet.append([pen.cell(cell) for cell in stated])


def _stated(paths: Sequence[Path]) -> Iterator[list[Any]]:
    """The lines of the sheets Anleitung and Hinweise of the source that hold for its rejected rows, too."""
    for _, sheet in _sheets(paths):
        if plain(sheet.name) not in ("anleitung", "hinweise"):
            continue
        with suppress(Unreadable, OSError):
            for _, cells in sheet.rows():
                if cells and plain(str(cells[0]).partition(":")[0]) in _KEPT and any(map(filled, [*cells[1:], str(cells[0]).partition(":")[2]])):
                    yield _without(cells, ())


def _csv_files(found: Sequence[_Table], rest: Sequence[Rejected], target: Path) -> list[Path]:
    head, rows = tables(Report("", rejected=list(rest)))[REST]
    contents = [(table.name, list(_lines(table))) for table in found]
    if rest:
        contents.append((REST, [list(head), *map(list, rows)]))
    if len(contents) == 1:
        _write_csv(target, contents[0][1])
        return [target]
    folder = target.with_suffix("")
    folder.mkdir(exist_ok=True)
    written: list[Path] = []
    for name, lines in contents:
        file = folder / (sheet_title(name, [path.stem for path in written]) + ".csv")
        _write_csv(file, lines)
        written.append(file)
    return written


def _write_csv(file: Path, lines: list[list[Any]]) -> None:
    with file.open("w", encoding="utf-8-sig", errors="replace", newline="") as text:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerows([csv_text(cell) for cell in line] for line in lines)
