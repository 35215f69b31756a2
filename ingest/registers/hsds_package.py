"""A tabular HSDS package (Open Referral): its CSV tables out of a folder or a ZIP file, under the names of the standard.

Read in memory and bounded: a ZIP file unpacks to no more than ``MOST_BYTES``, which is counted while it is read, and a
package has no more than ``MOST_ROWS`` and ``MOST_CELLS``. Nothing is written, and what a member's name says about places is ignored.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from graph.records import Where
from graph.values import plain
from ingest.source import Unreadable
from ingest.tabular.workbook import sheets

MOST_MEMBERS = 2_000
MOST_BYTES = 100_000_000
MOST_CELLS = 5_000_000
MOST_ROWS = 1_000_000
_BLOCK = 1 << 20
_LONGEST_LINE = 1_000_000
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError)

_TABLES = {
    "organization": "organization organizations",
    "service": "service services",
    "location": "location locations",
    "service_at_location": "service_at_location service_at_locations services_at_location services_at_locations",
    "address": "address addresses physical_address physical_addresses",
    "phone": "phone phones",
    "contact": "contact contacts",
    "program": "program programs",
    "taxonomy": "taxonomy taxonomies",
    "taxonomy_term": "taxonomy_term taxonomy_terms",
    "attribute": "attribute attributes service_attribute service_attributes other_attribute other_attributes "
    "service_taxonomy service_taxonomies services_taxonomy",
    "service_area": "service_area service_areas",
}
_BY_FILE = {word: table for table, words in _TABLES.items() for word in words.split()}


class Row:
    """One row of a table; columns are asked for by their names in the standard."""

    __slots__ = ("_cells", "_table", "number")

    def __init__(self, table: Table, number: int, cells: list[str]) -> None:
        self._table, self.number, self._cells = table, number, cells

    def __getitem__(self, column: str) -> str:
        """The text in a column; "" where it is empty or the table has no such column."""
        place = self._table.columns.get(column)
        return self._cells[place] if place is not None and place < len(self._cells) else ""

    def first(self, *columns: str) -> str:
        """The first of these columns that is filled: editions of the standard call them differently."""
        return next((text for column in columns if (text := self[column])), "")

    def rest(self, taken: Iterable[str]) -> dict[str, str]:
        """The filled columns that are not among ``taken``, under their names."""
        without = set(taken)
        return {name: text for name in self._table.columns if name not in without and (text := self[name])}

    @property
    def where(self) -> Where:
        """Where a person finds it."""
        return Where(self._table.file, self._table.sheet, self.number)


@dataclass(slots=True)
class Table:
    """One file: its name in the standard ("" where the standard's name is not one that is asked for) and its rows."""

    kind: str
    stem: str
    file: str
    sheet: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def filled(self) -> Counter[str]:
        """How many cells of each column are filled."""
        return Counter(name for row in self.rows for name in self.columns if row[name])


@dataclass(slots=True)
class Package:
    """All tables of a package."""

    tables: list[Table]

    def of(self, kind: str) -> list[Table]:
        """The tables of a kind; some kinds stand in several files."""
        return [table for table in self.tables if table.kind == kind]

    def rows(self, kind: str) -> Iterator[Row]:
        """The rows of all tables of a kind."""
        for table in self.of(kind):
            yield from table.rows


def read_package(path: Path, warn: Callable[[str], None]) -> Package:
    """The package in a folder, a ZIP file or a workbook.

    Raises ``Unreadable`` with the mend. ``warn`` gets a German sentence for what was read all the same.
    """
    reader = _Reader(path)
    if path.is_file() and (path.suffix.lower() == ".zip" or (path.suffix.lower() not in (".xlsx", ".xlsm", ".csv") and zipfile.is_zipfile(path))):
        reader.read_zip(warn)
    else:
        for sheet in sheets(path, warn):
            is_csv = sheet.file.lower().endswith((".csv", ".tsv", ".txt"))
            reader.add(sheet.name, sheet.file, "" if is_csv else sheet.name, sheet.rows())
    package = Package(reader.tables)
    for needed, file in (("organization", "organizations.csv"), ("service", "services.csv")):
        if not package.of(needed):
            found = ", ".join(f"„{table.file}“" for table in package.tables[:8]) or "keine Tabelle"
            raise Unreadable(f"„{path.name}“ ist kein HSDS-Verzeichnis: {file} fehlt. Gefunden: {found}.")
    return package


class _Reader:
    """Collects tables until a bound is reached."""

    def __init__(self, path: Path) -> None:
        self._path, self._cells, self._rows = path, 0, 0
        self.tables: list[Table] = []

    def add(self, stem: str, file: str, sheet: str, rows: Iterable[tuple[int, list[Any]]]) -> None:
        """Reads a table; one without a head is none."""
        name = stem.strip().casefold().replace("-", "_").replace(" ", "_")
        table = Table(_BY_FILE.get(name, ""), name, file, sheet)
        for number, cells in rows:
            told = ["" if cell is None else plain(cell) for cell in cells]
            if not any(told):
                continue
            if not table.columns:
                for place, cell in enumerate(told):
                    if cell:
                        table.columns.setdefault(cell.casefold().replace(" ", "_"), place)
                continue
            self._cells += len(told)
            self._rows += 1
            if self._cells > MOST_CELLS or self._rows > MOST_ROWS:
                raise Unreadable(f"„{self._path.name}“ hat mehr als {_many(MOST_ROWS)} Zeilen oder {_many(MOST_CELLS)} Zellen. Bitte das Verzeichnis teilen.")
            table.rows.append(Row(table, number, told))
        if table.columns:
            self.tables.append(table)

    def read_zip(self, warn: Callable[[str], None]) -> None:
        """Reads the CSV members of a ZIP file, in whichever of its folders they lie."""
        name = self._path.name
        try:
            with zipfile.ZipFile(self._path) as archive:
                self._members(archive, warn)
        except PermissionError:
            raise
        except _BROKEN as error:
            raise Unreadable(
                f"„{name}“ lässt sich nicht als ZIP-Datei lesen; sie ist unvollständig oder beschädigt. Bitte neu herunterladen oder kopieren."
            ) from error

    def _members(self, archive: zipfile.ZipFile, warn: Callable[[str], None]) -> None:
        name, members = self._path.name, [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MOST_MEMBERS:
            raise Unreadable(f"„{name}“ enthält {len(members)} Dateien; ein HSDS-Verzeichnis hat höchstens {MOST_MEMBERS}.")
        left, seen = MOST_BYTES, dict[str, str]()
        for member in members:
            place = PurePosixPath(member.filename.replace("\\", "/"))
            if place.suffix.lower() != ".csv" or place.name.startswith(".") or "__MACOSX" in place.parts:
                continue
            if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
                warn(f"„{member.filename}“ in „{name}“ will außerhalb des Verzeichnisses liegen und wurde nicht gelesen.")
                continue
            if place.name.casefold() in seen:
                warn(f"„{member.filename}“ wurde nicht gelesen: eine Datei dieses Namens steht schon unter „{seen[place.name.casefold()]}“.")
                continue
            if member.flag_bits & _ENCRYPTED:
                raise Unreadable(f"„{name}“ ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern oder entpacken und den Ordner angeben.")
            seen[place.name.casefold()] = member.filename
            with archive.open(member) as stream:
                content = self._bounded(stream, left)
            left -= len(content)
            self.add(place.stem, place.name, "", _csv_rows(place.name, content, warn))

    def _bounded(self, stream: Any, most: int) -> bytes:
        """What a member unpacks to; what its head says about its size is not believed."""
        parts: list[bytes] = []
        size = 0
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > most:
                raise Unreadable(f"„{self._path.name}“ ist entpackt größer als {MOST_BYTES // 1_000_000} MB und wurde nicht gelesen.")
            parts.append(block)
        return b"".join(parts)


def _many(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _csv_rows(file: str, content: bytes, warn: Callable[[str], None]) -> Iterator[tuple[int, list[str]]]:
    """Row numbers as an editor counts, and cells."""
    encoding = "utf-16" if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    if encoding == "utf-8-sig" and not _is_utf8(content):
        encoding = "cp1252"
        warn(f"„{file}“ ist nicht in UTF-8 gespeichert und wurde als Windows-Text (cp1252) gelesen.")
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")
    head = text.readline(_LONGEST_LINE)
    text.seek(0)
    reader = csv.reader(_lines(file, text), delimiter=max(",;\t", key=head.count))
    at = 1
    try:
        for cells in reader:
            yield at, cells
            at = reader.line_num + 1
    except csv.Error:
        raise Unreadable(
            f"„{file}“, Zeile {at}: die Zeile endet nicht, weil ein Anführungszeichen nicht geschlossen wird (oder eine Zelle zu lang ist)."
        ) from None


def _lines(file: str, text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a file; one without an end would cost more memory than there is."""
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise Unreadable(f"„{file}“, Zeile {number}: die Zeile ist länger als {_LONGEST_LINE // 1_000_000} Million Zeichen. Ist das eine CSV-Datei?")
        yield line


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _BLOCK):
            decoder.decode(content[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
