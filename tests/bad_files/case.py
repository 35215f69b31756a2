"""What a case is, and the small tools that make files."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]
Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it: exit code, words of the report, number of taken rows (None: any)."""

    name: str
    make: Make
    exit: int
    says: tuple[str, ...] = ()
    taken: int | None = None
    source: str = "tables"
    options: Mapping[str, str] = field(default_factory=dict)


def written(name: str, content: bytes | str) -> Make:
    """A file with this content."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def book(sheets: Mapping[str, Rows], change: Callable[[Workbook], None] | None = None, name: str = "netz.xlsx") -> Make:
    """A workbook made by openpyxl; ``change`` may spoil it before it is saved."""

    def make(folder: Path) -> Path:
        made = Workbook()
        made.remove(made.worksheets[0])
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        if change:
            change(made)
        made.save(folder / name)
        return folder / name

    return make


def spoilt(make: Make, change: Callable[[bytes], bytes]) -> Make:
    """A file that was good until its bytes were changed."""

    def spoil(folder: Path) -> Path:
        path = make(folder)
        path.write_bytes(change(path.read_bytes()))
        return path

    return spoil


def renamed(make: Make, name: str) -> Make:
    """A file under another name."""
    return lambda folder: make(folder).rename(folder / name)


CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS: dict[str, str] = {
    "[Content_Types].xml": CONTENT_TYPES,
    "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Gremien" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    ),
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>Rat der Stadt</t></si></sst>',
    "xl/worksheets/sheet1.xml": "",
}
"""The parts of the smallest workbook; a case replaces some of them."""


def sheet_xml(rows: str, before: str = "", after: str = "", head: str = "") -> str:
    """A sheet with these rows as XML; the first row is the heading Name."""
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
    return f'{head}<worksheet xmlns="{MAIN}">{before}<sheetData>{first}{rows}</sheetData>{after}</worksheet>'


def text_row(number: int, text: str, column: str = "A") -> str:
    """A row with one cell of inline text."""
    return f'<row r="{number}"><c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


GOOD_ROW = text_row(2, "Lenkungskreis")


def package(parts: Mapping[str, str | bytes | None], name: str = "netz.xlsx") -> Make:
    """A workbook put together from parts; None leaves a part out."""

    def make(folder: Path) -> Path:
        whole: dict[str, str | bytes | None] = {**PARTS, "xl/worksheets/sheet1.xml": sheet_xml(GOOD_ROW), **parts}
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in whole.items():
                if content is not None:
                    archive.writestr(part, content)
        return folder / name

    return make
