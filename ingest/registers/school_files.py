"""The two forms in which the school register of North Rhine-Westphalia is published, read as rows of text."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ingest.source import Unreadable


@dataclass(frozen=True, slots=True)
class Form:
    """Which column of a register holds what; ``used`` are columns that only this form has."""

    number: str
    form: str
    names: tuple[str, str, str]
    short: str
    ags: str
    street: str
    postcode: str
    city: str
    phone: tuple[str, str]
    email: str
    url: str
    legal: str
    coordinates: tuple[str, str]
    used: frozenset[str]

    @property
    def understood(self) -> frozenset[str]:
        """Every column that something is made of."""
        single = (self.number, self.form, self.short, self.ags, self.street, self.postcode, self.city, self.email, self.url, self.legal)
        return self.used | {*single, *self.names, *self.phone, *self.coordinates}


FORM_2021 = Form(
    "Schulnummer",
    "Schulform",
    ("Schulbezeichnung_1", "Schulbezeichnung_2", "Schulbezeichnung_3"),
    "Kurzbezeichnung",
    "Gemeindeschluessel",
    "Strasse",
    "PLZ",
    "Ort",
    ("Telefonvorwahl", "Telefon"),
    "E-Mail",
    "Homepage",
    "Rechtsform",
    ("UTMRechtswert", "UTMHochwert"),
    frozenset({"Traegernummer", "Schulbetriebsdatum", "EPSG"}),
)
FORM_2024 = Form(
    "Schulnummer",
    "Schulform",
    ("Amtliche Bezeichnung 1", "Amtliche Bezeichnung 2", "Amtliche Bezeichnung 3"),
    "",
    "Amtlicher Gemeindeschlüssel",
    "Straße und Hausnummer",
    "Postleitzahl",
    "Ort",
    ("Telefonnummer Vorwahl", "Telefonnummer Durchwahl"),
    "Offizielle E-Mail-Adresse",
    "",
    "Rechtsstatus",
    ("longitude", "latitude"),
    frozenset({"Schuljahr", "Anzahl", "Sozialindex", "found_address", "Startchancen-Schule"}),
)


Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """A register: its form, its columns, its rows with the line numbers of an editor.

    ``uneven`` are lines with more or fewer fields than the head has, with their number: nobody knows which
    value belongs to which column. ``width`` is what the head has. ``legacy`` says that it is Windows text.
    """

    form: Form
    head: list[str]
    rows: list[tuple[int, Row]]
    uneven: dict[int, int]
    width: int
    legacy: bool

    @property
    def unused(self) -> list[str]:
        """The columns that nothing is made of, in their order; they are kept as they are."""
        return [column for column in dict.fromkeys(self.head) if column and column not in self.form.understood]


def read_file(path: Path) -> SchoolFile:
    """The register in ``path``. Raises ``Unreadable`` for what is none, or no CSV file at all."""
    text, legacy = _text(path)
    lines = io.StringIO(text, newline="")
    first = lines.readline()
    skipped = first.strip().strip('"').casefold().startswith("sep=")  # the line by which Excel is told the delimiter
    first = lines.readline() if skipped else first
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        if skipped:
            next(reader)
        head = [name.strip() for name in next(reader, [])]
        form = FORM_2024 if "Schuljahr" in head else FORM_2021
        missing = [column for column in (form.number, form.form, form.names[0], form.ags) if column not in head]
        if missing:
            raise Unreadable(f"„{path.name}“ ist kein Schulverzeichnis, das wir kennen: die Spalte „{missing[0]}“ fehlt.")
        width = len(head) - (head[-1] == "")  # the head of 2021 ends with a delimiter, its rows do not
        rows: list[tuple[int, Row]] = []
        uneven: dict[int, int] = {}
        at = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((at, dict(zip(head, cells, strict=False))))
                while len(cells) > width and not cells[-1].strip():
                    cells.pop()
                if len(cells) != width:
                    uneven[at] = len(cells)
            at = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"„{path.name}“ bricht in Zeile {reader.line_num} ab ({error}); bitte die Datei unverändert verwenden.") from None
    return SchoolFile(form, head, rows, uneven, width, legacy)


def _text(path: Path) -> tuple[str, bool]:
    """The file's text, and whether it is Windows text (cp1252)."""
    raw = path.read_bytes()
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16", errors="replace"), False  # what Excel calls Unicode text
    if b"\0" in raw:
        raise Unreadable(f"„{path.name}“ ist keine CSV-Datei; eine Excel-Datei bitte in Excel als „CSV UTF-8“ speichern.")
    try:
        return raw.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), True
