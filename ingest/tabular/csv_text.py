"""CSV files as rows: encoding, delimiter and line ends are found, and said where they are not the usual ones."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ingest.source import Unreadable

_DELIMITERS = ";,\t|"
_SAMPLE = 25
_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 24
_NAMED = 5
_END = "\x04"
"""Stands behind the last line of a CSV file. Where it comes back inside a cell, a quotation mark was never closed."""

_MIXED = "akteursatlas-windows"
"""Name of the error handler that reads what is no UTF-8 as Windows text."""

_SIGNATURES = {
    b"PK\x03\x04": "eine Excel-Arbeitsmappe oder ein ZIP-Archiv; eine Excel-Datei braucht die Endung .xlsx",
    b"\xd0\xcf\x11\xe0": "eine ältere Excel-Datei; sie braucht die Endung .xls",
    b"\x1f\x8b": "eine gepackte Datei (gzip); bitte zuerst entpacken", b"%PDF": "eine PDF-Datei", b"\x89PNG": "ein Bild",
}  # fmt: skip

Warn = Callable[[str], None]


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _as_windows)


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a file's bytes become text; ``nuls`` says that NUL characters are taken out."""

    encoding: str
    errors: str
    nuls: bool

    def open(self, path: Path) -> io.TextIOWrapper:
        """The file as text, with its line ends as they are."""
        return path.open(encoding=self.encoding, errors=self.errors, newline="")


def csv_rows(path: Path, warn: Warn) -> Callable[[], Iterator[tuple[int, list[Any]]]]:
    """A way to read the rows of a CSV file anew: line number as an editor counts, and cells.

    Raises ``Unreadable`` for what is no text, ``OSError`` where the file cannot be opened.
    """
    form = text_form(path, warn)
    with form.open(path) as lines:
        sample = [_clean(line, form) for line in islice(lines, _SAMPLE + 1)]
    told = bool(sample) and sample[0].strip().strip('"').casefold().startswith("sep=")  # the line by which Excel is told the delimiter
    delimiter = _delimiter(sample[told:])
    if told and len(stated := sample[0].strip().strip('"')) == 5:
        delimiter = stated[-1]

    def rows() -> Iterator[tuple[int, list[Any]]]:
        with form.open(path) as lines:
            if told:
                lines.readline()
            first = 2 if told else 1
            text = (line.replace("\0", "") for line in lines) if form.nuls else lines
            reader = csv.reader(chain(text, (_END,)), delimiter=delimiter)
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
            f"„{path.name}“, Zeile {at}: die Zeile endet nicht, weil ein Anführungszeichen nicht geschlossen wird (oder eine Zelle zu lang ist). "
            "Bitte dort nachsehen; ein Anführungszeichen im Text wird doppelt geschrieben."
        )

    return rows


def text_form(path: Path, warn: Warn) -> TextForm:
    """The encoding of a text file; says it where it is not UTF-8. Raises ``Unreadable`` for what is no text."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    _refuse(path, head)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return TextForm("utf-16", "replace", False)  # what Excel calls Unicode text
    if wide := _wide(head):
        warn(f"„{path.name}“ wurde als UTF-16 gelesen, obwohl die Kennung am Anfang fehlt.")
        return TextForm(wide, "replace", False)
    nuls = 0
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    good = True
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            nuls += chunk.count(0)
            if good:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    good = False
    if nuls:
        warn(f"„{path.name}“ enthält {nuls} unsichtbare NUL-Zeichen; sie wurden weggelassen.")
    if good:
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            good = False
    return TextForm("utf-8-sig", "strict", bool(nuls)) if good else _windows(path, warn, bool(nuls))


def _windows(path: Path, warn: Warn, nuls: bool) -> TextForm:
    """Windows text, or UTF-8 with lines of Windows text between, as joined exports have them."""
    wide, narrow, lost = 0, [], False
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8-sig")
                wide += 1
            except UnicodeDecodeError:
                narrow.append(number)
                lost = lost or not _decodes(line)
    unread = " Einige Zeichen sind auch darin nicht lesbar und stehen als \ufffd da; bitte die Datei als UTF-8 speichern." if lost else ""
    if wide:
        told = ", ".join(map(str, narrow[:_NAMED])) + (" ..." if len(narrow) > _NAMED else "")
        warn(f"„{path.name}“ mischt zwei Zeichensätze: {len(narrow)} Zeilen sind Windows-Text (cp1252) statt UTF-8, zum Beispiel Zeile {told}.{unread}")
        return TextForm("utf-8-sig", _MIXED, nuls)
    warn(f"„{path.name}“ ist nicht in UTF-8 gespeichert und wurde als Windows-Text (cp1252) gelesen.{unread}")
    return TextForm("cp1252", "replace", nuls)


def _decodes(line: bytes) -> bool:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: every other byte is NUL; "" where it is none."""
    half = len(head) // 2
    if half < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""


def _refuse(path: Path, head: bytes) -> None:
    """Says what a file is that is called .csv and is no text."""
    for mark, what in _SIGNATURES.items():
        if head.startswith(mark):
            raise Unreadable(f"„{path.name}“ ist keine CSV-Datei, sondern {what}.")
    start = head[:500].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise Unreadable(f"„{path.name}“ ist eine HTML-Seite, keine CSV-Datei; vielleicht hat der Server eine Anmeldung geschickt. Bitte neu herunterladen.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _wide(head):
        return
    strange = sum(head.count(code) for code in (*range(1, 9), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
    if strange > 0.02 * len(head) or head.count(0) > 0.3 * len(head) > 0:
        raise Unreadable(f"„{path.name}“ ist keine Textdatei; bitte die Tabelle als „CSV UTF-8“ oder .xlsx speichern.")


def _clean(line: str, form: TextForm) -> str:
    return line.replace("\0", "") if form.nuls else line


def _delimiter(sample: list[str]) -> str:
    """The sign that parts most rows into the same number of cells, quotation marks heeded; a semicolon where none does."""

    def score(sign: str) -> tuple[int, int]:
        try:
            counts, clean = Counter(len(cells) for cells in csv.reader(sample, delimiter=sign, strict=True) if cells), True
        except csv.Error:  # quotation marks do not fit this sign, or are as careless as people write them
            counts, clean = Counter(line.count(sign) + 1 for line in sample), False
        width, rows = max(((width, rows) for width, rows in counts.items() if width > 1), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
        return (rows if clean else rows // 2), width

    best = max(_DELIMITERS, key=score)
    return best if score(best)[1] > 1 else ";"
