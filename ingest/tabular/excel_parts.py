"""The inside of a workbook file (.xlsx is a zip of XML parts): is it one, is it bounded, and what a fast reader does not tell.

Nothing is unpacked to disk, no macro is run, no link followed, no entity resolved.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ingest.source import Unreadable

_MEGABYTE = 1_000_000
_MOST_PARTS = 5_000
_LARGEST = 600 * _MEGABYTE
_LARGEST_TEXTS = 120 * _MEGABYTE
"""All texts of a workbook are in memory while it is read."""

_CHUNK = 1 << 20
_OVERLAP = 2_048
_DEEPEST = 60
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, expat.ExpatError, ValueError, KeyError)
"""What reading a damaged part raises."""

_ROW = re.compile(rb'<row\b[^>]*?\sr="(\d+)"')
_COLUMN = re.compile(rb'<c r="([A-Z]+)')
_CELL = re.compile(rb"<c[\s>]")
_PREFIXED = re.compile(rb"<\w+:(?:row|c)[\s>]")
_ODD = re.compile(rb't="e"|\shidden="(?:1|true)"|<mergeCell\s|</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v></v>)?\s*</c>')
_NO_TEXT = re.compile(rb'\st="s"[^>]*><v>(?!\d+</v>)')
"""A cell whose text is to be looked up under a number that is none."""

_REFERENCE = re.compile(r"([A-Z]{1,4})(\d{1,9})$")


@dataclass(slots=True)
class SheetFacts:
    """What stands in a sheet's part. Rows and columns count from 1; ``regular`` says that the extent is known."""

    rows: int = 0
    columns: int = 0
    regular: bool = True
    odd: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def check_parts(path: Path) -> None:
    """Refuses what is no workbook, too big, or built to do harm. Raises ``Unreadable``, or one of ``DAMAGED``."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS:
            raise Unreadable(f"„{path.name}“ besteht aus {len(parts)} Teilen; so viele hat keine Arbeitsmappe. Bitte in Excel öffnen und neu speichern.")
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable(f"„{path.name}“ ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.")
        names = {part.filename for part in parts}
        if not any(name.startswith("xl/") for name in names):
            raise Unreadable(f"„{path.name}“ ist ein Paket, aber keine Excel-Arbeitsmappe. Bitte die Liste in Excel als .xlsx speichern.")
        texts = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
        if sum(part.file_size for part in parts) > _LARGEST or texts > _LARGEST_TEXTS:
            raise Unreadable(f"„{path.name}“ ist ausgepackt zu groß (mehr als {_LARGEST // _MEGABYTE} MB). Bitte auf mehrere Dateien aufteilen.")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")) and not part.filename.startswith("xl/worksheets/"):
                _check_xml(archive, part.filename)


def _check_xml(archive: zipfile.ZipFile, name: str) -> None:
    """An Office part never has a DOCTYPE; whoever writes one wants entities. Reading to the end also proves the checksum."""
    first = True
    for chunk in _chunks(archive, name):
        if first and b"<!DOCTYPE" in chunk:
            raise ValueError("DOCTYPE")
        first = False


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def sheet_parts(path: Path) -> dict[str, str]:
    """The part of each sheet by the sheet's name. Raises one of ``DAMAGED``."""
    with zipfile.ZipFile(path) as archive:
        targets = {a["Id"]: a.get("Target", "") for tag, a in _elements(archive, "xl/_rels/workbook.xml.rels") if tag == "Relationship" and "Id" in a}
        sheets = [a for tag, a in _elements(archive, "xl/workbook.xml") if tag == "sheet"]
        names = set(archive.namelist())
    found: dict[str, str] = {}
    for sheet in sheets:
        relation = next((value for name, value in sheet.items() if name.rpartition(":")[2] == "id"), "")
        target = targets.get(relation, "").lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in names:
            found.setdefault(sheet.get("name", ""), part)
    return found


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """Tag (without prefix) and attributes of every element of a small part."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append((tag.rpartition(":")[2], attributes))

    parser.StartElementHandler = start
    for chunk in _chunks(archive, name):
        parser.Parse(chunk)
    parser.Parse(b"", True)
    return found


def facts(path: Path, part: str) -> SheetFacts:
    """What stands in a sheet's part; one look at its bytes, and a second one only where something is odd. Raises one of ``DAMAGED``."""
    told = SheetFacts()
    with zipfile.ZipFile(path) as archive:
        tail, first, cells, columns = b"", True, 0, set()
        for chunk in _chunks(archive, part):
            if first and b"<!DOCTYPE" in chunk:
                raise ValueError("DOCTYPE")
            first = False
            window = tail + chunk
            told.rows = max(told.rows, max((int(number) for number in _ROW.findall(window)), default=0))
            columns.update(_COLUMN.findall(window))
            cells += len(_CELL.findall(window))
            if _NO_TEXT.search(window[:-_OVERLAP] if len(chunk) == _CHUNK else window):
                raise ValueError("a text without a number")
            told.odd = told.odd or bool(_ODD.search(window))
            told.regular = told.regular and not _PREFIXED.search(window)
            tail = window[-_OVERLAP:]
        told.columns = max((_number(column.decode()) for column in columns), default=0)
        if first or (cells and not columns) or (columns and not told.rows):
            told.regular = False
        if told.rows > _LAST_ROW or told.columns > _LAST_COLUMN:
            raise ValueError("beyond the last cell")
        _parse(archive, part, told)
    return told


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Reading:
    """Notes what a fast reader leaves out: hidden rows and columns, errors, formulas without a value, merged cells."""

    def __init__(self, told: SheetFacts) -> None:
        self._told, self._depth, self._row, self._column = told, 0, 0, 0
        self._error = self._formula = self._value = False
        self._text: list[str] = []
        self._in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("too deep")
        tag = name.rpartition(":")[2]
        if tag == "c":
            place = _REFERENCE.match(attributes.get("r", ""))
            self._column = _number(place[1]) if place else self._column + 1
            self._error, self._formula, self._value = attributes.get("t") == "e", False, False
        elif tag == "v":
            self._in_value, self._text = True, []
        elif tag == "f":
            self._formula = True
        elif tag == "is":
            self._value = True
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self._told.hidden_rows.append(self._row)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self._told.hidden_columns.append((int(attributes.get("min", "1")), int(attributes.get("max", "1"))))
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = name.rpartition(":")[2]
        if tag == "v":
            self._in_value = False
            self._value = bool(self._text)
        elif tag == "c":
            if self._error and self._text:
                self._told.errors[self._row, self._column] = "".join(self._text)
            elif self._formula and not self._value:
                self._told.uncalculated.add((self._row, self._column))
            self._text = []

    def text(self, data: str) -> None:
        if self._in_value:
            self._text.append(data)

    def _merge(self, reference: str) -> None:
        begin, _, end = reference.partition(":")
        first, last = _REFERENCE.match(begin), _REFERENCE.match(end)
        if first and last:
            self._told.merged.append((int(first[2]), _number(first[1]), int(last[2]), _number(last[1])))


def _parse(archive: zipfile.ZipFile, part: str, told: SheetFacts) -> None:
    """Reads the part as XML where something in it is odd; else only that it is XML at all is left to the reader."""
    if not told.odd and told.regular and told.rows:
        return
    parser = expat.ParserCreate()
    reading = _Reading(told)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reading.start, reading.end, reading.text
    for chunk in _chunks(archive, part):
        parser.Parse(chunk)
    parser.Parse(b"", True)
